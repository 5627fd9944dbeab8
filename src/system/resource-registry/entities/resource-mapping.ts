import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Where the Resources of one type are kept. */
export const ResourceMappingEntity = defineEntity({
  name: 'ResourceMapping',
  schema: 'sys_resource',
  tableName: 'resource_mappings',
  properties: (p) => ({
    id: p.string().primary(),
    resourceType: p.string(),
    storageKind: p.enum(['internal_table', 'plugin_managed'] as const).default('internal_table'),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type ResourceMappingRow = InferEntity<typeof ResourceMappingEntity>;
