import { raw, sql, type Sql } from '../../../../persistence/index.js';

/**
 * Tables to be read with `mr`, `r`, `m`, `anchor` and `used` in scope: assignments of a Space that are in force at a moment, whoever
 * holds them and whether or not they can do anything.
 */
export function assignmentsInForce(spaceId: string, now: number): { readonly from: Sql; readonly where: Sql } {
  const at = new Date(now);
  return {
    from: raw(`sys_authz.member_roles mr
      JOIN sys_authz.roles r ON r.space_id = mr.space_id AND r.id = mr.role_id
      JOIN sys_identity.members m ON m.space_id = mr.space_id AND m.id = mr.member_id
      LEFT JOIN sys_identity.groups anchor ON anchor.space_id = mr.space_id AND anchor.id = mr.scope_anchor_group_id
      LEFT JOIN sys_authz.assignment_use used ON used.member_role_id = mr.id`),
    where: sql`mr.space_id = ${spaceId} AND mr.status = 'active' AND (mr.starts_at IS NULL OR mr.starts_at <= ${at})
      AND (mr.expires_at IS NULL OR mr.expires_at > ${at})`,
  };
}

/**
 * Roles of a Space, as `role_id`, with an action whose allows are only counted: what they allow leaves no use behind. Their own
 * Permissions and inherited ones count.
 */
export function rolesWithCountedActions(spaceId: string): Sql {
  return sql`
    WITH RECURSIVE given (role_id, giving_id) AS (
      SELECT o.id::text, o.id::text FROM sys_authz.roles o WHERE o.space_id = ${spaceId}
      UNION
      SELECT g.role_id, i.inherited_role_id::text FROM given g
      JOIN sys_authz.role_inheritances i ON i.space_id = ${spaceId} AND i.role_id = g.giving_id AND i.status = 'active'
    )
    SELECT DISTINCT g.role_id FROM given g
    JOIN sys_authz.role_permissions rp ON rp.space_id = ${spaceId} AND rp.role_id = g.giving_id AND rp.status = 'active'
    JOIN sys_authz.permissions p ON p.id = rp.permission_id AND p.status = 'active'
    JOIN sys_resource.resource_actions a ON a.resource_type = p.resource_type AND a.key = p.action
    WHERE NOT a.audit_default`;
}

/**
 * Since when an assignment is in force without a break: from its start, else from the version of it that was the first after a
 * revocation or an end.
 */
export const IN_FORCE_SINCE = raw(`greatest(mr.starts_at, coalesce((
    SELECT max(v.recorded_at) FROM (
      SELECT f.recorded_at, f.body, lag(f.body) OVER (ORDER BY f.rev) AS before
      FROM sys_authz.fact_version f WHERE f.kind = 'member_role' AND f.id = mr.id AND f.space_id = mr.space_id
    ) v WHERE v.body ->> 'status' = 'active'
      AND (v.before IS NULL OR v.before ->> 'status' <> 'active' OR (v.before ->> 'expires_at')::timestamptz <= v.recorded_at)
  ), mr.created_at))`);

/** Why nobody can do anything by an assignment, as a JSON array: over the tables of {@link assignmentsInForce}. */
export function orphanReasons(now: number): Sql {
  const at = new Date(now);
  return sql`to_jsonb(array_remove(ARRAY[
    CASE WHEN m.status <> 'active' THEN 'member_disabled' END,
    CASE WHEN NOT EXISTS (SELECT FROM sys_identity.user_members um JOIN sys_identity.users u ON u.id = um.user_id
        WHERE um.space_id = mr.space_id AND um.member_id = mr.member_id AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${at}) AND u.status = 'active')
      AND NOT EXISTS (SELECT FROM sys_admin.api_keys k
        WHERE k.space_id = mr.space_id AND k.member_id = mr.member_id AND k.status = 'active' AND (k.expires_at IS NULL OR k.expires_at > ${at}))
      THEN 'no_usable_binding' END,
    CASE WHEN r.status <> 'active' THEN 'role_disabled' END,
    CASE WHEN anchor.status <> 'active' THEN 'anchor_disabled' END
  ], NULL))`;
}
