import { NO_ANCHOR, UNKNOWN_ANCHOR } from '../assignments.js';
import { inOrderOfNames, isActive, moment, optionalText, text, type FactRow } from '../fact-row.js';
import { RegistryIndex } from '../registry-index.js';
import { SpaceIndex } from '../space-index.js';

/** Ways to build the index of a Space out of rows; all of them must end in the same answers. */
export const BUILDERS = { oneByOne, inBulk } as const;

/** Rows that concern an index. */
export function rowsOf(rows: readonly FactRow[], spaceId: string): FactRow[] {
  return rows.filter(({ kind, id, body }) => kind === 'user' || body['space_id'] === spaceId || (kind === 'space' && id === spaceId));
}

function oneByOne(rows: readonly FactRow[], spaceId: string): SpaceIndex {
  const index = emptyIndex(rows, spaceId);
  bindUsers(index, rows, spaceId);
  for (const row of inOrderOfNames(rowsOf(rows, spaceId))) index.load(row);
  return index;
}

// As the loader does it: assignments all at once, their ids as bytes between others.
function inBulk(rows: readonly FactRow[], spaceId: string): SpaceIndex {
  const index = emptyIndex(rows, spaceId);
  const { groups, actors, roles, assignments } = index;
  const here = rowsOf(rows, spaceId);
  const each = (kind: string, take: (row: FactRow) => void): void => here.filter((row) => row.kind === kind).forEach(take);
  each('space', (row) => index.load(row));
  each('group', (row) => index.load(row));
  each('member', (row) => actors.setMember(row.id, text(row, 'status'), text(row, 'member_type') === 'service'));
  bindUsers(index, rows, spaceId);
  each('role', (row) => void roles.setRole(row.id, text(row, 'key'), text(row, 'status')));
  each('role_permission', (row) => isActive(row) && roles.setPermission(text(row, 'role_id'), row.id, text(row, 'permission_id')));
  each('role_inheritance', (row) => isActive(row) && roles.setInheritance(text(row, 'role_id'), row.id, text(row, 'inherited_role_id')));
  const bulk = assignments.bulk();
  each('member_role', (row) => {
    if (!isActive(row)) return;
    const anchor = optionalText(row, 'scope_anchor_group_id');
    const columns = [row.id, text(row, 'member_id'), text(row, 'role_id'), anchor ?? ''];
    const bytes = Buffer.from(`..${columns.join('.')}..`, 'latin1');
    const starts = columns.map((_, at) => 2 + columns.slice(0, at).join('').length + at);
    const at = (column: number): [Buffer, number, number] => [bytes, starts[column] as number, (starts[column] as number) + (columns[column] as string).length];
    bulk.add({
      bytes, start: at(0)[1], end: at(0)[2], member: actors.namedBytes(...at(1)), role: roles.namedBytes(...at(2)),
      anchor: anchor === undefined ? NO_ANCHOR : (groups.rowOfBytes(...at(3)) ?? UNKNOWN_ANCHOR),
      startsAt: moment(row, 'starts_at'), expiresAt: moment(row, 'expires_at'), condition: optionalText(row, 'condition'),
    });
  });
  bulk.end();
  return index;
}

function emptyIndex(rows: readonly FactRow[], spaceId: string): SpaceIndex {
  const registry = new RegistryIndex();
  registry.apply(rows);
  return new SpaceIndex(spaceId, registry);
}

// Users are of the instance: a loader reads those that are bound in the Space.
function bindUsers({ actors }: SpaceIndex, rows: readonly FactRow[], spaceId: string): void {
  const status = new Map(rows.filter(({ kind }) => kind === 'user').map((row) => [row.id, text(row, 'status')]));
  for (const row of rowsOf(rows, spaceId)) {
    if (row.kind !== 'user_member') continue;
    const userId = text(row, 'user_id');
    actors.addBinding({
      id: row.id, memberId: text(row, 'member_id'), userId, status: text(row, 'status'), relationType: text(row, 'relation_type'), isPrimary: row.body['is_primary'] === true,
      ...(moment(row, 'expires_at') === undefined ? {} : { expiresAt: moment(row, 'expires_at') as number }),
    });
    actors.setUser(userId, status.get(userId) ?? 'missing');
  }
}
