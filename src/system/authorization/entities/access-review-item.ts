import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** One assignment as it was at the revision of its review, and what was decided about it. */
export const AccessReviewItemEntity = defineEntity({
  name: 'AccessReviewItem',
  schema: 'sys_authz',
  tableName: 'access_review_items',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    reviewId: p.string(),
    memberRoleId: p.string(),
    assignmentState: p.string(),
    memberId: p.string(),
    roleId: p.string(),
    roleKey: p.string(),
    scopeAnchorGroupId: p.string().nullable(),
    scopeAnchorPath: p.string().nullable(),
    since: p.datetime(),
    endsAt: p.datetime().nullable(),
    condition: p.string().nullable(),
    orphanReasons: p.json<readonly string[]>(),
    lastUsedAt: p.datetime().nullable(),
    usesAreRecorded: p.boolean(),
    reviewerUserId: p.string().nullable(),
    reviewerMemberId: p.string().nullable(),
    outcome: p.enum(['keep', 'revoke'] as const).nullable(),
    comment: p.string().nullable(),
    decidedAt: p.datetime().nullable(),
    decidedByUserId: p.string().nullable(),
    result: p.enum(['kept', 'revoked', 'changed'] as const).nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type AccessReviewItemRow = InferEntity<typeof AccessReviewItemEntity>;
