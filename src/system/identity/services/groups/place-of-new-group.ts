import { invalid, notFound, type InputPath } from '../../../../kernel/errors/index.js';
import { sql, type Transaction } from '../../../../persistence/index.js';
import { covers, type Reach } from '../../../shared/contracts/index.js';
import type { GroupRow } from '../../entities/group.js';
import { checkedText, TEXT } from '../support/index.js';
import { GROUP_COLUMNS, type Place } from './group-tree.js';

/** How an input names the place of a new Group: key and parent, or the whole path. */
export interface PlaceInput {
  readonly spaceId: string;
  readonly parentGroupId?: string | null;
  readonly key?: string | null;
  readonly path?: string | null;
}

/**
 * Reads the place of a new Group. A path and a parent may both be given when they say the same.
 *
 * @throws PolityError `VALIDATION_FAILED` for a malformed or contradicting input, `GROUP_NOT_FOUND` for a parent that is absent, of
 * another Space, or out of the caller's reach; each names its field
 */
export async function placeOfNewGroup(transaction: Transaction, readable: Reach, input: PlaceInput): Promise<Place> {
  const path = checkedText(input.path, 'path', TEXT.groupPath) ?? undefined;
  const givenKey = checkedText(input.key, 'key', TEXT.key) ?? undefined;
  if (path === undefined) {
    if (givenKey === undefined) throw invalid(['input', 'key'], 'Give a key, with the parent Group unless it is a root, or a path.');
    const parent = input.parentGroupId ?? undefined;
    return { key: givenKey, parent: parent === undefined ? undefined : await findParent(transaction, readable, input.spaceId, { id: parent }, ['input', 'parentGroupId']) };
  }
  const dot = path.lastIndexOf('.');
  const key = path.slice(dot + 1);
  const parent = dot < 0 ? undefined : await findParent(transaction, readable, input.spaceId, { path: path.slice(0, dot) }, ['input', 'path']);
  const contradicts = (givenKey ?? key) !== key || (input.parentGroupId ?? parent?.id) !== parent?.id;
  if (contradicts) throw invalid(['input', 'path'], 'The path says something else than key and parent Group.');
  return { key, parent };
}

/** Finds a parent in the Space by id or path. */
export async function findParent(
  transaction: Transaction,
  readable: Reach,
  spaceId: string,
  by: { readonly id?: string; readonly path?: string },
  inputPath: InputPath,
): Promise<GroupRow> {
  const [group] = await transaction.query<GroupRow>(sql`
    SELECT ${GROUP_COLUMNS} FROM sys_identity.groups g
    WHERE g.space_id = ${spaceId} AND (g.id = ${by.id ?? null} OR g.path = ${by.path ?? null})`);
  if (group === undefined || !covers(readable, { spaceId, groupPath: group.path })) throw notFound('Group', inputPath);
  return group;
}
