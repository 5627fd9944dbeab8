import type { Entry, Model, Ref } from '../model.js';
import { showPlace } from '../yaml/place.js';
import type { Problems } from '../yaml/problems.js';
import { checkInheritance } from './check-inheritance.js';
import { checkPermissions } from './check-permissions.js';

/** Reports what does not fit together: names that lead nowhere, the same twice, circles. */
export function checkModel(model: Model, problems: Problems): void {
  checkPermissions(model, problems);
  const named = (what: string, among: ReadonlyMap<string, unknown>, refs: readonly (Ref | undefined)[]): void => {
    for (const ref of refs) if (ref !== undefined && !among.has(ref.name)) problems.add(ref.at, `There is no ${what} ${ref.name}.`);
  };
  for (const { permissions, inherits } of model.roles.values()) {
    named('Permission', model.permissions, permissions);
    named('Role', model.roles, inherits);
  }
  checkInheritance(model.roles, problems);
  for (const { roles, permissions } of model.separation) {
    named('Role', model.roles, roles);
    named('Permission', model.permissions, permissions);
  }
  for (const { bindings } of model.members.values()) named('User', model.users, [...bindings.values()].map(({ user }) => user));
  for (const { member, role, anchor } of model.assignments) {
    named('Member', model.members, [member]);
    named('Role', model.roles, [role]);
    named('Group', model.groups, [anchor]);
  }
  for (const { type, group, owner } of model.resources.values()) {
    named('resource type', model.types, [type]);
    named('Group', model.groups, [group]);
    named('Member', model.members, [owner]);
  }
  checkOnce(model, problems);
}

function checkOnce({ separation, assignments, users, members, resources }: Model, problems: Problems): void {
  const once = <Made extends Entry>(entries: Iterable<Made>, what: string, keyOf: (entry: Made) => readonly unknown[] | undefined): void => {
    const held = new Map<string, Entry>();
    for (const entry of entries) {
      const parts = keyOf(entry);
      if (parts === undefined) continue;
      const key = JSON.stringify(parts);
      const other = held.get(key);
      if (other === undefined) held.set(key, entry);
      else problems.add(entry.at, `${what} stands here twice: also at ${showPlace(other.at)}.`);
    }
  };
  once(separation, 'A rule with this name', ({ name, givenId }) => (givenId === undefined ? [name] : undefined));
  once(separation, 'A rule with this id', ({ givenId }) => (givenId === undefined ? undefined : [givenId]));
  once(assignments, 'This assignment', ({ member, role, anchor }) => [member.name, role.name, anchor?.name]);
  once(users.values(), 'A User with this e-mail address', ({ email }) => (email === undefined ? undefined : [email.toLowerCase()]));
  once([...members.values()].flatMap(({ bindings }) => [...bindings.values()]), 'A binding with this key', ({ key }) => [key]);
  once(members.values(), 'A Member with this external id', ({ externalId }) => (externalId === undefined ? undefined : [externalId]));
  once(resources.values(), 'A Resource with this external id', ({ type, externalId }) => (externalId === undefined ? undefined : [type.name, externalId]));
}
