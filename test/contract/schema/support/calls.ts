import { createCapabilities } from '../../../../src/boot/capabilities.js';
import type { Tenant } from './tenant.js';

/** Who calls: none of them has any business in the Space `acme` but the admin of a Group beside all that the calls name. */
export type CallerName = 'anonymous' | 'otherSpaceAdmin' | 'siblingGroupAdmin' | 'nobody' | 'otherSpaceKey';

/** What the caller may call its own; rights to it are held by the admins and the key. */
export type Own = Pick<
  Tenant,
  'spaceId' | 'groupId' | 'memberId' | 'userId' | 'userMemberId' | 'roleId' | 'otherRoleId' | 'resourceId' | 'resourceType' | 'permissionId' | 'freePermissionId' | 'apiKeyId' | 'memberRoleId'
>;

/** One call of a root field. */
export interface Call {
  /** Arguments with ids of `acme`; `own` mixes in what the caller may act on. */
  readonly args: (acme: Tenant, own: Own, caller: CallerName) => Readonly<Record<string, unknown>>;
  /** Outcomes that are right beside a denial or an absence, and why. */
  readonly also?: Partial<Record<CallerName, readonly [outcome: string, why: string]>>;
  /** Outcome for a super admin, where it is not data or an act: the control that the arguments name what is there. */
  readonly control?: readonly [outcome: string, why: string] | 'none';
  /** It ends or changes what belongs to the caller itself: called with a session of its own, whose rows are not looked at. */
  readonly ownSession?: boolean;
}

/** Readings of the log repeat the filter that their reader typed. */
const EVENT_TYPES = createCapabilities().flatMap(({ manifest }) => manifest.provides.auditEventTypes ?? []).map(({ key }) => key).filter((key) => key !== 'audit.read');

const ALL: readonly CallerName[] = ['anonymous', 'otherSpaceAdmin', 'siblingGroupAdmin', 'nobody', 'otherSpaceKey'];
const KNOWN = ALL.filter((name) => name !== 'anonymous');
const PEOPLE: readonly CallerName[] = ['otherSpaceAdmin', 'siblingGroupAdmin', 'nobody'];
const ADMINS: readonly CallerName[] = ['otherSpaceAdmin', 'siblingGroupAdmin', 'otherSpaceKey'];
const sameFor = (names: readonly CallerName[], outcome: string, why: string): NonNullable<Call['also']> => Object.fromEntries(names.map((name) => [name, [outcome, why]]));

const byId = (key: keyof Tenant): Call[] => [{ args: (acme) => ({ id: acme[key] }) }];
/** A list without a filter. */
const ownRows: Call = { args: () => ({}), also: sameFor(ADMINS, 'data', 'own rows; that nothing of acme is among them is looked at apart') };
/** A list: filtered to what is not the caller's, and without a filter, when it holds the caller's own rows only. */
const list = (filters: (acme: Tenant) => Record<string, unknown>): Call[] => [
  { args: filters },
  ownRows,
];
const change = (args: Call['args'], more: Omit<Call, 'args'> = {}): Call => ({ ...more, args: (acme, own, caller) => ({ input: args(acme, own, caller) }) });
/** A mutation of one object by its id. */
const changeOf = (key: keyof Tenant, more: Record<string, unknown> = {}): Call[] => [change((acme) => ({ id: acme[key], ...more }))];
/** A link across the boundary: the control has nothing of its own to link. */
const across = (args: Call['args'], also?: Call['also']): Call => change(args, { control: 'none', ...(also === undefined ? {} : { also }) });

const catalogue = sameFor(ADMINS, 'data', 'the catalogue of Permissions belongs to the instance, and who makes Roles anywhere must see it');
const permissionKeys = sameFor(ADMINS, 'data', 'the keys that can be granted are part of the product');
const self = (what: string): NonNullable<Call['also']> => sameFor(KNOWN, 'data', `${what} of the caller itself`);
const ownSpace = sameFor(['siblingGroupAdmin'], 'acted', 'people of its own Space may own and govern what is in its Group');
const REQUEST = { reason: 'Why not', expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
const REVIEW = { name: 'Review', dueAt: REQUEST.expiresAt, undecided: 'REVOKE' };
const actorOf = ({ userId, memberId, userMemberId, spaceId }: Pick<Own, 'userId' | 'memberId' | 'userMemberId' | 'spaceId'>) => ({ userId, memberId, userMemberId, spaceId });
const question = ({ resourceType, resourceId }: Pick<Own, 'resourceType' | 'resourceId'>, actor: object) => ({ actor, resourceType, resourceId, action: 'read' });
const notOwnActor = ['denied ACTIVE_MEMBER_REQUIRED', 'a person asks as itself, also a super admin'] as const;
const foreignResource = sameFor(['otherSpaceKey'], 'data', 'a decision about a foreign Resource is DENY with the code of an absent one; looked at apart');

/** Every root field with its calls; a root field without a row fails the test. Mutations stand in an order that the control can run. */
export const CALLS: Readonly<Record<string, readonly Call[]>> = {
  'Query.accessDiff': [{ args: ({ spaceId }) => ({ input: { spaceId, from: { time: '2020-01-01T00:00:00Z' } } }) }],
  'Query.accessRequest': byId('accessRequestId'),
  'Query.accessRequests': list(({ spaceId }) => ({ spaceId })),
  'Query.accessReview': byId('accessReviewId'),
  'Query.accessReviewItems': [{ args: ({ accessReviewId }) => ({ reviewId: accessReviewId }) }],
  'Query.accessReviews': list(({ spaceId }) => ({ spaceId })),
  'Query.actorContext': [{ args: () => ({}), also: self('the bindings') }],
  'Query.adminGrant': byId('adminGrantId'),
  'Query.adminGrants': [{ args: ({ spaceId }) => ({ spaceId }), also: sameFor(['siblingGroupAdmin'], 'data', 'rights over its own Group') }, ownRows, { args: ({ userId }) => ({ userId }) }],
  'Query.apiKey': byId('apiKeyId'),
  'Query.apiKeys': list(({ spaceId }) => ({ spaceId })),
  'Query.auditEvent': byId('auditEventId'),
  'Query.auditEventTypes': [{ args: () => ({}), also: sameFor(ADMINS, 'data', 'what can be in the log is part of the product') }],
  'Query.auditEvents': [{ args: ({ groupId }) => ({ targetId: groupId }) }, { ...ownRows, args: () => ({ types: EVENT_TYPES }) }, { args: ({ spaceId }) => ({ spaceId }), also: sameFor(['siblingGroupAdmin'], 'data', 'events of its own Group') }],
  'Query.capabilities': [{ args: () => ({}) }],
  'Query.check': [
    { args: (acme) => ({ input: question(acme, actorOf(acme)) }), control: notOwnActor },
    { args: (acme, own) => ({ input: question(acme, actorOf(own)) }), control: notOwnActor, also: foreignResource },
    { args: (acme) => ({ input: { ...question(acme, actorOf(acme)), resource: { type: acme.resourceType, id: acme.resourceId, spaceId: acme.spaceId }, grants: [{ resourceType: acme.resourceType, action: 'read', spaceId: acme.spaceId, scope: 'SPACE' }] } }), control: ['denied INLINE_CONTEXT_REQUIRES_API_KEY', 'facts of the request come from backends'] },
  ],
  'Query.checkMany': [
    { args: (acme) => ({ input: { items: [question(acme, actorOf(acme))] } }), control: notOwnActor },
    { args: (acme, own) => ({ input: { items: [question(own, actorOf(own)), question(acme, actorOf(acme))] } }), control: notOwnActor },
  ],
  'Query.controlPlanePermissions': [{ args: () => ({}), also: permissionKeys }],
  'Query.decisionTrace': [{ args: ({ decisionEventId }) => ({ auditEventId: decisionEventId }) }],
  'Query.explain': [
    { args: (acme) => ({ input: question(acme, actorOf(acme)) }), control: notOwnActor },
    { args: (acme, own) => ({ input: question(acme, actorOf(own)) }), control: notOwnActor, also: foreignResource },
  ],
  'Query.externalIdentities': [{ args: ({ userId }) => ({ userId }) }, { args: () => ({}) }],
  'Query.group': byId('groupId'),
  'Query.groupTree': [{ args: ({ spaceId, groupId }) => ({ spaceId, rootId: groupId }) }, { args: ({ spaceId }) => ({ spaceId }), also: sameFor(['siblingGroupAdmin'], 'data', 'the own Group') }],
  'Query.groups': [{ args: ({ spaceId, groupId }) => ({ spaceId, parentGroupId: groupId }) }, { args: ({ spaceId }) => ({ spaceId }), also: sameFor(['siblingGroupAdmin'], 'data', 'the own Group') }],
  'Query.listActions': [{ args: (acme) => ({ input: { actor: actorOf(acme), resourceType: acme.resourceType, resourceId: acme.resourceId } }), control: notOwnActor }],
  'Query.listActors': [{ args: ({ spaceId, resourceType, resourceId }) => ({ input: { spaceId, resourceType, resourceId, action: 'read' } }) }],
  'Query.listResources': [{ args: (acme) => ({ input: { actor: actorOf(acme), resourceType: acme.resourceType, action: 'read' } }), control: notOwnActor }],
  'Query.me': [{ args: () => ({}), also: self('the account') }],
  'Query.member': byId('memberId'),
  'Query.memberRole': byId('memberRoleId'),
  'Query.memberRoles': [...list(({ memberId }) => ({ memberId })), { args: ({ spaceId }) => ({ spaceId }), also: sameFor(['siblingGroupAdmin'], 'data', 'what is anchored in its own Group') }],
  'Query.members': [{ args: ({ spaceId }) => ({ spaceId }) }],
  'Query.myAccessRequests': [{ args: () => ({}), control: ['empty', 'it asked for nothing'] }],
  'Query.myReviewItems': [{ args: () => ({}) }, { args: ({ accessReviewId }) => ({ reviewId: accessReviewId }) }],
  'Query.mySessions': [{ args: () => ({}), also: sameFor(PEOPLE, 'data', 'the own sessions') }],
  'Query.node': (
    ['spaceId', 'groupId', 'memberId', 'userId', 'userMemberId', 'roleId', 'resourceTypeId', 'actionId', 'mappingId', 'rolePermissionId', 'memberRoleId', 'roleInheritanceId', 'separationRuleId', 'accessRequestId', 'accessReviewId', 'accessReviewItemId', 'resourceId', 'adminGrantId', 'apiKeyId', 'sessionId', 'auditEventId'] as const
  ).flatMap(byId),
  'Query.oneTimeLinks': list(({ spaceId }) => ({ spaceId })),
  'Query.permission': [{ args: ({ permissionId }) => ({ id: permissionId }), also: catalogue }],
  'Query.permissions': [{ args: () => ({}), also: catalogue }],
  'Query.requestableRoles': [{ args: ({ spaceId }) => ({ spaceId }), control: ['empty', 'it is no Member'] }],
  'Query.resource': byId('resourceId'),
  'Query.resourceAction': byId('actionId'),
  'Query.resourceActions': [{ args: () => ({}) }],
  'Query.resourceByExternalId': [{ args: ({ spaceId, resourceType, externalId }) => ({ spaceId, resourceType, externalId }) }],
  'Query.resourceMappings': [{ args: () => ({}) }],
  'Query.resourceType': [{ args: ({ resourceType }) => ({ key: resourceType }) }],
  'Query.resourceTypes': [{ args: () => ({}) }],
  'Query.resources': [...list(({ memberId }) => ({ ownerMemberId: memberId })), { args: ({ groupId }) => ({ groupId }) }],
  'Query.role': byId('roleId'),
  'Query.roleInheritance': byId('roleInheritanceId'),
  'Query.roleInheritances': [...list(({ roleId }) => ({ roleId })), { args: ({ inheritedRoleId }) => ({ inheritedRoleId }) }],
  'Query.rolePermission': byId('rolePermissionId'),
  'Query.rolePermissions': list(({ roleId }) => ({ roleId })),
  'Query.roles': list(({ spaceId }) => ({ spaceId })),
  'Query.separationRule': byId('separationRuleId'),
  'Query.separationRules': list(({ spaceId }) => ({ spaceId })),
  'Query.separationViolations': [
    { args: ({ spaceId }) => ({ spaceId }) },
    { args: ({ spaceId, separationRuleId, otherMemberId }) => ({ spaceId, ruleId: separationRuleId, memberId: otherMemberId }) },
  ],
  'Query.sessions': [{ args: ({ userId }) => ({ userId }) }, { args: () => ({}) }],
  'Query.simulateChange': [
    { args: ({ spaceId, memberRoleId }) => ({ input: { spaceId, changes: [{ revokeMemberRole: { id: memberRoleId } }] } }) },
    { args: ({ spaceId, memberRoleId }) => ({ input: { spaceId, changes: [{ revokeMemberRole: { id: memberRoleId } }], since: '2020-01-01T00:00:00Z' } }) },
  ],
  'Query.space': byId('spaceId'),
  'Query.spaces': list(({ spaceId }) => ({ search: spaceId.slice('space_'.length) })),
  'Query.suggestGrants': [
    { args: (acme) => ({ input: { question: question(acme, actorOf(acme)) } }), control: notOwnActor },
    { args: (acme, own) => ({ input: { question: question(acme, actorOf(own)) } }), control: notOwnActor, also: foreignResource },
    { args: ({ decisionEventId }) => ({ input: { auditEventId: decisionEventId } }), control: ['denied VALIDATION_FAILED', 'the decision allowed'] },
  ],
  'Query.unusedGrants': [{ args: ({ spaceId }) => ({ spaceId, since: REQUEST.expiresAt }) }],
  'Query.user': byId('userId'),
  'Query.userMember': byId('userMemberId'),
  'Query.userMembers': [...list(({ userId }) => ({ userId })), { args: ({ memberId }) => ({ memberId }) }],
  'Query.users': list(({ email }) => ({ email })),
  'Query.version': [{ args: () => ({}), also: sameFor(ALL, 'data', 'what /version says to everybody') }],

  'Mutation.bootstrapSuperAdmin': [change(() => ({ token: 'not the token of the settings, nor near', email: 'first@example.com', password: 'a long enough password' }), {
    also: sameFor(ALL, 'denied TOKEN_INVALID', 'open to all, for the holder of the token'), control: ['denied TOKEN_INVALID', 'the same'],
  })],
  'Mutation.signIn': [change(({ email }) => ({ email, password: 'not the password of this User' }), {
    also: sameFor(ALL, 'denied AUTHENTICATION_REQUIRED', 'open to all, for the holder of the password'), control: ['denied AUTHENTICATION_REQUIRED', 'the same'],
  })],
  'Mutation.refreshSession': [change(() => ({ refreshToken: 'not a refresh token' }), {
    also: sameFor(ALL, 'denied TOKEN_INVALID', 'open to all, for the holder of the token'), control: ['denied TOKEN_INVALID', 'the same'],
  })],
  'Mutation.register': [change(({ email }) => ({ email, password: 'a long enough password' }), {
    also: sameFor(ALL, 'denied REGISTRATION_DISABLED', 'open to all where it is on; it is off by default'), control: ['denied REGISTRATION_DISABLED', 'the same'],
  })],
  'Mutation.redeemInvitation': [
    change(() => ({ token: 'not a token', password: 'a long enough password' }), {
      also: sameFor(ALL, 'refused LINK_INVALID', 'open to all, for the holder of the link'), control: ['refused LINK_INVALID', 'the same'],
    }),
    // A stolen link does not bring its finder in: it is for the owner of the address.
    across(({ invitationToken }, _own, caller) => ({ token: PEOPLE.includes(caller) ? invitationToken : 'not a token' }), sameFor(ALL, 'refused LINK_INVALID', 'open to all, for the invited address')),
  ],
  'Mutation.redeemRecoveryLink': [change(() => ({ token: 'not a token', newPassword: 'a long enough password' }), {
    also: sameFor(ALL, 'refused LINK_INVALID', 'open to all, for the holder of the link'), control: ['refused LINK_INVALID', 'the same'],
  })],
  'Mutation.changePassword': [change(() => ({ currentPassword: 'not the password of this User', newPassword: 'a long enough password' }), {
    also: { ...sameFor(PEOPLE, 'refused VALIDATION_FAILED', 'changes the own password only, for who knows it'), otherSpaceKey: ['denied AUTHENTICATION_REQUIRED', 'has no password'] },
    control: ['refused VALIDATION_FAILED', 'the same'],
  })],
  'Mutation.signOut': [{ args: () => ({}), ownSession: true, control: 'none', also: sameFor(PEOPLE, 'acted', 'ends the own session') }],
  'Mutation.switchMember': [
    change(({ userMemberId }) => ({ userMemberId }), { control: ['refused USER_MEMBER_NOT_FOUND', 'it is not its own either'] }),
    change(({ memberId }) => ({ memberId }), { control: ['refused MEMBER_NOT_FOUND', 'it is not its own either'] }),
  ],

  'Mutation.createSpace': [change(({ word }) => ({ id: `space_${word}_more`, name: 'More' }))],
  'Mutation.updateSpace': changeOf('spaceId', { name: 'Changed' }),
  'Mutation.createUser': [change(({ word }) => ({ id: `user_${word}_more`, email: `more-${word}@example.com` }))],
  'Mutation.updateUser': changeOf('userId', { displayName: 'Changed' }),
  'Mutation.createGroup': [
    change(({ spaceId, groupId }) => ({ spaceId, parentGroupId: groupId, key: 'more' })),
    across(({ groupId }, { spaceId }) => ({ spaceId, parentGroupId: groupId, key: 'more' })),
    across(({ spaceId }) => ({ spaceId, key: 'root' })),
  ],
  'Mutation.updateGroup': changeOf('childGroupId', { displayName: 'Changed' }),
  'Mutation.moveGroup': [
    change(({ childGroupId }) => ({ id: childGroupId, parentGroupId: null })),
    across(({ groupId }, own) => ({ id: own.groupId, parentGroupId: groupId })),
    across(({ childGroupId }, own) => ({ id: childGroupId, parentGroupId: own.groupId })),
  ],
  'Mutation.createMember': [change(({ spaceId }) => ({ spaceId, displayName: 'More' }))],
  'Mutation.updateMember': changeOf('memberId', { displayName: 'Changed' }),
  'Mutation.createUserMember': [
    change(({ userId, otherMemberId }) => ({ userId, memberId: otherMemberId })),
    across(({ userId }, own) => ({ userId, memberId: own.memberId })),
    across(({ otherMemberId }, own) => ({ userId: own.userId, memberId: otherMemberId })),
  ],
  'Mutation.updateUserMember': changeOf('userMemberId', { isPrimary: false }),
  'Mutation.createInvitation': [
    change(({ spaceId, otherMemberId }) => ({ spaceId, memberId: otherMemberId, email: 'thief@example.com' })),
    across(({ otherMemberId }, { spaceId }) => ({ spaceId, memberId: otherMemberId, email: 'thief@example.com' })),
  ],
  'Mutation.createRecoveryLink': [change(({ userId }) => ({ userId }))],
  'Mutation.linkExternalIdentity': [change(({ userId }) => ({ userId, issuer: 'https://issuer.example', subject: 'thief' }))],
  'Mutation.createResourceType': [change(() => ({ key: 'more_kind', displayName: 'More' }))],
  'Mutation.updateResourceType': changeOf('resourceTypeId', { displayName: 'Changed' }),
  'Mutation.createResourceAction': [change(({ resourceType }) => ({ resourceType, key: 'more', displayName: 'More' }))],
  'Mutation.updateResourceAction': changeOf('actionId', { displayName: 'Changed' }),
  'Mutation.setResourceMapping': [change(({ resourceType }) => ({ resourceType, storageKind: 'PLUGIN_MANAGED' }))],
  'Mutation.createPermission': [change(({ resourceType }) => ({ resourceType, action: 'read', scope: 'GROUP' }))],
  'Mutation.updatePermission': changeOf('permissionId', { description: 'Changed' }),
  'Mutation.createRole': [change(({ spaceId }) => ({ spaceId, key: 'more', name: 'More' }))],
  'Mutation.updateRole': changeOf('roleId', { name: 'Changed' }),
  'Mutation.createRolePermission': [change(({ roleId, freePermissionId }) => ({ roleId, permissionId: freePermissionId }))],
  'Mutation.createMemberRole': [
    change(({ otherMemberId, roleId, groupId }) => ({ memberId: otherMemberId, roleId, scopeAnchorGroupId: groupId })),
    across(({ roleId }, own) => ({ memberId: own.memberId, roleId, scopeAnchorGroupId: own.groupId })),
    across(({ otherMemberId }, own) => ({ memberId: otherMemberId, roleId: own.roleId, scopeAnchorGroupId: own.groupId })),
    across(({ groupId }, own) => ({ memberId: own.memberId, roleId: own.roleId, scopeAnchorGroupId: groupId })),
  ],
  'Mutation.requestAccess': [
    change(({ roleId, groupId, memberId }) => ({ ...REQUEST, roleId, scopeAnchorGroupId: groupId, memberId }), { control: ['refused MEMBER_NOT_FOUND', 'it does not act as that Member'] }),
    across(({ roleId }) => ({ ...REQUEST, roleId })),
  ],
  'Mutation.withdrawAccessRequest': [change(({ accessRequestId }) => ({ id: accessRequestId }), { control: ['denied ADMIN_PERMISSION_REQUIRED', 'somebody else made it'] })],
  'Mutation.refuseAccessRequest': [
    // The control approves it afterwards.
    change(({ accessRequestId }) => ({ id: accessRequestId, reason: '' }), { control: ['refused VALIDATION_FAILED', 'without a reason'] }),
    change(({ accessRequestId }) => ({ id: accessRequestId, reason: 'No' }), { control: 'none' }),
  ],
  'Mutation.approveAccessRequest': changeOf('accessRequestId'),
  'Mutation.createAccessReview': [
    change(({ spaceId }) => ({ ...REVIEW, spaceId })),
    change(({ spaceId, groupId, roleId }) => ({ ...REVIEW, spaceId, groupId, roleIds: [roleId] })),
    across(({ groupId }, { spaceId }) => ({ ...REVIEW, spaceId, groupId })),
    across(({ roleId }, { spaceId, groupId }) => ({ ...REVIEW, spaceId, groupId, roleIds: [roleId] }), ownSpace),
    across(({ userId }, { spaceId, groupId }) => ({ ...REVIEW, spaceId, groupId, reviewers: [{ userId }] }), ownSpace),
    across(({ memberId }, { spaceId, groupId }) => ({ ...REVIEW, spaceId, groupId, reviewers: [{ memberId }] }), ownSpace),
    across(({ groupId }, own) => ({ ...REVIEW, spaceId: own.spaceId, groupId: own.groupId, reviewers: [{ memberId: own.memberId, groupId }] }), ownSpace),
  ],
  'Mutation.decideAccessReviewItem': [change(({ accessReviewItemId }) => ({ id: accessReviewItemId, outcome: 'REVOKE' }))],
  'Mutation.decideAccessReviewItems': [change(({ accessReviewItemId }) => ({ ids: [accessReviewItemId], outcome: 'KEEP' }))],
  'Mutation.closeAccessReview': changeOf('accessReviewId'),
  'Mutation.updateMemberRole': changeOf('memberRoleId', { expiresAt: null }),
  'Mutation.createRoleInheritance': [
    change(({ otherRoleId, inheritedRoleId }) => ({ roleId: otherRoleId, inheritedRoleId })),
    across(({ roleId }, own) => ({ roleId, inheritedRoleId: own.otherRoleId })),
    across(({ roleId }, own) => ({ roleId: own.otherRoleId, inheritedRoleId: roleId })),
  ],
  'Mutation.createSeparationRule': [
    change(({ spaceId, otherRoleId, inheritedRoleId }) => ({ spaceId, name: 'More', roleIds: [otherRoleId, inheritedRoleId] })),
    across(({ roleId }, own) => ({ spaceId: own.spaceId, name: 'More', roleIds: [own.roleId, roleId] })),
  ],
  'Mutation.updateSeparationRule': [
    ...changeOf('separationRuleId', { name: 'Changed' }),
    across(({ separationRuleId }, own) => ({ id: separationRuleId, roleIds: [own.roleId, own.otherRoleId] })),
  ],
  'Mutation.createResource': [
    change(({ spaceId, resourceType, groupId }) => ({ spaceId, resourceType, groupId })),
    across(({ groupId }, { spaceId, resourceType }) => ({ spaceId, resourceType, groupId })),
    across(({ memberId }, { spaceId, groupId, resourceType }) => ({ spaceId, groupId, resourceType, ownerMemberId: memberId }), ownSpace),
    across(({ resourceId }, { spaceId, groupId, resourceType }) => ({ id: resourceId, spaceId, groupId, resourceType }),
      sameFor(ADMINS, 'refused ID_UNAVAILABLE', 'an id is unique over the instance; a taken one and a reserved one answer alike')),
  ],
  'Mutation.updateResource': [
    ...changeOf('resourceId', { displayName: 'Changed' }),
    across(({ groupId }, own) => ({ id: own.resourceId, groupId })),
    across(({ memberId }, own) => ({ id: own.resourceId, ownerMemberId: memberId }), ownSpace),
    across(({ resourceId }, own) => ({ id: resourceId, groupId: own.groupId })),
  ],
  'Mutation.createAdminGrant': [
    change(({ spaceId, userId }) => ({ userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'members:read' })),
    across(({ spaceId }, own) => ({ userId: own.userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'members:read' })),
    across(({ groupId }, own) => ({ userId: own.userId, level: 'GROUP_ADMIN', groupId, permissionKey: 'groups:read' })),
    across((_acme, own) => ({ userId: own.userId, level: 'INSTANCE_ADMIN', permissionKey: 'groups:read' })),
    across(({ userId }, own) => ({ userId, level: 'GROUP_ADMIN', groupId: own.groupId, permissionKey: 'groups:read' }), ownSpace),
  ],
  'Mutation.createApiKey': [
    change(({ spaceId }) => ({ name: 'Thief', level: 'SPACE', spaceId, permissionKeys: ['groups:read'] })),
    across(({ groupId }) => ({ name: 'Thief', level: 'GROUP', groupId, permissionKeys: ['groups:read'] })),
    across(() => ({ name: 'Thief', level: 'INSTANCE', permissionKeys: ['groups:read'] })),
    across(({ memberId }, { groupId }) => ({ name: 'Thief', level: 'GROUP', groupId, memberId, permissionKeys: ['groups:read'] })),
  ],
  'Mutation.importFacts': [
    change(({ spaceId }) => ({ spaceId, jsonl: '{"kind":"member","id":"member_thief","displayName":"Thief"}' })),
    across(({ memberId, userId }, { spaceId }) => ({ spaceId, jsonl: JSON.stringify({ kind: 'user_member', id: 'um_thief', userId, memberId }) }),
      sameFor(['otherSpaceAdmin', 'otherSpaceKey'], 'refused USER_NOT_FOUND,MEMBER_NOT_FOUND', 'one answer for each field of the line')),
    across(({ memberId }, { spaceId }) => ({ spaceId, jsonl: JSON.stringify({ kind: 'member', id: memberId, displayName: 'Stolen' }) }),
      sameFor(['otherSpaceAdmin', 'otherSpaceKey'], 'refused ID_UNAVAILABLE', 'the answer of a taken id')),
  ],
  'Mutation.exportSpace': [change(({ spaceId }) => ({ spaceId }))],

  'Mutation.disableResourceAction': changeOf('actionId'),
  'Mutation.restoreResourceAction': changeOf('actionId'),
  'Mutation.disableResourceType': changeOf('resourceTypeId'),
  'Mutation.restoreResourceType': changeOf('resourceTypeId'),
  'Mutation.disablePermission': changeOf('permissionId'),
  'Mutation.restorePermission': changeOf('permissionId'),
  'Mutation.disableRole': changeOf('roleId'),
  'Mutation.restoreRole': changeOf('roleId'),
  'Mutation.disableSeparationRule': changeOf('separationRuleId'),
  'Mutation.restoreSeparationRule': changeOf('separationRuleId'),
  'Mutation.archiveResource': changeOf('resourceId'),
  'Mutation.restoreResource': changeOf('resourceId'),
  'Mutation.deleteResource': changeOf('resourceId'),
  'Mutation.rotateApiKey': changeOf('apiKeyId'),
  'Mutation.disableApiKey': changeOf('apiKeyId'),
  'Mutation.restoreApiKey': changeOf('apiKeyId'),
  'Mutation.revokeApiKey': changeOf('apiKeyId'),
  'Mutation.revokeMemberRole': changeOf('memberRoleId'),
  'Mutation.revokeRoleInheritance': changeOf('roleInheritanceId'),
  'Mutation.revokeRolePermission': changeOf('rolePermissionId'),
  'Mutation.revokeAdminGrant': changeOf('adminGrantId'),
  'Mutation.revokeLink': [
    change(({ invitationId }) => ({ id: invitationId }), { also: sameFor(ADMINS, 'refused LINK_INVALID', 'the code of an absent link') }),
    across(({ recoveryId }) => ({ id: recoveryId }), sameFor(ADMINS, 'refused LINK_INVALID', 'the same')),
  ],
  'Mutation.unlinkExternalIdentity': changeOf('externalIdentityId'),
  'Mutation.endSession': changeOf('sessionId'),
  'Mutation.endAllSessions': [change(({ userId }) => ({ userId }))],
  'Mutation.disableMember': changeOf('memberId'),
  'Mutation.restoreMember': changeOf('memberId'),
  'Mutation.revokeUserMember': changeOf('userMemberId'),
  'Mutation.disableUser': changeOf('userId'),
  'Mutation.restoreUser': changeOf('userId'),
  'Mutation.disableGroup': changeOf('childGroupId'),
  'Mutation.restoreGroup': changeOf('childGroupId'),
  'Mutation.disableSpace': changeOf('spaceId'),
  'Mutation.restoreSpace': changeOf('spaceId'),
  'Mutation.deleteSpace': changeOf('spaceId'),
  'Mutation.rotateSigningKey': [change(() => ({}))],
  'Mutation.rotateReceiptKey': [change(() => ({}))],
  'Mutation.rotateReviewKey': [change(() => ({}))],
  'Mutation.rotateApiKeyHmacKey': [change(() => ({}))],

  // Streams are opened and followed in tests of their own.
  'Subscription.auditEvents': [],
  'Subscription.lifecycleEvents': [],
};
