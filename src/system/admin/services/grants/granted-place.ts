import { notFound, PolityError } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import { covers, reach, type Caller, type ReachTarget } from '../../../shared/contracts/index.js';

/** Where a right or a key shall reach: a Space, or a group in one. Both absent = the instance. */
export interface GrantedPlace {
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly target: ReachTarget;
}

/** The place of the instance. */
export const INSTANCE_PLACE: GrantedPlace = { spaceId: null, groupId: null, target: {} };

/**
 * Finds the Space, or the group with its Space, that an input names.
 *
 * @param keys - permissions of which any makes a place known to the caller
 * @throws PolityError `SPACE_NOT_FOUND` or `GROUP_NOT_FOUND` for what is absent, in another Space, or unknown to the caller;
 * `SPACE_DELETION_PENDING`
 */
export async function readPlace(
  executor: SqlExecutor,
  caller: Caller,
  input: { readonly spaceId?: string | null; readonly groupId?: string | null },
  keys: readonly string[],
  now: number,
): Promise<GrantedPlace> {
  const groupId = input.groupId ?? null;
  const held = [...keys, 'groups:read'].map((key) => reach(caller, key, now));
  const group = groupId === null ? undefined : await findGroup(executor, groupId);
  const spaceId = group?.spaceId ?? input.spaceId ?? null;
  if (groupId !== null) {
    const known = group !== undefined && (input.spaceId ?? group.spaceId) === group.spaceId && held.some((one) => covers(one, group));
    if (!known) throw notFound('Group', ['input', 'groupId']);
  }
  if (spaceId === null) return INSTANCE_PLACE;
  const isKnownSpace = held.some(({ instance, spaces, groups }) => instance || spaces.has(spaceId) || groups.some((other) => other.spaceId === spaceId));
  const [space] = isKnownSpace ? await executor.query<{ status: string }>(sql`SELECT status FROM sys_identity.spaces WHERE id = ${spaceId}`) : [];
  if (space === undefined) throw notFound('Space', ['input', 'spaceId']);
  if (space.status === 'deleting') throw new PolityError('SPACE_DELETION_PENDING', 'This Space is being deleted.', { path: ['input', 'spaceId'] });
  return { spaceId, groupId, target: group === undefined ? { spaceId } : { spaceId, groupPath: group.groupPath } };
}

/** Place of a stored grant or key, for the permission to change it. */
export async function storedPlace(executor: SqlExecutor, row: { readonly spaceId?: string | null; readonly groupId?: string | null }): Promise<ReachTarget> {
  if (row.spaceId === undefined || row.spaceId === null) return {};
  const group = row.groupId === undefined || row.groupId === null ? undefined : await findGroup(executor, row.groupId);
  return { spaceId: row.spaceId, ...(group === undefined ? {} : { groupPath: group.groupPath }) };
}

async function findGroup(executor: SqlExecutor, id: string): Promise<{ spaceId: string; groupPath: string } | undefined> {
  const [group] = await executor.query<{ spaceId: string; groupPath: string }>(sql`
    SELECT space_id AS "spaceId", path AS "groupPath" FROM sys_identity.groups WHERE id = ${id}`);
  return group;
}
