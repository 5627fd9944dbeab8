import type { SpaceIndex } from '../../../fact-index/space-index.js';
import { STRIDE } from '../../../fact-index/assignments.js';
import { SCOPE_CODES, type PairEntry } from '../../../fact-index/registry-index.js';
import type { Rule } from '../../../fact-index/role-rules.js';

/** The facts of a Space and the clock that starts and ends are compared with, in milliseconds since the epoch. */
export interface View {
  readonly index: SpaceIndex;
  readonly clock: number;
}

/** Which entries are wanted. */
export interface EntryFilter {
  readonly resourceType?: string | undefined;
  readonly action?: string | undefined;
}

/** One way by which a Member may do something, or may not whoever else allows it: an assignment that gives a Permission. */
export interface AccessEntry {
  readonly resourceType: string;
  readonly action: string;
  readonly scope: string;
  readonly effect: 'allow' | 'deny';
  /** CEL source of the Permission. */
  readonly condition?: string;
  readonly memberRoleId: string;
  /** CEL source of the assignment. */
  readonly assignmentCondition?: string;
  /** The assigned Role. */
  readonly roleId: string;
  /** Roles from the assigned one, exclusive, to the one that holds the Permission, inclusive. */
  readonly inheritedRoleIds: readonly string[];
  readonly rolePermissionId: string;
  readonly permissionId: string;
  readonly anchorGroupId?: string;
}

/**
 * Entries of a Member that are in force: Space, Member, assignment, Roles, Permission, type and action count, and a scope that needs an
 * anchor has one that does. Who can act as the Member, and what the entries cover, is looked at apart. Ask `index.settle` first.
 *
 * @param member - row of the Member; undefined gives nothing
 */
export function entriesOf({ index, clock }: View, member: number | undefined, { resourceType, action }: EntryFilter): AccessEntry[] {
  if (member === undefined || index.status !== 'active' || !index.actors.isActive(member)) return [];
  const { assignments, roles } = index;
  const { pool } = assignments.ofMember;
  const entries: AccessEntry[] = [];
  for (let at = assignments.ofMember.start(member); at < assignments.ofMember.end(member); at += STRIDE) {
    const row = pool[at + 2] as number;
    if (!assignments.isInForce(row, clock)) continue;
    for (const rule of roles.at(assignments.role(row)).rules) {
      if (isWanted(rule.permission.pair, resourceType, action) && rule.permission.pair.problem === undefined && hasGround(index, row, rule)) entries.push(entryOf(index, row, rule));
    }
  }
  return entries;
}

/** Two entries are the same one when all that they say is the same, but for the Roles on the way to the Permission. */
export function keyOfEntry(entry: AccessEntry): string {
  return JSON.stringify([
    entry.memberRoleId, entry.rolePermissionId, entry.scope, entry.effect, entry.anchorGroupId ?? null, entry.condition ?? null, entry.assignmentCondition ?? null,
  ]);
}

function isWanted(pair: PairEntry, resourceType: string | undefined, action: string | undefined): boolean {
  return (resourceType === undefined || pair.type.key === resourceType) && (action === undefined || pair.key === action);
}

// An allowance without an anchor that counts covers nothing; a denial then denies everywhere.
function hasGround({ assignments, groups }: SpaceIndex, row: number, { permission: { effect, scopeCode } }: Rule): boolean {
  if (effect === 'deny') return true;
  if (scopeCode === SCOPE_CODES.self || scopeCode === SCOPE_CODES.space) return true;
  const anchor = assignments.anchor(row);
  return (scopeCode === SCOPE_CODES.group || scopeCode === SCOPE_CODES.group_tree) && anchor >= 0 && groups.isActive(anchor);
}

function entryOf({ assignments, roles, groups }: SpaceIndex, row: number, { permission, rolePermissionId, inherited }: Rule): AccessEntry {
  const { id, condition: assignmentCondition } = assignments.fact(row);
  const anchor = assignments.anchor(row);
  const { condition } = permission;
  return {
    resourceType: permission.pair.type.key,
    action: permission.pair.key,
    scope: permission.scope,
    effect: permission.effect,
    ...(condition === undefined ? {} : { condition }),
    memberRoleId: id,
    ...(assignmentCondition === undefined ? {} : { assignmentCondition }),
    roleId: roles.at(assignments.role(row)).id,
    inheritedRoleIds: inherited.map((role) => role.id),
    rolePermissionId,
    permissionId: permission.id,
    ...(anchor < 0 ? {} : { anchorGroupId: groups.id(anchor) }),
  };
}
