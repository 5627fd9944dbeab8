import { notFound, PolityError, type InputPath } from '../../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../../persistence/index.js';
import { covers, reach, type RequestContext } from '../../../../shared/contracts/index.js';

/**
 * Asserts keys in the whole of a Space: who gains and who loses what tells of all of its Members and Roles, so a right to one Group is
 * not enough.
 *
 * @throws PolityError `ADMIN_PERMISSION_REQUIRED` naming the first key that is missing, `SPACE_NOT_FOUND`
 */
export async function requireWholeSpace(executor: SqlExecutor, { caller, request }: RequestContext, spaceId: string, keys: readonly string[], path: InputPath): Promise<void> {
  for (const permission of keys) {
    if (covers(reach(caller, permission, request.now), { spaceId })) continue;
    throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${permission} in the whole Space.`, { details: { permission } });
  }
  const [space] = await executor.query(sql`SELECT 1 AS found FROM sys_identity.spaces WHERE id = ${spaceId}`);
  if (space === undefined) throw notFound('Space', path);
}
