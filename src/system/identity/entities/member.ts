import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Business actor in one Space. */
export const MemberEntity = defineEntity({
  name: 'Member',
  schema: 'sys_identity',
  tableName: 'members',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    displayName: p.string(),
    memberType: p.enum(['human', 'service'] as const).default('human'),
    externalId: p.string().nullable(),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type MemberRow = InferEntity<typeof MemberEntity>;
