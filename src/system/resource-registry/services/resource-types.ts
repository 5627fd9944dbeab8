import { notFound } from '../../../kernel/errors/index.js';
import { assertSuppliedId, newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import {
  assertVersion, assignChanges, checkedMetadata, listPage, type Changes, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput,
} from '../../shared/services/index.js';
import { ResourceTypeEntity, type ResourceTypeRow } from '../entities/resource-type.js';
import { mayReadRegistry, registryVisible } from './registry-reach.js';
import { APP_OWNER, assertOwner } from './type-owner.js';

const COLUMNS = raw(`t.id, t.key, t.display_name AS "displayName", t.description, t.status, t.owner, t.metadata, t.version,
  t.created_at AS "createdAt", t.updated_at AS "updatedAt"`);

const CONSTRAINTS = {
  resource_types_key_key: { code: 'ALREADY_EXISTS', message: 'Another resource type has this key.', path: ['input', 'key'] },
  resource_types_key_check: { code: 'VALIDATION_FAILED', message: 'A key starts with a letter and has 1 to 63 lower-case letters, digits and _.', path: ['input', 'key'] },
  resource_types_display_name_check: { code: 'VALIDATION_FAILED', message: 'A display name has 1 to 200 characters.', path: ['input', 'displayName'] },
  resource_types_description_check: { code: 'VALIDATION_FAILED', message: 'A description has at most 2000 characters.', path: ['input', 'description'] },
} as const;

/** Input of {@link ResourceTypes.create}. */
export interface CreateResourceType {
  readonly id?: string | null;
  readonly key: string;
  readonly displayName: string;
  readonly description?: string | null;
  readonly metadata?: unknown;
}

/** Input of {@link ResourceTypes.update}: absent fields stay; the key never changes. */
export interface UpdateResourceType {
  readonly id: string;
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly metadata?: unknown;
  readonly expectedVersion?: number | null;
}

/** An object to act on, by id. */
export interface ById {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

type Result = Promise<MutationResult<{ resourceType: ResourceTypeRow }>>;

/**
 * Resource types of the instance. What the API creates belongs to `app`; a capability or plugin passes its own name as `owner`, and
 * only the owner may change a type.
 */
export class ResourceTypes {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Types by key. */
  async list(context: RequestContext, filter: { readonly status?: string | null; readonly owner?: string | null }, page: PageInput): Promise<ListPage<ResourceTypeRow>> {
    const parts: Sql[] = [registryVisible(context)];
    if (filter.status !== undefined && filter.status !== null) parts.push(sql`t.status = ${filter.status}`);
    if (filter.owner !== undefined && filter.owner !== null) parts.push(sql`t.owner = ${filter.owner}`);
    return listPage<ResourceTypeRow>(this.database, 'resourceTypes', {
      select: COLUMNS,
      from: raw('sys_resource.resource_types t'),
      where: every(parts),
      order: [{ expression: 't.key', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Types by id, in the order of the ids; undefined for absent and forbidden alike. */
  byIds(context: RequestContext, ids: readonly string[]): Promise<(ResourceTypeRow | undefined)[]> {
    return this.byColumn(context, 'id', ids);
  }

  /** Types by key, in the order of the keys. */
  byKeys(context: RequestContext, keys: readonly string[]): Promise<(ResourceTypeRow | undefined)[]> {
    return this.byColumn(context, 'key', keys);
  }

  async create(context: RequestContext, input: CreateResourceType, owner = APP_OWNER): Result {
    return this.mutations.run(context, { name: 'createResourceType', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('registry:manage', {});
      const id = input.id ?? newId('rt');
      assertSuppliedId('ResourceType', id);
      const resourceType = scope.transaction.em.create(ResourceTypeEntity, {
        id,
        key: input.key,
        displayName: input.displayName,
        description: input.description ?? null,
        owner,
        metadata: checkedMetadata(input.metadata) ?? {},
      });
      this.record(scope, 'resource_type.created', resourceType, { key: [null, input.key], displayName: [null, input.displayName], owner: [null, owner] });
      return { resourceType };
    });
  }

  async update(context: RequestContext, input: UpdateResourceType, owner = APP_OWNER): Result {
    return this.mutations.run(context, { name: 'updateResourceType', constraints: CONSTRAINTS }, input, async (scope) => {
      const resourceType = await this.forChange(scope, context, input, owner);
      const changes = assignChanges(resourceType, {
        displayName: input.displayName ?? undefined,
        description: input.description,
        metadata: checkedMetadata(input.metadata),
      });
      this.record(scope, 'resource_type.updated', resourceType, changes);
      return { resourceType };
    });
  }

  async disable(context: RequestContext, input: ById, owner = APP_OWNER): Result {
    return this.setStatus(context, 'disableResourceType', 'resource_type.disabled', input, 'disabled', owner);
  }

  async restore(context: RequestContext, input: ById, owner = APP_OWNER): Result {
    return this.setStatus(context, 'restoreResourceType', 'resource_type.restored', input, 'active', owner);
  }

  private setStatus(context: RequestContext, name: string, event: string, input: ById, status: ResourceTypeRow['status'], owner: string): Result {
    return this.mutations.run(context, { name }, input, async (scope) => {
      const resourceType = await this.forChange(scope, context, input, owner);
      this.record(scope, event, resourceType, assignChanges(resourceType, { status }));
      return { resourceType };
    });
  }

  private async forChange(scope: MutationScope, context: RequestContext, input: ById, owner: string): Promise<ResourceTypeRow> {
    const type = mayReadRegistry(context) ? await scope.transaction.em.findOne(ResourceTypeEntity, { id: input.id }) : null;
    if (type === null) throw notFound('ResourceType', ['input', 'id']);
    scope.require('registry:manage', {});
    assertOwner(type, owner);
    assertVersion(type, input.expectedVersion);
    return type;
  }

  private record(scope: MutationScope, type: string, { id }: ResourceTypeRow, changes: Changes): void {
    if (Object.keys(changes).length === 0) {
      scope.unchanged();
      return;
    }
    scope.transaction.touch('');
    scope.audit({ type, spaceId: '', target: { type: 'ResourceType', id }, changes: withoutMetadata(changes) });
  }

  private async byColumn(context: RequestContext, column: 'id' | 'key', values: readonly string[]): Promise<(ResourceTypeRow | undefined)[]> {
    const rows = await this.database.query<ResourceTypeRow>(sql`
      SELECT ${COLUMNS} FROM sys_resource.resource_types t WHERE ${raw(`t.${column}`)} = ANY (${values}) AND ${registryVisible(context)}`);
    const found = new Map(rows.map((row) => [row[column], row]));
    return values.map((value) => found.get(value));
  }
}

/** Metadata is its owner's own data: the log says that it changed, never what it holds. */
export function withoutMetadata(changes: Changes): Changes {
  return 'metadata' in changes ? { ...changes, metadata: ['[changed]', '[changed]'] } : changes;
}

/** The resource types of this instance. */
export const resourceTypesRef = createServiceRef<ResourceTypes>({ id: 'resource.types', scope: 'process' });
