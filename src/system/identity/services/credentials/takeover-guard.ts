import { PolityError } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { assertReach, isSuperAdmin, type Caller, type CallerGrant, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';
import { asCaller, rightsOf } from './account-rights.js';
import { linkInvalid, type LinkRow } from './link-row.js';

type Assert = (key: string, target: ReachTarget) => void;

/**
 * Refuses to hand out a way into a User's account to those who hold less than that User: otherwise `users:manage` would be worth as
 * much as the right of any super admin.
 *
 * @throws PolityError `ADMIN_PERMISSION_REQUIRED`
 */
export async function requireRightsOf(scope: MutationScope, { caller, request }: RequestContext, userId: string): Promise<void> {
  assertCovers(caller, await rightsOf(scope.transaction, userId, request.now), (key, target) => scope.require(key, target));
}

/**
 * Holds a link to the rights of who made it, as they are when it is used: a link does not outlive the right to make it, and the
 * account it opens may not have grown beyond its maker since.
 *
 * @throws PolityError `LINK_INVALID`
 */
export async function assertMakerStillMay(executor: SqlExecutor, link: LinkRow, now: number): Promise<void> {
  if (link.createdByUserId === null) return assertNotGrown(executor, link);
  const maker = await asCaller(executor, link.createdByUserId, now);
  if (maker === undefined) throw linkInvalid();
  try {
    for (const [key, target] of neededFor(link)) assertReach(maker, key, target, now);
    if (link.userId !== null) assertCovers(maker, await rightsOf(executor, link.userId, now), (key, target) => assertReach(maker, key, target, now));
  } catch (error) {
    throw error instanceof PolityError && error.code === 'ADMIN_PERMISSION_REQUIRED' ? linkInvalid() : error;
  }
}

// Made by the server itself or with an API key: there is nobody to ask, so rights that came later void it.
async function assertNotGrown(executor: SqlExecutor, { userId, createdAt }: LinkRow): Promise<void> {
  const [later] = await executor.query(sql`
    SELECT 1 AS later FROM sys_admin.admin_grants WHERE user_id = ${userId} AND status = 'active' AND created_at > ${createdAt} LIMIT 1`);
  if (later !== undefined) throw linkInvalid();
}

function neededFor({ purpose, spaceId, memberId }: LinkRow): readonly (readonly [string, ReachTarget])[] {
  if (purpose === 'recovery') return [['users:manage', {}]];
  const target = { spaceId: spaceId ?? undefined };
  return [['members:manage', target], ...(memberId === null ? [] : [['user_members:manage', target] as const])];
}

function assertCovers(caller: Caller, rights: readonly CallerGrant[], assert: Assert): void {
  if (isSuperAdmin(caller)) return;
  for (const { level, permissionKey, spaceId, groupPath } of rights) {
    if (level === 'instance_super_admin') throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'Only a super admin can do this to a super admin.');
    assert(permissionKey, level === 'instance_admin' ? {} : { spaceId, ...(level === 'group_admin' ? { groupPath } : {}) });
  }
}
