import { invalid, notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import { assertVersion, listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../shared/services/index.js';
import { PermissionEntity } from '../entities/permission.js';
import { RolePermissionEntity, type RolePermissionRow } from '../entities/role-permission.js';
import { RoleEntity } from '../entities/role.js';
import { equalities, inOrder, type Change } from './filters.js';
import { assertSpaceOpen, mayReadRoles } from './space-place.js';

const COLUMNS = raw(`rp.id, rp.space_id AS "spaceId", rp.role_id AS "roleId", rp.permission_id AS "permissionId", rp.status, rp.version,
  rp.created_at AS "createdAt", rp.updated_at AS "updatedAt"`);
const TAKEN = { code: 'ALREADY_EXISTS', message: 'The Role holds this Permission.', path: ['input', 'permissionId'] } as const;
const CONSTRAINTS = { role_permissions_role_id_permission_id_key: TAKEN };

/** Input of {@link RolePermissions.create}. */
export interface CreateRolePermission {
  readonly id?: string | null;
  readonly roleId: string;
  readonly permissionId: string;
}

/** Filters of {@link RolePermissions.list}. */
export interface RolePermissionFilter {
  readonly spaceId?: string | null;
  readonly roleId?: string | null;
  readonly permissionId?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ rolePermission: RolePermissionRow }>>;

/** Which Permissions a Role holds. */
export class RolePermissions {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: SeparationOfDuty,
  ) {}

  /** Rows that the caller may read, by id. */
  async list(context: RequestContext, filter: RolePermissionFilter, page: PageInput): Promise<ListPage<RolePermissionRow>> {
    return listPage<RolePermissionRow>(this.database, 'rolePermissions', {
      select: COLUMNS,
      from: raw('sys_authz.role_permissions rp'),
      where: every([
        this.visible(context),
        ...equalities({ 'rp.space_id': filter.spaceId, 'rp.role_id': filter.roleId, 'rp.permission_id': filter.permissionId, 'rp.status': filter.status }),
      ]),
      order: [{ expression: 'rp.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Rows by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(RolePermissionRow | undefined)[]> {
    const statement = sql`SELECT ${COLUMNS} FROM sys_authz.role_permissions rp WHERE rp.id = ANY (${ids}) AND ${this.visible(context)}`;
    return inOrder<RolePermissionRow>(this.database, statement, ids);
  }

  /** Gives a Permission to a Role; one that was taken away before revives with its old id. */
  async create(context: RequestContext, input: CreateRolePermission): Result {
    return this.mutations.run(context, { name: 'createRolePermission', constraints: CONSTRAINTS }, input, async (scope) => {
      const { em } = scope.transaction;
      const role = await em.findOne(RoleEntity, { id: input.roleId });
      if (role === null || !mayReadRoles(context, role.spaceId)) throw notFound('Role', ['input', 'roleId']);
      const { spaceId } = role;
      scope.require('roles:manage', { spaceId });
      await assertSpaceOpen(scope.transaction, spaceId, ['input', 'roleId']);
      if ((await em.findOne(PermissionEntity, { id: input.permissionId })) === null) throw notFound('Permission', ['input', 'permissionId']);
      const held = await em.findOne(RolePermissionEntity, { roleId: role.id, permissionId: input.permissionId });
      if (held?.status === 'active') throw invalid(TAKEN.path, TAKEN.message, TAKEN.code);
      await this.separation.watch(scope.transaction, { spaceId, now: context.request.now, path: () => ['input', 'permissionId'] });
      const rolePermission = held ?? em.create(RolePermissionEntity, { id: this.newId(input.id), spaceId, roleId: role.id, permissionId: input.permissionId });
      rolePermission.status = 'active';
      scope.transaction.touch(spaceId);
      scope.audit({
        type: 'role_permission.created', spaceId, target: { type: 'RolePermission', id: rolePermission.id },
        changes: { status: [held === null ? null : 'revoked', 'active'] },
        details: { roleId: role.id, permissionId: input.permissionId },
      });
      return { rolePermission };
    });
  }

  /** Takes a Permission from a Role; the row stays. */
  async revoke(context: RequestContext, input: Change): Result {
    return this.mutations.run(context, { name: 'revokeRolePermission' }, input, async (scope) => {
      const rolePermission = await scope.transaction.em.findOne(RolePermissionEntity, { id: input.id });
      if (rolePermission === null || !mayReadRoles(context, rolePermission.spaceId)) throw notFound('RolePermission', ['input', 'id']);
      const { spaceId, roleId, permissionId } = rolePermission;
      scope.require('roles:manage', { spaceId });
      await assertSpaceOpen(scope.transaction, spaceId);
      assertVersion(rolePermission, input.expectedVersion);
      if (rolePermission.status === 'revoked') scope.unchanged();
      else {
        rolePermission.status = 'revoked';
        scope.transaction.touch(spaceId);
        scope.audit({
          type: 'role_permission.revoked', spaceId, target: { type: 'RolePermission', id: rolePermission.id },
          changes: { status: ['active', 'revoked'] }, details: { roleId, permissionId },
        });
      }
      return { rolePermission };
    });
  }

  private newId(supplied: string | null | undefined): string {
    const id = supplied ?? newId('rp');
    assertSuppliedId('RolePermission', id);
    return id;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'roles:read', context.request.now), { spaceId: 'rp.space_id' });
  }
}

/** The RolePermissions of this instance. */
export const rolePermissionsRef = createServiceRef<RolePermissions>({ id: 'authorization.role_permissions', scope: 'process' });
