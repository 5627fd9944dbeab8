-- phase: expand
-- Resource types, their actions and mapping, and the Resources under governance.

SELECT sys_kernel.allow(role, 'USAGE', 'SCHEMA sys_resource')
FROM unnest(ARRAY['polity_app', 'polity_sys_authz']) AS role;

CREATE TABLE resource_types (
  id sys_kernel.id PRIMARY KEY,
  key text COLLATE "C" NOT NULL UNIQUE CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  description text CHECK (length(description) <= 2000),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  owner text COLLATE "C" NOT NULL DEFAULT 'app',
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE resource_actions (
  id sys_kernel.id PRIMARY KEY,
  resource_type text COLLATE "C" NOT NULL REFERENCES resource_types (key),
  key text COLLATE "C" NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 200),
  description text CHECK (length(description) <= 2000),
  risk_level text NOT NULL DEFAULT 'normal' CHECK (risk_level IN ('low', 'normal', 'high', 'critical')),
  audit_default boolean NOT NULL DEFAULT true,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (resource_type, key)
);

CREATE TABLE resource_mappings (
  id sys_kernel.id PRIMARY KEY,
  resource_type text COLLATE "C" NOT NULL UNIQUE REFERENCES resource_types (key),
  storage_kind text NOT NULL DEFAULT 'internal_table' CHECK (storage_kind IN ('internal_table', 'plugin_managed')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE resources (
  id sys_kernel.id PRIMARY KEY,
  space_id sys_kernel.id NOT NULL REFERENCES sys_identity.spaces,
  resource_type text COLLATE "C" NOT NULL REFERENCES resource_types (key),
  external_id text COLLATE "C" CHECK (length(external_id) BETWEEN 1 AND 256),
  group_id sys_kernel.id,
  owner_member_id sys_kernel.id,
  display_name text CHECK (length(display_name) <= 200),
  visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'group', 'space', 'public')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived', 'deleted')),
  metadata jsonb NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (space_id, id),
  FOREIGN KEY (space_id, group_id) REFERENCES sys_identity.groups (space_id, id),
  FOREIGN KEY (space_id, owner_member_id) REFERENCES sys_identity.members (space_id, id)
);
CREATE UNIQUE INDEX resources_external ON resources (space_id, resource_type, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX resources_list ON resources (space_id, resource_type, id);
CREATE INDEX resources_group ON resources (space_id, group_id);
CREATE INDEX resources_owner ON resources (space_id, owner_member_id);

SELECT sys_authz.version_facts('sys_resource.resource_types', 'resource_type', '', 'id,key,status,owner');
SELECT sys_authz.version_facts('sys_resource.resource_actions', 'resource_action', '', 'id,resource_type,key,risk_level,audit_default,status');
SELECT sys_authz.version_facts('sys_resource.resource_mappings', 'resource_mapping', '', 'id,resource_type,storage_kind,status');
SELECT sys_authz.version_facts('sys_resource.resources', 'resource', 'space_id', 'id,space_id,resource_type,external_id,group_id,owner_member_id,visibility,status,metadata');

CREATE FUNCTION purge_space(p_space text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sys_identity.assert_purgeable(p_space);
  DELETE FROM sys_resource.resources WHERE space_id = p_space;
END $$;

SELECT sys_kernel.allow('polity_app', 'SELECT, INSERT, UPDATE', 'TABLE sys_resource.resource_types, sys_resource.resource_actions, sys_resource.resource_mappings, sys_resource.resources');
SELECT sys_kernel.allow('polity_sys_authz', 'REFERENCES', 'TABLE sys_resource.resource_types, sys_resource.resource_actions');
