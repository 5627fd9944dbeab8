import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { isInSubtree, type RequestContext } from '../../../shared/contracts/index.js';
import type { FrozenAssignment } from './population.js';
import { MOST_NAMED } from './review-bounds.js';

/** Who reviews: a User, or whoever acts as a Member. */
export interface ReviewerInput {
  readonly userId?: string | null;
  readonly memberId?: string | null;
  /** Reviews what is anchored at this Group or below it; everything that no other reviewer has when absent. */
  readonly groupId?: string | null;
}

/** Who reviews an item. Nobody when both are null: then those decide who may give the Role at its place. */
export interface ItemReviewer {
  readonly reviewerUserId: string | null;
  readonly reviewerMemberId: string | null;
}

interface Reviewer extends ItemReviewer {
  readonly path?: string;
}

const NOBODY: ItemReviewer = { reviewerUserId: null, reviewerMemberId: null };

/** Gives each assignment its reviewer: the one of the nearest Group above it. Nobody reviews access of one's own. */
export class Reviewers {
  private constructor(
    private readonly reviewers: readonly Reviewer[],
    private readonly fallback: Reviewer,
    private readonly ownMembers: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  /**
   * @param fallback - reviews what nobody else has, and what another one holds itself; the caller when absent
   * @throws PolityError naming the reviewer that is absent, of another Space, unknown there, or named twice for one Group
   */
  static async read(
    executor: SqlExecutor, context: RequestContext, spaceId: string, inputs: readonly ReviewerInput[], fallback: ReviewerInput | undefined,
  ): Promise<Reviewers> {
    if (inputs.length > MOST_NAMED) throw invalid(['input', 'reviewers'], `A review has at most ${MOST_NAMED} reviewers.`);
    const reviewers: Reviewer[] = [];
    for (const [index, input] of inputs.entries()) {
      const path = ['input', 'reviewers', index];
      const reviewer = await readReviewer(executor, context, spaceId, input, path);
      if (reviewers.some((other) => other.path === reviewer.path)) throw invalid(path, 'There is another reviewer for the same Group.');
      reviewers.push(reviewer);
    }
    const last = await readFallback(executor, context, spaceId, fallback);
    return new Reviewers(reviewers.sort((one, other) => depth(other) - depth(one)), last, await ownMembers(executor, spaceId, [...reviewers, last], context.request.now));
  }

  of({ memberId, scopeAnchorPath }: Pick<FrozenAssignment, 'memberId' | 'scopeAnchorPath'>): ItemReviewer {
    const named = this.reviewers.find(({ path }) => path === undefined || (scopeAnchorPath !== null && isInSubtree(path, scopeAnchorPath)));
    const reviewer = [...(named === undefined ? [] : [named]), this.fallback].find((each) => this.ownMembers.get(keyOf(each))?.has(memberId) !== true) ?? NOBODY;
    return { reviewerUserId: reviewer.reviewerUserId, reviewerMemberId: reviewer.reviewerMemberId };
  }
}

async function readFallback(executor: SqlExecutor, context: RequestContext, spaceId: string, input: ReviewerInput | undefined): Promise<Reviewer> {
  const path = ['input', 'fallbackReviewer'];
  if (input !== undefined) {
    if (input.groupId !== undefined && input.groupId !== null) throw invalid([...path, 'groupId'], 'The last reviewer has no Group.');
    return readReviewer(executor, context, spaceId, input, path);
  }
  const { kind, userId } = context.caller;
  if (kind === 'api_key' || userId === undefined) throw invalid(path, 'Nobody reviews as an API key: name a person.');
  return { ...NOBODY, reviewerUserId: userId };
}

async function readReviewer(executor: SqlExecutor, context: RequestContext, spaceId: string, input: ReviewerInput, path: InputPath): Promise<Reviewer> {
  const { userId = null, memberId = null, groupId = null } = input;
  if ((userId === null) === (memberId === null)) throw invalid(path, 'A reviewer is either a User or a Member.');
  const [found] = await executor.query<{ isUser: boolean; isMember: boolean; groupPath: string | null }>(sql`
    SELECT EXISTS (SELECT FROM sys_identity.user_members um JOIN sys_identity.users u ON u.id = um.user_id
        JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id
        WHERE um.user_id = ${userId} AND um.space_id = ${spaceId} AND um.status = 'active' AND m.status = 'active' AND u.status = 'active'
          AND (um.expires_at IS NULL OR um.expires_at > ${new Date(context.request.now)})) AS "isUser",
      EXISTS (SELECT FROM sys_identity.members m WHERE m.id = ${memberId} AND m.space_id = ${spaceId} AND m.status = 'active') AS "isMember",
      (SELECT g.path FROM sys_identity.groups g WHERE g.id = ${groupId} AND g.space_id = ${spaceId}) AS "groupPath"`);
  if (userId !== null && found?.isUser !== true && userId !== context.caller.userId) throw notFound('User', [...path, 'userId']);
  if (memberId !== null && found?.isMember !== true) throw notFound('Member', [...path, 'memberId']);
  if (groupId !== null && typeof found?.groupPath !== 'string') throw notFound('Group', [...path, 'groupId']);
  return { reviewerUserId: userId, reviewerMemberId: memberId, ...(typeof found?.groupPath === 'string' ? { path: found.groupPath } : {}) };
}

// Members by which the person behind a reviewer acts, and for a Member those of every person who acts as it.
async function ownMembers(executor: SqlExecutor, spaceId: string, reviewers: readonly Reviewer[], now: number): Promise<Map<string, Set<string>>> {
  const users = reviewers.flatMap(({ reviewerUserId }) => reviewerUserId ?? []);
  const members = reviewers.flatMap(({ reviewerMemberId }) => reviewerMemberId ?? []);
  const rows = await executor.query<ItemReviewer & { memberId: string }>(sql`
    WITH bound AS (
      SELECT um.user_id, um.member_id FROM sys_identity.user_members um
      WHERE um.space_id = ${spaceId} AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(now)})
    )
    SELECT b.user_id AS "reviewerUserId", NULL AS "reviewerMemberId", b.member_id AS "memberId" FROM bound b WHERE b.user_id = ANY (${users})
    UNION ALL SELECT NULL, b.member_id, o.member_id FROM bound b JOIN bound o ON o.user_id = b.user_id WHERE b.member_id = ANY (${members})
    UNION ALL SELECT NULL, m, m FROM unnest(${members}::text[]) AS m`);
  const own = new Map<string, Set<string>>();
  for (const row of rows) own.set(keyOf(row), (own.get(keyOf(row)) ?? new Set()).add(row.memberId));
  return own;
}

function keyOf({ reviewerUserId, reviewerMemberId }: ItemReviewer): string {
  return JSON.stringify([reviewerUserId, reviewerMemberId]);
}

function depth({ path }: Reviewer): number {
  return path === undefined ? 0 : path.split('.').length;
}
