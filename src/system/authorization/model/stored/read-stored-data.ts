import { invariant } from '../../../../kernel/errors/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { inByteOrder } from '../compare-bytes.js';
import type { AssignmentEntry, BindingEntry, GroupEntry, MemberEntry, Model, Ref, RoleEntry, UserEntry } from '../model.js';
import { present } from '../read/entries.js';
import { filled, STORED_AT } from './filled.js';
import { readDataRows, type DataScope } from './stored-rows.js';

/** Reads Groups, people and assignments of a Space. Keys are the ids without their prefix. */
export async function readStoredData(
  executor: SqlExecutor, scope: DataScope, roles: ReadonlyMap<string, RoleEntry>,
): Promise<Pick<Model, 'space' | 'groups' | 'users' | 'members' | 'assignments'>> {
  const rows = await readDataRows(executor, scope);
  const roleKeys = new Map([...roles.values()].map(({ id, key }) => [id, key]));
  const bindings = Map.groupBy(inByteOrder(rows.bindings, ({ id }) => id!), ({ memberId }) => memberId!);
  const ref = (name: string | undefined): Ref => {
    invariant(name !== undefined, 'an assignment leads to something');
    return { name, at: STORED_AT };
  };
  const bindingsOf = (memberId: string): Map<string, BindingEntry> => new Map((bindings.get(memberId) ?? []).map(({ id, userId, memberId: _memberId, ...row }) =>
    [keyOfId(id!), { ...(filled(row) as BindingEntry), id: id!, key: keyOfId(id!), at: STORED_AT, user: ref(keyOfId(userId!)) }]));
  return {
    space: { key: keyOfId(scope.spaceId), at: STORED_AT, status: 'active' },
    groups: new Map(inByteOrder(rows.groups, ({ path }) => path!).map((row) => [row.path!, { ...(filled(row) as GroupEntry), at: STORED_AT }])),
    users: new Map(inByteOrder(rows.users, ({ id }) => id!).map((row) => [keyOfId(row.id!), { ...(filled(row) as UserEntry), key: keyOfId(row.id!), at: STORED_AT }])),
    members: new Map(inByteOrder(rows.members, ({ id }) => id!).map((row) =>
      [keyOfId(row.id!), { ...(filled(row) as MemberEntry), key: keyOfId(row.id!), at: STORED_AT, bindings: bindingsOf(row.id!) }])),
    assignments: inByteOrder(rows.assignments, ({ id }) => id!).map(({ id, memberId, roleId, anchor, ...row }): AssignmentEntry => ({
      ...(filled(row) as Pick<AssignmentEntry, 'startsAt' | 'expiresAt' | 'condition'>), id: id!, at: STORED_AT,
      member: ref(keyOfId(memberId!)), role: ref(roleKeys.get(roleId!)), ...present({ anchor: anchor === null ? undefined : ref(anchor) }),
    })),
  };
}

/** What stands behind the prefix of an id. */
function keyOfId(id: string): string {
  return id.slice(id.indexOf('_') + 1);
}
