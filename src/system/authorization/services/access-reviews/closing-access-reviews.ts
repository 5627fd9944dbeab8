import { invariant, notFound } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { covers, reach, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';
import { assertVersion, assignChanges, type MutationResult, type Mutations, type MutationScope } from '../../../shared/services/index.js';
import type { AccessReviewItemRow } from '../../entities/access-review-item.js';
import { AccessReviewEntity, type AccessReviewRow } from '../../entities/access-review.js';
import { MemberRoleEntity } from '../../entities/member-role.js';
import type { Change } from '../filters.js';
import { MEMBER_ROLE_CONSTRAINTS, type MemberRoles } from '../member-roles.js';
import { assertSpaceOpen } from '../space-place.js';
import type { ShownReview } from './access-review-queries.js';
import { itemsHash } from './frozen-item.js';
import type { ItemResult, ReviewResults } from './review-result.js';
import { ITEM_COLUMNS, ITEMS, REVIEWS } from './review-sql.js';

const ROWS_AT_ONCE = 1_000;

/** An item at the closing of its review, and whether its assignment is still the frozen one. */
interface ClosingItem extends AccessReviewItemRow {
  readonly groupPath: string | null;
  readonly isUnchanged: boolean;
}

/** Ends reviews: does what was decided, and signs what came of it. */
export class ClosingAccessReviews {
  constructor(
    private readonly mutations: Mutations,
    private readonly memberRoles: Pick<MemberRoles, 'takeAway'>,
    private readonly results: Pick<ReviewResults, 'sign'>,
  ) {}

  /**
   * Revokes, in one transaction, what is to be revoked and is still as it was frozen. What changed meanwhile is reported and left
   * alone. A review that is closed stays as it is.
   */
  async close(context: RequestContext, input: Change): Promise<MutationResult<{ accessReview: ShownReview }>> {
    return this.mutations.run(context, { name: 'closeAccessReview', constraints: MEMBER_ROLE_CONSTRAINTS }, input, async (scope) => {
      const accessReview = await lockReview(scope, context, input);
      if (accessReview.status === 'closed') {
        scope.unchanged();
        return { accessReview: withoutResult(accessReview) };
      }
      const at = new Date(context.request.now);
      const items = await lockAssignments(scope.transaction, accessReview.id);
      invariant(itemsHash(items.map(frozenOf)) === accessReview.itemsSha256, 'The items of a review are the ones that it froze.');
      const results = items.map((item) => resultOf(item, accessReview.undecided));
      await this.revoke(scope, context, accessReview, items.filter((_item, index) => results[index]?.result === 'revoked'));
      results.sort((one, other) => (one.id < other.id ? -1 : 1));
      await storeResults(scope.transaction, results);
      const { jws, sha256, kid } = await this.results.sign(accessReview, results, { at, by: closerOf(context) });
      assignChanges(accessReview, { status: 'closed', closedAt: at, closedByUserId: context.caller.userId ?? null, resultJws: jws, resultSha256: sha256 });
      scope.audit({
        type: 'access_review.closed',
        spaceId: accessReview.spaceId,
        ...(accessReview.groupId === null || accessReview.groupId === undefined ? {} : { groupId: accessReview.groupId }),
        target: { type: 'AccessReview', id: accessReview.id },
        changes: { status: ['open', 'closed'] },
        details: { ...countsOf(results), resultSha256: sha256, kid },
      });
      // What is answered is as it will be stored.
      await scope.transaction.em.flush();
      return { accessReview: withoutResult(accessReview) };
    });
  }

  private async revoke(scope: MutationScope, context: RequestContext, { id, spaceId }: AccessReviewRow, items: readonly ClosingItem[]): Promise<void> {
    for (const groupPath of new Set(items.map((item) => item.groupPath))) scope.require('roles:manage', { spaceId, ...(groupPath === null ? {} : { groupPath }) });
    for (let start = 0; start < items.length; start += ROWS_AT_ONCE) {
      const ids = items.slice(start, start + ROWS_AT_ONCE).map(({ memberRoleId }) => memberRoleId);
      const memberRoles = await scope.transaction.em.find(MemberRoleEntity, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
      await this.memberRoles.takeAway(scope, context, memberRoles, `Access review ${id}`);
    }
  }
}

// The signed result is large, and an answer that is kept for a repetition has no use for it.
function withoutResult({ resultJws: _result, ...review }: AccessReviewRow): ShownReview {
  return review;
}

// Of closings at one moment the first acts, and the others find the review closed; decisions end before it or come after it.
async function lockReview(scope: MutationScope, context: RequestContext, input: Change): Promise<AccessReviewRow> {
  const { transaction } = scope;
  const [found] = await transaction.query<{ spaceId: string; groupPath: string | null }>(
    sql`SELECT v.space_id AS "spaceId", place.path AS "groupPath" FROM ${REVIEWS} WHERE v.id = ${input.id} FOR UPDATE OF v`);
  const place: ReachTarget | undefined = found === undefined ? undefined : { spaceId: found.spaceId, ...(found.groupPath === null ? {} : { groupPath: found.groupPath }) };
  const isReadable = place !== undefined && ['roles:read', 'roles:manage'].some((key) => covers(reach(context.caller, key, context.request.now), place));
  const review = isReadable ? await transaction.em.findOne(AccessReviewEntity, { id: input.id }) : null;
  if (place === undefined || review === null) throw notFound('AccessReview', ['input', 'id']);
  scope.require('roles:manage', place);
  await assertSpaceOpen(transaction, review.spaceId);
  assertVersion(review, input.expectedVersion);
  return review;
}

// In the order of the assignments, as everybody locks who locks several.
function lockAssignments(executor: SqlExecutor, reviewId: string): Promise<ClosingItem[]> {
  return executor.query<ClosingItem>(sql`
    SELECT ${ITEM_COLUMNS}, anchor.path AS "groupPath", sys_authz.assignment_state(mr) = i.assignment_state AS "isUnchanged"
    FROM ${ITEMS} JOIN sys_authz.member_roles mr ON mr.id = i.member_role_id
    WHERE i.review_id = ${reviewId} ORDER BY mr.id FOR UPDATE OF mr`);
}

// The database gives null where the unit of work may have nothing.
function frozenOf(item: ClosingItem): Parameters<typeof itemsHash>[0][number] {
  const { scopeAnchorGroupId = null, scopeAnchorPath = null, endsAt = null, condition = null, lastUsedAt = null, reviewerUserId = null, reviewerMemberId = null } = item;
  return { ...item, scopeAnchorGroupId, scopeAnchorPath, endsAt, condition, lastUsedAt, reviewerUserId, reviewerMemberId };
}

function resultOf(item: ClosingItem, undecided: AccessReviewRow['undecided']): ItemResult {
  const outcome = item.outcome ?? undecided;
  return {
    id: item.id,
    memberRoleId: item.memberRoleId,
    isOrphan: item.orphanReasons.length > 0,
    outcome,
    decidedByUserId: item.decidedByUserId ?? undefined,
    decidedAt: item.decidedAt ?? undefined,
    result: !item.isUnchanged ? 'changed' : outcome === 'keep' ? 'kept' : 'revoked',
  };
}

async function storeResults(executor: SqlExecutor, results: readonly ItemResult[]): Promise<void> {
  await executor.query(sql`
    UPDATE sys_authz.access_review_items i SET result = r.result, version = i.version + 1, updated_at = now()
    FROM unnest(${results.map(({ id }) => id)}::text[], ${results.map(({ result }) => result)}::text[]) AS r (id, result) WHERE i.id = r.id`);
}

function countsOf(results: readonly ItemResult[]): Record<ItemResult['result'], number> {
  const counts = { kept: 0, revoked: 0, changed: 0 };
  for (const { result } of results) counts[result]++;
  return counts;
}

function closerOf({ caller: { kind, userId, credentialId } }: RequestContext): { readonly kind: string; readonly id: string | null } {
  return { kind, id: kind === 'api_key' ? (credentialId ?? null) : (userId ?? null) };
}

/** Closing of reviews on this instance. */
export const closingAccessReviewsRef = createServiceRef<ClosingAccessReviews>({ id: 'authorization.access_review_closing', scope: 'process' });
