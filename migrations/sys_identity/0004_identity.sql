-- phase: expand
-- Users, Spaces, Groups, Members, the bindings between them, and credentials.

SELECT sys_kernel.allow(role, 'USAGE', 'SCHEMA sys_identity')
FROM unnest(ARRAY['polity_app', 'polity_sys_authz', 'polity_sys_resource', 'polity_sys_admin']) AS role;

-- "user" and "group" are reserved words in SQL; the tables carry the plural so that nobody has to quote them.
CREATE TABLE users (
  id sys_kernel.id PRIMARY KEY,
  email text NOT NULL CHECK (length(email) <= 320),
  username text,
  phone text,
  display_name text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  is_demo boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  last_sign_in_at timestamptz,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE UNIQUE INDEX users_username ON users (lower(username)) WHERE username IS NOT NULL;

-- Apart from the User, so that no read of a User can carry it.
CREATE TABLE passwords (
  user_id sys_kernel.id PRIMARY KEY REFERENCES users,
  hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE spaces (
  id sys_kernel.id PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  slug text COLLATE "C" CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  type text NOT NULL DEFAULT 'custom' CHECK (type ~ '^[a-z][a-z0-9_-]{0,62}$'),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'deleting')),
  delete_after timestamptz,
  is_demo boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'deleting') = (delete_after IS NOT NULL))
);
CREATE UNIQUE INDEX spaces_slug ON spaces (slug) WHERE slug IS NOT NULL;

CREATE TABLE groups (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES spaces,
  parent_group_id sys_kernel.id,
  key text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  display_name text CHECK (length(display_name) <= 200),
  path text COLLATE "C" NOT NULL CHECK (path ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' AND length(path) <= 2048),
  depth int NOT NULL CHECK (depth BETWEEN 0 AND 31),
  sort_order int NOT NULL DEFAULT 1000,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE (space_id, path) DEFERRABLE INITIALLY IMMEDIATE,
  FOREIGN KEY (space_id, parent_group_id) REFERENCES groups (space_id, id),
  CHECK (parent_group_id <> id)
);
CREATE INDEX groups_parent ON groups (space_id, parent_group_id);

-- A path always follows the parent; checked when the transaction ends, so that a move may rewrite a subtree in any order.
CREATE FUNCTION check_group_path() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  now_row sys_identity.groups;
  parent_path text;
BEGIN
  SELECT * INTO now_row FROM sys_identity.groups WHERE id = NEW.id;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF now_row.parent_group_id IS NULL THEN
    IF now_row.path <> now_row.key OR now_row.depth <> 0 THEN
      RAISE EXCEPTION 'group % is a root but its path is not its key', NEW.id USING ERRCODE = 'check_violation';
    END IF;
  ELSE
    SELECT path INTO parent_path FROM sys_identity.groups WHERE id = now_row.parent_group_id;
    IF now_row.path <> parent_path || '.' || now_row.key OR now_row.depth <> cardinality(string_to_array(now_row.path, '.')) - 1 THEN
      RAISE EXCEPTION 'path of group % does not follow its parent', NEW.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF EXISTS (SELECT FROM sys_identity.groups c WHERE c.space_id = now_row.space_id AND c.parent_group_id = now_row.id AND c.path <> now_row.path || '.' || c.key) THEN
    RAISE EXCEPTION 'children of group % do not follow its path', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER group_path AFTER INSERT OR UPDATE OF path, parent_group_id, key ON groups
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_group_path();

CREATE TABLE members (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES spaces,
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  member_type text NOT NULL DEFAULT 'human' CHECK (member_type IN ('human', 'service')),
  external_id text COLLATE "C" CHECK (length(external_id) BETWEEN 1 AND 256),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id)
);
CREATE UNIQUE INDEX members_external ON members (space_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX members_list ON members (space_id, display_name, id);

CREATE TABLE user_members (
  id sys_kernel.id PRIMARY KEY,
  user_id sys_kernel.id NOT NULL REFERENCES users,
  member_id sys_kernel.id NOT NULL,
  space_id sys_kernel.id NOT NULL,
  relation_type text NOT NULL DEFAULT 'login' CHECK (relation_type IN ('login', 'delegate', 'external', 'service', 'temporary', 'self')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  is_primary boolean NOT NULL DEFAULT false,
  expires_at timestamptz,
  linked_by_member_id sys_kernel.id,
  linked_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  revoked_reason text CHECK (length(revoked_reason) <= 500),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  FOREIGN KEY (space_id, member_id) REFERENCES members (space_id, id),
  FOREIGN KEY (space_id, linked_by_member_id) REFERENCES members (space_id, id),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE INDEX user_members_user ON user_members (user_id);
CREATE INDEX user_members_member ON user_members (space_id, member_id);

CREATE TABLE sessions (
  id sys_kernel.id PRIMARY KEY,
  user_id sys_kernel.id NOT NULL REFERENCES users,
  active_user_member_id sys_kernel.id REFERENCES user_members,
  ip text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  ended_reason text CHECK (ended_reason IN ('sign_out', 'ended_by_user', 'ended_by_admin', 'password_changed', 'user_disabled', 'refresh_reuse', 'concurrent_limit', 'expired', 'idle')),
  CHECK ((ended_at IS NULL) = (ended_reason IS NULL))
);
CREATE INDEX sessions_user ON sessions (user_id, created_at) WHERE ended_at IS NULL;

-- Every refresh token of a session ever made: an old one that comes back late ends the family.
CREATE TABLE refresh_tokens (
  hash bytea PRIMARY KEY,
  session_id sys_kernel.id NOT NULL REFERENCES sessions,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  successor_sealed bytea,
  client_hash bytea
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- Shared throttle. `key` is a keyed hash of the e-mail or the address, never the value.
CREATE TABLE sign_in_throttle (
  key bytea PRIMARY KEY,
  failures int NOT NULL,
  window_started_at timestamptz NOT NULL,
  locked_until timestamptz
);

-- One-time links issued by an admin: recovery of a User, or invitation into a Space.
CREATE TABLE one_time_links (
  id sys_kernel.id PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('recovery', 'invitation')),
  secret_hash bytea NOT NULL UNIQUE,
  user_id sys_kernel.id REFERENCES users,
  email text,
  space_id sys_kernel.id REFERENCES spaces,
  member_id sys_kernel.id,
  relation_type text,
  created_by_user_id sys_kernel.id REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  revoked_at timestamptz,
  FOREIGN KEY (space_id, member_id) REFERENCES members (space_id, id),
  CHECK (CASE purpose WHEN 'recovery' THEN user_id IS NOT NULL ELSE email IS NOT NULL END)
);

-- Identity of a trusted OIDC issuer, linked explicitly, never by e-mail.
CREATE TABLE external_identities (
  id sys_kernel.id PRIMARY KEY,
  issuer text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  user_id sys_kernel.id NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (issuer, subject)
);
CREATE INDEX external_identities_user ON external_identities (user_id);

SELECT sys_authz.version_facts('sys_identity.users', 'user', '', 'id,status');
SELECT sys_authz.version_facts('sys_identity.spaces', 'space', 'id', 'id,name,type,status,delete_after');
SELECT sys_authz.version_facts('sys_identity.groups', 'group', 'space_id', 'id,space_id,parent_group_id,path,status');
SELECT sys_authz.version_facts('sys_identity.members', 'member', 'space_id', 'id,space_id,member_type,status');
SELECT sys_authz.version_facts('sys_identity.user_members', 'user_member', 'space_id', 'id,user_id,member_id,space_id,relation_type,status,is_primary,expires_at,revoked_at');
SELECT sys_authz.version_facts('sys_identity.sessions', 'session', '', 'id,user_id,active_user_member_id,expires_at,ended_at,ended_reason');
SELECT sys_authz.version_facts('sys_identity.external_identities', 'external_identity', '', 'id,user_id');

-- Every schema's purge_space asks this first: only a Space whose waiting time is over may lose its rows.
CREATE FUNCTION assert_purgeable(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM FROM sys_identity.spaces WHERE id = p_space AND status = 'deleting' AND delete_after <= now() FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Space % is not due for deletion', p_space USING ERRCODE = 'check_violation';
  END IF;
END $$;

-- Removes a Space. Called last, when the other schemas have removed theirs.
CREATE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  UPDATE sys_identity.sessions SET active_user_member_id = NULL
  WHERE active_user_member_id IN (SELECT id FROM sys_identity.user_members WHERE space_id = p_space);
  DELETE FROM sys_identity.one_time_links WHERE space_id = p_space;
  DELETE FROM sys_identity.user_members WHERE space_id = p_space;
  DELETE FROM sys_identity.members WHERE space_id = p_space;
  DELETE FROM sys_identity.groups WHERE space_id = p_space;
  DELETE FROM sys_identity.spaces WHERE id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_identity.' || t)
FROM unnest(ARRAY['users', 'passwords', 'spaces', 'groups', 'members', 'user_members', 'sessions', 'refresh_tokens', 'sign_in_throttle', 'one_time_links']) AS t;
SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, DELETE', 'TABLE sys_identity.external_identities');
SELECT sys_kernel.allow('polity_app', 'DELETE', 'TABLE sys_identity.sign_in_throttle, sys_identity.refresh_tokens');
SELECT sys_kernel.allow(role, 'REFERENCES', 'TABLE sys_identity.users, sys_identity.spaces, sys_identity.groups, sys_identity.members, sys_identity.user_members')
FROM unnest(ARRAY['polity_sys_authz', 'polity_sys_resource', 'polity_sys_admin']) AS role;
-- The control plane guards its last super admin, also when a User is disabled.
SELECT sys_kernel.allow('polity_sys_admin', 'SELECT, TRIGGER', 'TABLE sys_identity.users');
