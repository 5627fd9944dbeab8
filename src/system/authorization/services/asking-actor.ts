import { PolityError, type InputPath } from '../../../kernel/errors/index.js';
import { every, raw, sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Actor, RequestContext } from '../../shared/contracts/index.js';
import type { ActorInput } from './check-input.js';
import { checkedId, required } from './input-checks.js';
import { usableBindings } from './own-members.js';

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
  const [own] = isNamed && caller.userId !== undefined ? await ownBindings(executor, caller.userId, given, context.request.now) : [];
  if (own === undefined) throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'The actor must be one of your own usable bindings.', { path });
  return own;
}

function ownBindings(executor: SqlExecutor, userId: string, given: Partial<Actor>, now: number): Promise<Actor[]> {
  const columns = { userId: 'um.user_id', memberId: 'um.member_id', userMemberId: 'um.id', spaceId: 'um.space_id' };
  const wanted = FIELDS.filter((field) => given[field] !== undefined).map((field) => sql`${raw(columns[field])} = ${given[field]}`);
  return executor.query<Actor>(usableBindings(userId, now, every(wanted)));
}
