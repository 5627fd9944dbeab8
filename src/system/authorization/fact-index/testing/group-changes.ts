import type { FactRow } from '../fact-row.js';
import type { Body } from './fact-rows.js';
import { toggled } from './instance-changes.js';
import type { RandomWorld } from './random-world.js';

const MOST_GROUPS = 16;
const DEEPEST = 6;
// Keys that begin alike: `fin` must not reach `finops`.
const KEYS = ['fin', 'finops', 'fin_', 'a', 'aa', 'b'] as const;

/** A new Group somewhere in the tree; where there are many, one that nothing names goes. */
export function newGroup(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const held = store.inSpace('group', spaceId);
  if (held.length >= MOST_GROUPS) {
    if (world.options.mayRemoveAll !== true) return [];
    const named = new Set([
      ...held.map((body) => body['parent_group_id']), ...store.inSpace('member_role', spaceId).map((body) => body['scope_anchor_group_id']),
      ...store.inSpace('resource', spaceId).map((body) => body['group_id']),
    ]);
    const gone = world.one(held.filter(({ id }) => !named.has(id)));
    return gone === undefined ? [] : [store.remove('group', gone.id)];
  }
  const parent = random.chance(0.75) ? world.one(held) : undefined;
  return placed(world, { id: world.newId('group'), space_id: spaceId, status: random.mostly(0.9, 'active', 'disabled') }, parent, random.pick(KEYS));
}

/** Disables a Group, moves it with all below it, or calls it otherwise. */
export function changeGroup(world: RandomWorld, spaceId: string): FactRow[] {
  const { random, store } = world;
  const groups = store.inSpace('group', spaceId);
  const found = world.one(groups);
  if (found === undefined) return [];
  if (random.chance(0.5)) return [toggled(world, 'group', found, 'disabled')];
  const isInside = (body: Body): boolean => `${String(body['path'])}.`.startsWith(`${String(found['path'])}.`);
  const elsewhere = groups.filter((body) => !isInside(body));
  const parent = random.chance(0.5) ? store.get('group', found['parent_group_id']) : random.chance(0.8) ? world.one(elsewhere) : undefined;
  const before = String(found['path']);
  const [moved] = placed(world, found, parent, random.chance(0.5) ? String(found['key']) : random.pick(KEYS));
  if (moved === undefined) return [];
  const after = String(moved.body['path']);
  const below = groups.filter((body) => body.id !== found.id && isInside(body));
  return [moved, ...below.map((body) => {
    const path = after + String(body['path']).slice(before.length);
    return store.put('group', { ...body, path, depth: depthOf(path) });
  })];
}

function placed(world: RandomWorld, group: Body, parent: Body | undefined, key: string): FactRow[] {
  const path = parent === undefined ? key : `${String(parent['path'])}.${key}`;
  const isTaken = world.store.inSpace('group', String(group['space_id'])).some((body) => body.id !== group.id && body['path'] === path);
  if (isTaken || depthOf(path) > DEEPEST) return [];
  return [world.store.put('group', { ...group, parent_group_id: parent?.id ?? null, key, path, depth: depthOf(path) })];
}

function depthOf(path: string): number {
  return path.split('.').length - 1;
}
