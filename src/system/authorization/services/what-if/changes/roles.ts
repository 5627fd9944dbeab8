import { invalid, type InputPath } from '../../../../../kernel/errors/index.js';
import { assertSuppliedId } from '../../../../../kernel/ids/index.js';
import type { RoleRules } from '../../../fact-index/role-rules.js';
import { proposedId, type Hypothesis } from '../hypothesis.js';
import type { ChangeOf } from './change-of.js';

const ROLE_KEY = /^[a-z][a-z0-9_]{0,62}$/;
/** Inheritances in a row, at most. */
const LONGEST_CHAIN = 16;

/** A Role that is not there yet; the proposals after it know it by its id. */
export async function createRole(space: Hypothesis, { input: { id, key }, path }: ChangeOf<'createRole'>): Promise<void> {
  assertSuppliedId('Role', id, [...path, 'id']);
  await space.assertFree('role', id, [...path, 'id']);
  if (!ROLE_KEY.test(key)) throw invalid([...path, 'key'], 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.');
  const isTaken = space.index.roles.all().some((role) => role.key === key && (role.status === 'active' || role.status === 'disabled'));
  if (isTaken) throw invalid([...path, 'key'], 'The Space has a Role with this key.', 'ALREADY_EXISTS');
  space.write('role', id, { id, space_id: space.index.spaceId, key, status: 'active' });
}

export async function setRoleStatus(space: Hypothesis, { input: { id, status }, path }: ChangeOf<'setRoleStatus'>): Promise<void> {
  space.change(await space.find('Role', id, [...path, 'id']), { status });
}

export async function createRolePermission(space: Hypothesis, { input: { roleId, permissionId }, path }: ChangeOf<'createRolePermission'>): Promise<void> {
  await space.find('Role', roleId, [...path, 'roleId']);
  await space.permission(permissionId, [...path, 'permissionId']);
  const held = (await space.linked('role_permission', roleId)).find(({ body }) => body['permission_id'] === permissionId);
  if (held?.body['status'] === 'active') throw invalid([...path, 'permissionId'], 'The Role holds this Permission.', 'ALREADY_EXISTS');
  const id = held?.id ?? proposedId(path);
  space.write('role_permission', id, { id, space_id: space.index.spaceId, role_id: roleId, permission_id: permissionId, status: 'active' });
}

export async function revokeRolePermission(space: Hypothesis, { input: { id }, path }: ChangeOf<'revokeRolePermission'>): Promise<void> {
  space.change(await space.find('RolePermission', id, [...path, 'id']), { status: 'revoked' });
}

export async function createRoleInheritance(space: Hypothesis, { input: { roleId, inheritedRoleId }, path }: ChangeOf<'createRoleInheritance'>): Promise<void> {
  const at = [...path, 'inheritedRoleId'];
  await space.find('Role', roleId, [...path, 'roleId']);
  await space.find('Role', inheritedRoleId, at);
  const held = (await space.linked('role_inheritance', roleId)).find(({ body }) => body['inherited_role_id'] === inheritedRoleId);
  if (held?.body['status'] === 'active') throw invalid(at, 'The Role inherits this Role.', 'ALREADY_EXISTS');
  assertInheritable(space.index.roles, roleId, inheritedRoleId, at);
  const id = held?.id ?? proposedId(path);
  space.write('role_inheritance', id, { id, space_id: space.index.spaceId, role_id: roleId, inherited_role_id: inheritedRoleId, status: 'active' });
}

export async function revokeRoleInheritance(space: Hypothesis, { input: { id }, path }: ChangeOf<'revokeRoleInheritance'>): Promise<void> {
  space.change(await space.find('RoleInheritance', id, [...path, 'id']), { status: 'revoked' });
}

function assertInheritable(roles: RoleRules, roleId: string, inheritedRoleId: string, path: InputPath): void {
  const below = (id: string): readonly string[] => [...(roles.role(id)?.inherits.values() ?? [])];
  const heirs = new Map<string, string[]>();
  for (const role of roles.all()) for (const id of role.inherits.values()) heirs.set(id, [...(heirs.get(id) ?? []), role.id]);
  const [down, up] = [longest(inheritedRoleId, below), longest(roleId, (id) => heirs.get(id) ?? [])];
  if (roleId === inheritedRoleId || down.reached.has(roleId)) throw invalid(path, 'The Role would inherit itself.', 'ROLE_CYCLE');
  if (down.length + up.length + 1 > LONGEST_CHAIN) throw invalid(path, `The Role would be part of a chain of more than ${LONGEST_CHAIN} inheritances.`, 'ROLE_CHAIN_TOO_LONG');
}

// What is there has no cycle, so that every chain ends; a Role that several chains lead to is met once for each length.
function longest(from: string, next: (id: string) => readonly string[]): { readonly reached: ReadonlySet<string>; readonly length: number } {
  const reached = new Set<string>();
  let front = new Set([from]);
  let length = 0;
  for (; ; length += 1) {
    const further = new Set([...front].flatMap(next));
    if (further.size === 0 || length > LONGEST_CHAIN) return { reached, length };
    for (const id of further) reached.add(id);
    front = further;
  }
}
