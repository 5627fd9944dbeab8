import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';

/**
 * The grants that are in force for this action now, in their fixed order: key of the assigned Role, resource type, action, scope,
 * effect (`allow` before `deny`), then the ids of the assignment, of the permission's place in its Role, and of the inherited Roles,
 * so that no two ever change places. Compared byte by byte.
 *
 * An inactive, coming or ended MemberRole, and an inactive Role on the way, RolePermission or Permission, is no candidate. An
 * inactive anchor leaves the candidate in the list.
 */
export function candidatesOf({ resourceType, action }: Question, facts: Facts, now: number): readonly GrantFact[] {
  return facts.grants
    .filter(
      ({ memberRole, role, inherited, rolePermission, permission }) =>
        permission.resourceType === resourceType &&
        permission.action === action &&
        [memberRole, role, ...inherited, rolePermission, permission].every(({ status }) => status === 'active') &&
        (memberRole.startsAt === undefined || memberRole.startsAt <= now) &&
        (memberRole.expiresAt === undefined || memberRole.expiresAt > now),
    )
    .sort((left, right) => compare(orderOf(left), orderOf(right)));
}

function orderOf({ role, permission, memberRole, rolePermission, inherited }: GrantFact): readonly string[] {
  const path = JSON.stringify(inherited.map(({ id }) => id));
  return [role.key, permission.resourceType, permission.action, permission.scope, permission.effect, memberRole.id, rolePermission.id, path];
}

function compare(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at < 0) return 0;
  return (left[at] as string) < (right[at] as string) ? -1 : 1;
}
