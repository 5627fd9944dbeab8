import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Kind of business object that decisions are about. */
export const ResourceTypeEntity = defineEntity({
  name: 'ResourceType',
  schema: 'sys_resource',
  tableName: 'resource_types',
  properties: (p) => ({
    id: p.string().primary(),
    key: p.string(),
    displayName: p.string(),
    description: p.string().nullable(),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    owner: p.string().default('app'),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type ResourceTypeRow = InferEntity<typeof ResourceTypeEntity>;
