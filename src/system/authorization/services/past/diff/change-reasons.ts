import type { Binding } from '../../../fact-index/actors.js';
import { STRIDE } from '../../../fact-index/assignments.js';
import type { RoleEntry } from '../../../fact-index/role-rules.js';
import { ACTIVE } from '../../../fact-index/words.js';
import type { AccessEntry, View } from './access-entries.js';

/** Why something is in force at one moment and not at the other. */
export type ChangeReason =
  | 'granted' | 'revoked' | 'started' | 'expired' | 'assignment_changed' | 'role_changed' | 'inheritance_changed' | 'permission_changed'
  | 'registry_changed' | 'member_changed' | 'space_changed' | 'group_changed' | 'group_moved' | 'user_changed' | 'binding_changed' | 'binding_expired'
  | 'resource_changed' | 'denied' | 'condition';

/** Whether it is in force at the later moment, or at the earlier one. */
export type ChangeDirection = 'gained' | 'lost';

/** All that keeps an entry, which is in force elsewhere, from being in force in a view. */
export function reasonsOf(elsewhere: View, here: View, memberId: string, entry: AccessEntry, direction: ChangeDirection): ChangeReason[] {
  const { index } = here;
  const reasons: ChangeReason[] = [];
  const member = index.actors.row(memberId);
  if (index.status !== 'active') reasons.push('space_changed');
  if (index.registry.type(entry.resourceType)?.actions.get(entry.action)?.problem !== undefined || !isRegistered(here, entry)) reasons.push('registry_changed');
  if (member === undefined || !index.actors.isActive(member)) reasons.push('member_changed');
  reasons.push(...reasonsOfAssignment(elsewhere, here, member, memberId, entry, direction), ...reasonsOfRole(here, entry));
  const anchor = entry.anchorGroupId === undefined ? undefined : index.groups.row(entry.anchorGroupId);
  const needsAnchor = entry.effect === 'allow' && (entry.scope === 'group' || entry.scope === 'group_tree');
  if (needsAnchor && (anchor === undefined || !index.groups.isActive(anchor))) reasons.push('group_changed');
  return reasons;
}

/** Why nobody can act by a binding in a view, which is possible in the other one. */
export function reasonsOfBinding(actors: View['index']['actors'], binding: Binding | undefined, clock: number, direction: ChangeDirection): ChangeReason[] {
  if (binding === undefined) return ['binding_changed'];
  const reasons: ChangeReason[] = [];
  if (binding.status !== ACTIVE) reasons.push('binding_changed');
  // One that had ended and can be used again was given another end.
  if ((binding.expiresAt ?? Number.POSITIVE_INFINITY) <= clock) reasons.push(direction === 'lost' ? 'binding_expired' : 'binding_changed');
  if (!actors.isUserActive(binding.row)) reasons.push('user_changed');
  return reasons;
}

function isRegistered({ index }: View, { resourceType, action }: AccessEntry): boolean {
  return index.registry.type(resourceType)?.actions.get(action)?.fact !== undefined;
}

function reasonsOfAssignment(elsewhere: View, here: View, member: number | undefined, memberId: string, entry: AccessEntry, direction: ChangeDirection): ChangeReason[] {
  const row = member === undefined ? undefined : assignmentOf(here, member, entry.memberRoleId);
  if (row === undefined) return [direction === 'gained' ? 'granted' : 'revoked'];
  const { assignments } = here.index;
  const [fact, there] = [assignments.fact(row), assignmentFact(elsewhere, memberId, entry.memberRoleId)];
  const reasons: ChangeReason[] = [];
  const isBefore = fact.startsAt !== undefined && fact.startsAt > here.clock;
  const isAfter = fact.expiresAt !== undefined && fact.expiresAt <= here.clock;
  if (isBefore) reasons.push(direction === 'gained' && fact.startsAt === there?.startsAt ? 'started' : 'assignment_changed');
  if (isAfter) reasons.push(direction === 'lost' && fact.expiresAt === there?.expiresAt ? 'expired' : 'assignment_changed');
  if (fact.condition !== entry.assignmentCondition) reasons.push('assignment_changed');
  return [...new Set(reasons)];
}

function assignmentFact({ index }: View, memberId: string, id: string): { readonly startsAt?: number; readonly expiresAt?: number } | undefined {
  const member = index.actors.row(memberId);
  const row = member === undefined ? undefined : assignmentOf({ index, clock: 0 }, member, id);
  return row === undefined ? undefined : index.assignments.fact(row);
}

function assignmentOf({ index: { assignments } }: View, member: number, id: string): number | undefined {
  const { pool } = assignments.ofMember;
  for (let at = assignments.ofMember.start(member) + 2; at < assignments.ofMember.end(member); at += STRIDE) {
    if (assignments.id(pool[at] as number) === id) return pool[at];
  }
  return undefined;
}

function reasonsOfRole({ index: { roles } }: View, entry: AccessEntry): ChangeReason[] {
  const role = roles.role(entry.roleId);
  const rule = role?.rules.find(({ rolePermissionId }) => rolePermissionId === entry.rolePermissionId);
  if (rule !== undefined) {
    const { scope, effect, condition } = rule.permission;
    return scope === entry.scope && effect === entry.effect && condition === entry.condition ? [] : ['permission_changed'];
  }
  const reasons: ChangeReason[] = [];
  const holder = roles.role(entry.inheritedRoleIds.at(-1) ?? entry.roleId);
  const held = holder?.own.find(({ rolePermissionId }) => rolePermissionId === entry.rolePermissionId);
  if (held === undefined) reasons.push('role_changed');
  else if (held.permission.status !== 'active') reasons.push('permission_changed');
  if (role === undefined || holder === undefined || !reaches(roles, role, holder, () => true)) reasons.push('inheritance_changed');
  else if (!reaches(roles, role, holder, ({ status }) => status === 'active')) reasons.push('role_changed');
  return [...new Set(reasons)];
}

function reaches(roles: View['index']['roles'], from: RoleEntry, to: RoleEntry, mayPass: (role: RoleEntry) => boolean): boolean {
  const seen = new Set(mayPass(from) ? [from] : []);
  // A Set visits what is added while it is walked.
  for (const role of seen) {
    if (role === to) return true;
    for (const id of role.inherits.values()) {
      const next = roles.role(id);
      if (next !== undefined && mayPass(next)) seen.add(next);
    }
  }
  return false;
}
