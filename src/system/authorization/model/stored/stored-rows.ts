import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { ActionEntry, MappingEntry, PermissionEntry, RuleStatus, TypeEntry } from '../model.js';
import type { Stored } from './filled.js';

/** What belongs to the instance. */
export interface InstanceRows {
  readonly types: readonly Stored<Pick<TypeEntry, 'key' | 'name' | 'description' | 'status' | 'owner'> & { readonly id: string }>[];
  readonly actions: readonly Stored<Omit<ActionEntry, 'at'> & { readonly id: string; readonly type: string }>[];
  readonly mappings: readonly Stored<Omit<MappingEntry, 'at'> & { readonly id: string; readonly type: string }>[];
  readonly permissions: readonly Stored<Pick<PermissionEntry, 'type' | 'action' | 'scope' | 'effect' | 'condition' | 'description' | 'status'> & { readonly id: string }>[];
}

/** Rules of a Space. */
export interface RuleRows {
  readonly roles: readonly Stored<{ readonly id: string; readonly key: string; readonly name: string; readonly description: string; readonly status: RuleStatus; readonly requestable: boolean }>[];
  readonly holdings: readonly { readonly id: string; readonly roleId: string; readonly permissionId: string }[];
  readonly inheritances: readonly { readonly id: string; readonly roleId: string; readonly inheritedRoleId: string }[];
  readonly separation: readonly { readonly id: string; readonly name: string; readonly roleIds: readonly string[]; readonly permissionIds: readonly string[]; readonly atMost: number; readonly status: RuleStatus }[];
}

/** Reads the registry and the catalogue of Permissions. */
export async function readInstanceRows(executor: SqlExecutor): Promise<InstanceRows> {
  return {
    types: await executor.query(sql`SELECT id, key, display_name AS name, description, status, owner FROM sys_resource.resource_types`),
    actions: await executor.query(sql`
      SELECT id, resource_type AS type, key, display_name AS name, description, risk_level AS risk, audit_default AS audit, status FROM sys_resource.resource_actions`),
    mappings: await executor.query(sql`SELECT id, resource_type AS type, storage_kind AS storage, status FROM sys_resource.resource_mappings`),
    permissions: await executor.query(sql`SELECT id, resource_type AS type, action, scope, effect, condition, description, status FROM sys_authz.permissions`),
  };
}

/** Reads Roles with what they hold, and the rules of separation, of one Space. */
export async function readRuleRows(executor: SqlExecutor, spaceId: string): Promise<RuleRows> {
  const here = sql`WHERE space_id = ${spaceId}`;
  return {
    roles: await executor.query(sql`SELECT id, key, name, description, status, requestable FROM sys_authz.roles ${here}`),
    holdings: await executor.query(sql`SELECT id, role_id AS "roleId", permission_id AS "permissionId" FROM sys_authz.role_permissions ${here} AND status = 'active'`),
    inheritances: await executor.query(sql`SELECT id, role_id AS "roleId", inherited_role_id AS "inheritedRoleId" FROM sys_authz.role_inheritances ${here} AND status = 'active'`),
    separation: await executor.query(sql`
      SELECT id, name, role_ids AS "roleIds", permission_ids AS "permissionIds", at_most AS "atMost", status FROM sys_authz.separation_rules ${here}`),
  };
}

/** Groups, people and assignments of a Space, and Users by id beside those that are bound in it. */
export interface DataRows {
  readonly groups: readonly Stored<{ readonly id: string; readonly path: string; readonly name: string; readonly status: RuleStatus }>[];
  readonly users: readonly Stored<{ readonly id: string; readonly email: string; readonly status: RuleStatus }>[];
  readonly members: readonly Stored<{ readonly id: string; readonly name: string; readonly memberType: 'human' | 'service'; readonly externalId: string; readonly status: RuleStatus }>[];
  readonly bindings: readonly Stored<{
    readonly id: string; readonly userId: string; readonly memberId: string; readonly relation: 'login'; readonly primary: boolean; readonly status: 'active' | 'revoked'; readonly expiresAt: number;
  }>[];
  readonly assignments: readonly Stored<{
    readonly id: string; readonly memberId: string; readonly roleId: string; readonly anchor: string; readonly startsAt: number; readonly expiresAt: number; readonly condition: string;
  }>[];
}

const MS = (column: string): Sql => raw(`floor(extract(epoch FROM ${column}) * 1000)::float8`);

/** What data are read. */
export interface DataScope {
  readonly spaceId: string;
  /** Users beside those that are bound in the Space. */
  readonly userIds: readonly string[];
  /** Clock in milliseconds since the epoch: what has ended is left out. */
  readonly now: number;
}

/** Reads what is active of the data of a Space. */
export async function readDataRows(executor: SqlExecutor, { spaceId, userIds, now }: DataScope): Promise<DataRows> {
  const isOpen = (column: string): Sql => sql`(${raw(column)} IS NULL OR ${raw(column)} > ${new Date(now)})`;
  return {
    groups: await executor.query(sql`SELECT id, path, display_name AS name, status FROM sys_identity.groups WHERE space_id = ${spaceId}`),
    users: await executor.query(sql`
      SELECT u.id, u.email, u.status FROM sys_identity.users u
      WHERE u.id = ANY (${userIds}) OR EXISTS (SELECT FROM sys_identity.user_members um WHERE um.user_id = u.id AND um.space_id = ${spaceId} AND um.status = 'active' AND ${isOpen('um.expires_at')})`),
    members: await executor.query(sql`
      SELECT id, display_name AS name, member_type AS "memberType", external_id AS "externalId", status FROM sys_identity.members WHERE space_id = ${spaceId}`),
    bindings: await executor.query(sql`
      SELECT id, user_id AS "userId", member_id AS "memberId", relation_type AS relation, is_primary AS primary, status, ${MS('expires_at')} AS "expiresAt"
      FROM sys_identity.user_members WHERE space_id = ${spaceId} AND status = 'active' AND ${isOpen('expires_at')}`),
    assignments: await executor.query(sql`
      SELECT mr.id, mr.member_id AS "memberId", mr.role_id AS "roleId", g.path AS anchor, ${MS('mr.starts_at')} AS "startsAt", ${MS('mr.expires_at')} AS "expiresAt", mr.condition
      FROM sys_authz.member_roles mr LEFT JOIN sys_identity.groups g ON g.id = mr.scope_anchor_group_id 
      WHERE mr.space_id = ${spaceId} AND mr.status = 'active' AND ${isOpen('mr.expires_at')}`),
  };
}
