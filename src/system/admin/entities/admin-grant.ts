import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Right of one User to use the control plane. */
export const AdminGrantEntity = defineEntity({
  name: 'AdminGrant',
  schema: 'sys_admin',
  tableName: 'admin_grants',
  properties: (p) => ({
    id: p.string().primary(),
    userId: p.string(),
    level: p.enum(['instance_super_admin', 'instance_admin', 'space_admin', 'group_admin'] as const),
    spaceId: p.string().nullable(),
    groupId: p.string().nullable(),
    permissionKey: p.string(),
    status: p.enum(['active', 'revoked'] as const).default('active'),
    grantedByUserId: p.string().nullable(),
    expiresAt: p.datetime().nullable(),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type AdminGrantRow = InferEntity<typeof AdminGrantEntity>;
