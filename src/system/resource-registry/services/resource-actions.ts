import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { ResourceActionEntity, type ResourceActionRow } from '../entities/resource-action.js';
import { ResourceTypeEntity } from '../entities/resource-type.js';
import { mayReadRegistry, registryVisible } from './registry-reach.js';
import type { ById } from './resource-types.js';
import { APP_OWNER, assertOwner } from './type-owner.js';

const COLUMNS = raw(`a.id, a.resource_type AS "resourceType", a.key, a.display_name AS "displayName", a.description, a.risk_level AS "riskLevel",
  a.audit_default AS "auditDefault", a.status, a.version, a.created_at AS "createdAt", a.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  resource_actions_resource_type_key_key: { code: 'ALREADY_EXISTS', message: 'The type has an action with this key.', path: ['input', 'key'] },
  resource_actions_key_check: { code: 'VALIDATION_FAILED', message: 'The key of an action starts with a letter and has 1 to 63 letters, digits, _ and -.', path: ['input', 'key'] },
  resource_actions_display_name_check: { code: 'VALIDATION_FAILED', message: 'A display name has 1 to 200 characters.', path: ['input', 'displayName'] },
  resource_actions_description_check: { code: 'VALIDATION_FAILED', message: 'A description has at most 2000 characters.', path: ['input', 'description'] },
} as const;

/** Input of {@link ResourceActions.create}. */
export interface CreateResourceAction {
  readonly id?: string | null;
  /** Key of the type. */
  readonly resourceType: string;
  readonly key: string;
  readonly displayName: string;
  readonly description?: string | null;
  readonly riskLevel?: ResourceActionRow['riskLevel'] | null;
  readonly auditDefault?: boolean | null;
}

/** Input of {@link ResourceActions.update}: absent fields stay; type and key never change. */
export interface UpdateResourceAction {
  readonly id: string;
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly riskLevel?: ResourceActionRow['riskLevel'] | null;
  readonly auditDefault?: boolean | null;
  readonly expectedVersion?: number | null;
}

/** Filters of {@link ResourceActions.list}. */
export interface ResourceActionFilter {
  readonly resourceType?: string | null;
  readonly riskLevel?: string | null;
  readonly status?: string | null;
}

type Result = Promise<MutationResult<{ resourceAction: ResourceActionRow }>>;

/** Actions of resource types; the owner of the type owns them. */
export class ResourceActions {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Actions by type and key. */
  async list(context: RequestContext, filter: ResourceActionFilter, page: PageInput): Promise<ListPage<ResourceActionRow>> {
    const parts: Sql[] = [registryVisible(context)];
    if (filter.resourceType !== undefined && filter.resourceType !== null) parts.push(sql`a.resource_type = ${filter.resourceType}`);
    if (filter.riskLevel !== undefined && filter.riskLevel !== null) parts.push(sql`a.risk_level = ${filter.riskLevel}`);
    if (filter.status !== undefined && filter.status !== null) parts.push(sql`a.status = ${filter.status}`);
    return listPage<ResourceActionRow>(this.database, 'resourceActions', {
      select: COLUMNS,
      from: raw('sys_resource.resource_actions a'),
      where: every(parts),
      order: [{ expression: 'a.resource_type', direction: 'ASC', type: 'text' }, { expression: 'a.key', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Actions by id, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(ResourceActionRow | undefined)[]> {
    const rows = await this.database.query<ResourceActionRow>(sql`
      SELECT ${COLUMNS} FROM sys_resource.resource_actions a WHERE a.id = ANY (${ids}) AND ${registryVisible(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  async create(context: RequestContext, input: CreateResourceAction, owner = APP_OWNER): Result {
    return this.mutations.run(context, { name: 'createResourceAction', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('registry:manage', {});
      const id = input.id ?? newId('ra');
      assertSuppliedId('ResourceAction', id);
      await this.assertTypeOwner(scope, input.resourceType, owner, ['input', 'resourceType']);
      const resourceAction = scope.transaction.em.create(ResourceActionEntity, {
        id,
        resourceType: input.resourceType,
        key: input.key,
        displayName: input.displayName,
        description: input.description ?? null,
        riskLevel: input.riskLevel ?? 'normal',
        auditDefault: input.auditDefault ?? true,
      });
      const { riskLevel, auditDefault } = resourceAction;
      this.record(scope, 'resource_action.created', resourceAction, { key: [null, input.key], riskLevel: [null, riskLevel], auditDefault: [null, auditDefault] });
      return { resourceAction };
    });
  }

  async update(context: RequestContext, input: UpdateResourceAction, owner = APP_OWNER): Result {
    return this.mutations.run(context, { name: 'updateResourceAction', constraints: CONSTRAINTS }, input, async (scope) => {
      const resourceAction = await this.forChange(scope, context, input, owner);
      this.record(scope, 'resource_action.updated', resourceAction, assignChanges(resourceAction, {
        displayName: input.displayName ?? undefined,
        description: input.description,
        riskLevel: input.riskLevel ?? undefined,
        auditDefault: input.auditDefault ?? undefined,
      }));
      return { resourceAction };
    });
  }

  async disable(context: RequestContext, input: ById, owner = APP_OWNER): Result {
    return this.setStatus(context, 'disableResourceAction', 'resource_action.disabled', input, 'disabled', owner);
  }

  async restore(context: RequestContext, input: ById, owner = APP_OWNER): Result {
    return this.setStatus(context, 'restoreResourceAction', 'resource_action.restored', input, 'active', owner);
  }

  private setStatus(context: RequestContext, name: string, event: string, input: ById, status: ResourceActionRow['status'], owner: string): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const resourceAction = await this.forChange(scope, context, input, owner);
      this.record(scope, event, resourceAction, assignChanges(resourceAction, { status }));
      return { resourceAction };
    });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: ById, owner: string): Promise<ResourceActionRow> {
    const action = mayReadRegistry(context) ? await scope.transaction.em.findOne(ResourceActionEntity, { id: input.id }) : null;
    if (action === null) throw notFound('ResourceAction', ['input', 'id']);
    scope.require('registry:manage', {});
    await this.assertTypeOwner(scope, action.resourceType, owner, ['input', 'id']);
    assertVersion(action, input.expectedVersion);
    return action;
  }

  private async assertTypeOwner(scope: MutationScope, key: string, owner: string, path: readonly string[]): Promise<void> {
    const type = await scope.transaction.em.findOne(ResourceTypeEntity, { key });
    if (type === null) throw notFound('ResourceType', path);
    assertOwner(type, owner);
  }

  private record(scope: MutationScope, type: string, { id, resourceType, key }: ResourceActionRow, changes: Changes): void {
    if (Object.keys(changes).length === 0) {
      scope.unchanged();
      return;
    }
    scope.transaction.touch('');
    scope.audit({ type, spaceId: '', target: { type: 'ResourceAction', id }, changes, details: { resourceType, key } });
  }
}

/** The actions of this instance. */
export const resourceActionsRef = createServiceRef<ResourceActions>({ id: 'resource.actions', scope: 'process' });
