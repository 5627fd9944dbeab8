import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** One action on one resource type within one scope, allowed or denied, as far as its condition holds; the same for all Spaces. */
export const PermissionEntity = defineEntity({
  name: 'Permission',
  schema: 'sys_authz',
  tableName: 'permissions',
  properties: (p) => ({
    id: p.string().primary(),
    resourceType: p.string(),
    action: p.string(),
    scope: p.enum(['self', 'group', 'group_tree', 'space', 'global'] as const),
    effect: p.enum(['allow', 'deny'] as const).default('allow'),
    condition: p.string().nullable(),
    description: p.string().nullable(),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type PermissionRow = InferEntity<typeof PermissionEntity>;
