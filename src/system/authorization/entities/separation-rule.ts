import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** Roles, or Permissions, of which no Member of the Space may hold more than some at once. */
export const SeparationRuleEntity = defineEntity({
  name: 'SeparationRule',
  schema: 'sys_authz',
  tableName: 'separation_rules',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    name: p.string(),
    roleIds: p.array<string>(),
    permissionIds: p.array<string>(),
    atMost: p.integer().default(1),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type SeparationRuleRow = InferEntity<typeof SeparationRuleEntity>;
