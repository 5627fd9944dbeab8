-- phase: expand
-- Roles, Permissions and their assignment to Members.

-- Keys of type and action are references by name, not by row: a Permission may name what is not registered yet, and then matches nothing.
CREATE TABLE permissions (
  id sys_kernel.id PRIMARY KEY,
  resource_type text COLLATE "C" NOT NULL CHECK (resource_type ~ '^[a-z][a-z0-9_]{0,62}$'),
  action text COLLATE "C" NOT NULL CHECK (action ~ '^[a-z][a-z0-9_]{0,62}$'),
  scope text NOT NULL CHECK (scope IN ('self', 'group', 'group_tree', 'space', 'global')),
  description text CHECK (length(description) <= 2000),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (resource_type, action, scope)
);

CREATE TABLE roles (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES sys_identity.spaces,
  key text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  description text CHECK (length(description) <= 2000),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE (space_id, key)
);

CREATE TABLE role_permissions (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  role_id sys_kernel.id NOT NULL,
  permission_id sys_kernel.id NOT NULL REFERENCES permissions,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE (role_id, permission_id),
  FOREIGN KEY (space_id, role_id) REFERENCES roles (space_id, id)
);
CREATE INDEX role_permissions_permission ON role_permissions (permission_id);

CREATE TABLE member_roles (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL,
  member_id sys_kernel.id NOT NULL,
  role_id sys_kernel.id NOT NULL,
  scope_anchor_group_id sys_kernel.id,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_reason text CHECK (length(revoked_reason) <= 500),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  UNIQUE NULLS NOT DISTINCT (member_id, role_id, scope_anchor_group_id),
  FOREIGN KEY (space_id, member_id) REFERENCES sys_identity.members (space_id, id),
  FOREIGN KEY (space_id, role_id) REFERENCES roles (space_id, id),
  FOREIGN KEY (space_id, scope_anchor_group_id) REFERENCES sys_identity.groups (space_id, id),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);
CREATE INDEX member_roles_member ON member_roles (space_id, member_id);
CREATE INDEX member_roles_role ON member_roles (space_id, role_id);
CREATE INDEX member_roles_anchor ON member_roles (space_id, scope_anchor_group_id);

SELECT version_facts('sys_authz.permissions', 'permission', '', 'id,resource_type,action,scope,status');
SELECT version_facts('sys_authz.roles', 'role', 'space_id', 'id,space_id,key,status');
SELECT version_facts('sys_authz.role_permissions', 'role_permission', 'space_id', 'id,space_id,role_id,permission_id,status');
SELECT version_facts('sys_authz.member_roles', 'member_role', 'space_id', 'id,space_id,member_id,role_id,scope_anchor_group_id,status,expires_at');

CREATE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_authz.member_roles WHERE space_id = p_space;
  DELETE FROM sys_authz.role_permissions WHERE space_id = p_space;
  DELETE FROM sys_authz.roles WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_authz.permissions, sys_authz.roles, sys_authz.role_permissions, sys_authz.member_roles');
