import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations, MutationScope } from '../../../shared/services/index.js';
import type { AccessRequestRow } from '../../entities/access-request.js';
import type { MemberRoleRow } from '../../entities/member-role.js';
import type { Change } from '../filters.js';
import { MEMBER_ROLE_CONSTRAINTS, type MemberRoles } from '../member-roles.js';
import { assertNotOwn, personOf, refuseOwn } from '../own-members.js';
import { assertPending, lockRequest, settle } from './settle-request.js';

const CONSTRAINTS = {
  ...MEMBER_ROLE_CONSTRAINTS,
  access_requests_refusal_reason_check: { code: 'VALIDATION_FAILED', message: 'A reason has 1 to 1000 characters.', path: ['input', 'reason'] },
} as const;

/** Input of {@link AccessRequestDecisions.approve}. */
export interface ApproveAccessRequest extends Change {
  readonly expiresAt?: Date | null;
}

/** Input of {@link AccessRequestDecisions.refuse}. */
export interface RefuseAccessRequest extends Change {
  readonly reason: string;
}

/** Approving and refusing, by another person who may assign the Role at that place. */
export class AccessRequestDecisions {
  constructor(
    private readonly mutations: Mutations,
    private readonly memberRoles: Pick<MemberRoles, 'assign'>,
  ) {}

  /** Assigns the Role until the end that was asked for, or an earlier one, by the rules of every assignment. */
  async approve(context: RequestContext, input: ApproveAccessRequest): Promise<MutationResult<{ accessRequest: AccessRequestRow; memberRole: MemberRoleRow }>> {
    return namingTheRequest(await this.mutations.run(context, { name: 'approveAccessRequest', constraints: CONSTRAINTS }, input, async (scope) => {
      const request = await this.forDecision(scope, context, input);
      const { memberId, roleId, scopeAnchorGroupId, wantedUntil } = request;
      const expiresAt = input.expiresAt ?? wantedUntil;
      if (expiresAt.getTime() > wantedUntil.getTime()) throw invalid(['input', 'expiresAt'], 'The end may come before the one that was asked for, not after it.');
      const memberRole = await this.memberRoles.assign(scope, context, { memberId, roleId, scopeAnchorGroupId: scopeAnchorGroupId ?? null, expiresAt });
      settle(scope, context, request, 'access_request.approved', { status: 'approved', memberRoleId: memberRole.id, grantedUntil: expiresAt });
      return { accessRequest: request, memberRole };
    }));
  }

  async refuse(context: RequestContext, input: RefuseAccessRequest): Promise<MutationResult<{ accessRequest: AccessRequestRow }>> {
    return this.mutations.run(context, { name: 'refuseAccessRequest', constraints: CONSTRAINTS }, input, async (scope) => {
      const request = await this.forDecision(scope, context, input);
      settle(scope, context, request, 'access_request.refused', { status: 'refused', refusalReason: input.reason });
      return { accessRequest: request };
    });
  }

  // Four eyes: neither who asked, by whichever binding, nor anybody who acts as the Member that would get the Role.
  private async forDecision(scope: MutationScope, context: RequestContext, input: Change): Promise<AccessRequestRow> {
    const userId = personOf(context.caller);
    const { request, place } = await lockRequest(scope, context, input);
    scope.require('roles:manage', place);
    if (request.requestedByUserId === userId) refuseOwn();
    await assertNotOwn(scope.transaction, userId, [request.memberId], context.request.now);
    assertPending(request, context.request.now);
    return request;
  }
}

// Mistakes of an assignment name fields that this input does not have: the request stands for them.
function namingTheRequest<Result extends object>(result: MutationResult<Result>): MutationResult<Result> {
  const own = ['id', 'expiresAt', 'expectedVersion', 'idempotencyKey'];
  return { ...result, errors: result.errors.map((mistake) => (own.includes(mistake.path[1] ?? '') ? mistake : { ...mistake, path: ['input', 'id'] })) };
}

/** Settlement of requests on this instance. */
export const accessRequestDecisionsRef = createServiceRef<AccessRequestDecisions>({ id: 'authorization.access_request_decisions', scope: 'process' });
