import type { FactRow } from '../fact-row.js';
import type { Body } from './fact-rows.js';
import { randomCondition } from './random-conditions.js';
import type { RandomWorld } from './random-world.js';
import { ACTIONS, TYPES } from './random-world.js';

const SCOPES = ['self', 'group', 'group_tree', 'group_tree', 'space', 'global'] as const;

const CHANGES = {
  registry, new_user: newUser, user, new_permission: newPermission, permission, permission_again: permission, type, action, action_again: registerAgain, mapping,
};

/** Kinds of changes in the instance. */
export type InstanceChange = keyof typeof CHANGES;

const USUAL: readonly InstanceChange[] = ['user', 'user', 'new_permission', 'permission', 'permission', 'permission', 'permission_again', 'type', 'action', 'action_again', 'mapping'];

/** Changes facts of the instance. */
export function changeInstance(world: RandomWorld, kind?: InstanceChange): FactRow[] {
  return CHANGES[kind ?? world.random.pick(USUAL) ?? 'user'](world);
}

/** A new User. */
export function newUser(world: RandomWorld): FactRow[] {
  const id = world.newId('user');
  return [world.store.put('user', { id, email: `${id.toLowerCase()}${world.store.version}@example.com`, status: world.random.mostly(0.9, 'active', 'disabled') })];
}

function user(world: RandomWorld): FactRow[] {
  const found = world.one(world.store.of('user'));
  return found === undefined ? [] : [toggled(world, 'user', found, 'disabled')];
}

function registry(world: RandomWorld): FactRow[] {
  const rows: FactRow[] = [];
  for (const key of TYPES) {
    rows.push(world.store.put('resource_type', { id: world.newId('rt'), key, display_name: key, owner: 'app', status: 'active' }));
    rows.push(world.store.put('resource_mapping', { id: world.newId('rm'), resource_type: key, storage_kind: 'internal_table', status: 'active' }));
    for (const each of ACTIONS) rows.push(registered(world, key, each));
  }
  return rows;
}

function registered(world: RandomWorld, resourceType: string, key: string): FactRow {
  const { random } = world;
  return world.store.put('resource_action', {
    id: world.newId('ra'), resource_type: resourceType, key, display_name: key, risk_level: random.pick(['low', 'normal', 'high', 'critical']),
    audit_default: random.chance(0.5), status: random.mostly(0.97, 'active', 'disabled'),
  });
}

function type(world: RandomWorld): FactRow[] {
  const found = world.one(world.store.of('resource_type'));
  return found === undefined ? [] : [toggled(world, 'resource_type', found, 'disabled')];
}

function action(world: RandomWorld): FactRow[] {
  const found = world.one(world.store.of('resource_action'));
  return found === undefined ? [] : [toggled(world, 'resource_action', { ...found, audit_default: world.random.chance(0.5) }, 'disabled')];
}

// In one transaction an action goes and comes back under another id; or it only goes, or comes.
function registerAgain(world: RandomWorld): FactRow[] {
  const { random, store } = world;
  const [resourceType, key] = [random.pick(TYPES), random.pick(ACTIONS)];
  const held = store.of('resource_action').find((body) => body['resource_type'] === resourceType && body['key'] === key);
  const rows = held === undefined ? [] : [store.remove('resource_action', held.id)];
  if (held === undefined || random.chance(0.7)) rows.push(registered(world, resourceType, key));
  return rows;
}

function mapping(world: RandomWorld): FactRow[] {
  const { random, store } = world;
  const resourceType = random.pick(TYPES);
  const held = store.of('resource_mapping').find((body) => body['resource_type'] === resourceType);
  const made = (): FactRow => store.put('resource_mapping', { id: world.newId('rm'), resource_type: resourceType, storage_kind: 'internal_table', status: 'active' });
  if (held === undefined) return [made()];
  if (random.chance(0.6)) return [toggled(world, 'resource_mapping', { ...held, storage_kind: random.mostly(0.8, 'internal_table', 'plugin_managed') }, 'disabled')];
  const removed = store.remove('resource_mapping', held.id);
  return random.chance(0.7) ? [removed, made()] : [removed];
}

function newPermission(world: RandomWorld): FactRow[] {
  const { random, store } = world;
  if (world.options.mayRemoveAll === true && random.chance(0.3)) {
    const unused = store.of('permission').filter(({ id }) => !store.of('role_permission').some((body) => body['permission_id'] === id));
    const gone = world.one(unused);
    if (gone !== undefined) return [store.remove('permission', gone.id)];
  }
  if (store.of('permission').length > 24) return [];
  return put(world, { id: world.newId('perm'), status: 'active', ...rule(world) });
}

function permission(world: RandomWorld): FactRow[] {
  const { random, store } = world;
  const found = world.one(store.of('permission'));
  if (found === undefined) return [];
  return random.chance(0.5) ? [toggled(world, 'permission', found, 'disabled')] : put(world, { ...found, ...rule(world) });
}

function rule({ random, options }: RandomWorld): Record<string, unknown> {
  return {
    resource_type: random.mostly(0.97, random.mostly(0.7, ...TYPES), 'memo'), action: random.mostly(0.97, random.mostly(0.6, ...ACTIONS), 'void'),
    scope: options.odd === true && random.chance(0.05) ? 'planet' : random.pick(SCOPES), effect: random.mostly(0.9, 'allow', 'deny'), condition: randomCondition(random, 0.2),
  };
}

// A rule is in the catalogue once.
function put(world: RandomWorld, body: Body): FactRow[] {
  const keyOf = ({ resource_type: resourceType, action: key, scope, effect, condition }: Record<string, unknown>): string => JSON.stringify([resourceType, key, scope, effect, condition]);
  const isTaken = world.store.of('permission').some((other) => other.id !== body.id && keyOf(other) === keyOf(body));
  return isTaken ? [] : [world.store.put('permission', body)];
}

/** The row with its status thrown anew: most of the world is active most of the time. */
export function toggled(world: RandomWorld, kind: string, body: Body, otherStatus: string): FactRow {
  return world.store.put(kind, { ...body, status: world.random.mostly(body['status'] === 'active' ? 0.93 : 0.97, 'active', otherStatus) });
}
