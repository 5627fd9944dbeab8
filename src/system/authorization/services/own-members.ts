import { PolityError } from '../../../kernel/errors/index.js';
import { raw, sql, type Sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Caller } from '../../shared/contracts/index.js';

/**
 * The User behind a caller.
 *
 * @throws PolityError `ACTIVE_MEMBER_REQUIRED` for API keys: what concerns access of people is asked and decided by people
 */
export function personOf({ kind, userId }: Caller): string {
  if ((kind === 'session' || kind === 'oidc') && userId !== undefined) return userId;
  throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'People do this in a session of their own, not API keys.');
}

/** Bindings that a User may act by at a moment, with the four ids of an actor; the first choice first. `more` narrows by `um`, `m` and `s`. */
export function usableBindings(userId: string, now: number, more: Sql = raw('TRUE')): Sql {
  return sql`
    SELECT um.user_id AS "userId", um.member_id AS "memberId", um.id AS "userMemberId", um.space_id AS "spaceId"
    FROM sys_identity.user_members um JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id
    JOIN sys_identity.spaces s ON s.id = um.space_id JOIN sys_identity.users u ON u.id = um.user_id
    WHERE um.user_id = ${userId} AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(now)})
      AND u.status = 'active' AND m.status = 'active' AND s.status = 'active' AND ${more}
    ORDER BY um.is_primary DESC, s.name, m.display_name, um.id`;
}

/** Predicate: a User is bound to the Member in a column, whatever the state of Member and Space. */
export function isBoundTo(userId: string, memberColumn: string, now: number): Sql {
  return sql`EXISTS (SELECT FROM sys_identity.user_members own WHERE own.member_id = ${raw(memberColumn)} AND own.user_id = ${userId}
    AND own.status = 'active' AND (own.expires_at IS NULL OR own.expires_at > ${new Date(now)}))`;
}

/** @throws PolityError `FOUR_EYES_REQUIRED` when the User is bound to one of the Members: nobody decides about access of one's own. */
export async function assertNotOwn(executor: SqlExecutor, userId: string, memberIds: readonly string[], now: number): Promise<void> {
  const [own] = await executor.query(sql`SELECT 1 AS own FROM unnest(${[...memberIds]}::text[]) AS about (member_id) WHERE ${isBoundTo(userId, 'about.member_id', now)} LIMIT 1`);
  if (own !== undefined) refuseOwn();
}

/** @throws PolityError `FOUR_EYES_REQUIRED` */
export function refuseOwn(): never {
  throw new PolityError('FOUR_EYES_REQUIRED', 'Somebody else must decide about your own access.');
}
