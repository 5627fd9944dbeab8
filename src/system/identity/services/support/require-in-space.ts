import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { reach, type Caller, type ReachTarget, type RequestContext } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';

// A key that reaches a Group inside a Space tells its holder that the Space exists, and no more.
function knowsSpace(caller: Caller, spaceId: string, keys: readonly string[], now: number): boolean {
  return keys.some((key) => {
    const held = reach(caller, key, now);
    return held.instance || held.spaces.has(spaceId) || held.groups.some((group) => group.spaceId === spaceId);
  });
}

/**
 * Asserts a permission in the Space that an input names, before anything is changed.
 *
 * @throws PolityError `SPACE_NOT_FOUND` when the Space is absent or hidden from the caller, `ADMIN_PERMISSION_REQUIRED` when the
 * caller may only look, `SPACE_DELETION_PENDING` when the Space waits for its deletion
 */
export async function requireInSpace(
  scope: MutationScope,
  context: RequestContext,
  target: ReachTarget & { readonly spaceId: string },
  key: string,
  path: InputPath = ['input', 'spaceId'],
): Promise<void> {
  const status = await knownSpace(scope.transaction, context, target.spaceId, key, path);
  scope.require(key, target);
  assertOpen(status, path);
}

/**
 * Status of the Space that an input names, for callers who may know of it: by `spaces:read`, or by any right of the key's domain.
 *
 * @throws PolityError `SPACE_NOT_FOUND` when the Space is absent or hidden from the caller
 */
export async function knownSpace(executor: SqlExecutor, context: RequestContext, spaceId: string, key: string, path: InputPath = ['input', 'spaceId']): Promise<string> {
  const keys = ['spaces:read', `${key.slice(0, key.indexOf(':'))}:read`, key];
  const status = knowsSpace(context.caller, spaceId, keys, context.request.now) ? await spaceStatus(executor, spaceId) : undefined;
  if (status === undefined) throw notFound('Space', path);
  return status;
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
