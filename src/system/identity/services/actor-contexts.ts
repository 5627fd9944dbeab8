import { notFound, PolityError } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql, type SqlExecutor } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import { listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../shared/services/index.js';
import { equals } from './support/index.js';
import { BINDING_ORDER } from './user-members.js';

const COLUMNS = raw(`um.id AS "userMemberId", um.member_id AS "memberId", m.display_name AS "memberDisplayName", um.space_id AS "spaceId",
  s.name AS "spaceName", um.relation_type AS "relationType", um.is_primary AS "isPrimary", um.expires_at AS "expiresAt"`);

const FROM = raw(`sys_identity.user_members um JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id
  JOIN sys_identity.spaces s ON s.id = um.space_id JOIN sys_identity.users u ON u.id = um.user_id`);

const ORDER = raw(BINDING_ORDER.map(({ expression, direction }) => `${expression} ${direction}`).join(', '));

/** A binding that its User may act by now. Names of Space and Member are the User's own to see, without any control-plane right. */
export interface UsableBinding {
  readonly userMemberId: string;
  readonly memberId: string;
  readonly memberDisplayName: string;
  readonly spaceId: string;
  readonly spaceName: string;
  readonly relationType: string;
  readonly isPrimary: boolean;
  readonly expiresAt: Date | null;
}

/** Input of {@link ActorContexts.switchMember}; without ids the first usable binding is taken. */
export interface SwitchMember {
  readonly memberId?: string | null;
  readonly userMemberId?: string | null;
}

/** As whom a User may act, and acts. */
export class ActorContexts {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Usable bindings of the caller's User: primary first, then by Space and Member name. */
  async bindings(context: RequestContext, page: PageInput): Promise<ListPage<UsableBinding>> {
    return listPage<UsableBinding>(this.database, 'actorBindings', { select: COLUMNS, from: FROM, where: usable(context), order: BINDING_ORDER }, page);
  }

  /** The binding stored in the session while it is usable, else the first usable one; undefined when there is none. */
  async active(context: RequestContext): Promise<UsableBinding | undefined> {
    const stored = context.caller.kind === 'session' ? sql`(SELECT active_user_member_id FROM sys_identity.sessions WHERE id = ${context.caller.credentialId})` : raw('NULL');
    const [binding] = await this.database.query<UsableBinding>(sql`
      SELECT ${COLUMNS} FROM ${FROM} WHERE ${usable(context)} ORDER BY (um.id = ${stored}) DESC NULLS LAST, ${ORDER} LIMIT 1`);
    return binding;
  }

  /**
   * Stores a usable binding of the caller's own User in the session.
   *
   * @throws PolityError `ACTIVE_MEMBER_REQUIRED` when the User has no usable binding at all
   */
  async switchMember(context: RequestContext, input: SwitchMember): Promise<MutationResult<{ active: UsableBinding }>> {
    return this.mutations.run(context, { name: 'switchMember' }, input, async (scope) => {
      const { transaction } = scope;
      const { kind, credentialId } = context.caller;
      const [session] = kind !== 'session' ? [] : await transaction.query<{ active: string | null }>(sql`
        SELECT active_user_member_id AS active FROM sys_identity.sessions WHERE id = ${credentialId} AND ended_at IS NULL FOR UPDATE`);
      if (session === undefined || credentialId === undefined) throw notFound('Session', ['input']);
      const active = await chosen(transaction, context, input);
      if (session.active === active.userMemberId) {
        scope.unchanged();
        return { active };
      }
      await transaction.query(sql`UPDATE sys_identity.sessions SET active_user_member_id = ${active.userMemberId} WHERE id = ${credentialId}`);
      transaction.touch('');
      scope.audit({
        type: 'session.member_switched',
        spaceId: active.spaceId,
        target: { type: 'Session', id: credentialId },
        changes: { activeUserMemberId: [session.active, active.userMemberId] },
      });
      return { active };
    });
  }
}

// Foreign, unusable and absent bindings answer alike.
async function chosen(executor: SqlExecutor, context: RequestContext, { memberId, userMemberId }: SwitchMember): Promise<UsableBinding> {
  const where = every([usable(context), ...equals('um.id', userMemberId), ...equals('um.member_id', memberId)]);
  const [binding] = await executor.query<UsableBinding>(sql`SELECT ${COLUMNS} FROM ${FROM} WHERE ${where} ORDER BY ${ORDER} LIMIT 1`);
  if (binding !== undefined) return binding;
  if (userMemberId !== undefined && userMemberId !== null) throw notFound('UserMember', ['input', 'userMemberId']);
  if (memberId !== undefined && memberId !== null) throw notFound('Member', ['input', 'memberId']);
  throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'This User is bound to no Member that is in use.');
}

function usable({ caller, request }: RequestContext): Sql {
  if (caller.userId === undefined) return raw('FALSE');
  return sql`(um.user_id = ${caller.userId} AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(request.now)})
    AND u.status = 'active' AND m.status = 'active' AND s.status = 'active')`;
}

/** As whom Users act. */
export const actorContextsRef = createServiceRef<ActorContexts>({ id: 'identity.actor_contexts', scope: 'process' });
