import type { RoleRules } from '../../fact-index/role-rules.js';

/** Ids of a Role and of all that have what it has, by inheritance through active Roles. */
export function rolesWith(roles: RoleRules, roleId: string): string[] {
  const heirs = new Map<string, string[]>();
  for (const { id, status, inherits } of roles.all()) {
    if (status === 'active') for (const inherited of inherits.values()) heirs.set(inherited, [...(heirs.get(inherited) ?? []), id]);
  }
  const found = new Set([roleId]);
  // A Set visits what is added while it is walked.
  for (const id of found) for (const heir of heirs.get(id) ?? []) found.add(heir);
  return [...found];
}
