-- phase: expand
-- Ground of every schema: the id domain, grants that tolerate a cluster without roles, keys, idempotency and the outbox.

CREATE DOMAIN id AS text COLLATE "C" CHECK (VALUE ~ '^[A-Za-z0-9._-]{3,128}$');
-- A Space id, or '' for what belongs to the instance. Never null, so that keys and comparisons stay total.
CREATE DOMAIN space_or_instance AS text COLLATE "C" CHECK (VALUE = '' OR VALUE ~ '^[A-Za-z0-9._-]{3,128}$');

-- Grants a privilege to a role when the cluster has that role; `doctor` names the ones that are missing.
CREATE FUNCTION allow(p_role text, p_privileges text, p_object text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = p_role) THEN
    EXECUTE format('GRANT %s ON %s TO %I', p_privileges, p_object, p_role);
  END IF;
END $$;

DO $$
DECLARE owner text;
BEGIN
  FOREACH owner IN ARRAY ARRAY['polity_app', 'polity_sys_audit', 'polity_sys_authz', 'polity_sys_identity', 'polity_sys_resource', 'polity_sys_admin'] LOOP
    PERFORM sys_kernel.allow(owner, 'USAGE', 'SCHEMA sys_kernel');
  END LOOP;
END $$;

-- One row: what this installation is. The fingerprint refuses a node that brings another master key.
CREATE TABLE instance (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  instance_id id NOT NULL,
  master_key_fingerprint text,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Keys wrapped by the master key. `wrapped` is emptied when a data-subject key is erased.
CREATE TABLE key (
  kid id PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('token_signing', 'checkpoint', 'api_key', 'audit_filter', 'data_subject', 'plugin_secret', 'cursor')),
  subject text COLLATE "C",
  wrapped bytea,
  public_jwk jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  not_before timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  erased_at timestamptz,
  CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL)),
  CHECK ((subject IS NOT NULL) = (purpose IN ('data_subject', 'plugin_secret')))
);
CREATE UNIQUE INDEX key_subject ON key (purpose, subject) WHERE subject IS NOT NULL AND retired_at IS NULL;
CREATE INDEX key_purpose ON key (purpose, created_at DESC) WHERE subject IS NULL;

-- A mutation sent twice with one key acts once. `result` never holds a secret.
CREATE TABLE idempotency (
  caller text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
  operation text NOT NULL,
  request_hash bytea NOT NULL,
  result jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Domain and lifecycle events, ordered by the sequencer exactly as audit events are.
CREATE SEQUENCE outbox_seq;
CREATE TABLE outbox_event (
  seq bigint PRIMARY KEY DEFAULT nextval('sys_kernel.outbox_seq'),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id id NOT NULL UNIQUE,
  type text NOT NULL CHECK (type ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$'),
  space_id space_or_instance NOT NULL,
  subject_type text NOT NULL,
  subject_id text COLLATE "C" NOT NULL,
  payload jsonb NOT NULL,
  occurred_at timestamptz NOT NULL
);
CREATE INDEX outbox_event_xid ON outbox_event (xid);

CREATE TABLE outbox_batch (
  first_index bigint PRIMARY KEY,
  count int NOT NULL CHECK (count > 0),
  seqs bigint[] NOT NULL,
  min_seq bigint NOT NULL,
  max_seq bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  sequenced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (cardinality(seqs) = count)
);
CREATE INDEX outbox_batch_max_seq ON outbox_batch (max_seq);

CREATE TABLE outbox_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_index bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  system_identifier text NOT NULL
);
INSERT INTO outbox_head (next_index, snapshot, system_identifier)
SELECT 0, pg_current_snapshot(), system_identifier::text FROM pg_control_system();

SELECT allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_kernel.instance, sys_kernel.key');
SELECT allow('polity_app', 'SELECT, INSERT, UPDATE, DELETE', 'TABLE sys_kernel.idempotency');
SELECT allow('polity_app', 'SELECT, INSERT', 'TABLE sys_kernel.outbox_event, sys_kernel.outbox_batch');
SELECT allow('polity_app', 'SELECT, UPDATE', 'TABLE sys_kernel.outbox_head');
SELECT allow('polity_app', 'USAGE', 'SEQUENCE sys_kernel.outbox_seq');
