import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql } from '../../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../../shared/contracts/index.js';
import { assertVersion, assignChanges, type MutationResult, type Mutations, type MutationScope } from '../../../shared/services/index.js';
import { AccessReviewItemEntity, type AccessReviewItemRow } from '../../entities/access-review-item.js';
import type { Change } from '../filters.js';
import { assertNotOwn, personOf } from '../own-members.js';
import type { AccessReviewQueries, ShownItem } from './access-review-queries.js';
import { MOST_AT_ONCE } from './review-bounds.js';
import { ITEMS, reviewedItems } from './review-sql.js';

const CONSTRAINTS = {
  access_review_items_comment_check: { code: 'VALIDATION_FAILED', message: 'A comment has 1 to 1000 characters.', path: ['input', 'comment'] },
} as const;

/** What is decided. */
export interface ItemOutcome {
  readonly outcome: 'keep' | 'revoke';
  readonly comment?: string | null;
}

interface LockedItem {
  readonly id: string;
  readonly spaceId: string;
  readonly groupPath: string | null;
  readonly isReviewer: boolean;
  readonly isOpen: boolean;
}

/** Keeping or revoking, item by item, by its reviewer or who may give the Role at its place; never about access of one's own. */
export class AccessReviewDecisions {
  constructor(
    private readonly mutations: Mutations,
    private readonly queries: Pick<AccessReviewQueries, 'itemsByIds'>,
  ) {}

  /** Decides one item; until the review is closed or due, the last decision counts. */
  async decide(context: RequestContext, input: Change & ItemOutcome): Promise<MutationResult<{ accessReviewItem: ShownItem }>> {
    const { errors } = await this.mutations.run(context, { name: 'decideAccessReviewItem', constraints: CONSTRAINTS }, input, async (scope) => {
      await this.decideAll(scope, context, [input.id], input, () => ['input', 'id'], input.expectedVersion);
      return {};
    });
    const [accessReviewItem] = errors.length > 0 ? [] : await this.queries.itemsByIds(context, [input.id]);
    return { accessReviewItem, errors };
  }

  /** Decides many items alike: all of them, or none. */
  async decideMany(context: RequestContext, input: ItemOutcome & { readonly ids: readonly string[] }): Promise<MutationResult<{ decidedCount: number }>> {
    return this.mutations.run(context, { name: 'decideAccessReviewItems', constraints: CONSTRAINTS }, input, async (scope) => {
      if (input.ids.length === 0 || input.ids.length > MOST_AT_ONCE) throw invalid(['input', 'ids'], `One call decides 1 to ${MOST_AT_ONCE} items.`);
      const ids = [...new Set(input.ids)];
      const items = await this.decideAll(scope, context, ids, input, (id) => ['input', 'ids', input.ids.indexOf(id)]);
      return { decidedCount: items.length };
    });
  }

  private async decideAll(
    scope: MutationScope, context: RequestContext, ids: readonly string[], { outcome, comment = null }: ItemOutcome, path: (id: string) => InputPath, version?: number | null,
  ): Promise<AccessReviewItemRow[]> {
    const { now } = context.request;
    const decidedByUserId = personOf(context.caller);
    const locked = await lockItems(scope, context, ids);
    for (const id of ids) assertMayDecide(scope, context, locked.get(id), path(id));
    const items = await scope.transaction.em.find(AccessReviewItemEntity, { id: { $in: [...ids] } }, { orderBy: { id: 'asc' } });
    await assertNotOwn(scope.transaction, decidedByUserId, items.map(({ memberId }) => memberId), now);
    let changed = 0;
    for (const item of items) {
      assertVersion(item, version);
      if (item.outcome === outcome && (item.comment ?? null) === comment && item.decidedByUserId === decidedByUserId) continue;
      changed++;
      decideOne(scope, item, { outcome, comment, decidedAt: new Date(now), decidedByUserId });
    }
    if (changed === 0) scope.unchanged();
    return items;
  }
}

// The review is held against its closing, not against other reviewers; an item against everybody.
async function lockItems(scope: MutationScope, context: RequestContext, ids: readonly string[]): Promise<ReadonlyMap<string, LockedItem>> {
  const { transaction } = scope;
  await transaction.query(sql`
    SELECT 1 AS held FROM sys_authz.access_reviews WHERE id IN (SELECT review_id FROM sys_authz.access_review_items WHERE id = ANY (${[...ids]})) ORDER BY id FOR SHARE`);
  const rows = await transaction.query<LockedItem>(sql`
    SELECT i.id, i.space_id AS "spaceId", anchor.path AS "groupPath", ${reviewedItems(context)} AS "isReviewer",
      v.status = 'open' AND v.due_at > ${new Date(context.request.now)} AS "isOpen"
    FROM ${ITEMS} WHERE i.id = ANY (${[...ids]}) ORDER BY i.id FOR UPDATE OF i`);
  return new Map(rows.map((row) => [row.id, row]));
}

function assertMayDecide(scope: MutationScope, context: RequestContext, item: LockedItem | undefined, path: InputPath): asserts item is LockedItem {
  const place = item === undefined ? undefined : { spaceId: item.spaceId, ...(item.groupPath === null ? {} : { groupPath: item.groupPath }) };
  const reads = place !== undefined && ['roles:read', 'roles:manage'].some((key) => covers(reach(context.caller, key, context.request.now), place));
  if (item === undefined || place === undefined || !(item.isReviewer || reads)) throw notFound('AccessReviewItem', path);
  if (!item.isReviewer) scope.require('roles:manage', place);
  if (!item.isOpen) throw invalid(path, 'This review takes no more decisions.', 'ACCESS_REVIEW_CLOSED');
}

function decideOne(scope: MutationScope, item: AccessReviewItemRow, decided: Required<Pick<AccessReviewItemRow, 'outcome' | 'comment' | 'decidedAt' | 'decidedByUserId'>>): void {
  const { comment, ...changes } = assignChanges(item, decided);
  const { id, spaceId, reviewId, memberRoleId, memberId, roleId, scopeAnchorGroupId } = item;
  scope.audit({
    type: 'access_review.item_decided',
    spaceId,
    ...(scopeAnchorGroupId === null || scopeAnchorGroupId === undefined ? {} : { groupId: scopeAnchorGroupId }),
    target: { type: 'AccessReviewItem', id },
    changes,
    details: { reviewId, memberRoleId, memberId, roleId, scopeAnchorGroupId: scopeAnchorGroupId ?? null },
    ...(comment === undefined || decided.decidedByUserId === null ? {} : { personal: { subject: decided.decidedByUserId, values: { comment: comment[1] } } }),
  });
}

/** Decisions of reviewers on this instance. */
export const accessReviewDecisionsRef = createServiceRef<AccessReviewDecisions>({ id: 'authorization.access_review_decisions', scope: 'process' });
