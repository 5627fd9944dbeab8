import { invalid, notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { holdsSomewhere, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { PermissionEntity, type PermissionRow } from '../entities/permission.js';
import { checkedCondition } from './checked-condition.js';
import { equalities, inOrder, type Change } from './filters.js';

const COLUMNS = raw(`p.id, p.resource_type AS "resourceType", p.action, p.scope, p.effect, p.condition, p.description, p.status, p.version,
  p.created_at AS "createdAt", p.updated_at AS "updatedAt"`);
const KEY_RULE = 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.';

const CONSTRAINTS = {
  permissions_rule: { code: 'ALREADY_EXISTS', message: 'There is a Permission for this type, action, scope, effect and condition.', path: ['input'] },
  permissions_resource_type_check: { code: 'VALIDATION_FAILED', message: KEY_RULE, path: ['input', 'resourceType'] },
  permissions_action_check: { code: 'VALIDATION_FAILED', message: 'The key of an action starts with a letter and has 1 to 63 letters, digits, _ and -.', path: ['input', 'action'] },
  permissions_description_check: { code: 'VALIDATION_FAILED', message: 'A description has at most 2000 characters.', path: ['input', 'description'] },
} as const;

/** Input of {@link Permissions.create}. */
export interface CreatePermission {
  readonly id?: string | null;
  readonly resourceType: string;
  readonly action: string;
  readonly scope: PermissionRow['scope'];
  readonly effect?: PermissionRow['effect'] | null;
  readonly condition?: string | null;
  readonly description?: string | null;
}

/** Filters of {@link Permissions.list}. */
export interface PermissionFilter {
  readonly resourceType?: string | null;
  readonly action?: string | null;
  readonly scope?: string | null;
  readonly effect?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ permission: PermissionRow }>>;

/**
 * The catalogue of Permissions. It belongs to no tenant: whoever holds `permissions:read` anywhere reads all of it, because a Role
 * is composed from it; changing it needs the instance.
 */
export class Permissions {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: SeparationOfDuty,
  ) {}

  /** Permissions by type, action, scope and id. */
  async list(context: RequestContext, filter: PermissionFilter, page: PageInput): Promise<ListPage<PermissionRow>> {
    return listPage<PermissionRow>(this.database, 'permissions', {
      select: COLUMNS,
      from: raw('sys_authz.permissions p'),
      where: every([
        this.visible(context),
        ...equalities({ 'p.resource_type': filter.resourceType, 'p.action': filter.action, 'p.scope': filter.scope, 'p.effect': filter.effect, 'p.status': filter.status }),
      ]),
      order: ['p.resource_type', 'p.action', 'p.scope', 'p.id'].map((expression) => ({ expression, direction: 'ASC' as const, type: 'text' as const })),
    }, page);
  }

  /** Permissions by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(PermissionRow | undefined)[]> {
    return inOrder<PermissionRow>(this.database, sql`SELECT ${COLUMNS} FROM sys_authz.permissions p WHERE p.id = ANY (${ids}) AND ${this.visible(context)}`, ids);
  }

  /** A Permission of global scope is stored disabled: it never allows. */
  async create(context: RequestContext, input: CreatePermission): Result {
    return this.mutations.run(context, { name: 'createPermission', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('permissions:manage', {});
      const id = input.id ?? newId('perm');
      assertSuppliedId('Permission', id);
      const permission = scope.transaction.em.create(PermissionEntity, {
        id,
        resourceType: input.resourceType,
        action: input.action,
        scope: input.scope,
        effect: input.effect ?? 'allow',
        condition: checkedCondition(input.condition),
        description: input.description ?? null,
        status: input.scope === 'global' ? 'disabled' : 'active',
      });
      scope.transaction.touch('');
      const { resourceType, action, effect, condition, status } = permission;
      scope.audit({
        type: 'permission.created', spaceId: '', target: { type: 'Permission', id },
        changes: {
          resourceType: [null, resourceType], action: [null, action], scope: [null, permission.scope], effect: [null, effect],
          ...(condition ? { condition: [null, condition] } : {}), status: [null, status],
        },
      });
      return { permission };
    });
  }

  /** Changes the description; what the Permission says never changes. */
  async update(context: RequestContext, input: Change & { readonly description?: string | null }): Result {
    return this.mutations.run(context, { name: 'updatePermission', constraints: CONSTRAINTS }, input, async (scope) => {
      const permission = await this.forChange(scope, context, input);
      this.record(scope, permission, 'permission.updated', assignChanges(permission, { description: input.description }));
      return { permission };
    });
  }

  async disable(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'disablePermission', 'permission.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'restorePermission', 'permission.restored', input, 'active');
  }

  private async setStatus(context: RequestContext, name: string, type: string, input: Change, status: PermissionRow['status']): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const permission = await this.forChange(scope, context, input);
      if (status === 'active' && permission.scope === 'global') throw invalid(['input', 'id'], 'A Permission of global scope stays disabled.');
      // It may begin to count in many Spaces: the rules of all of them are held against it, and the first that it breaks refuses it.
      if (status === 'active') await this.separation.watch(scope.transaction, { permissionIds: [permission.id], now: context.request.now, path: () => ['input', 'id'] });
      this.record(scope, permission, type, assignChanges(permission, { status }));
      return { permission };
    });
  }

  private record(scope: MutationScope, permission: PermissionRow, type: string, changes: Changes): void {
    if (Object.keys(changes).length === 0) return scope.unchanged();
    scope.transaction.touch('');
    scope.audit({ type, spaceId: '', target: { type: 'Permission', id: permission.id }, changes });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<PermissionRow> {
    const permission = this.mayRead(context) ? await scope.transaction.em.findOne(PermissionEntity, { id: input.id }) : null;
    if (permission === null) throw notFound('Permission', ['input', 'id']);
    scope.require('permissions:manage', {});
    assertVersion(permission, input.expectedVersion);
    return permission;
  }

  private mayRead({ caller, request }: RequestContext): boolean {
    return ['permissions:read', 'permissions:manage'].some((key) => holdsSomewhere(caller, key, request.now));
  }

  private visible(context: RequestContext): Sql {
    return raw(this.mayRead(context) ? 'TRUE' : 'FALSE');
  }
}

/** The Permissions of this instance. */
export const permissionsRef = createServiceRef<Permissions>({ id: 'authorization.permissions', scope: 'process' });
