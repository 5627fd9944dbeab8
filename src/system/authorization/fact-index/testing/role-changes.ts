import type { FactRow } from '../fact-row.js';
import { toggled } from './instance-changes.js';
import { CLOCK, randomCondition, randomMoment } from './random-conditions.js';
import type { RandomWorld } from './random-world.js';

const MOST = { roles: 6, rolePermissions: 34, inheritances: 8, assignments: 70 };
const GONE = { status: 'revoked' } as const;

/** A new Role; where there are many, one that nothing names goes. */
export function newRole(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const held = store.inSpace('role', spaceId);
  if (held.length < MOST.roles) {
    const id = world.newId('role');
    return [store.put('role', { id, space_id: spaceId, key: keyOf(world, spaceId), name: id, status: random.mostly(0.9, 'active', 'disabled') })];
  }
  const rows = ['member_role', 'role_permission', 'role_inheritance'].flatMap((kind) => store.inSpace(kind, spaceId));
  const gone = world.one(held.filter(({ id }) => !rows.some((body) => body['role_id'] === id || body['inherited_role_id'] === id)));
  return gone === undefined ? [] : [store.remove('role', gone.id)];
}

/** Disables a Role, or gives it another key: then it stands elsewhere in the order of candidates. */
export function changeRole(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('role', spaceId));
  if (found === undefined) return [];
  return [world.random.chance(0.5) ? toggled(world, 'role', found, 'disabled') : world.store.put('role', { ...found, key: keyOf(world, spaceId) })];
}

function keyOf({ random, store }: RandomWorld, spaceId: string): string {
  const taken = new Set(store.inSpace('role', spaceId).map(({ key }) => key));
  for (let key = random.pick(['a', 'k', 'z']); ; key += random.pick(['_', '0', 'm'])) if (!taken.has(key)) return key;
}

export function newRolePermission(world: RandomWorld, spaceId: string): FactRow[] {
  const { store } = world;
  const [role, permission] = [world.one(store.inSpace('role', spaceId)), world.one(store.of('permission'))];
  const held = store.inSpace('role_permission', spaceId);
  const isHeld = held.some((body) => body['role_id'] === role?.id && body['permission_id'] === permission?.id);
  if (role === undefined || permission === undefined || isHeld || held.length >= MOST.rolePermissions) return [];
  return [store.put('role_permission', { id: world.newId('rp'), space_id: spaceId, role_id: role.id, permission_id: permission.id, status: world.random.mostly(0.9, 'active', 'revoked') })];
}

export function changeRolePermission(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('role_permission', spaceId));
  if (found === undefined) return [];
  return [world.random.chance(0.2) ? world.store.remove('role_permission', found.id) : toggled(world, 'role_permission', found, 'revoked')];
}

/** One Role inherits another; in circles in odd worlds only. */
export function newInheritance(world: RandomWorld, spaceId: string): FactRow[] {
  const { store } = world;
  const roles = store.inSpace('role', spaceId);
  const [role, inherited] = [world.one(roles), world.one(roles)];
  const held = store.inSpace('role_inheritance', spaceId);
  const isHeld = held.some((body) => body['role_id'] === role?.id && body['inherited_role_id'] === inherited?.id);
  if (role === undefined || inherited === undefined || isHeld || held.length >= MOST.inheritances || !mayInherit(world, spaceId, role.id, inherited.id)) return [];
  return [store.put('role_inheritance', { id: world.newId('ri'), space_id: spaceId, role_id: role.id, inherited_role_id: inherited.id, status: 'active' })];
}

export function changeInheritance(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('role_inheritance', spaceId));
  if (found === undefined) return [];
  if (world.random.chance(0.25)) return [world.store.remove('role_inheritance', found.id)];
  if (found['status'] === 'active') return [world.store.put('role_inheritance', { ...found, ...GONE })];
  return mayInherit(world, spaceId, String(found['role_id']), String(found['inherited_role_id'])) ? [world.store.put('role_inheritance', { ...found, status: 'active' })] : [];
}

function mayInherit({ store, options }: RandomWorld, spaceId: string, roleId: string, inheritedId: string): boolean {
  if (options.odd === true) return true;
  const seen = new Set([inheritedId]);
  const edges = store.inSpace('role_inheritance', spaceId).filter(({ status }) => status === 'active');
  for (const id of seen) for (const edge of edges) if (edge['role_id'] === id) seen.add(String(edge['inherited_role_id']));
  return !seen.has(roleId);
}

export function newAssignment(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const [member, role] = [world.one(store.inSpace('member', spaceId)), world.one(store.inSpace('role', spaceId))];
  const anchor = random.chance(0.85) ? (world.one(store.inSpace('group', spaceId))?.id ?? null) : null;
  const held = store.inSpace('member_role', spaceId);
  const isHeld = held.some((body) => body['member_id'] === member?.id && body['role_id'] === role?.id && body['scope_anchor_group_id'] === anchor);
  if (member === undefined || role === undefined || isHeld || held.length >= MOST.assignments) return [];
  return [store.put('member_role', { id: world.newId('mr', spaceId), space_id: spaceId, member_id: member.id, role_id: role.id, scope_anchor_group_id: anchor, ...stateOf(world, 0.9) })];
}

export function changeAssignment(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('member_role', spaceId));
  if (found === undefined) return [];
  return [world.random.chance(0.2) ? world.store.remove('member_role', found.id) : world.store.put('member_role', { ...found, ...stateOf(world, 0.75) })];
}

function stateOf({ random }: RandomWorld, active: number): Record<string, unknown> {
  const status = random.mostly(active, 'active', 'revoked');
  const [one, other] = [randomMoment(random, 0.2), randomMoment(random, 0.25)];
  const isPeriod = one === null || other === null || Date.parse(one) < Date.parse(other);
  return {
    status, revoked_at: status === 'revoked' ? new Date(CLOCK).toISOString() : null, starts_at: isPeriod ? one : null, expires_at: other, condition: randomCondition(random, 0.15),
  };
}
