import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** A Role that a Member holds, anchored at a Group where its Permissions need one, from its start until it ends or is revoked, as far as its condition holds. */
export const MemberRoleEntity = defineEntity({
  name: 'MemberRole',
  schema: 'sys_authz',
  tableName: 'member_roles',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    memberId: p.string(),
    roleId: p.string(),
    scopeAnchorGroupId: p.string().nullable(),
    status: p.enum(['active', 'revoked'] as const).default('active'),
    startsAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
    condition: p.string().nullable(),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type MemberRoleRow = InferEntity<typeof MemberRoleEntity>;
