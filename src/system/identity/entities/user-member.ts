import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Binding that lets a User act as a Member, with a status and an end of its own. */
export const UserMemberEntity = defineEntity({
  name: 'UserMember',
  schema: 'sys_identity',
  tableName: 'user_members',
  properties: (p) => ({
    id: p.string().primary(),
    userId: p.string(),
    memberId: p.string(),
    spaceId: p.string(),
    relationType: p.enum(['login', 'delegate', 'external', 'service', 'temporary', 'self'] as const).default('login'),
    status: p.enum(['active', 'revoked'] as const).default('active'),
    isPrimary: p.boolean().default(false),
    expiresAt: p.datetime().nullable(),
    linkedByMemberId: p.string().nullable(),
    linkedAt: p.datetime().onCreate(() => new Date()),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.string().nullable(),
    metadata: p.json<Record<string, unknown>>().default('{}'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type UserMemberRow = InferEntity<typeof UserMemberEntity>;
