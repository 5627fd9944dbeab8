import { PolityError } from '../../../kernel/errors/index.js';
import { raw, some, sql, type Sql } from '../../../persistence/index.js';
import type { Caller, CallerGrant } from './caller.js';
import { keyCovers } from './permission-key.js';

/** Where a control-plane permission reaches for one caller. Empty means nowhere. */
export interface Reach {
  readonly instance: boolean;
  readonly spaces: ReadonlySet<string>;
  readonly groups: readonly { readonly spaceId: string; readonly groupId: string; readonly path: string }[];
}

/** What an operation touches: the instance, a Space, or a group (by path) inside one. */
export interface ReachTarget {
  /** Absent = the instance itself. */
  readonly spaceId?: string;
  /** Path of the group that the object belongs to; absent = the whole Space. */
  readonly groupPath?: string;
}

/** The one function that says where a caller's key reaches, at the clock of the request. */
export function reach(caller: Caller, key: string, now: number): Reach {
  const held = caller.grants.filter((grant) => isLive(grant, now) && grantCovers(grant, key));
  return {
    instance: held.some(({ level }) => level === 'instance_super_admin' || level === 'instance_admin'),
    spaces: new Set(held.flatMap(({ level, spaceId }) => (level === 'space_admin' && spaceId !== undefined ? [spaceId] : []))),
    groups: held.flatMap(({ level, spaceId, groupId, groupPath }) =>
      level === 'group_admin' && spaceId !== undefined && groupId !== undefined && groupPath !== undefined ? [{ spaceId, groupId, path: groupPath }] : []),
  };
}

/** The same text for equal reaches, and for no others. */
export function reachName({ instance, spaces, groups }: Reach): string {
  const sorted = [...new Set(groups.map(({ spaceId, path }) => JSON.stringify([spaceId, path])))].toSorted();
  return JSON.stringify(instance ? ['instance'] : [[...spaces].toSorted(), sorted]);
}

/** The next moment at which something of a caller's rights runs out by itself. */
export function rightsEnd(caller: Caller, now: number): number {
  return Math.min(...[caller, ...caller.grants].map(({ expiresAt }) => (expiresAt !== undefined && expiresAt > now ? expiresAt : Infinity)));
}

/** True when the key reaches anywhere at all: the meaning of a scope in `@requiresScopes`. */
export function holdsSomewhere(caller: Caller, key: string, now: number): boolean {
  return caller.grants.some((grant) => isLive(grant, now) && grantCovers(grant, key));
}

/** True when the reach covers the target: instance covers all, a Space covers itself, a group covers its subtree. */
export function covers(held: Reach, target: ReachTarget): boolean {
  if (held.instance) return true;
  const { spaceId, groupPath } = target;
  if (spaceId === undefined) return false;
  if (held.spaces.has(spaceId)) return true;
  return groupPath !== undefined && held.groups.some((group) => group.spaceId === spaceId && isInSubtree(group.path, groupPath));
}

/** Throws `ADMIN_PERMISSION_REQUIRED`, naming the key, when the caller's key does not cover the target. */
export function assertReach(caller: Caller, key: string, target: ReachTarget, now: number): void {
  if (!covers(reach(caller, key, now), target)) {
    throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${key} here.`, { details: { permission: key } });
  }
}

/** Predicate for lists: rows of the reach. `groupPath` is absent for rows that belong to no group. */
export function reachPredicate(held: Reach, columns: { readonly spaceId?: string; readonly groupPath?: string }): Sql {
  if (held.instance) return raw('TRUE');
  const { spaceId, groupPath } = columns;
  if (spaceId === undefined) return raw('FALSE');
  const parts: Sql[] = [];
  if (held.spaces.size > 0) parts.push(sql`${raw(spaceId)} = ANY (${[...held.spaces]})`);
  if (groupPath !== undefined) {
    for (const group of held.groups) {
      parts.push(sql`(${raw(spaceId)} = ${group.spaceId} AND (${raw(groupPath)} = ${group.path} OR starts_with(${raw(groupPath)}, ${`${group.path}.`})))`);
    }
  }
  return some(parts);
}

/** True when `path` is `root` or lies below it. */
export function isInSubtree(root: string, path: string): boolean {
  return path === root || path.startsWith(`${root}.`);
}

function isLive(grant: CallerGrant, now: number): boolean {
  return grant.expiresAt === undefined || grant.expiresAt > now;
}

// A super admin holds every key, whatever is written in the row.
function grantCovers(grant: CallerGrant, key: string): boolean {
  return grant.level === 'instance_super_admin' || keyCovers(grant.permissionKey, key);
}
