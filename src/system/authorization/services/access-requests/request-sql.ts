import { raw, sql, type Sql } from '../../../../persistence/index.js';

/** Requests with the Group that they would be anchored at. */
export const REQUESTS = raw('sys_authz.access_requests a LEFT JOIN sys_identity.groups anchor ON anchor.id = a.scope_anchor_group_id');

/** Status at a moment: a request that nobody answered in time has ended by itself. */
export function statusAt(now: number): Sql {
  return sql`(CASE WHEN a.status = 'pending' AND a.lapses_at <= ${new Date(now)} THEN 'expired' ELSE a.status END)`;
}

/** Columns of a request as it stands at a moment. */
export function requestColumns(now: number): Sql {
  return sql`a.id, a.space_id AS "spaceId", a.member_id AS "memberId", a.role_id AS "roleId", a.scope_anchor_group_id AS "scopeAnchorGroupId",
    a.requested_by_user_id AS "requestedByUserId", a.requested_by_user_member_id AS "requestedByUserMemberId", a.reason,
    a.wanted_until AS "wantedUntil", a.lapses_at AS "lapsesAt", a.denied_decision_id AS "deniedDecisionId", ${statusAt(now)} AS status,
    a.settled_at AS "settledAt", a.settled_by_user_id AS "settledByUserId", a.refusal_reason AS "refusalReason", a.granted_until AS "grantedUntil",
    a.member_role_id AS "memberRoleId", a.version, a.created_at AS "createdAt", a.updated_at AS "updatedAt"`;
}
