import type { PermissionEntry, RoleEntry, SeparationEntry } from '../model.js';
import { actionKey, condition, keyOf, NAME, nameKey, ruleKey, separationId } from '../text-checks.js';
import { Fields } from '../yaml/fields.js';
import type { Problems } from '../yaml/problems.js';
import { present, readEntries, readRefs } from './entries.js';
import { described } from './read-types.js';

const STATUSES = ['active', 'disabled'] as const;
const SCOPES = ['self', 'group', 'group_tree', 'space', 'global'] as const;

/** Reads the catalogue of Permissions. */
export function readPermissions(fields: Fields, problems: Problems): Map<string, PermissionEntry> {
  return readEntries(fields, 'permissions', keyOf('perm'), 'A Permission', problems, (key, own, at): PermissionEntry | undefined => {
    const type = own.required('type', ruleKey);
    const action = own.required('action', actionKey);
    const scope = own.word('scope', SCOPES);
    if (own.node('scope') === undefined) problems.add(at, 'A Permission needs scope.');
    const status = own.word('status', STATUSES) ?? (scope === 'global' ? 'disabled' : 'active');
    if (scope === 'global' && status !== 'disabled') problems.add(own.placeOf('status'), 'A Permission of global scope stays disabled.');
    const more = {
      effect: own.word('effect', ['allow', 'deny']) ?? 'allow',
      unregistered: own.flag('unregistered') ?? false,
      ...present({ condition: own.text('condition', condition), description: described(own) }),
    };
    return type === undefined || action === undefined || scope === undefined ? undefined : { key, at, type: type.text, action: action.text, scope, status, ...more };
  });
}

/** Reads Roles. */
export function readRoles(fields: Fields, problems: Problems): Map<string, RoleEntry> {
  return readEntries(fields, 'roles', ruleKey, 'A Role', problems, (key, own, at): RoleEntry => ({
    key, at,
    name: own.text('name', NAME) ?? key,
    requestable: own.flag('requestable') ?? false,
    status: own.word('status', STATUSES) ?? 'active',
    permissions: readRefs(own, 'permissions', nameKey, problems),
    inherits: readRefs(own, 'inherits', ruleKey, problems),
    ...present({ description: described(own) }),
  }));
}

/** Reads rules of separation of duty. */
export function readSeparation(fields: Fields, problems: Problems): SeparationEntry[] {
  return fields.items('separation_rules').flatMap((node) => {
    const own = Fields.of(node, problems, 'A rule of separation');
    if (own === undefined) return [];
    const name = own.required('name', NAME);
    const roles = readRefs(own, 'roles', ruleKey, problems);
    const permissions = readRefs(own, 'permissions', nameKey, problems);
    const atMost = own.count('at_most') ?? 1;
    const more = { status: own.word('status', STATUSES) ?? 'active', ...present({ givenId: own.text('id', separationId) }) };
    own.end();
    const count = roles.length + permissions.length;
    if (roles.length > 0 && permissions.length > 0) problems.add(own.placeOf('permissions'), 'A rule is about Roles or about Permissions, not both.');
    else if (count < 2 || count > 100) problems.add(own.place, 'A rule keeps 2 to 100 Roles or Permissions apart.');
    else if (atMost >= count) problems.add(own.placeOf('at_most'), 'A rule allows fewer than all of what it names.');
    return name === undefined ? [] : [{ name: name.text, at: own.place, roles, permissions, atMost, ...more }];
  });
}
