-- phase: expand
-- Rights to use the control plane itself, and machine credentials.

SELECT sys_kernel.allow('polity_app', 'USAGE', 'SCHEMA sys_admin');

CREATE TABLE admin_grants (
  id sys_kernel.id PRIMARY KEY,
  user_id sys_kernel.id NOT NULL REFERENCES sys_identity.users,
  level text NOT NULL CHECK (level IN ('instance_super_admin', 'instance_admin', 'space_admin', 'group_admin')),
  space_id sys_kernel.id REFERENCES sys_identity.spaces,
  group_id sys_kernel.id,
  permission_key text COLLATE "C" NOT NULL CHECK (permission_key ~ '^(\*|[a-z0-9_-]+:(\*|[a-z0-9_-]+))$'),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  granted_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_reason text CHECK (length(revoked_reason) <= 500),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (space_id, group_id) REFERENCES sys_identity.groups (space_id, id),
  CHECK (CASE level
    WHEN 'instance_super_admin' THEN space_id IS NULL AND group_id IS NULL AND permission_key = '*'
    WHEN 'instance_admin' THEN space_id IS NULL AND group_id IS NULL
    WHEN 'space_admin' THEN space_id IS NOT NULL AND group_id IS NULL
    ELSE space_id IS NOT NULL AND group_id IS NOT NULL END),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  -- A super admin right has no end date, so that time alone can never take the last one away.
  CHECK (level <> 'instance_super_admin' OR expires_at IS NULL)
);
CREATE INDEX admin_grants_user ON admin_grants (user_id) WHERE status = 'active';
CREATE INDEX admin_grants_space ON admin_grants (space_id);

-- The last super admin cannot be lost: not by revoke, not by disabling the User, not by two removals at one moment (the lock).
CREATE FUNCTION keep_super_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' AND NOT EXISTS (
    SELECT FROM sys_admin.admin_grants WHERE user_id = OLD.id AND level = 'instance_super_admin' AND status = 'active') THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('polity.super_admin'));
  IF NOT EXISTS (
    SELECT FROM sys_admin.admin_grants g JOIN sys_identity.users u ON u.id = g.user_id
    WHERE g.level = 'instance_super_admin' AND g.status = 'active' AND u.status = 'active') THEN
    RAISE EXCEPTION 'LAST_SUPER_ADMIN' USING ERRCODE = 'check_violation', CONSTRAINT = 'last_super_admin';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER last_super_admin AFTER UPDATE OR DELETE ON admin_grants DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.level = 'instance_super_admin' AND OLD.status = 'active') EXECUTE FUNCTION keep_super_admin();
CREATE CONSTRAINT TRIGGER last_super_admin AFTER UPDATE OF status ON sys_identity.users DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status <> 'active') EXECUTE FUNCTION sys_admin.keep_super_admin();

CREATE TABLE api_keys (
  id sys_kernel.id PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  level text NOT NULL CHECK (level IN ('instance', 'space', 'group')),
  space_id sys_kernel.id REFERENCES sys_identity.spaces,
  group_id sys_kernel.id,
  member_id sys_kernel.id,
  permission_keys text[] NOT NULL CHECK (cardinality(permission_keys) BETWEEN 1 AND 100),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
  expires_at timestamptz,
  last_used_at timestamptz,
  created_by_user_id sys_kernel.id REFERENCES sys_identity.users,
  revoked_at timestamptz,
  revoked_reason text CHECK (length(revoked_reason) <= 500),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (space_id, group_id) REFERENCES sys_identity.groups (space_id, id),
  FOREIGN KEY (space_id, member_id) REFERENCES sys_identity.members (space_id, id),
  CHECK (CASE level
    WHEN 'instance' THEN space_id IS NULL AND group_id IS NULL AND member_id IS NULL
    WHEN 'space' THEN space_id IS NOT NULL AND group_id IS NULL
    ELSE space_id IS NOT NULL AND group_id IS NOT NULL END),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE INDEX api_keys_space ON api_keys (space_id);

-- HMAC of each secret under the key named by `kid`. A rotation leaves the old one valid until its overlap ends.
CREATE TABLE api_key_secrets (
  api_key_id sys_kernel.id NOT NULL REFERENCES api_keys,
  hash bytea NOT NULL,
  kid sys_kernel.id NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  PRIMARY KEY (api_key_id, hash)
);

SELECT sys_authz.version_facts('sys_admin.admin_grants', 'admin_grant', '', 'id,user_id,level,space_id,group_id,permission_key,status,expires_at');
SELECT sys_authz.version_facts('sys_admin.api_keys', 'api_key', '', 'id,level,space_id,group_id,member_id,permission_keys,status,expires_at');

CREATE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_admin.api_key_secrets WHERE api_key_id IN (SELECT id FROM sys_admin.api_keys WHERE space_id = p_space);
  DELETE FROM sys_admin.api_keys WHERE space_id = p_space;
  DELETE FROM sys_admin.admin_grants WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_admin.admin_grants, sys_admin.api_keys');
SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE, DELETE', 'TABLE sys_admin.api_key_secrets');
