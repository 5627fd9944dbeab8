import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';

/**
 * The grants that are in force for this action now, in their fixed order: role key, resource type, action, scope (byte by byte),
 * then the id of the assignment so that two anchors of one Role never change places.
 *
 * An inactive or ended MemberRole, and an inactive Role, RolePermission or Permission, is no candidate. An inactive anchor leaves
 * the candidate in the list, uncovered where its scope needs the anchor.
 */
export function candidatesOf({ resourceType, action }: Question, facts: Facts, now: number): readonly GrantFact[] {
  return facts.grants
    .filter(
      ({ memberRole, role, rolePermission, permission }) =>
        permission.resourceType === resourceType &&
        permission.action === action &&
        [memberRole, role, rolePermission, permission].every(({ status }) => status === 'active') &&
        (memberRole.expiresAt === undefined || memberRole.expiresAt > now),
    )
    .sort((left, right) => compare(orderOf(left), orderOf(right)));
}

function orderOf({ role, permission, memberRole, rolePermission }: GrantFact): readonly string[] {
  return [role.key, permission.resourceType, permission.action, permission.scope, memberRole.id, rolePermission.id];
}

function compare(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at < 0) return 0;
  return (left[at] as string) < (right[at] as string) ? -1 : 1;
}
