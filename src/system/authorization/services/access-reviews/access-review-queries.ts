import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, some, sql, type Database, type Sql } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type PageInput } from '../../../shared/services/index.js';
import type { AccessReviewItemRow } from '../../entities/access-review-item.js';
import type { AccessReviewRow } from '../../entities/access-review.js';
import { equalities, inOrder } from '../filters.js';
import { ITEM_COLUMNS, ITEMS, readableItems, readableReviews, REVIEW_COLUMNS, reviewedItems, REVIEWS } from './review-sql.js';

/** A review as the API shows it; its signed result is read apart. */
export type ShownReview = Omit<AccessReviewRow, 'resultJws'>;

/** An item as the API shows it, with what Member and Role are called now. */
export type ShownItem = Omit<AccessReviewItemRow, 'assignmentState'> & { readonly memberDisplayName: string; readonly roleName: string };

/** Filters of {@link AccessReviewQueries.list}. */
export interface AccessReviewFilter {
  readonly spaceId?: string | null;
  readonly status?: string | null;
}

/** Filters of items. */
export interface ReviewItemFilter {
  readonly reviewId?: string | null;
  readonly outcome?: string | null;
  readonly result?: string | null;
  readonly isDecided?: boolean | null;
  readonly isOrphan?: boolean | null;
  readonly memberId?: string | null;
  readonly roleId?: string | null;
  /** Status of the review. */
  readonly reviewStatus?: string | null;
}

/** The signed result of a review that is closed. */
export interface ReviewResult {
  readonly jws: string;
  readonly sha256: string;
}

/** Reviews of access, as those see them who may read the Roles of their place, and those who review. */
export class AccessReviewQueries {
  constructor(private readonly database: Database) {}

  /** Reviews, newest first. */
  list(context: RequestContext, filter: AccessReviewFilter, page: PageInput): Promise<ListPage<ShownReview>> {
    return listPage<ShownReview>(this.database, 'accessReviews', {
      select: REVIEW_COLUMNS,
      from: REVIEWS,
      where: every([readableReviews(context), ...equalities({ 'v.space_id': filter.spaceId, 'v.status': filter.status })]),
      order: [{ expression: 'v.id', direction: 'DESC', type: 'text' }],
    }, page);
  }

  /** Reviews by id that the caller may read or reviews something of, in the order of the ids. */
  byIds(context: RequestContext, ids: readonly string[]): Promise<(ShownReview | undefined)[]> {
    const reviews = sql`EXISTS (SELECT FROM sys_authz.access_review_items i LEFT JOIN sys_identity.groups anchor ON anchor.id = i.scope_anchor_group_id
      WHERE i.review_id = v.id AND ${reviewedItems(context)})`;
    return inOrder<ShownReview>(this.database, sql`SELECT ${REVIEW_COLUMNS} FROM ${REVIEWS} WHERE v.id = ANY (${ids}) AND ${some([readableReviews(context), reviews])}`, ids);
  }

  /** The signed result, for those who may read the whole review: it names every item. */
  async resultOf(context: RequestContext, reviewId: string): Promise<ReviewResult | undefined> {
    const [result] = await this.database.query<ReviewResult>(sql`
      SELECT v.result_jws AS jws, v.result_sha256 AS sha256 FROM ${REVIEWS} WHERE v.id = ${reviewId} AND v.status = 'closed' AND ${readableReviews(context)}`);
    return result;
  }

  /** Items of a review that the caller may read or reviews, by id. */
  items(context: RequestContext, filter: ReviewItemFilter & { readonly reviewId: string }, page: PageInput): Promise<ListPage<ShownItem>> {
    return this.itemPage('accessReviewItems', some([readableItems(context), reviewedItems(context)]), filter, page);
  }

  /** Items that the caller reviews, by id. */
  ownItems(context: RequestContext, filter: ReviewItemFilter, page: PageInput): Promise<ListPage<ShownItem>> {
    return this.itemPage('myReviewItems', reviewedItems(context), filter, page);
  }

  /** Items by id that the caller may read or reviews, in the order of the ids. */
  itemsByIds(context: RequestContext, ids: readonly string[]): Promise<(ShownItem | undefined)[]> {
    const visible = some([readableItems(context), reviewedItems(context)]);
    return inOrder<ShownItem>(this.database, sql`SELECT ${ITEM_COLUMNS} FROM ${ITEMS} WHERE i.id = ANY (${ids}) AND ${visible}`, ids);
  }

  private itemPage(name: string, visible: Sql, filter: ReviewItemFilter, page: PageInput): Promise<ListPage<ShownItem>> {
    const is = (given: boolean | null | undefined, predicate: string): Sql[] => (given === undefined || given === null ? [] : [raw(given ? predicate : `NOT ${predicate}`)]);
    return listPage<ShownItem>(this.database, name, {
      select: ITEM_COLUMNS,
      from: ITEMS,
      where: every([
        visible,
        ...equalities({
          'i.review_id': filter.reviewId, 'i.outcome': filter.outcome, 'i.result': filter.result, 'i.member_id': filter.memberId, 'i.role_id': filter.roleId,
          'v.status': filter.reviewStatus,
        }),
        ...is(filter.isDecided, '(i.outcome IS NOT NULL)'),
        ...is(filter.isOrphan, `(i.orphan_reasons <> '[]'::jsonb)`),
      ]),
      order: [{ expression: 'i.id', direction: 'ASC', type: 'text' }],
    }, page);
  }
}

/** The reviews of this instance, to look at. */
export const accessReviewQueriesRef = createServiceRef<AccessReviewQueries>({ id: 'authorization.access_review_queries', scope: 'process' });
