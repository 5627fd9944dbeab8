import type { DenyCode } from './deny-codes.js';
import type { Facts } from './facts.js';
import type { Question } from './question.js';

/** Whether the target is there at all. A type whose data lie elsewhere (`plugin_managed`) has no stored targets. */
export function isTargetKnown({ resourceType }: Question, { resource, registry, isTargetInline }: Facts): boolean {
  if (resource?.resourceType !== resourceType) return false;
  return isTargetInline || registry.mapping?.storageKind === 'internal_table';
}

/** What is wrong with a target that is known and lies in the right Space. A group that is named must exist. */
export function targetProblem({ resource, group }: Facts): DenyCode | undefined {
  if (resource?.status !== 'active') return 'RESOURCE_INACTIVE';
  if (resource.groupId === undefined) return undefined;
  if (group === undefined) return 'TARGET_GROUP_MISSING';
  return group.status === 'active' ? undefined : 'TARGET_GROUP_INACTIVE';
}
