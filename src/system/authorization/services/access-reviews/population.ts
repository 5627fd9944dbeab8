import { invalid } from '../../../../kernel/errors/index.js';
import { every, raw, sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { FactRevision } from '../../engine/index.js';
import { assignmentsInForce, IN_FORCE_SINCE, orphanReasons, rolesWithCountedActions } from './assignment-facts.js';
import type { FrozenItem } from './frozen-item.js';
import { MOST_ITEMS } from './review-bounds.js';

/** Which assignments of a Space are reviewed. */
export interface PopulationFilter {
  readonly spaceId: string;
  /** All Roles when empty. */
  readonly roleIds: readonly string[];
  /** Only what is anchored at this Group or below it. */
  readonly groupPath?: string;
}

/** An assignment as it is frozen, before it has an id and a reviewer. */
export type FrozenAssignment = Omit<FrozenItem, 'id' | 'reviewerUserId' | 'reviewerMemberId'> & {
  /** Tells later whether the assignment is still the same. */
  readonly assignmentState: string;
};

/** All assignments that match, and the revision of the facts at which they do. */
export interface Population {
  readonly revision: FactRevision;
  readonly assignments: readonly FrozenAssignment[];
}

/**
 * Reads a population. Revision and rows come from one statement, so from one snapshot: at that revision nothing is missing and nothing
 * is too much.
 *
 * @throws PolityError `VALIDATION_FAILED` for more assignments than one review has
 */
export async function readPopulation(executor: SqlExecutor, filter: PopulationFilter, now: number): Promise<Population> {
  const { spaceId, roleIds, groupPath } = filter;
  const { from, where } = assignmentsInForce(spaceId, now);
  const inGroup = groupPath === undefined ? raw('TRUE') : sql`(anchor.path = ${groupPath} OR starts_with(anchor.path, ${`${groupPath}.`}))`;
  const rows = await executor.query<FactRevision & { readonly memberRoleId: string | null }>(sql`
    SELECT rev.*, p.* FROM (
      SELECT coalesce((SELECT rev FROM sys_authz.revision WHERE space_id = ${spaceId}), 0) AS space, (SELECT rev FROM sys_authz.revision WHERE space_id = '') AS instance
    ) rev LEFT JOIN LATERAL (
      SELECT mr.id AS "memberRoleId", mr.member_id AS "memberId", mr.role_id AS "roleId", r.key AS "roleKey", mr.scope_anchor_group_id AS "scopeAnchorGroupId",
        anchor.path AS "scopeAnchorPath", ${IN_FORCE_SINCE} AS since, mr.expires_at AS "endsAt", mr.condition, ${orphanReasons(now)} AS "orphanReasons",
        used.last_used_at AS "lastUsedAt", counted.role_id IS NULL AS "usesAreRecorded", sys_authz.assignment_state(mr) AS "assignmentState"
      FROM ${from} LEFT JOIN (${rolesWithCountedActions(spaceId)}) counted ON counted.role_id = mr.role_id
      WHERE ${every([where, inGroup, roleIds.length === 0 ? raw('TRUE') : sql`mr.role_id = ANY (${[...roleIds]})`])}
      ORDER BY mr.id LIMIT ${MOST_ITEMS + 1}
    ) p ON TRUE`);
  if (rows.length > MOST_ITEMS) throw invalid(['input'], `A review has at most ${MOST_ITEMS} assignments; narrow it by Roles or to a Group.`);
  const [first] = rows;
  if (first === undefined) throw new Error('the instance has a revision');
  const { space, instance } = first;
  return {
    revision: { space, instance },
    assignments: rows.flatMap(({ space: _space, instance: _instance, ...row }) => (row.memberRoleId === null ? [] : [row as unknown as FrozenAssignment])),
  };
}
