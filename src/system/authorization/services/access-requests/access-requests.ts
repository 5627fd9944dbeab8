import { invalid, notFound, PolityError } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Actor, RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations } from '../../../shared/services/index.js';
import { AccessRequestEntity, type AccessRequestRow } from '../../entities/access-request.js';
import type { Change } from '../filters.js';
import { personOf, usableBindings } from '../own-members.js';
import { lapseOf, MOST_PENDING } from './request-bounds.js';
import { lockRequest, settle } from './settle-request.js';

const PENDING = { code: 'ALREADY_EXISTS', message: 'This Member has asked for this Role at this anchor and waits for an answer.', path: ['input', 'roleId'] } as const;
const CONSTRAINTS = {
  access_requests_pending: PENDING,
  access_requests_reason_check: { code: 'VALIDATION_FAILED', message: 'A reason has 1 to 1000 characters.', path: ['input', 'reason'] },
} as const;

/** Input of {@link AccessRequests.ask}. */
export interface RequestAccess {
  readonly roleId: string;
  readonly scopeAnchorGroupId?: string | null;
  readonly memberId?: string | null;
  readonly reason: string;
  readonly expiresAt: Date;
  readonly deniedDecision?: string | null;
}

type Result = Promise<MutationResult<{ accessRequest: AccessRequestRow }>>;

/** Asking for a Role, and asking no more. */
export class AccessRequests {
  constructor(private readonly mutations: Mutations) {}

  /** Asks for a Role as one of the own Members. What the asker may not ask for answers like what does not exist. */
  async ask(context: RequestContext, input: RequestAccess): Result {
    return this.mutations.run(context, { name: 'requestAccess', constraints: CONSTRAINTS }, input, async (scope) => {
      const { transaction } = scope;
      const { now } = context.request;
      const actor = await askingMember(transaction, context, input.memberId ?? undefined);
      const { spaceId, memberId } = actor;
      const lapsesAt = lapseOf(input.expiresAt, now);
      await assertRequestable(transaction, spaceId, input);
      await assertDenied(transaction, actor, input.deniedDecision ?? undefined);
      const wanted = { memberId, roleId: input.roleId, scopeAnchorGroupId: input.scopeAnchorGroupId ?? null };
      await makeRoom(transaction, wanted, now);
      const accessRequest = transaction.em.create(AccessRequestEntity, {
        id: newId('areq'), spaceId, ...wanted, requestedByUserId: actor.userId, requestedByUserMemberId: actor.userMemberId,
        reason: input.reason, wantedUntil: input.expiresAt, lapsesAt, deniedDecisionId: input.deniedDecision ?? null,
      });
      scope.audit({
        type: 'access_request.created',
        spaceId,
        ...(wanted.scopeAnchorGroupId === null ? {} : { groupId: wanted.scopeAnchorGroupId }),
        actor,
        target: { type: 'AccessRequest', id: accessRequest.id },
        changes: { status: [null, 'pending'] },
        details: { ...wanted, expiresAt: input.expiresAt.toISOString(), deniedDecision: input.deniedDecision ?? null },
        personal: { subject: actor.userId, values: { reason: input.reason } },
      });
      return { accessRequest };
    });
  }

  /** Takes back a request of the own User. */
  async withdraw(context: RequestContext, input: Change): Result {
    return this.mutations.run(context, { name: 'withdrawAccessRequest' }, input, async (scope) => {
      const userId = personOf(context.caller);
      const { request } = await lockRequest(scope, context, input);
      if (request.requestedByUserId !== userId) {
        throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'A request is withdrawn by who made it; others refuse it.', { details: { permission: 'roles:manage' } });
      }
      if (request.status === 'withdrawn') scope.unchanged();
      else settle(scope, context, request, 'access_request.withdrawn', { status: 'withdrawn' });
      return { accessRequest: request };
    });
  }
}

// Read anew, not from the caller: what a binding allows ends with it.
async function askingMember(executor: SqlExecutor, { caller, request }: RequestContext, memberId: string | undefined): Promise<Actor> {
  const userId = personOf(caller);
  const wanted = memberId === undefined ? sql`um.id = ${caller.actor?.userMemberId ?? null}` : sql`um.member_id = ${memberId}`;
  const [actor] = await executor.query<Actor>(usableBindings(userId, request.now, wanted));
  if (actor !== undefined) return actor;
  if (memberId !== undefined) throw notFound('Member', ['input', 'memberId']);
  throw new PolityError('ACTIVE_MEMBER_REQUIRED', 'Access is asked for as a Member, and you act as none.');
}

async function assertRequestable(executor: SqlExecutor, spaceId: string, { roleId, scopeAnchorGroupId }: RequestAccess): Promise<void> {
  const [role] = await executor.query(sql`
    SELECT 1 AS found FROM sys_authz.roles WHERE id = ${roleId} AND space_id = ${spaceId} AND requestable AND status = 'active'`);
  if (role === undefined) throw notFound('Role', ['input', 'roleId']);
  if (scopeAnchorGroupId === undefined || scopeAnchorGroupId === null) return;
  const [group] = await executor.query(sql`
    SELECT 1 AS found FROM sys_identity.groups WHERE id = ${scopeAnchorGroupId} AND space_id = ${spaceId} AND status = 'active'`);
  if (group === undefined) throw notFound('Group', ['input', 'scopeAnchorGroupId']);
}

// A request may name the decision that led to it, when that was a denial of the Member who asks.
async function assertDenied(executor: SqlExecutor, { spaceId, memberId }: Actor, eventId: string | undefined): Promise<void> {
  if (eventId === undefined) return;
  const [event] = await executor.query(sql`
    SELECT 1 AS found FROM sys_audit.event WHERE id = ${eventId} AND type = 'authorization.decision' AND decision = 'DENY'
      AND space_id = ${spaceId} AND actor_member_id = ${memberId}`);
  if (event === undefined) throw notFound('AuditEvent', ['input', 'deniedDecision']);
}

type Wanted = Pick<AccessRequestRow, 'memberId' | 'roleId' | 'scopeAnchorGroupId'>;

// One request waits for each Member, Role and anchor. One that lapsed gives way, and is written down as what it is.
async function makeRoom(executor: SqlExecutor, wanted: Wanted, now: number): Promise<void> {
  const at = new Date(now);
  const same = (alias: Sql): Sql => sql`${alias}.member_id = ${wanted.memberId} AND ${alias}.role_id = ${wanted.roleId}
    AND ${alias}.scope_anchor_group_id IS NOT DISTINCT FROM ${wanted.scopeAnchorGroupId}`;
  const [held] = await executor.query(sql`
    SELECT 1 AS held FROM sys_authz.member_roles mr WHERE ${same(sql`mr`)} AND mr.status = 'active' AND (mr.expires_at IS NULL OR mr.expires_at > ${at})`);
  if (held !== undefined) throw invalid(PENDING.path, 'The Member holds this Role at this anchor.', 'ALREADY_EXISTS');
  await executor.query(sql`
    UPDATE sys_authz.access_requests a SET status = 'expired', settled_at = ${at}, updated_at = ${at}, version = a.version + 1
    WHERE ${same(sql`a`)} AND a.status = 'pending' AND a.lapses_at <= ${at}`);
  const [waiting] = await executor.query<{ count: number }>(sql`
    SELECT count(*)::int AS count FROM sys_authz.access_requests WHERE member_id = ${wanted.memberId} AND status = 'pending' AND lapses_at > ${at}`);
  if ((waiting?.count ?? 0) >= MOST_PENDING) throw invalid(['input'], `A Member has at most ${MOST_PENDING} requests that wait for an answer.`);
}

/** Asking for access on this instance. */
export const accessRequestsRef = createServiceRef<AccessRequests>({ id: 'authorization.access_requests', scope: 'process' });
