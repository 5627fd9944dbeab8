import { notFound } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { assertReach, type RequestContext } from '../../../shared/contracts/index.js';
import { assertSpaceOpen } from '../../services/space-place.js';

/** Rights that reading a model needs; the services ask for those that changing it needs. */
export function assertMayRead({ caller, request }: RequestContext, spaceId: string | undefined, withData: boolean): void {
  for (const key of ['registry:read', 'permissions:read']) assertReach(caller, key, {}, request.now);
  if (spaceId === undefined) return;
  for (const key of ['roles:read', ...(withData ? ['facts:export', 'users:read'] : [])]) assertReach(caller, key, { spaceId }, request.now);
}

/** @throws PolityError `SPACE_NOT_FOUND` when there is no such Space */
export async function assertSpaceExists(executor: SqlExecutor, spaceId: string): Promise<void> {
  const [space] = await executor.query(sql`SELECT 1 AS here FROM sys_identity.spaces WHERE id = ${spaceId}`);
  if (space === undefined) throw notFound('Space', ['input', 'spaceId']);
}

/** @throws PolityError `SPACE_NOT_FOUND`, and `SPACE_DELETION_PENDING` when the Space takes no more changes */
export async function assertSpaceTakesModel(executor: SqlExecutor, spaceId: string): Promise<void> {
  await assertSpaceExists(executor, spaceId);
  await assertSpaceOpen(executor, spaceId, ['input', 'spaceId']);
}
