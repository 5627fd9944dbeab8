import { notFound } from '../../../kernel/errors/index.js';
import { newId } from '../../../kernel/ids/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { raw, sql, type Database } from '../../../persistence/index.js';
import type { RequestContext } from '../../shared/contracts/index.js';
import { assertVersion, assignChanges, listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../shared/services/index.js';
import { ResourceMappingEntity, type ResourceMappingRow } from '../entities/resource-mapping.js';
import { ResourceTypeEntity } from '../entities/resource-type.js';
import { registryVisible } from './registry-reach.js';
import { APP_OWNER, assertOwner } from './type-owner.js';

const COLUMNS = raw(`m.id, m.resource_type AS "resourceType", m.storage_kind AS "storageKind", m.status, m.version,
  m.created_at AS "createdAt", m.updated_at AS "updatedAt"`);

/** Input of {@link ResourceMappings.set}: absent fields of a mapping that exists stay. */
export interface SetResourceMapping {
  /** Key of the type. */
  readonly resourceType: string;
  readonly storageKind?: ResourceMappingRow['storageKind'] | null;
  readonly status?: ResourceMappingRow['status'] | null;
  readonly expectedVersion?: number | null;
}

const CONSTRAINTS = {
  resource_mappings_resource_type_key: { code: 'CONFLICT', message: 'Somebody else set this mapping at the same moment.', path: ['input', 'resourceType'] },
} as const;

/** Where the Resources of each type are kept: one mapping per type, owned by the owner of the type. */
export class ResourceMappings {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Mappings by type. */
  async list(context: RequestContext, page: PageInput): Promise<ListPage<ResourceMappingRow>> {
    return listPage<ResourceMappingRow>(this.database, 'resourceMappings', {
      select: COLUMNS,
      from: raw('sys_resource.resource_mappings m'),
      where: registryVisible(context),
      order: [{ expression: 'm.resource_type', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Mappings by id, in the order of the ids; undefined for absent and forbidden alike. */
  byIds(context: RequestContext, ids: readonly string[]): Promise<(ResourceMappingRow | undefined)[]> {
    return this.byColumn(context, 'id', ids);
  }

  /** Mappings by the key of their type, in the order of the keys. */
  byTypes(context: RequestContext, types: readonly string[]): Promise<(ResourceMappingRow | undefined)[]> {
    return this.byColumn(context, 'resourceType', types);
  }

  /** Creates the mapping of a type, or changes the given fields of the one there is. */
  async set(context: RequestContext, input: SetResourceMapping, owner = APP_OWNER): Promise<MutationResult<{ resourceMapping: ResourceMappingRow }>> {
    return this.mutations.run(context, { name: 'setResourceMapping', constraints: CONSTRAINTS }, input, async (scope) => {
      scope.require('registry:manage', {});
      const { em } = scope.transaction;
      const type = await em.findOne(ResourceTypeEntity, { key: input.resourceType });
      if (type === null) throw notFound('ResourceType', ['input', 'resourceType']);
      assertOwner(type, owner);
      const present = await em.findOne(ResourceMappingEntity, { resourceType: input.resourceType });
      if (present !== null) assertVersion(present, input.expectedVersion);
      const wanted = { storageKind: input.storageKind ?? undefined, status: input.status ?? undefined };
      const resourceMapping = present ?? em.create(ResourceMappingEntity, { id: newId('rm'), resourceType: input.resourceType });
      const changes = assignChanges(resourceMapping, wanted);
      if (present !== null && Object.keys(changes).length === 0) scope.unchanged();
      else {
        scope.transaction.touch('');
        scope.audit({
          type: 'resource_mapping.set',
          spaceId: '',
          target: { type: 'ResourceMapping', id: resourceMapping.id },
          changes,
          details: { resourceType: input.resourceType, created: present === null },
        });
      }
      return { resourceMapping };
    });
  }

  private async byColumn(context: RequestContext, property: 'id' | 'resourceType', values: readonly string[]): Promise<(ResourceMappingRow | undefined)[]> {
    const column = raw(property === 'id' ? 'm.id' : 'm.resource_type');
    const rows = await this.database.query<ResourceMappingRow>(sql`
      SELECT ${COLUMNS} FROM sys_resource.resource_mappings m WHERE ${column} = ANY (${values}) AND ${registryVisible(context)}`);
    const found = new Map(rows.map((row) => [row[property], row]));
    return values.map((value) => found.get(value));
  }
}

/** The mappings of this instance. */
export const resourceMappingsRef = createServiceRef<ResourceMappings>({ id: 'resource.mappings', scope: 'process' });
