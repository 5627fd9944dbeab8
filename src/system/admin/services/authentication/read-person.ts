import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Actor } from '../../../shared/contracts/index.js';
import type { CallerReading, SessionLimits } from './caller-reading.js';
import { grantsOf, groupsBehind, milliseconds, toCallerGrant, type GrantJson } from './grant-sql.js';

/** What a token of a person proved. */
export interface PersonClaim {
  readonly kind: 'session' | 'oidc';
  readonly userId: string;
  readonly sessionId?: string;
  readonly issuer?: string;
  /** End of the token, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Last use that this node knows of and may not have written yet, in milliseconds since the epoch. */
  readonly lastUse?: number;
}

interface PersonRow {
  readonly revision: number;
  readonly session_ends: number | null;
  readonly session_idles: number | null;
  readonly binding: (Actor & { readonly expiresAt: number | null }) | null;
  readonly grants: readonly GrantJson[];
  readonly groups: readonly string[];
  readonly bindings: readonly string[];
}

/**
 * Reads a person in one statement: liveness of session and User, the Member it acts as, its rights, the instance revision.
 * Gives undefined when the session has ended or is too old or idle, the User is not active, or the identity is not linked any more.
 */
export async function readPerson(executor: SqlExecutor, claim: PersonClaim, limits: SessionLimits, now: number): Promise<CallerReading | undefined> {
  if (claim.expiresAt <= now) return undefined;
  const at = new Date(now);
  const [row] = await executor.query<PersonRow>(sql`
    SELECT r.rev AS revision,
      least(${milliseconds('s.expires_at')}, ${milliseconds('s.created_at')} + ${limits.maxAgeMs}::float8) AS session_ends,
      CASE WHEN s.id IS NOT NULL THEN greatest(${milliseconds('s.last_used_at')}, ${claim.lastUse ?? 0}::float8) + ${limits.idleMs}::float8 END AS session_idles,
      b.binding, ${grantsOf('u.id', at)} AS grants, ${groupsBehind('u.id')} AS groups, ${bindingsBehind} AS bindings
    FROM sys_authz.revision r
    JOIN sys_identity.users u ON u.id = ${claim.userId} AND u.status = 'active'
    LEFT JOIN sys_identity.sessions s ON s.id = ${claim.sessionId ?? null} AND s.user_id = u.id AND s.ended_at IS NULL
    LEFT JOIN LATERAL (${usableBinding(at)}) b ON true
    WHERE r.space_id = '' AND ${claim.kind === 'session' ? raw('s.id IS NOT NULL') : linked(claim)}`);
  if (row === undefined) return undefined;
  const ends = Math.min(claim.expiresAt, row.session_ends ?? Infinity);
  const idles = row.session_idles ?? Infinity;
  return ends <= now || idles <= now ? undefined : toReading(claim, row, ends, idles);
}

function toReading(claim: PersonClaim, row: PersonRow, expiresAt: number, idles: number): CallerReading {
  const { kind, userId, sessionId, issuer } = claim;
  const { binding } = row;
  return {
    caller: {
      kind,
      key: `${kind}:${sessionId ?? userId}`,
      userId,
      ...(sessionId === undefined ? {} : { credentialId: sessionId }),
      ...(issuer === undefined ? {} : { issuer }),
      ...(binding === null ? {} : { actor: { userId, memberId: binding.memberId, userMemberId: binding.userMemberId, spaceId: binding.spaceId } }),
      grants: row.grants.map(toCallerGrant),
      revision: row.revision,
      expiresAt,
    },
    validUntil: Math.min(expiresAt, idles, binding?.expiresAt ?? Infinity),
    dependsOn: [`user:${userId}`, ...(sessionId === undefined ? [] : [`session:${sessionId}`]), ...row.groups, ...row.bindings],
  };
}

// The session's own choice while it is usable, else the first: primary, then name of Space, then name of Member.
function usableBinding(now: Date): Sql {
  return sql`
    SELECT jsonb_build_object('memberId', um.member_id, 'userMemberId', um.id, 'spaceId', um.space_id, 'expiresAt', ${milliseconds('um.expires_at')}) AS binding
    FROM sys_identity.user_members um JOIN sys_identity.members m ON m.id = um.member_id JOIN sys_identity.spaces sp ON sp.id = um.space_id
    WHERE um.user_id = u.id AND um.status = 'active' AND (um.expires_at IS NULL OR um.expires_at > ${now}) AND m.status = 'active' AND sp.status = 'active'
    ORDER BY coalesce(um.id = s.active_user_member_id, false) DESC, um.is_primary DESC, sp.name, m.display_name, um.id LIMIT 1`;
}

const bindingsBehind = raw(`coalesce((SELECT jsonb_agg(DISTINCT d.fact) FROM sys_identity.user_members um,
  LATERAL (VALUES ('member:' || um.member_id), ('space:' || um.space_id)) AS d (fact) WHERE um.user_id = u.id AND um.status = 'active'), '[]'::jsonb)`);

function linked({ issuer, userId }: PersonClaim): Sql {
  return sql`EXISTS (SELECT FROM sys_identity.external_identities e WHERE e.issuer = ${issuer ?? ''} AND e.user_id = ${userId})`;
}
