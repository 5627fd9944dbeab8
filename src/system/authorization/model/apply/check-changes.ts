import { checkInheritance } from '../check/check-inheritance.js';
import type { Change } from '../compare/change.js';
import { COMPARABLE } from '../compare/comparable.js';
import { APP_OWNER, type Model, type RoleEntry } from '../model.js';
import type { Problems } from '../yaml/problems.js';

/** Reports changes that cannot be made, where the file asks for them. */
export function checkChanges(changes: readonly Change[], stored: Model, file: Model, prune: boolean, problems: Problems): void {
  for (const change of changes) {
    if (!isOwn(change, problems)) continue;
    const fixed = COMPARABLE[change.kind].fixed ?? [];
    for (const { field, before } of change.fields) {
      if (fixed.includes(field)) problems.add(change.at, `${field} of ${change.name} never changes; it is ${String(before)}.`);
    }
  }
  checkNames(stored, file, problems);
  checkInheritance(rolesAfter(stored, file, prune), problems);
}

// A type, its actions and its mapping belong to one owner; what is written in a file belongs to the application.
function isOwn(change: Change, problems: Problems): boolean {
  if (change.op === 'remove' || (change.kind !== 'type' && change.kind !== 'action' && change.kind !== 'mapping')) return true;
  const owner = change.before?.owner ?? change.after?.owner ?? APP_OWNER;
  if (owner === APP_OWNER) return true;
  problems.add(change.at, `${change.name} belongs to ${owner}, who alone may change it.`);
  return false;
}

function checkNames(stored: Model, file: Model, problems: Problems): void {
  const names = Map.groupBy(stored.separation, ({ name }) => name);
  for (const { name, givenId, at } of file.separation) {
    if (givenId === undefined && (names.get(name)?.length ?? 0) > 1) problems.add(at, `Several stored rules are called ${name}: say the id of the one that is meant.`);
  }
}

/** The Roles as they would be: those of the file, and what the file does not have and is not taken away. */
function rolesAfter(stored: Model, file: Model, prune: boolean): ReadonlyMap<string, RoleEntry> {
  if (prune) return file.roles;
  const after = new Map(stored.roles);
  for (const [key, role] of file.roles) {
    const held = stored.roles.get(key)?.inherits ?? [];
    after.set(key, { ...role, inherits: [...role.inherits, ...held.filter(({ name }) => !role.inherits.some((ref) => ref.name === name))] });
  }
  return after;
}
