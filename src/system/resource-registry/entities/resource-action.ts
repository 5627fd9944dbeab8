import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** What can be done with Resources of one type. */
export const ResourceActionEntity = defineEntity({
  name: 'ResourceAction',
  schema: 'sys_resource',
  tableName: 'resource_actions',
  properties: (p) => ({
    id: p.string().primary(),
    resourceType: p.string(),
    key: p.string(),
    displayName: p.string(),
    description: p.string().nullable(),
    riskLevel: p.enum(['low', 'normal', 'high', 'critical'] as const).default('normal'),
    auditDefault: p.boolean().default(true),
    status: p.enum(['active', 'disabled'] as const).default('active'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type ResourceActionRow = InferEntity<typeof ResourceActionEntity>;
