import type { FactRow } from '../fact-row.js';
import { changeAssignment, newAssignment, newInheritance, newRole, newRolePermission, changeRole, changeRolePermission, changeInheritance } from './role-changes.js';
import { changeGroup, newGroup } from './group-changes.js';
import { newUser, toggled } from './instance-changes.js';
import { CLOCK, randomMoment } from './random-conditions.js';
import { TYPES, type RandomWorld } from './random-world.js';

const CHANGES = {
  space, new_group: newGroup, group: changeGroup, new_member: newMember, member, new_binding: newBinding, binding, new_role: newRole, role: changeRole,
  new_role_permission: newRolePermission, role_permission: changeRolePermission, new_inheritance: newInheritance, inheritance: changeInheritance,
  new_assignment: newAssignment, assignment: changeAssignment, new_resource: newResource, resource, several,
};

/** Kinds of changes in a Space. */
export type SpaceChange = keyof typeof CHANGES;

const USUAL: readonly SpaceChange[] = [
  'space', 'new_group', 'group', 'group', 'group', 'new_member', 'member', 'member', 'new_binding', 'binding', 'binding', 'new_role', 'role', 'role', 'new_role_permission',
  'role_permission', 'role_permission', 'new_inheritance', 'inheritance', 'inheritance', 'new_assignment', 'new_assignment', 'new_assignment', 'assignment', 'assignment', 'assignment',
  'assignment', 'new_resource', 'resource', 'resource', 'resource', 'several',
];
const MOST = { members: 7, bindings: 14, resources: 14 };

/** Changes facts of a Space. */
export function changeSpace(world: RandomWorld, spaceId: string, kind?: SpaceChange): FactRow[] {
  return CHANGES[kind ?? world.random.pick(USUAL) ?? 'space'](world, spaceId);
}

// Several changes of one transaction; of each row the last one counts.
function several(world: RandomWorld, spaceId: string): FactRow[] {
  return Array.from({ length: 2 + world.random.below(5) }, () => changeSpace(world, spaceId)).flat();
}

function space(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const found = store.get('space', spaceId);
  if (found === undefined) return [];
  const status = found['status'] === 'active' ? random.mostly(0.9, 'active', 'disabled', 'deleting') : 'active';
  return [store.put('space', { ...found, status, delete_after: status === 'deleting' ? new Date(CLOCK).toISOString() : null })];
}

function newMember(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const held = store.inSpace('member', spaceId);
  if (held.length >= MOST.members) {
    const named = new Set([...store.inSpace('member_role', spaceId), ...store.inSpace('user_member', spaceId)].map((body) => body['member_id']));
    const owners = new Set(store.inSpace('resource', spaceId).map((body) => body['owner_member_id']));
    const gone = world.one(held.filter(({ id }) => !named.has(id) && !owners.has(id)));
    return gone === undefined ? [] : [store.remove('member', gone.id)];
  }
  return [store.put('member', {
    id: world.newId('member'), space_id: spaceId, display_name: 'Member', member_type: random.mostly(0.8, 'human', 'service'), status: random.mostly(0.95, 'active', 'disabled'),
  })];
}

function member(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('member', spaceId));
  return found === undefined ? [] : [toggled(world, 'member', { ...found, member_type: world.random.mostly(0.8, 'human', 'service') }, 'disabled')];
}

function newBinding(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  if (store.inSpace('user_member', spaceId).length >= MOST.bindings) return [];
  const of = world.one(store.inSpace('member', spaceId));
  if (of === undefined) return [];
  const made = random.chance(0.2) ? newUser(world) : [];
  const user = made[0]?.id ?? world.one(store.of('user'))?.id;
  return [...made, store.put('user_member', {
    id: world.newId('um'), space_id: spaceId, user_id: user, member_id: of.id, relation_type: random.pick(['login', 'delegate', 'temporary']), is_primary: random.chance(0.5),
    ...bindingState(world, 0.9),
  })];
}

function binding(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('user_member', spaceId));
  if (found === undefined) return [];
  return world.random.chance(0.15) ? [world.store.remove('user_member', found.id)] : [world.store.put('user_member', { ...found, ...bindingState(world, 0.92) })];
}

function bindingState({ random }: RandomWorld, active: number): Record<string, unknown> {
  const status = random.mostly(active, 'active', 'revoked');
  return { status, revoked_at: status === 'revoked' ? new Date(CLOCK).toISOString() : null, expires_at: randomMoment(random, 0.12) };
}

function newResource(world: RandomWorld, spaceId: string): FactRow[] {
  const held = world.store.inSpace('resource', spaceId);
  if (held.length >= MOST.resources) {
    const gone = world.one(held);
    return gone === undefined ? [] : [world.store.remove('resource', gone.id)];
  }
  const id = world.newId('thing');
  return [world.store.put('resource', { id, space_id: spaceId, resource_type: world.random.mostly(0.6, ...TYPES), external_id: world.random.chance(0.5) ? `X ${id}` : null, ...resourceState(world, spaceId) })];
}

function resource(world: RandomWorld, spaceId: string): FactRow[] {
  const found = world.one(world.store.inSpace('resource', spaceId));
  return found === undefined ? [] : [world.store.put('resource', { ...found, ...resourceState(world, spaceId) })];
}

function resourceState(world: RandomWorld, spaceId: string): Record<string, unknown> {
  const { random, store } = world;
  const amount = random.pick([undefined, 5, 99.5, 100, 'many', null]);
  return {
    group_id: random.chance(0.85) ? (world.one(store.inSpace('group', spaceId))?.id ?? null) : null,
    owner_member_id: random.chance(0.7) ? (world.one(store.inSpace('member', spaceId))?.id ?? null) : null,
    visibility: random.pick(['private', 'group', 'space', 'public']), status: random.mostly(0.9, 'active', 'archived', 'deleted'),
    metadata: { ...(amount === undefined ? {} : { amount }), ...(random.chance(0.4) ? { city: random.pick(['Zürich', 'Genf']) } : {}) },
  };
}
