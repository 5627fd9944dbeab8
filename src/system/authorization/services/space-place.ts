import { invalid, notFound, type InputPath } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../shared/contracts/index.js';
import type { MutationScope } from '../../shared/services/index.js';

/** True when one of the keys reaches into the Space: all of it, or a Group inside. */
export function knowsSpace(context: RequestContext, spaceId: string, keys: readonly string[]): boolean {
  return keys.some((key) => {
    const held = reach(context.caller, key, context.request.now);
    return held.instance || held.spaces.has(spaceId) || held.groups.some((group) => group.spaceId === spaceId);
  });
}

/** True when the caller may read the Roles of a whole Space. */
export function mayReadRoles({ caller, request }: RequestContext, spaceId: string): boolean {
  return ['roles:read', 'roles:manage'].some((key) => covers(reach(caller, key, request.now), { spaceId }));
}

/**
 * Asserts `roles:manage` in the whole of a Space that an input names.
 *
 * @throws PolityError `SPACE_NOT_FOUND` when it is absent or hidden, `ADMIN_PERMISSION_REQUIRED`, `SPACE_DELETION_PENDING`
 */
export async function requireRolesIn(scope: MutationScope, context: RequestContext, spaceId: string, path: InputPath): Promise<void> {
  if (!knowsSpace(context, spaceId, ['spaces:read', 'roles:read', 'roles:manage'])) throw notFound('Space', path);
  const status = await spaceStatus(scope.transaction, spaceId);
  if (status === undefined) throw notFound('Space', path);
  scope.require('roles:manage', { spaceId });
  assertOpen(status, path);
}

/** @throws PolityError `SPACE_DELETION_PENDING` when the Space of an object waits for its deletion. */
export async function assertSpaceOpen(executor: SqlExecutor, spaceId: string, path: InputPath = ['input', 'id']): Promise<void> {
  assertOpen(await spaceStatus(executor, spaceId), path);
}

function assertOpen(status: string | undefined, path: InputPath): void {
  if (status === 'deleting') throw invalid(path, 'This Space is being deleted and takes no more changes.', 'SPACE_DELETION_PENDING');
}

async function spaceStatus(executor: SqlExecutor, spaceId: string): Promise<string | undefined> {
  const [space] = await executor.query<{ status: string }>(sql`SELECT status FROM sys_identity.spaces WHERE id = ${spaceId}`);
  return space?.status;
}
