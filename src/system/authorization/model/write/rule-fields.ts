import { inByteOrder } from '../compare-bytes.js';
import { APP_OWNER, type ActionEntry, type MappingEntry, type PermissionEntry, type Ref, type RoleEntry, type SeparationEntry, type TypeEntry } from '../model.js';

/** Fields of an entry in the order in which they are written; those that are absent or as usual are left out. */
export type WrittenFields = Readonly<Record<string, unknown>>;

/** The fields that say something. */
export function written(fields: Record<string, unknown>): WrittenFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** A value where it is not the usual one. */
export function unless<Value>(usual: Value, value: Value): Value | undefined {
  return value === usual ? undefined : value;
}

export function typeFields({ key, name, description, status, owner, mapping, actions }: TypeEntry): WrittenFields {
  return written({
    name: unless(key, name),
    description,
    owner: unless(APP_OWNER, owner),
    status: unless('active', status),
    mapping: mappingOf(mapping),
    actions: actions.size === 0 ? undefined : new Map(inByteOrder(actions, ([action]) => action).map(([action, entry]) => [action, actionFields(entry)])),
  });
}

// Always written: where Resources are kept decides whether they are known at all.
function mappingOf(mapping: MappingEntry | undefined): unknown {
  if (mapping === undefined) return 'none';
  return mapping.status === 'active' ? mapping.storage : { storage: mapping.storage, status: mapping.status };
}

function actionFields({ key, name, description, risk, audit, status }: ActionEntry): WrittenFields {
  return written({ name: unless(key, name), description, risk: unless('normal', risk), audit: unless(true, audit), status: unless('active', status) });
}

export function permissionFields({ type, action, scope, effect, condition, description, status, unregistered }: PermissionEntry): WrittenFields {
  return written({
    type, action, scope,
    effect: unless('allow', effect),
    condition,
    description,
    status: unless(scope === 'global' ? 'disabled' : 'active', status),
    unregistered: unless(false, unregistered),
  });
}

export function roleFields({ key, name, description, requestable, status, permissions, inherits }: RoleEntry): WrittenFields {
  return written({
    name: unless(key, name),
    description,
    requestable: unless(false, requestable),
    status: unless('active', status),
    inherits: namesOf(inherits),
    permissions: namesOf(permissions),
  });
}

export function separationFields({ name, givenId, roles, permissions, atMost, status }: SeparationEntry): WrittenFields {
  return written({ name, id: givenId, roles: namesOf(roles), permissions: namesOf(permissions), at_most: unless(1, atMost), status: unless('active', status) });
}

function namesOf(refs: readonly Ref[]): string[] | undefined {
  return refs.length === 0 ? undefined : inByteOrder(refs, ({ name }) => name).map(({ name }) => name);
}
