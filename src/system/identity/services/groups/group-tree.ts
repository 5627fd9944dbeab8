import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { raw, sql, type SqlExecutor, type Transaction } from '../../../../persistence/index.js';
import type { ConstraintMistakes } from '../../../shared/services/index.js';
import type { GroupRow } from '../../entities/group.js';

/** Columns of a Group read as `g`. */
export const GROUP_COLUMNS = raw(`g.id, g.space_id AS "spaceId", g.parent_group_id AS "parentGroupId", g.key, g.display_name AS "displayName", g.path,
  g.depth, g.sort_order AS "sortOrder", g.status, g.metadata, g.version, g.created_at AS "createdAt", g.updated_at AS "updatedAt"`);

/**
 * What breaking a rule of the tree means to the caller.
 *
 * @param taken - field of the input by which a path came about that another Group has
 * @param tooLarge - field by which the tree grew too deep or a path too long
 */
export function treeConstraints(taken: string, tooLarge = taken): ConstraintMistakes {
  return {
    groups_space_id_path_key: { code: 'ALREADY_EXISTS', message: 'Another Group of this Space has this path.', path: ['input', taken] },
    groups_depth_check: { code: 'VALIDATION_FAILED', message: 'A tree has at most 32 levels.', path: ['input', tooLarge] },
    groups_path_check: { code: 'VALIDATION_FAILED', message: 'A path has at most 2048 characters.', path: ['input', tooLarge] },
  };
}

/**
 * Serializes what changes the shape of one Space's tree until the transaction ends. Two moves that are each right could make a
 * cycle together; row locks cannot see that, because neither move touches the rows that the other one reads.
 */
export async function lockTree(transaction: Transaction, spaceId: string): Promise<void> {
  await transaction.query(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`polity.groups:${spaceId}`}, 0))`);
}

/** Space of a Group, whoever asks: only to know which tree to lock. */
export async function spaceOfGroup(transaction: Transaction, id: string): Promise<string | undefined> {
  const [group] = await transaction.query<{ spaceId: string }>(sql`SELECT space_id AS "spaceId" FROM sys_identity.groups WHERE id = ${id}`);
  return group?.spaceId;
}

/** One Group as it is stored now. */
export async function readGroup(executor: SqlExecutor, id: string): Promise<GroupRow> {
  const [group] = await executor.query<GroupRow>(sql`SELECT ${GROUP_COLUMNS} FROM sys_identity.groups g WHERE g.id = ${id}`);
  if (group === undefined) throw notFound('Group', ['input', 'id']);
  return group;
}

/** Where a Group shall stand. */
export interface Place {
  readonly parent: Pick<GroupRow, 'id' | 'path' | 'depth'> | undefined;
  readonly key: string;
}

/** Path of a place. */
export function pathOf({ parent, key }: Place): string {
  return parent === undefined ? key : `${parent.path}.${key}`;
}

/** Level of a place; roots are at 0. */
export function depthOf({ parent }: Place): number {
  return parent === undefined ? 0 : parent.depth + 1;
}

/**
 * Puts a Group elsewhere and rewrites the paths of its whole subtree in one statement. Needs {@link lockTree}.
 *
 * @returns the number of Groups whose path changed, the moved one included
 * @throws PolityError `GROUP_CYCLE` when the new parent is the Group itself or lies below it
 */
export async function rewriteSubtree(transaction: Transaction, group: GroupRow, place: Place): Promise<number> {
  const below = `${group.path}.`;
  if (place.parent !== undefined && (place.parent.path === group.path || place.parent.path.startsWith(below))) {
    throw invalid(['input', 'parentGroupId'], 'A Group cannot be moved below itself.', 'GROUP_CYCLE');
  }
  const path = pathOf(place);
  const moved = await transaction.query(sql`
    UPDATE sys_identity.groups g SET
      path = ${path} || substr(g.path, ${group.path.length + 1}::int),
      depth = g.depth + ${depthOf(place) - group.depth}::int,
      parent_group_id = CASE WHEN g.id = ${group.id} THEN ${place.parent?.id ?? null} ELSE g.parent_group_id END,
      key = CASE WHEN g.id = ${group.id} THEN ${place.key} ELSE g.key END,
      version = g.version + 1, updated_at = now()
    WHERE g.space_id = ${group.spaceId} AND (g.id = ${group.id} OR starts_with(g.path, ${below})) RETURNING 1 AS moved`);
  return moved.length;
}
