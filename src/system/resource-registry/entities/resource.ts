import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** One business object under governance. */
export const ResourceEntity = defineEntity({
  name: 'Resource',
  schema: 'sys_resource',
  tableName: 'resources',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    resourceType: p.string(),
    externalId: p.string().nullable(),
    groupId: p.string().nullable(),
    ownerMemberId: p.string().nullable(),
    displayName: p.string().nullable(),
    visibility: p.enum(['private', 'group', 'space', 'public'] as const).default('private'),
    status: p.enum(['active', 'archived', 'deleted'] as const).default('active'),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type ResourceRow = InferEntity<typeof ResourceEntity>;
