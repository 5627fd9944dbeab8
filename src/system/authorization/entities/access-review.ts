import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** A review of all assignments that were in force at one revision and match its filter. What was frozen never changes. */
export const AccessReviewEntity = defineEntity({
  name: 'AccessReview',
  schema: 'sys_authz',
  tableName: 'access_reviews',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    name: p.string(),
    groupId: p.string().nullable(),
    roleIds: p.json<readonly string[]>(),
    undecided: p.enum(['keep', 'revoke'] as const),
    dueAt: p.datetime(),
    createdByUserId: p.string().nullable(),
    spaceRev: p.bigint('number'),
    instanceRev: p.bigint('number'),
    population: p.integer(),
    orphans: p.integer(),
    itemsSha256: p.string().fieldName('items_sha256'),
    status: p.enum(['open', 'closed'] as const).default('open'),
    closedAt: p.datetime().nullable(),
    closedByUserId: p.string().nullable(),
    resultJws: p.string().nullable().lazy(),
    resultSha256: p.string().fieldName('result_sha256').nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type AccessReviewRow = InferEntity<typeof AccessReviewEntity>;
