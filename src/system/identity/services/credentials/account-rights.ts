import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Caller, CallerGrant } from '../../../shared/contracts/index.js';

/**
 * The control-plane rights that come with an account, whoever is signed in to it and whether it is disabled or not. Read from the
 * table itself: what the control plane tells of a caller needs a credential, and here there is none.
 */
export async function rightsOf(executor: SqlExecutor, userId: string, now: number): Promise<readonly CallerGrant[]> {
  const rows = await executor.query<Omit<CallerGrant, 'expiresAt'>>(sql`
    SELECT g.id, g.level, g.permission_key AS "permissionKey", g.space_id AS "spaceId", g.group_id AS "groupId", gr.path AS "groupPath"
    FROM sys_admin.admin_grants g LEFT JOIN sys_identity.groups gr ON gr.space_id = g.space_id AND gr.id = g.group_id
    WHERE g.user_id = ${userId} AND g.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > ${new Date(now)})`);
  return rows.map(({ id, level, permissionKey, spaceId, groupId, groupPath }) => ({
    id, level, permissionKey, spaceId: spaceId ?? undefined, groupId: groupId ?? undefined, groupPath: groupPath ?? undefined,
  }));
}

/** An active User with the rights of its account, as if it asked; undefined when it is disabled. */
export async function asCaller(executor: SqlExecutor, userId: string, now: number): Promise<Caller | undefined> {
  const [active] = await executor.query(sql`SELECT 1 AS active FROM sys_identity.users WHERE id = ${userId} AND status = 'active'`);
  return active === undefined ? undefined : { kind: 'session', key: `user:${userId}`, userId, grants: await rightsOf(executor, userId, now), revision: 0 };
}
