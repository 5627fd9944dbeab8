import { invariant } from '../../../../kernel/errors/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { EMPTY_MODEL, type ActionEntry, type MappingEntry, type Model, type PermissionEntry, type Ref, type RoleEntry, type SeparationEntry, type TypeEntry } from '../model.js';
import { present } from '../read/entries.js';
import { inByteOrder } from '../compare-bytes.js';
import { filled, STORED_AT } from './filled.js';
import { permissionKeys } from './permission-keys.js';
import { readStoredData } from './read-stored-data.js';
import { readInstanceRows, readRuleRows, type InstanceRows } from './stored-rows.js';

/** What of a database is read as a model. */
export interface StoredScope {
  /** Without a Space there are no Roles, and no data. */
  readonly spaceId?: string;
  /** Groups, people and assignments as well. */
  readonly withData: boolean;
  /** Users beside those that are bound in the Space. */
  readonly userIds?: readonly string[];
  /** Clock in milliseconds since the epoch: what has ended is as good as absent. */
  readonly now: number;
}

/** Reads what a database holds as a model; each entry has its id. */
export async function readStoredModel(executor: SqlExecutor, { spaceId, withData, userIds = [], now }: StoredScope): Promise<Model> {
  const rows = await readInstanceRows(executor);
  const types = typesOf(rows);
  const described = rows.permissions.map((row): Omit<PermissionEntry, 'key'> & { readonly id: string } => {
    const { type, action } = filled(row) as { type: string; action: string };
    return { ...(filled(row) as never as PermissionEntry & { id: string }), at: STORED_AT, unregistered: types.get(type)?.actions.has(action) !== true };
  });
  const keys = permissionKeys(described);
  const permissions = new Map(described.map((permission) => [keys.get(permission.id)!, { ...permission, key: keys.get(permission.id)! }]));
  const instance = { ...EMPTY_MODEL, types, permissions };
  if (spaceId === undefined) return instance;
  const rules = await readRules(executor, spaceId, keys);
  return { ...instance, ...rules, ...(withData ? await readStoredData(executor, { spaceId, userIds, now }, rules.roles) : {}) };
}

function typesOf({ types, actions, mappings }: InstanceRows): Map<string, TypeEntry> {
  const actionsOf = Map.groupBy(inByteOrder(actions, ({ key }) => key!), ({ type }) => type!);
  const mappingOf = new Map(mappings.map(({ type, ...mapping }) => [type!, { ...filled(mapping), at: STORED_AT } as MappingEntry]));
  return new Map(inByteOrder(types, ({ key }) => key!).map((row) => [row.key!, {
    ...(filled(row) as TypeEntry), at: STORED_AT, ...present({ mapping: mappingOf.get(row.key!) }),
    actions: new Map((actionsOf.get(row.key!) ?? []).map(({ type: _type, ...action }) => [action.key!, { ...filled(action), at: STORED_AT } as ActionEntry])),
  }]));
}

async function readRules(executor: SqlExecutor, spaceId: string, permissions: ReadonlyMap<string, string>): Promise<Pick<Model, 'roles' | 'separation'>> {
  const rows = await readRuleRows(executor, spaceId);
  const keys = new Map(rows.roles.map(({ id, key }) => [id!, key!]));
  const ref = (name: string | undefined, id?: string): Ref => {
    invariant(name !== undefined, 'a link of a Role leads to something');
    return { name, at: STORED_AT, ...present({ id }) };
  };
  const holdings = Map.groupBy(rows.holdings, ({ roleId }) => roleId);
  const inheritances = Map.groupBy(rows.inheritances, ({ roleId }) => roleId);
  const byName = Map.groupBy(rows.separation, ({ name }) => name);
  return {
    roles: new Map(inByteOrder(rows.roles, ({ key }) => key!).map((row) => [row.key!, {
      ...(filled(row) as RoleEntry), at: STORED_AT,
      permissions: (holdings.get(row.id!) ?? []).map(({ id, permissionId }) => ref(permissions.get(permissionId), id)),
      inherits: (inheritances.get(row.id!) ?? []).map(({ id, inheritedRoleId }) => ref(keys.get(inheritedRoleId), id)),
    }])),
    separation: rows.separation.map(({ roleIds, permissionIds, ...row }): SeparationEntry => ({
      ...row, at: STORED_AT, roles: roleIds.map((id) => ref(keys.get(id))), permissions: permissionIds.map((id) => ref(permissions.get(id))),
      // Where a name does not tell rules apart, the id does.
      ...((byName.get(row.name)?.length ?? 0) > 1 ? { givenId: row.id } : {}),
    })),
  };
}
