import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Tenant: the boundary that nothing crosses. */
export const SpaceEntity = defineEntity({
  name: 'Space',
  schema: 'sys_identity',
  tableName: 'spaces',
  properties: (p) => ({
    id: p.string().primary(),
    name: p.string(),
    slug: p.string().nullable(),
    type: p.string().default('custom'),
    status: p.enum(['active', 'disabled', 'deleting'] as const).default('active'),
    deleteAfter: p.datetime().nullable(),
    isDemo: p.boolean().default(false),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type SpaceRow = InferEntity<typeof SpaceEntity>;
