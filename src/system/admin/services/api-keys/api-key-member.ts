import { notFound } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { assertReach, covers, reach, type Caller } from '../../../shared/contracts/index.js';

/**
 * Checks that a key may act as a Member: letting somebody act as a Member is the right over bindings, so the caller holds
 * `user_members:manage` in the Space, or acts as this Member already.
 *
 * @throws PolityError `MEMBER_NOT_FOUND` for a Member of another Space, `ADMIN_PERMISSION_REQUIRED`
 */
export async function assertMayActAs(executor: SqlExecutor, caller: Caller, spaceId: string | null, memberId: string | null | undefined, now: number): Promise<void> {
  if (memberId === undefined || memberId === null) return;
  const isOwn = caller.actor?.memberId === memberId && caller.actor.spaceId === spaceId;
  const isKnown = isOwn || (spaceId !== null && (covers(reach(caller, 'members:read', now), { spaceId }) || covers(reach(caller, 'user_members:manage', now), { spaceId })));
  const [member] = isKnown ? await executor.query(sql`SELECT 1 AS found FROM sys_identity.members WHERE space_id = ${spaceId} AND id = ${memberId}`) : [];
  if (member === undefined) throw notFound('Member', ['input', 'memberId']);
  if (!isOwn) assertReach(caller, 'user_members:manage', { spaceId: spaceId ?? undefined }, now);
}
