import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** A named set of Permissions inside one Space. */
export const RoleEntity = defineEntity({
  name: 'Role',
  schema: 'sys_authz',
  tableName: 'roles',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    key: p.string(),
    name: p.string(),
    description: p.string().nullable(),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    requestable: p.boolean().default(false),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type RoleRow = InferEntity<typeof RoleEntity>;
