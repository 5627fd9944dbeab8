/**
 * Reads the facts of many questions in one statement, so that all of them and the revisions are of one snapshot: tagged JSON rows,
 * each object once however many questions share it.
 *
 * $1 users, $2 members, $3 user-members, $4 Spaces, $5 resource types, $6 actions, $7 resources, $8/$9 Space and id of groups
 * that are asked for by id, $10/$11 Space and path of groups that are asked for by path, $12/$13 type and action of permissions.
 *
 * Roles are followed along the inheritances that are active; whether the Roles themselves are is in the facts. UNION ends cycles.
 */
export const FACT_SQL = `
WITH RECURSIVE reached (role_id) AS (
  SELECT role_id FROM sys_authz.member_roles WHERE member_id = ANY ($2::text[])
  UNION SELECT i.inherited_role_id FROM reached r JOIN sys_authz.role_inheritances i ON i.role_id = r.role_id AND i.status = 'active')
SELECT 'revision' AS kind, json_build_object('spaceId', space_id, 'rev', rev) AS fact
FROM sys_authz.revision WHERE space_id = '' OR space_id = ANY ($4::text[])
UNION ALL SELECT 'user', json_build_object('id', id, 'status', status) FROM sys_identity.users WHERE id = ANY ($1::text[])
UNION ALL SELECT 'member', json_build_object('id', id, 'spaceId', space_id, 'status', status) FROM sys_identity.members WHERE id = ANY ($2::text[])
UNION ALL SELECT 'user_member', json_build_object('id', id, 'userId', user_id, 'memberId', member_id, 'spaceId', space_id,
  'relationType', relation_type, 'status', status, 'isPrimary', is_primary, 'expiresAt', floor(extract(epoch FROM expires_at) * 1000))
FROM sys_identity.user_members WHERE id = ANY ($3::text[])
UNION ALL SELECT 'space', json_build_object('id', id, 'status', status) FROM sys_identity.spaces WHERE id = ANY ($4::text[])
UNION ALL SELECT 'resource_type', json_build_object('id', id, 'key', key, 'status', status) FROM sys_resource.resource_types WHERE key = ANY ($5::text[])
UNION ALL SELECT 'resource_action', json_build_object('id', id, 'resourceType', resource_type, 'key', key, 'riskLevel', risk_level,
  'auditDefault', audit_default, 'status', status)
FROM sys_resource.resource_actions WHERE resource_type = ANY ($5::text[]) AND key = ANY ($6::text[])
UNION ALL SELECT 'resource_mapping', json_build_object('id', id, 'resourceType', resource_type, 'storageKind', storage_kind, 'status', status)
FROM sys_resource.resource_mappings WHERE resource_type = ANY ($5::text[])
UNION ALL SELECT 'resource', json_build_object('id', id, 'spaceId', space_id, 'resourceType', resource_type, 'externalId', external_id,
  'groupId', group_id, 'ownerMemberId', owner_member_id, 'visibility', visibility, 'status', status, 'metadata', nullif(metadata, '{}'))
FROM sys_resource.resources WHERE id = ANY ($7::text[])
UNION ALL SELECT 'group', json_build_object('id', id, 'spaceId', space_id, 'path', path, 'status', status) FROM sys_identity.groups
WHERE id IN (SELECT group_id FROM sys_resource.resources WHERE id = ANY ($7::text[]))
UNION ALL SELECT 'group', json_build_object('id', g.id, 'spaceId', g.space_id, 'path', g.path, 'status', g.status)
FROM unnest($8::text[], $9::text[]) AS named (space_id, id) JOIN sys_identity.groups g ON g.space_id = named.space_id AND g.id = named.id
UNION ALL SELECT 'group', json_build_object('id', g.id, 'spaceId', g.space_id, 'path', g.path, 'status', g.status)
FROM unnest($10::text[], $11::text[]) AS named (space_id, path) JOIN sys_identity.groups g ON g.space_id = named.space_id AND g.path = named.path
UNION ALL SELECT 'member_role', json_build_object('id', mr.id, 'memberId', mr.member_id, 'roleId', mr.role_id, 'spaceId', mr.space_id, 'status', mr.status,
  'startsAt', floor(extract(epoch FROM mr.starts_at) * 1000), 'expiresAt', floor(extract(epoch FROM mr.expires_at) * 1000), 'condition', mr.condition,
  'anchor', CASE WHEN a.id IS NOT NULL THEN json_build_object('id', a.id, 'spaceId', a.space_id, 'path', a.path, 'status', a.status) END)
FROM sys_authz.member_roles mr LEFT JOIN sys_identity.groups a ON a.id = mr.scope_anchor_group_id WHERE mr.member_id = ANY ($2::text[])
UNION ALL SELECT 'role', json_build_object('id', ro.id, 'key', ro.key, 'spaceId', ro.space_id, 'status', ro.status)
FROM reached JOIN sys_authz.roles ro ON ro.id = reached.role_id
UNION ALL SELECT 'role_inheritance', json_build_object('roleId', i.role_id, 'inheritedRoleId', i.inherited_role_id)
FROM reached JOIN sys_authz.role_inheritances i ON i.role_id = reached.role_id AND i.status = 'active'
UNION ALL SELECT 'role_permission', json_build_object('id', rp.id, 'roleId', rp.role_id, 'status', rp.status, 'permission', json_build_object(
  'id', p.id, 'resourceType', p.resource_type, 'action', p.action, 'scope', p.scope, 'effect', p.effect, 'condition', p.condition, 'status', p.status))
FROM unnest($12::text[], $13::text[]) AS wanted (resource_type, action)
JOIN sys_authz.permissions p ON p.resource_type = wanted.resource_type AND p.action = wanted.action
JOIN sys_authz.role_permissions rp ON rp.permission_id = p.id JOIN reached ON reached.role_id = rp.role_id`;
