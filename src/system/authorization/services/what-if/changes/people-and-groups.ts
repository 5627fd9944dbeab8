import { invalid } from '../../../../../kernel/errors/index.js';
import type { Hypothesis } from '../hypothesis.js';
import type { ChangeOf } from './change-of.js';

const MOST_LEVELS = 32;
const LONGEST_PATH = 2_048;

export async function setMemberStatus(space: Hypothesis, { input: { id, status }, path }: ChangeOf<'setMemberStatus'>): Promise<void> {
  space.change(await space.find('Member', id, [...path, 'id']), { status });
}

export async function revokeUserMember(space: Hypothesis, { input: { id }, path }: ChangeOf<'revokeUserMember'>): Promise<void> {
  space.change(await space.find('UserMember', id, [...path, 'id']), { status: 'revoked' });
}

export async function setGroupStatus(space: Hypothesis, { input: { id, status }, path }: ChangeOf<'setGroupStatus'>): Promise<void> {
  space.change(await space.find('Group', id, [...path, 'id']), { status });
}

/** Moves a Group with all below it; null makes it a root. */
export async function moveGroup(space: Hypothesis, { input: { id, parentGroupId }, path }: ChangeOf<'moveGroup'>): Promise<void> {
  const at = [...path, 'parentGroupId'];
  if (parentGroupId === undefined) throw invalid(at, 'Name the new parent, or null for a root.');
  const group = await space.find('Group', id, [...path, 'id']);
  const parent = parentGroupId === null ? undefined : await space.find('Group', parentGroupId, at);
  const { groups } = space.index;
  const [root, above] = [groups.row(id) as number, parent === undefined ? undefined : (groups.row(parent.id) as number)];
  if (above !== undefined && groups.isWithin(root, above)) throw invalid(at, 'A Group cannot be moved below itself.', 'GROUP_CYCLE');
  const before = String(group.body['path']);
  const key = before.slice(before.lastIndexOf('.') + 1);
  const after = parent === undefined ? key : `${String(parent.body['path'])}.${key}`;
  if (after === before) return;
  if (groups.rowAt(after) !== undefined) throw invalid(at, 'Another Group of this Space has this path.', 'ALREADY_EXISTS');
  space.writeAll([...groups.within([root])].map((row) => {
    const fact = groups.fact(row);
    const [, next] = groups.upwards(row);
    const moved = after + fact.path.slice(before.length);
    if (moved.split('.').length > MOST_LEVELS) throw invalid(at, `A tree has at most ${MOST_LEVELS} levels.`);
    if (moved.length > LONGEST_PATH) throw invalid(at, `A path has at most ${LONGEST_PATH} characters.`);
    const parentId = row === root ? (parent?.id ?? null) : groups.id(next as number);
    return { kind: 'group', id: fact.id, removed: false, body: { id: fact.id, space_id: fact.spaceId, parent_group_id: parentId, path: moved, status: fact.status } };
  }));
}
