import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** A Permission that a Role holds. Taken away it stays as a revoked row, and given again it revives. */
export const RolePermissionEntity = defineEntity({
  name: 'RolePermission',
  schema: 'sys_authz',
  tableName: 'role_permissions',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    roleId: p.string(),
    permissionId: p.string(),
    status: p.enum(['active', 'revoked'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type RolePermissionRow = InferEntity<typeof RolePermissionEntity>;
