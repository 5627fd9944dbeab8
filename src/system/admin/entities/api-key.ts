import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Credential of a machine. Its secrets are no entity: nothing that reads a key can carry them. */
export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  schema: 'sys_admin',
  tableName: 'api_keys',
  properties: (p) => ({
    id: p.string().primary(),
    name: p.string(),
    level: p.enum(['instance', 'space', 'group'] as const),
    spaceId: p.string().nullable(),
    groupId: p.string().nullable(),
    memberId: p.string().nullable(),
    permissionKeys: p.array<string>(),
    status: p.enum(['active', 'disabled', 'revoked'] as const).default('active'),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    createdByUserId: p.string().nullable(),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.string().nullable(),
    secretsChangedAt: p.datetime().onCreate(() => new Date()),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type ApiKeyRow = InferEntity<typeof ApiKeyEntity>;
