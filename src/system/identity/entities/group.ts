import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Node of the tree inside one Space. The path follows the parent; the database checks it when a transaction ends. */
export const GroupEntity = defineEntity({
  name: 'Group',
  schema: 'sys_identity',
  tableName: 'groups',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    parentGroupId: p.string().nullable(),
    key: p.string(),
    displayName: p.string().nullable(),
    path: p.string(),
    depth: p.integer(),
    sortOrder: p.integer().default(1000),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type GroupRow = InferEntity<typeof GroupEntity>;
