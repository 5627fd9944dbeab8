import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { sql } from '../../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../../shared/contracts/index.js';
import { assertVersion, assignChanges, type MutationScope } from '../../../shared/services/index.js';
import { AccessRequestEntity, type AccessRequestRow } from '../../entities/access-request.js';
import type { AssignmentPlace } from '../delegation.js';
import type { Change } from '../filters.js';
import { personOf } from '../own-members.js';
import { REQUESTS } from './request-sql.js';

/** A request that nobody else can settle before the transaction ends, and where its Role would lie. */
export interface LockedRequest {
  readonly request: AccessRequestRow;
  readonly place: AssignmentPlace;
}

/**
 * Takes hold of a request that is the caller's own or within its reach: of settlements at one moment the first wins, and the others
 * find it settled.
 *
 * @throws PolityError `ACCESS_REQUEST_NOT_FOUND` for absent and hidden alike, `CONFLICT`
 */
export async function lockRequest(scope: MutationScope, context: RequestContext, input: Change): Promise<LockedRequest> {
  const { caller, request: { now } } = context;
  const [found] = await scope.transaction.query<{ spaceId: string; groupPath: string | null; askerId: string }>(sql`
    SELECT a.space_id AS "spaceId", anchor.path AS "groupPath", a.requested_by_user_id AS "askerId" FROM ${REQUESTS} WHERE a.id = ${input.id} FOR UPDATE OF a`);
  const place = found === undefined ? undefined : { spaceId: found.spaceId, ...(found.groupPath === null ? {} : { groupPath: found.groupPath }) };
  const isReadable = place !== undefined && (found?.askerId === caller.userId || covers(reach(caller, 'roles:manage', now), place));
  const request = isReadable ? await scope.transaction.em.findOne(AccessRequestEntity, { id: input.id }) : null;
  if (place === undefined || request === null) throw notFound('AccessRequest', ['input', 'id']);
  assertVersion(request, input.expectedVersion);
  return { request, place };
}

/**
 * Ends a request that waits.
 *
 * @throws PolityError `ACCESS_REQUEST_SETTLED` when it waits no more
 */
export function settle(
  scope: MutationScope,
  context: RequestContext,
  request: AccessRequestRow,
  type: string,
  outcome: Pick<AccessRequestRow, 'status'> & Partial<Pick<AccessRequestRow, 'memberRoleId' | 'grantedUntil' | 'refusalReason'>>,
): void {
  assertPending(request, context.request.now);
  const settledByUserId = personOf(context.caller);
  const { refusalReason: reason, ...changes } = assignChanges(request, { ...outcome, settledByUserId, settledAt: new Date(context.request.now) });
  const { id, spaceId, scopeAnchorGroupId, memberId, roleId } = request;
  scope.audit({
    type,
    spaceId,
    ...(scopeAnchorGroupId === null || scopeAnchorGroupId === undefined ? {} : { groupId: scopeAnchorGroupId }),
    target: { type: 'AccessRequest', id },
    changes,
    details: { memberId, roleId, scopeAnchorGroupId: scopeAnchorGroupId ?? null, requestedByUserId: request.requestedByUserId },
    // What is written about somebody is that person's to have erased.
    ...(reason === undefined ? {} : { personal: { subject: request.requestedByUserId, values: { refusalReason: reason[1] } } }),
  });
}

/** @throws PolityError `ACCESS_REQUEST_SETTLED` */
export function assertPending({ status, lapsesAt }: AccessRequestRow, now: number): void {
  const stands = status === 'pending' && lapsesAt.getTime() <= now ? 'expired' : status;
  if (stands !== 'pending') throw invalid(['input', 'id'], `This request is ${stands}.`, 'ACCESS_REQUEST_SETTLED');
}
