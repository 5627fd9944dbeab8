import { newId } from '../../../../kernel/ids/index.js';
import { sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { lockRights } from '../authentication/caller-grants.js';

/**
 * Keeps rights and super admins as they are until the transaction ends: the lock that the database itself takes before it counts
 * super admins. Rights first, then super admins: the order in which every change of grants takes these locks.
 */
export async function lockSetup(executor: SqlExecutor): Promise<void> {
  await lockRights(executor);
  await executor.query(sql`SELECT pg_advisory_xact_lock(hashtext('polity.super_admin'))`);
}

/** An active super admin. */
export interface SuperAdmin {
  readonly grantId: string;
  readonly userId: string;
}

/** Grant and User of an active super admin, if there is one. */
export function findSuperAdmin(executor: SqlExecutor): Promise<SuperAdmin | undefined> {
  return find(executor, sql`TRUE`);
}

/** The same without the demo's: who has only a demo administrator still lacks a first one, and needs one before the demo can go. */
export function findOwnSuperAdmin(executor: SqlExecutor): Promise<SuperAdmin | undefined> {
  return find(executor, sql`NOT u.is_demo`);
}

async function find(executor: SqlExecutor, condition: Sql): Promise<SuperAdmin | undefined> {
  const [found] = await executor.query<SuperAdmin>(sql`
    SELECT g.id AS "grantId", g.user_id AS "userId" FROM sys_admin.admin_grants g JOIN sys_identity.users u ON u.id = g.user_id
    WHERE g.level = 'instance_super_admin' AND g.status = 'active' AND u.status = 'active' AND ${condition} ORDER BY g.created_at, g.id LIMIT 1`);
  return found;
}

/** Makes a User a super admin; gives the id of the grant. */
export async function insertSuperAdmin(executor: SqlExecutor, userId: string): Promise<string> {
  const grantId = newId('ag');
  await executor.query(sql`
    INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES (${grantId}, ${userId}, 'instance_super_admin', '*')`);
  return grantId;
}
