import { createHash } from 'node:crypto';
import type { AssignmentEntry, PermissionEntry, SeparationEntry } from './model.js';
import { ruleOf } from './check/check-permissions.js';

// Ids of what is named by more than one word, and of what belongs to a Space under a name that other Spaces have too.
function derived(prefix: string, ...names: readonly (string | null)[]): string {
  return `${prefix}_${createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 32)}`;
}

/**
 * Ids of what a model names, the same in each run: an import that makes something gives it this id, and so do tests. What is stored
 * already keeps its own.
 */
export const MODEL_IDS = {
  space: (key: string): string => `space_${key}`,
  user: (key: string): string => `user_${key}`,
  member: (key: string): string => `member_${key}`,
  binding: (key: string): string => `um_${key}`,
  type: (key: string): string => `rt_${key}`,
  action: (type: string, key: string): string => derived('ra', type, key),
  mapping: (type: string): string => `rm_${type}`,
  permission: (key: string): string => `perm_${key}`,
  /** Id of a Permission whose own is that of another rule. */
  permissionOfRule: (permission: PermissionEntry): string => derived('perm', ruleOf(permission)),
  group: (spaceId: string, path: string): string => derived('group', spaceId, path),
  role: (spaceId: string, key: string): string => derived('role', spaceId, key),
  rolePermission: (roleId: string, permissionId: string): string => derived('rp', roleId, permissionId),
  inheritance: (roleId: string, inheritedRoleId: string): string => derived('ri', roleId, inheritedRoleId),
  separation: (spaceId: string, { name, givenId }: SeparationEntry): string => givenId ?? derived('sod', spaceId, name),
  assignment: (spaceId: string, { member, role, anchor }: AssignmentEntry): string => derived('mr', spaceId, member.name, role.name, anchor?.name ?? null),
} as const;
