import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor, type Transaction } from '../../../../persistence/index.js';
import { covers, reach, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations } from '../../../shared/services/index.js';
import { AccessReviewEntity, type AccessReviewRow } from '../../entities/access-review.js';
import { encodeRevision } from '../revision-token.js';
import { assertSpaceOpen, knowsSpace } from '../space-place.js';
import type { AssignmentUses } from './assignment-uses.js';
import { itemsHash } from './frozen-item.js';
import { insertItems, type NewItem } from './insert-items.js';
import { readPopulation } from './population.js';
import { LONGEST_REVIEW_MS, MOST_NAMED } from './review-bounds.js';
import { Reviewers, type ReviewerInput } from './reviewers.js';

const CONSTRAINTS = {
  access_reviews_name_check: { code: 'VALIDATION_FAILED', message: 'A name has 1 to 200 characters.', path: ['input', 'name'] },
} as const;

/** Input of {@link AccessReviews.create}. */
export interface CreateAccessReview {
  readonly spaceId: string;
  readonly name: string;
  readonly dueAt: Date;
  readonly roleIds?: readonly string[] | null;
  readonly groupId?: string | null;
  readonly undecided: AccessReviewRow['undecided'];
  readonly reviewers?: readonly ReviewerInput[] | null;
  readonly fallbackReviewer?: ReviewerInput | null;
}

/** Beginning reviews of access. */
export class AccessReviews {
  constructor(
    private readonly mutations: Mutations,
    private readonly uses: Pick<AssignmentUses, 'upToDate'>,
  ) {}

  /** Freezes all assignments in force that match, at one revision, and gives each its reviewer. */
  async create(context: RequestContext, input: CreateAccessReview): Promise<MutationResult<{ accessReview: AccessReviewRow }>> {
    await this.uses.upToDate();
    return this.mutations.run(context, { name: 'createAccessReview', constraints: CONSTRAINTS }, input, async (scope) => {
      const { transaction } = scope;
      const { now } = context.request;
      const { spaceId } = input;
      const place = await placeOfReview(transaction, context, input);
      scope.require('roles:manage', place);
      await assertSpaceOpen(transaction, spaceId, ['input', 'spaceId']);
      assertDue(input.dueAt, now);
      const roleIds = await knownRoles(transaction, spaceId, input.roleIds ?? []);
      const reviewers = await Reviewers.read(transaction, context, spaceId, input.reviewers ?? [], input.fallbackReviewer ?? undefined);
      const population = await readPopulation(transaction, { spaceId, roleIds, ...(place.groupPath === undefined ? {} : { groupPath: place.groupPath }) }, now);
      const items: NewItem[] = population.assignments.map((assignment) => ({ ...assignment, ...reviewers.of(assignment), id: newId('arvi') }));
      const accessReview = transaction.em.create(AccessReviewEntity, {
        id: newId('arev'), spaceId, name: input.name, groupId: input.groupId ?? null, roleIds, undecided: input.undecided, dueAt: input.dueAt,
        createdByUserId: context.caller.userId ?? null, spaceRev: population.revision.space, instanceRev: population.revision.instance,
        population: items.length, orphans: items.filter(({ orphanReasons }) => orphanReasons.length > 0).length, itemsSha256: itemsHash(items),
      });
      await storeAll(transaction, accessReview, items);
      scope.audit({
        type: 'access_review.created',
        spaceId,
        ...(accessReview.groupId === null || accessReview.groupId === undefined ? {} : { groupId: accessReview.groupId }),
        target: { type: 'AccessReview', id: accessReview.id },
        changes: { status: [null, 'open'] },
        details: {
          roleIds, groupId: accessReview.groupId ?? null, undecided: input.undecided, dueAt: input.dueAt.toISOString(),
          revision: encodeRevision(spaceId, population.revision), population: accessReview.population, orphans: accessReview.orphans,
          itemsSha256: accessReview.itemsSha256,
        },
      });
      return { accessReview };
    });
  }
}

async function storeAll(transaction: Transaction, { id, spaceId }: AccessReviewRow, items: readonly NewItem[]): Promise<void> {
  // The items refer to the row of their review.
  await transaction.em.flush();
  await insertItems(transaction, { reviewId: id, spaceId }, items);
}

/** @throws PolityError `SPACE_NOT_FOUND`, `GROUP_NOT_FOUND` for what is absent or hidden */
async function placeOfReview(executor: SqlExecutor, context: RequestContext, { spaceId, groupId }: CreateAccessReview): Promise<ReachTarget> {
  const isNamed = groupId !== undefined && groupId !== null;
  const [found] = await executor.query<{ groupPath: string | null }>(sql`
    SELECT (SELECT g.path FROM sys_identity.groups g WHERE g.space_id = s.id AND g.id = ${groupId ?? null}) AS "groupPath"
    FROM sys_identity.spaces s WHERE s.id = ${spaceId}`);
  if (found === undefined || !knowsSpace(context, spaceId, ['roles:read', 'roles:manage'])) throw notFound('Space', ['input', 'spaceId']);
  if (!isNamed) return { spaceId };
  const isReadable = found.groupPath !== null
    && ['roles:read', 'roles:manage'].some((key) => covers(reach(context.caller, key, context.request.now), { spaceId, groupPath: found.groupPath ?? undefined }));
  if (found.groupPath === null || !isReadable) throw notFound('Group', ['input', 'groupId']);
  return { spaceId, groupPath: found.groupPath };
}

function assertDue(dueAt: Date, now: number): void {
  const path = ['input', 'dueAt'];
  if (dueAt.getTime() <= now) throw invalid(path, 'A review is due in the future.');
  if (dueAt.getTime() > now + LONGEST_REVIEW_MS) throw invalid(path, 'A review is due within 366 days.');
}

async function knownRoles(executor: SqlExecutor, spaceId: string, given: readonly string[]): Promise<readonly string[]> {
  if (given.length > MOST_NAMED) throw invalid(['input', 'roleIds'], `A review names at most ${MOST_NAMED} Roles.`);
  const rows = await executor.query<{ id: string }>(sql`SELECT id FROM sys_authz.roles WHERE space_id = ${spaceId} AND id = ANY (${[...given]})`);
  const known = new Set(rows.map(({ id }) => id));
  const unknown = given.findIndex((id) => !known.has(id));
  if (unknown >= 0) throw notFound('Role', ['input', 'roleIds', unknown]);
  return [...known].sort();
}

/** Beginning reviews on this instance. */
export const accessReviewsRef = createServiceRef<AccessReviews>({ id: 'authorization.access_reviews', scope: 'process' });
