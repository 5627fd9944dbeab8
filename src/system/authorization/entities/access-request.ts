import { defineEntity, type InferEntity } from '@mikro-orm/core';

/** That somebody asks for a Role as one of the own Members. What was asked for never changes; 'pending' counts until it lapses. */
export const AccessRequestEntity = defineEntity({
  name: 'AccessRequest',
  schema: 'sys_authz',
  tableName: 'access_requests',
  properties: (p) => ({
    id: p.string().primary(),
    spaceId: p.string(),
    memberId: p.string(),
    roleId: p.string(),
    scopeAnchorGroupId: p.string().nullable(),
    requestedByUserId: p.string(),
    requestedByUserMemberId: p.string(),
    reason: p.string(),
    wantedUntil: p.datetime(),
    lapsesAt: p.datetime(),
    deniedDecisionId: p.string().nullable(),
    status: p.enum(['pending', 'approved', 'refused', 'withdrawn', 'expired'] as const).default('pending'),
    settledAt: p.datetime().nullable(),
    settledByUserId: p.string().nullable(),
    refusalReason: p.string().nullable(),
    grantedUntil: p.datetime().nullable(),
    memberRoleId: p.string().nullable(),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p.datetime().onCreate(() => new Date()).onUpdate(() => new Date()),
  }),
});

export type AccessRequestRow = InferEntity<typeof AccessRequestEntity>;
