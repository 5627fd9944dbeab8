import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { CallerGrant } from '../../../shared/contracts/index.js';
import type { StoredSecret } from '../api-keys/api-key-secrets.js';
import type { CallerReading } from './caller-reading.js';
import { milliseconds } from './grant-sql.js';

const LEVELS = { instance: 'instance_admin', space: 'space_admin', group: 'group_admin' } as const;

interface ApiKeyRow {
  readonly revision: number;
  readonly id: string | null;
  readonly status: string | null;
  readonly level: keyof typeof LEVELS;
  readonly space_id: string | null;
  readonly group_id: string | null;
  readonly group_path: string | null;
  readonly group_status: string | null;
  readonly member_id: string | null;
  readonly member_status: string | null;
  readonly space_status: string | null;
  readonly permission_keys: readonly string[];
  readonly expires_at: number | null;
  readonly secrets: readonly StoredSecret[];
}

/** A key as the database shows it: what may verify it, and the caller it makes when it is usable. */
export interface ApiKeyReading {
  /** Newest first; empty for a key that does not exist. */
  readonly secrets: readonly StoredSecret[];
  /** Undefined when the key is unknown, not active, expired, or bound to a Member that is not active. */
  readonly reading: CallerReading | undefined;
}

/** Reads an API key with its secrets in one statement; an unknown id takes the same way. */
export async function readApiKey(executor: SqlExecutor, id: string, now: number): Promise<ApiKeyReading> {
  const [row] = await executor.query<ApiKeyRow>(sql`
    SELECT r.rev AS revision, k.id, k.status, k.level, k.space_id, k.group_id, k.member_id, k.permission_keys, gr.path AS group_path, gr.status AS group_status,
      m.status AS member_status, sp.status AS space_status, ${milliseconds('k.expires_at')} AS expires_at,
      coalesce((SELECT jsonb_agg(jsonb_build_object('hash', encode(x.hash, 'hex'), 'kid', x.kid, 'expiresAt', ${milliseconds('x.expires_at')}) ORDER BY x.created_at DESC, x.hash)
        FROM sys_admin.api_key_secrets x WHERE x.api_key_id = k.id), '[]'::jsonb) AS secrets
    FROM sys_authz.revision r
    LEFT JOIN sys_admin.api_keys k ON k.id = ${id}
    LEFT JOIN sys_identity.groups gr ON gr.space_id = k.space_id AND gr.id = k.group_id
    LEFT JOIN sys_identity.members m ON m.space_id = k.space_id AND m.id = k.member_id
    LEFT JOIN sys_identity.spaces sp ON sp.id = k.space_id
    WHERE r.space_id = ''`);
  if (row === undefined) return { secrets: [], reading: undefined };
  const usable =
    row.id !== null && row.status === 'active' && (row.expires_at === null || row.expires_at > now) && (row.member_id === null || row.member_status === 'active');
  return { secrets: row.secrets, reading: usable ? toReading(row, id) : undefined };
}

function toReading(row: ApiKeyRow, id: string): CallerReading {
  const { space_id: spaceId, group_id: groupId, member_id: memberId } = row;
  // Nobody signs in behind a key: the Member acts without a User and without a binding.
  const acts = memberId !== null && spaceId !== null && row.space_status === 'active';
  return {
    caller: {
      kind: 'api_key',
      key: `api_key:${id}`,
      credentialId: id,
      ...(acts ? { actor: { userId: '', memberId, userMemberId: '', spaceId } } : {}),
      grants: groupId !== null && row.group_status !== 'active' ? [] : row.permission_keys.map((permissionKey, index) => toGrant(row, `${id}#${index}`, permissionKey)),
      revision: row.revision,
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    },
    validUntil: row.expires_at ?? Infinity,
    dependsOn: [
      `api_key:${id}`,
      ...(spaceId === null ? [] : [`space:${spaceId}`]),
      ...(groupId === null ? [] : [`group:${groupId}`]),
      ...(memberId === null ? [] : [`member:${memberId}`]),
    ],
  };
}

function toGrant(row: ApiKeyRow, id: string, permissionKey: string): CallerGrant {
  return {
    id,
    level: LEVELS[row.level],
    permissionKey,
    ...(row.space_id === null ? {} : { spaceId: row.space_id }),
    ...(row.group_id === null ? {} : { groupId: row.group_id }),
    ...(row.group_path === null ? {} : { groupPath: row.group_path }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}
