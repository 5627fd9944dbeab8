import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Login account. Its password lies in a table of its own, so that no read of a User can carry it. */
export const UserEntity = defineEntity({
  name: 'User',
  schema: 'sys_identity',
  tableName: 'users',
  properties: (p) => ({
    id: p.string().primary(),
    email: p.string(),
    username: p.string().nullable(),
    phone: p.string().nullable(),
    displayName: p.string().nullable(),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    isDemo: p.boolean().default(false),
    lastSignInAt: p.datetime().nullable(),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type UserRow = InferEntity<typeof UserEntity>;
