import type { Model, PermissionEntry } from '../model.js';
import { showPlace } from '../yaml/place.js';
import type { Problems } from '../yaml/problems.js';

/** What a Permission says: two that say the same are one. Injective, whatever the condition is. */
export function ruleOf({ type, action, scope, effect, condition }: PermissionEntry): string {
  return JSON.stringify([type, action, scope, effect, condition ?? null]);
}

/** Reports Permissions that say the same, and those whose type or action is not there although nobody said so. */
export function checkPermissions({ permissions, types }: Model, problems: Problems): void {
  const rules = new Map<string, PermissionEntry>();
  for (const permission of permissions.values()) {
    const rule = ruleOf(permission);
    const other = rules.get(rule);
    if (other === undefined) rules.set(rule, permission);
    else problems.add(permission.at, `${permission.key} says the same as ${other.key} at ${showPlace(other.at)}.`);

    const { at, key, type, action, unregistered } = permission;
    const isRegistered = types.get(type)?.actions.has(action) === true;
    if (!isRegistered && !unregistered) {
      problems.add(at, `There is no action ${action} of a resource type ${type}, so ${key} would never count. If that is meant, say unregistered: true.`);
    } else if (isRegistered && unregistered) problems.add(at, `The action ${action} of ${type} is registered: ${key} is not unregistered.`);
  }
}
