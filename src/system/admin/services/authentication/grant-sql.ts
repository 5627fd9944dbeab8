import { raw, sql, type Sql } from '../../../../persistence/index.js';
import type { CallerGrant } from '../../../shared/contracts/index.js';

/** A grant as SQL gives it in JSON. */
export interface GrantJson {
  readonly id: string;
  readonly level: CallerGrant['level'];
  readonly permissionKey: string;
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly groupPath: string | null;
  readonly expiresAt: number | null;
}

/** Moment of a column in milliseconds since the epoch. */
export function milliseconds(column: string): Sql {
  return raw(`(extract(epoch FROM ${column}) * 1000)::float8`);
}

/** JSON list of the grants that `u` holds at a moment. A right over a group that is disabled reaches nothing. */
export function grantsOf(user: string, now: Date): Sql {
  return sql`coalesce((
    SELECT jsonb_agg(jsonb_build_object('id', g.id, 'level', g.level, 'permissionKey', g.permission_key, 'spaceId', g.space_id,
      'groupId', g.group_id, 'groupPath', gr.path, 'expiresAt', ${milliseconds('g.expires_at')}) ORDER BY g.id)
    FROM sys_admin.admin_grants g LEFT JOIN sys_identity.groups gr ON gr.space_id = g.space_id AND gr.id = g.group_id
    WHERE g.user_id = ${raw(user)} AND g.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > ${now})
      AND (g.group_id IS NULL OR gr.status = 'active')), '[]'::jsonb)`;
}

/** Facts behind the rights of `u` that are not the User's own rows: groups of grants, whatever their status. */
export function groupsBehind(user: string): Sql {
  return sql`coalesce((SELECT jsonb_agg(DISTINCT 'group:' || g.group_id) FROM sys_admin.admin_grants g
    WHERE g.user_id = ${raw(user)} AND g.status = 'active' AND g.group_id IS NOT NULL), '[]'::jsonb)`;
}

/** A grant without the nulls of SQL. */
export function toCallerGrant({ id, level, permissionKey, spaceId, groupId, groupPath, expiresAt }: GrantJson): CallerGrant {
  return {
    id,
    level,
    permissionKey,
    ...(spaceId === null ? {} : { spaceId }),
    ...(groupId === null ? {} : { groupId }),
    ...(groupPath === null ? {} : { groupPath }),
    ...(expiresAt === null ? {} : { expiresAt }),
  };
}
