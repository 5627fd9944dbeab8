import { raw, some, sql, type Sql } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { usableBindings } from '../own-members.js';

/** Reviews with the Group that confines them. */
export const REVIEWS = raw('sys_authz.access_reviews v LEFT JOIN sys_identity.groups place ON place.id = v.group_id');

/** Columns of a review, without its signed result. */
export const REVIEW_COLUMNS = raw(`v.id, v.space_id AS "spaceId", v.name, v.group_id AS "groupId", v.role_ids AS "roleIds", v.undecided, v.due_at AS "dueAt",
  v.created_by_user_id AS "createdByUserId", v.space_rev AS "spaceRev", v.instance_rev AS "instanceRev", v.population, v.orphans,
  v.items_sha256 AS "itemsSha256", v.status, v.closed_at AS "closedAt", v.closed_by_user_id AS "closedByUserId", v.result_sha256 AS "resultSha256",
  v.version, v.created_at AS "createdAt", v.updated_at AS "updatedAt"`);

/** Items with their review, the anchor as it is now, and what Member and Role are called now. */
export const ITEMS = raw(`sys_authz.access_review_items i JOIN sys_authz.access_reviews v ON v.id = i.review_id
  JOIN sys_identity.members m ON m.id = i.member_id JOIN sys_authz.roles r ON r.id = i.role_id
  LEFT JOIN sys_identity.groups anchor ON anchor.id = i.scope_anchor_group_id`);

/** Columns of an item. */
export const ITEM_COLUMNS = raw(`i.id, i.space_id AS "spaceId", i.review_id AS "reviewId", i.member_role_id AS "memberRoleId", i.member_id AS "memberId",
  m.display_name AS "memberDisplayName", i.role_id AS "roleId", i.role_key AS "roleKey", r.name AS "roleName", i.scope_anchor_group_id AS "scopeAnchorGroupId",
  i.scope_anchor_path AS "scopeAnchorPath", i.since, i.ends_at AS "endsAt", i.condition, i.orphan_reasons AS "orphanReasons", i.last_used_at AS "lastUsedAt",
  i.uses_are_recorded AS "usesAreRecorded", i.reviewer_user_id AS "reviewerUserId", i.reviewer_member_id AS "reviewerMemberId", i.outcome, i.comment,
  i.decided_at AS "decidedAt", i.decided_by_user_id AS "decidedByUserId", i.result, i.version, i.created_at AS "createdAt", i.updated_at AS "updatedAt"`);

/** Reviews whose place the caller may read. */
export function readableReviews({ caller, request }: RequestContext): Sql {
  return some(['roles:read', 'roles:manage'].map((key) => reachPredicate(reach(caller, key, request.now), { spaceId: 'v.space_id', groupPath: 'place.path' })));
}

/** Items whose place the caller may read. */
export function readableItems({ caller, request }: RequestContext): Sql {
  return some(['roles:read', 'roles:manage'].map((key) => reachPredicate(reach(caller, key, request.now), { spaceId: 'i.space_id', groupPath: 'anchor.path' })));
}

/**
 * Items that the caller reviews: as a User who is still at home in the Space, by a binding or by a right, or by a binding to the Member
 * that reviews.
 */
export function reviewedItems(context: RequestContext): Sql {
  const { caller: { kind, userId }, request } = context;
  if (kind === 'api_key' || userId === undefined) return raw('FALSE');
  // Each half by an index of its own: neither looks at items of others.
  const own = (column: string): Sql => sql`ARRAY(SELECT b.${raw(`"${column}"`)} FROM (${usableBindings(userId, request.now)}) b)`;
  return sql`((i.reviewer_user_id = ${userId} AND (i.space_id = ANY (${own('spaceId')}) OR ${readableItems(context)})) OR i.reviewer_member_id = ANY (${own('memberId')}))`;
}
