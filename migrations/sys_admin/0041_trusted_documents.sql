-- phase: expand
-- Documents that clients may run by their id, and where only registered ones run, the list of them.

CREATE TABLE trusted_documents (
  id text COLLATE "C" PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9._:-]{3,128}$'),
  -- SHA-256 of the text as it is sent, in hexadecimal digits.
  hash text COLLATE "C" NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  name text CHECK (length(name) BETWEEN 1 AND 200),
  document text NOT NULL CHECK (octet_length(document) BETWEEN 1 AND 65536),
  registered_at timestamptz NOT NULL DEFAULT now()
);

-- Not for decisions: nodes hear of a change by the revision.
SELECT sys_authz.version_facts('sys_admin.trusted_documents', 'trusted_document', '', 'id,hash');

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, DELETE', 'TABLE sys_admin.trusted_documents');
