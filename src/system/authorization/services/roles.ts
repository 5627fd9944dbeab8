import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext, type SeparationOfDuty } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope,
  type PageInput,
} from '../../shared/services/index.js';
import { RoleEntity, type RoleRow } from '../entities/role.js';
import { equalities, inOrder, type Change } from './filters.js';
import { assertSpaceOpen, mayReadRoles, requireRolesIn } from './space-place.js';

const COLUMNS = raw(`r.id, r.space_id AS "spaceId", r.key, r.name, r.description, r.status, r.requestable, r.metadata, r.version,
  r.created_at AS "createdAt", r.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  roles_space_id_key_key: { code: 'ALREADY_EXISTS', message: 'The Space has a Role with this key.', path: ['input', 'key'] },
  roles_key_check: { code: 'VALIDATION_FAILED', message: 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.', path: ['input', 'key'] },
  roles_name_check: { code: 'VALIDATION_FAILED', message: 'A name has 1 to 200 characters.', path: ['input', 'name'] },
  roles_description_check: { code: 'VALIDATION_FAILED', message: 'A description has at most 2000 characters.', path: ['input', 'description'] },
} as const;

/** Input of {@link Roles.create}. */
export interface CreateRole {
  readonly id?: string | null;
  readonly spaceId: string;
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly requestable?: boolean | null;
  readonly metadata?: unknown;
}

/** Input of {@link Roles.update}: absent fields stay; Space and key never change. */
export interface UpdateRole extends Change {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly requestable?: boolean | null;
  readonly metadata?: unknown;
}

type Result = Promise<MutationResult<{ role: RoleRow }>>;

/** Roles of Spaces. */
export class Roles {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly separation: SeparationOfDuty,
  ) {}

  /** Roles that the caller may read, by id. */
  async list(context: RequestContext, filter: { spaceId?: string | null; key?: string | null; status?: string | null }, page: PageInput): Promise<ListPage<RoleRow>> {
    return listPage<RoleRow>(this.database, 'roles', {
      select: COLUMNS,
      from: raw('sys_authz.roles r'),
      where: every([this.visible(context), ...equalities({ 'r.space_id': filter.spaceId, 'r.key': filter.key, 'r.status': filter.status })]),
      order: [{ expression: 'r.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Roles by id that the caller may read, in the order of the ids. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(RoleRow | undefined)[]> {
    return inOrder<RoleRow>(this.database, sql`SELECT ${COLUMNS} FROM sys_authz.roles r WHERE r.id = ANY (${ids}) AND ${this.visible(context)}`, ids);
  }

  async create(context: RequestContext, input: CreateRole): Result {
    return this.mutations.run(context, { name: 'createRole', constraints: CONSTRAINTS }, input, async (scope) => {
      const { spaceId } = input;
      await requireRolesIn(scope, context, spaceId, ['input', 'spaceId']);
      const id = input.id ?? newId('role');
      assertSuppliedId('Role', id);
      const role = scope.transaction.em.create(RoleEntity, {
        id,
        spaceId,
        key: input.key,
        name: input.name,
        description: input.description ?? null,
        requestable: input.requestable ?? false,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      scope.transaction.touch(spaceId);
      scope.audit({
        type: 'role.created', spaceId, target: { type: 'Role', id },
        changes: { key: [null, role.key], name: [null, role.name], description: [null, role.description ?? null], requestable: [null, role.requestable] },
      });
      return { role };
    });
  }

  async update(context: RequestContext, input: UpdateRole): Result {
    return this.mutations.run(context, { name: 'updateRole', constraints: CONSTRAINTS }, input, async (scope) => {
      const role = await this.forChange(scope, context, input);
      this.record(scope, role, 'role.updated', assignChanges(role, {
        name: input.name ?? undefined,
        description: input.description,
        requestable: input.requestable ?? undefined,
        metadata: checkedMetadata(input.metadata),
      }));
      return { role };
    });
  }

  /** A disabled Role grants nothing; its assignments stay. */
  async disable(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'disableRole', 'role.disabled', input, 'disabled');
  }

  async restore(context: RequestContext, input: Change): Result {
    return this.setStatus(context, 'restoreRole', 'role.restored', input, 'active');
  }

  private async setStatus(context: RequestContext, name: string, type: string, input: Change, status: RoleRow['status']): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const role = await this.forChange(scope, context, input);
      const { now } = context.request;
      if (status === 'active') await this.separation.watch(scope.transaction, { spaceId: role.spaceId, now, path: () => ['input', 'id'] });
      this.record(scope, role, type, assignChanges(role, { status }));
      return { role };
    });
  }

  private record(scope: MutationScope, role: RoleRow, type: string, changes: Changes): void {
    if (Object.keys(changes).length === 0) return scope.unchanged();
    // Metadata may be large and personal: the event says only that it changed.
    const { metadata, ...logged } = changes;
    scope.transaction.touch(role.spaceId);
    scope.audit({ type, spaceId: role.spaceId, target: { type: 'Role', id: role.id }, changes: logged, details: { isMetadataChanged: metadata !== undefined } });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: Change): Promise<RoleRow> {
    const role = await scope.transaction.em.findOne(RoleEntity, { id: input.id });
    if (role === null || !mayReadRoles(context, role.spaceId)) throw notFound('Role', ['input', 'id']);
    scope.require('roles:manage', { spaceId: role.spaceId });
    await assertSpaceOpen(scope.transaction, role.spaceId);
    assertVersion(role, input.expectedVersion);
    return role;
  }

  private visible(context: RequestContext): Sql {
    return reachPredicate(reach(context.caller, 'roles:read', context.request.now), { spaceId: 'r.space_id' });
  }
}

/** The Roles of this instance. */
export const rolesRef = createServiceRef<Roles>({ id: 'authorization.roles', scope: 'process' });
