import { raw, sql, type Sql } from '../../../../persistence/index.js';

/** A Member that was found by a name, with the binding by which it is acted as first. */
export interface SubjectRow {
  /** The id or the external id it was asked by. */
  readonly name: string;
  readonly memberId: string;
  readonly memberType: 'human' | 'service';
  /** Null for a Member without a usable binding. */
  readonly userId: string | null;
  readonly userMemberId: string | null;
  /** End of the binding, in milliseconds since the epoch. */
  readonly endsAt: number | null;
  /** Members of all bindings of the User, or Users of all bindings of the Member, usable or not: any of them may come to be the first. */
  readonly related: readonly string[];
}

/** Finds subjects of one Space by one kind of names. Bindings are those usable at a moment, in the order in which sign-in takes them. */
export const SUBJECT_STATEMENTS = {
  user: byUser,
  member: (spaceId: string, names: readonly string[], now: number): Sql => byMember('m.id', spaceId, names, now),
  external: (spaceId: string, names: readonly string[], now: number): Sql => byMember('m.external_id', spaceId, names, now),
} as const;

const ENDS_AT = raw('floor(extract(epoch FROM um.expires_at) * 1000)');

function usable(now: number): Sql {
  return sql`(um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${new Date(now)}) AND u.status = 'active' AND m.status = 'active' AND s.status = 'active')`;
}

function byUser(spaceId: string, names: readonly string[], now: number): Sql {
  return sql`
    SELECT DISTINCT ON (um.user_id) um.user_id AS name, m.id AS "memberId", m.member_type AS "memberType", um.user_id AS "userId", um.id AS "userMemberId", ${ENDS_AT} AS "endsAt",
      ARRAY(SELECT o.member_id::text FROM sys_identity.user_members o WHERE o.user_id = um.user_id AND o.space_id = um.space_id) AS related
    FROM sys_identity.user_members um JOIN sys_identity.users u ON u.id = um.user_id
    JOIN sys_identity.members m ON m.space_id = um.space_id AND m.id = um.member_id JOIN sys_identity.spaces s ON s.id = um.space_id
    WHERE um.user_id = ANY (${names}) AND um.space_id = ${spaceId} AND ${usable(now)}
    ORDER BY um.user_id, um.is_primary DESC, m.display_name, um.id`;
}

function byMember(column: 'm.id' | 'm.external_id', spaceId: string, names: readonly string[], now: number): Sql {
  return sql`
    SELECT ${raw(column)} AS name, m.id AS "memberId", m.member_type AS "memberType", b.user_id AS "userId", b.id AS "userMemberId", b."endsAt",
      ARRAY(SELECT o.user_id::text FROM sys_identity.user_members o WHERE o.space_id = m.space_id AND o.member_id = m.id) AS related
    FROM sys_identity.members m JOIN sys_identity.spaces s ON s.id = m.space_id LEFT JOIN LATERAL (
      SELECT um.id, um.user_id, ${ENDS_AT} AS "endsAt" FROM sys_identity.user_members um JOIN sys_identity.users u ON u.id = um.user_id
      WHERE um.space_id = m.space_id AND um.member_id = m.id AND ${usable(now)} ORDER BY um.is_primary DESC, um.id LIMIT 1
    ) AS b ON TRUE
    WHERE m.space_id = ${spaceId} AND ${raw(column)} = ANY (${names})`;
}
