-- phase: expand
-- Explicit denies, conditions, start times, inheritance of Roles, and the indexes that answer for a past revision.

ALTER TABLE permissions
  ADD COLUMN effect text NOT NULL DEFAULT 'allow' CHECK (effect IN ('allow', 'deny')),
  ADD COLUMN condition text COLLATE "C" CHECK (length(condition) BETWEEN 1 AND 2000),
  DROP CONSTRAINT permissions_resource_type_action_scope_key;
-- One rule is there once; rules with other conditions stand beside it.
CREATE UNIQUE INDEX permissions_rule ON permissions (resource_type, action, scope, effect, md5(coalesce(condition, '')));

ALTER TABLE member_roles
  ADD COLUMN starts_at timestamptz,
  ADD COLUMN condition text COLLATE "C" CHECK (length(condition) BETWEEN 1 AND 2000),
  ADD CONSTRAINT member_roles_period CHECK (starts_at < expires_at);

-- A Role has what the Roles have that it inherits, as far as they are active.
CREATE TABLE role_inheritances (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  role_id sys_kernel.id NOT NULL,
  inherited_role_id sys_kernel.id NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE (role_id, inherited_role_id),
  CONSTRAINT role_inheritances_self CHECK (role_id <> inherited_role_id),
  FOREIGN KEY (space_id, role_id) REFERENCES roles (space_id, id),
  FOREIGN KEY (space_id, inherited_role_id) REFERENCES roles (space_id, id)
);
CREATE INDEX role_inheritances_inherited ON role_inheritances (space_id, inherited_role_id);

-- No cycles, and no chain of more than 16: what follows a chain ends. Raising the revision first takes the Space's row lock, so that two
-- transactions cannot each close one half of a cycle.
CREATE FUNCTION check_role_inheritance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  longest int;
BEGIN
  PERFORM sys_authz.bump(NEW.space_id);
  WITH RECURSIVE chain (role_id, depth) AS (
    SELECT i.inherited_role_id, 1 FROM sys_authz.role_inheritances i WHERE i.role_id = NEW.role_id AND i.status = 'active'
    UNION
    SELECT i.inherited_role_id, c.depth + 1 FROM chain c JOIN sys_authz.role_inheritances i ON i.role_id = c.role_id AND i.status = 'active'
    WHERE c.depth <= 16
  ), above (role_id, depth) AS (
    SELECT i.role_id, 1 FROM sys_authz.role_inheritances i WHERE i.inherited_role_id = NEW.role_id AND i.status = 'active'
    UNION
    SELECT i.role_id, a.depth + 1 FROM above a JOIN sys_authz.role_inheritances i ON i.inherited_role_id = a.role_id AND i.status = 'active'
    WHERE a.depth <= 16
  )
  SELECT CASE WHEN EXISTS (SELECT FROM chain WHERE role_id = NEW.role_id) THEN -1
    ELSE coalesce((SELECT max(depth) FROM chain), 0) + coalesce((SELECT max(depth) FROM above), 0) END INTO longest;
  IF longest = -1 THEN
    RAISE EXCEPTION 'Role % would inherit itself', NEW.role_id USING ERRCODE = 'check_violation', CONSTRAINT = 'role_inheritances_cycle';
  ELSIF longest > 16 THEN
    RAISE EXCEPTION 'Role % would be part of a chain of more than 16', NEW.role_id USING ERRCODE = 'check_violation', CONSTRAINT = 'role_inheritances_depth';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER role_inheritance AFTER INSERT OR UPDATE ON role_inheritances
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'active') EXECUTE FUNCTION check_role_inheritance();

DROP TRIGGER track_fact ON permissions;
DROP TRIGGER track_fact ON member_roles;
SELECT version_facts('sys_authz.permissions', 'permission', '', 'id,resource_type,action,scope,effect,condition,status');
SELECT version_facts('sys_authz.member_roles', 'member_role', 'space_id', 'id,space_id,member_id,role_id,scope_anchor_group_id,status,starts_at,expires_at,condition');
SELECT version_facts('sys_authz.role_inheritances', 'role_inheritance', 'space_id', 'id,space_id,role_id,inherited_role_id,status');

-- Questions about the past begin with a moment, a Member or a Role.
CREATE INDEX fact_version_time ON fact_version (space_id, recorded_at);
CREATE INDEX fact_version_member ON fact_version ((body ->> 'member_id'), kind) WHERE kind IN ('member_role', 'user_member');
CREATE INDEX fact_version_role ON fact_version ((body ->> 'role_id'), kind) WHERE kind IN ('role_permission', 'role_inheritance');

CREATE OR REPLACE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_authz.member_roles WHERE space_id = p_space;
  DELETE FROM sys_authz.role_permissions WHERE space_id = p_space;
  DELETE FROM sys_authz.role_inheritances WHERE space_id = p_space;
  DELETE FROM sys_authz.roles WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_authz.role_inheritances');
