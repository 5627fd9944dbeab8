import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** That a Role has what another Role of its Space has. Taken away it stays as a revoked row, and given again it revives. */
export const RoleInheritanceEntity = defineEntity({
  name: 'RoleInheritance',
  schema: 'sys_authz',
  tableName: 'role_inheritances',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    roleId: p.string(),
    inheritedRoleId: p.string(),
    status: p.enum(['active', 'revoked'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type RoleInheritanceRow = InferEntity<typeof RoleInheritanceEntity>;
