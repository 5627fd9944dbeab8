import { notFound } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import type { MutationScope } from '../../shared/services/index.js';

/** What a Role is assigned to and where. */
export interface Assignment {
  readonly memberId: string;
  readonly roleId: string;
  readonly scopeAnchorGroupId?: string | null;
}

/** Where an assignment lies. */
export interface AssignmentPlace {
  readonly spaceId: string;
  readonly groupPath?: string;
}

/**
 * Finds where an assignment would lie. The Role settles the Space; Member and Group must be of the same.
 *
 * @throws PolityError `ROLE_NOT_FOUND`, `MEMBER_NOT_FOUND` or `GROUP_NOT_FOUND` naming the input that is absent or of another Space
 */
export async function placeOfAssignment(executor: SqlExecutor, input: Assignment, knows: (spaceId: string) => boolean): Promise<AssignmentPlace> {
  const [found] = await executor.query<{ spaceId: string; isMember: boolean; groupPath: string | null }>(sql`
    SELECT r.space_id AS "spaceId",
      EXISTS (SELECT FROM sys_identity.members m WHERE m.id = ${input.memberId} AND m.space_id = r.space_id) AS "isMember",
      (SELECT g.path FROM sys_identity.groups g WHERE g.id = ${input.scopeAnchorGroupId ?? null} AND g.space_id = r.space_id) AS "groupPath"
    FROM sys_authz.roles r WHERE r.id = ${input.roleId}`);
  if (found === undefined || !knows(found.spaceId)) throw notFound('Role', ['input', 'roleId']);
  if (!found.isMember) throw notFound('Member', ['input', 'memberId']);
  const isAnchored = input.scopeAnchorGroupId !== undefined && input.scopeAnchorGroupId !== null;
  if (isAnchored && found.groupPath === null) throw notFound('Group', ['input', 'scopeAnchorGroupId']);
  return found.groupPath === null ? { spaceId: found.spaceId } : { spaceId: found.spaceId, groupPath: found.groupPath };
}

/**
 * Keeps a grantor whose right ends at a Group from handing out more than that: a Role with a Permission that is not bound to the
 * anchor, its own or an inherited one, needs the right in the whole Space. A disabled Role or Permission counts, because it can be
 * restored.
 *
 * @throws PolityError `ADMIN_PERMISSION_REQUIRED`
 */
export async function requireDelegable(scope: MutationScope, roleId: string, spaceId: string): Promise<void> {
  if (await reachesBeyondAnchor(scope.transaction, roleId, ['allow', 'deny'])) scope.require('roles:manage', { spaceId });
}

/**
 * The same for taking away: a Role that denies beyond its anchor gives that back to its holder when it goes.
 *
 * @throws PolityError `ADMIN_PERMISSION_REQUIRED`
 */
export async function requireRevocable(scope: MutationScope, roleId: string, spaceId: string): Promise<void> {
  if (await reachesBeyondAnchor(scope.transaction, roleId, ['deny'])) scope.require('roles:manage', { spaceId });
}

async function reachesBeyondAnchor(executor: SqlExecutor, roleId: string, effects: readonly string[]): Promise<boolean> {
  const beyond = await executor.query(sql`
    WITH RECURSIVE given (role_id) AS (
      SELECT r.id::text FROM sys_authz.roles r WHERE r.id = ${roleId}
      UNION
      SELECT i.inherited_role_id::text FROM given g JOIN sys_authz.role_inheritances i ON i.role_id = g.role_id AND i.status = 'active'
    )
    SELECT 1 AS beyond FROM given g JOIN sys_authz.role_permissions rp ON rp.role_id = g.role_id AND rp.status = 'active'
    JOIN sys_authz.permissions p ON p.id = rp.permission_id
    WHERE p.scope NOT IN ('group', 'group_tree') AND p.effect = ANY (${effects}) LIMIT 1`);
  return beyond.length > 0;
}
