import { invalid, notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import { assertVersion, listPage, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput } from '../../shared/services/index.js';
import { RoleInheritanceEntity, type RoleInheritanceRow } from '../entities/role-inheritance.js';
import { RoleEntity } from '../entities/role.js';
import { equalities, inOrder, type Change } from './filters.js';
import { assertSpaceOpen, mayReadRoles } from './space-place.js';

const COLUMNS = raw(`ri.id, ri.space_id AS "spaceId", ri.role_id AS "roleId", ri.inherited_role_id AS "inheritedRoleId", ri.status, ri.version,
  ri.created_at AS "createdAt", ri.updated_at AS "updatedAt"`);
const PATH = ['input', 'inheritedRoleId'] as const;
const TAKEN = { code: 'ALREADY_EXISTS', message: 'The Role inherits this Role.', path: PATH } as const;
const CYCLE = { code: 'ROLE_CYCLE', message: 'The Role would inherit itself.', path: PATH } as const;
const DEPTH = { code: 'ROLE_CHAIN_TOO_LONG', message: 'The Role would be part of a chain of more than 16 inheritances.', path: PATH } as const;
// Cycles and chains are decided by the database, under the lock of the Space.
const CONSTRAINTS = {
  role_inheritances_role_id_inherited_role_id_key: TAKEN,
  role_inheritances_self: CYCLE,
  role_inheritances_cycle: CYCLE,
  role_inheritances_depth: DEPTH,
};

/** Input of {@link RoleInheritances.create}. */
export interface CreateRoleInheritance {
  readonly id?: string | null;
  readonly roleId: string;
  readonly inheritedRoleId: string;
}

/** Filters of {@link RoleInheritances.list}. */
export interface RoleInheritanceFilter {
  readonly spaceId?: string | null;
  readonly roleId?: string | null;
  readonly inheritedRoleId?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ roleInheritance: RoleInheritanceRow }>>;

/** Which Roles have what other Roles of their Space have. */
export class RoleInheritances {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: SeparationOfDuty,
  ) {}

  /** Rows that the caller may read, by id. */
  async list(context: RequestContext, filter: RoleInheritanceFilter, page: PageInput): Promise<ListPage<RoleInheritanceRow>> {
    return listPage<RoleInheritanceRow>(this.database, 'roleInheritances', {
      select: COLUMNS,
      from: raw('sys_authz.role_inheritances ri'),
      where: every([
        this.visible(context),
        ...equalities({ 'ri.space_id': filter.spaceId, 'ri.role_id': filter.roleId, 'ri.inherited_role_id': filter.inheritedRoleId, 'ri.status': filter.status }),
      ]),
      order: [{ expression: 'ri.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Rows by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(RoleInheritanceRow | undefined)[]> {
    const statement = sql`SELECT ${COLUMNS} FROM sys_authz.role_inheritances ri WHERE ri.id = ANY (${ids}) AND ${this.visible(context)}`;
    return inOrder<RoleInheritanceRow>(this.database, statement, ids);
  }

  /**
   * Gives a Role what another Role of its Space has. It needs `roles:manage` in the whole Space, as giving Permissions to a Role does:
   * whoever holds the Role gets them. One that was taken away before revives with its old id.
   */
  async create(context: RequestContext, input: CreateRoleInheritance): Result {
    return this.mutations.run(context, { name: 'createRoleInheritance', constraints: CONSTRAINTS }, input, async (scope) => {
      const spaceId = await this.spaceOfBoth(scope, context, input);
      const { em } = scope.transaction;
      const { roleId, inheritedRoleId } = input;
      const held = await em.findOne(RoleInheritanceEntity, { roleId, inheritedRoleId });
      if (held?.status === 'active') throw invalid(TAKEN.path, TAKEN.message, TAKEN.code);
      await this.separation.watch(scope.transaction, { spaceId, now: context.request.now, path: () => PATH });
      const roleInheritance = held ?? em.create(RoleInheritanceEntity, { id: suppliedOrNew(input.id), spaceId, roleId, inheritedRoleId });
      roleInheritance.status = 'active';
      this.record(scope, roleInheritance, 'role_inheritance.created', [held === null ? null : 'revoked', 'active']);
      return { roleInheritance };
    });
  }

  /** Takes from a Role what it has of another; the row stays. */
  async revoke(context: RequestContext, input: Change): Result {
    return this.mutations.run(context, { name: 'revokeRoleInheritance' }, input, async (scope) => {
      const roleInheritance = await scope.transaction.em.findOne(RoleInheritanceEntity, { id: input.id });
      if (roleInheritance === null || !mayReadRoles(context, roleInheritance.spaceId)) throw notFound('RoleInheritance', ['input', 'id']);
      scope.require('roles:manage', { spaceId: roleInheritance.spaceId });
      await assertSpaceOpen(scope.transaction, roleInheritance.spaceId);
      assertVersion(roleInheritance, input.expectedVersion);
      if (roleInheritance.status === 'revoked') scope.unchanged();
      else {
        roleInheritance.status = 'revoked';
        this.record(scope, roleInheritance, 'role_inheritance.revoked', ['active', 'revoked']);
      }
      return { roleInheritance };
    });
  }

  private async spaceOfBoth(scope: MutationScope, context: RequestContext, { roleId, inheritedRoleId }: CreateRoleInheritance): Promise<string> {
    const role = await scope.transaction.em.findOne(RoleEntity, { id: roleId });
    if (role === null || !mayReadRoles(context, role.spaceId)) throw notFound('Role', ['input', 'roleId']);
    const { spaceId } = role;
    scope.require('roles:manage', { spaceId });
    await assertSpaceOpen(scope.transaction, spaceId, ['input', 'roleId']);
    if ((await scope.transaction.em.findOne(RoleEntity, { id: inheritedRoleId, spaceId })) === null) throw notFound('Role', PATH);
    return spaceId;
  }

  private record(scope: MutationScope, { id, spaceId, roleId, inheritedRoleId }: RoleInheritanceRow, type: string, status: readonly [unknown, unknown]): void {
    scope.transaction.touch(spaceId);
    scope.audit({ type, spaceId, target: { type: 'RoleInheritance', id }, changes: { status }, details: { roleId, inheritedRoleId } });
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'roles:read', context.request.now), { spaceId: 'ri.space_id' });
  }
}

function suppliedOrNew(supplied: string | null | undefined): string {
  const id = supplied ?? newId('ri');
  assertSuppliedId('RoleInheritance', id);
  return id;
}

/** The RoleInheritances of this instance. */
export const roleInheritancesRef = createServiceRef<RoleInheritances>({ id: 'authorization.role_inheritances', scope: 'process' });
