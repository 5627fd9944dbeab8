-- phase: expand
-- A rotation changes no column that was versioned: other nodes would not hear of it and go on accepting the old secret from memory.

ALTER TABLE api_keys ADD COLUMN secrets_changed_at timestamptz NOT NULL DEFAULT now();
DROP TRIGGER track_fact ON api_keys;
SELECT sys_authz.version_facts('sys_admin.api_keys', 'api_key', '', 'id,level,space_id,group_id,member_id,permission_keys,status,expires_at,secrets_changed_at');
