import { PolityError, type InputPath } from '../../../kernel/errors/index.js';
import { every, raw, sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Actor, RequestContext } from '../../shared/contracts/index.js';
import type { ActorInput } from './check-input.js';
import { checkedId, required } from './input-checks.js';

const FIELDS = ['userId', 'memberId', 'userMemberId', 'spaceId'] as const;

/**
 * Settles who acts. An API key names all four ids. A person acts as one of the own usable bindings: the one that matches what is
 * given, or the active one of the session when nothing is.
 *
 * @throws PolityError `VALIDATION_FAILED` for an API key without an actor, `ACTIVE_MEMBER_REQUIRED` for a person without such a binding
 */
export async function askingActor(executor: SqlExecutor, context: RequestContext, input: ActorInput | null | undefined, path: InputPath): Promise<Actor> {
  const given = Object.fromEntries(FIELDS.map((field) => [field, checkedId(input?.[field], [...path, field])])) as Partial<Actor>;
  const { caller } = context;
  if (caller.kind === 'api_key' || caller.kind === 'system') {
    required(input, path);
    return Object.fromEntries(FIELDS.map((field) => [field, required(given[field], [...path, field])])) as unknown as Actor;
  }
  if (caller.actor !== undefined && FIELDS.every((field) => given[field] === undefined || given[field] === caller.actor?.[field])) return caller.actor;
  const isNamed = FIELDS.some((field) => given[field] !== undefined);
  const [own] = isNamed && caller.userId !== undefined ? await usableBindings(executor, caller.userId, given, context.request.now) : [];
  if (own === undefined) throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'The actor must be one of your own usable bindings.', { path });
  return own;
}

function usableBindings(executor: SqlExecutor, userId: string, given: Partial<Actor>, now: number): Promise<Actor[]> {
  const columns = { userId: 'um.user_id', memberId: 'um.member_id', userMemberId: 'um.id', spaceId: 'um.space_id' };
  const wanted = FIELDS.filter((field) => given[field] !== undefined).map((field) => sql`${raw(columns[field])} = ${given[field]}`);
  return executor.query<Actor>(sql`
    SELECT um.user_id AS "userId", um.member_id AS "memberId", um.id AS "userMemberId", um.space_id AS "spaceId"
    FROM sys_identity.user_members um JOIN sys_identity.members m ON m.id = um.member_id JOIN sys_identity.spaces s ON s.id = um.space_id
    WHERE um.user_id = ${userId} AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(now)})
      AND m.status = 'active' AND s.status = 'active' AND ${every(wanted)}
    ORDER BY um.is_primary DESC, s.name, m.display_name, um.id LIMIT 1`);
}
