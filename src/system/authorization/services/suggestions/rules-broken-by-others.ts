import { sql, type SqlExecutor } from '../../../../persistence/index.js';

/** A Permission that would be given to Roles. */
export interface GivenPermission {
  readonly spaceId: string;
  readonly permissionId: string;
  /** The Role and those that inherit it. */
  readonly roleIds: readonly string[];
  readonly now: number;
}

/**
 * Active rules of separation that somebody who holds the Roles would newly exceed by the Permission: who holds as many of the others of
 * a rule as it allows, and not this one yet. A mutation would be refused for it, whomever it was made for.
 */
export async function rulesBrokenByOthers(executor: SqlExecutor, { spaceId, permissionId, roleIds, now }: GivenPermission): Promise<string[]> {
  const rows = await executor.query<{ ruleId: string }>(sql`
    WITH rule AS (
      SELECT r.* FROM sys_authz.separation_rules r WHERE r.space_id = ${spaceId} AND r.status = 'active' AND ${permissionId} = ANY (r.permission_ids)
    ), holder AS (
      SELECT DISTINCT mr.member_id FROM sys_authz.member_roles mr
      WHERE mr.space_id = ${spaceId} AND mr.role_id = ANY (${roleIds}) AND mr.status = 'active' AND (mr.expires_at IS NULL OR mr.expires_at > ${new Date(now)})
    ), full_up AS (
      SELECT v.rule_id, v.member_id FROM sys_authz.separation_violations(
        (SELECT jsonb_agg(to_jsonb(r) || jsonb_build_object('permission_ids', array_remove(r.permission_ids, ${permissionId}), 'at_most', r.at_most - 1)) FROM rule r),
        NULL, ${new Date(now)}) v
    ), has_it AS (
      SELECT v.member_id FROM sys_authz.separation_violations(
        (SELECT jsonb_agg(to_jsonb(r) || jsonb_build_object('permission_ids', ARRAY[${permissionId}], 'at_most', 0)) FROM (SELECT * FROM rule LIMIT 1) r),
        NULL, ${new Date(now)}) v
    )
    SELECT DISTINCT f.rule_id AS "ruleId" FROM full_up f JOIN holder h ON h.member_id = f.member_id
    WHERE f.member_id NOT IN (SELECT member_id FROM has_it) ORDER BY 1`);
  return rows.map(({ ruleId }) => ruleId);
}
