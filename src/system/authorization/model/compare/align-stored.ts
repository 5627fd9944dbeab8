import { ruleOf } from '../check/check-permissions.js';
import type { Model, PermissionEntry, Ref } from '../model.js';

/** Ends the key of a stored Permission whose key another rule has in the file; no key of a file holds an @. */
const STORED = '@database';

/**
 * Calls what is stored as the file calls it, so that both can be compared by names: Permissions that say the same have one key, and a
 * rule of separation is known by its id only where the file says the id.
 */
export function alignStored(stored: Model, file: Model): Model {
  const keyOfRule = new Map([...file.permissions.values()].map((permission) => [ruleOf(permission), permission.key]));
  const keys = new Map([...stored.permissions.values()].map((permission) => [permission.key, keyOfRule.get(ruleOf(permission)) ?? (file.permissions.has(permission.key) ? `${permission.key}${STORED}` : permission.key)]));
  const renamed = (refs: readonly Ref[]): Ref[] => refs.map((ref) => ({ ...ref, name: keys.get(ref.name) ?? ref.name }));
  const permissions = [...stored.permissions.values()].map((permission): PermissionEntry => ({ ...permission, key: keys.get(permission.key)! }));
  const givenIds = new Set(file.separation.map(({ givenId }) => givenId));
  return {
    ...stored,
    permissions: new Map(permissions.map((permission) => [permission.key, permission])),
    roles: new Map([...stored.roles].map(([key, role]) => [key, { ...role, permissions: renamed(role.permissions) }])),
    separation: stored.separation.map(({ givenId, ...rule }) => ({
      ...rule, permissions: renamed(rule.permissions), ...(givenId !== undefined || givenIds.has(rule.id) ? { givenId: rule.id! } : {}),
    })),
  };
}
