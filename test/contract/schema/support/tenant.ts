import type { GraphqlCaller } from '../../../support/graphql-caller.js';
import type { TestServer } from '../../../support/server.js';
import { signInUser } from './people.js';

/** Issuer that the servers of these tests trust; nothing is ever fetched from it. */
export const ISSUER = 'https://issuer.example';

/** Settings under which {@link createTenant} can make one of everything. */
export const TENANT_SETTINGS = {
  POLITY_OIDC_ISSUERS: JSON.stringify([{ issuer: ISSUER, audience: 'polity', algorithms: ['EdDSA'], jwksUri: `${ISSUER}/jwks.json` }]),
} as const;

/** One Space with one of everything that belongs to it, and the instance-wide objects that it uses. */
export interface Tenant {
  /** Stands in every id, name, key and address of the Space that was chosen here. */
  readonly word: string;
  readonly spaceId: string;
  readonly groupId: string;
  readonly childGroupId: string;
  readonly memberId: string;
  readonly otherMemberId: string;
  readonly userId: string;
  readonly email: string;
  readonly userMemberId: string;
  readonly roleId: string;
  readonly resourceType: string;
  readonly resourceTypeId: string;
  readonly actionId: string;
  readonly mappingId: string;
  readonly permissionId: string;
  readonly freePermissionId: string;
  readonly rolePermissionId: string;
  readonly memberRoleId: string;
  /** A Role that the first one does not inherit. */
  readonly otherRoleId: string;
  /** A Role that the first one inherits. */
  readonly inheritedRoleId: string;
  readonly roleInheritanceId: string;
  readonly separationRuleId: string;
  /** Made by the User of the Space, and waiting. */
  readonly accessRequestId: string;
  /** Begun by the super admin, who reviews its one item. */
  readonly accessReviewId: string;
  readonly accessReviewItemId: string;
  readonly resourceId: string;
  readonly externalId: string;
  readonly adminGrantId: string;
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly invitationId: string;
  readonly invitationToken: string;
  readonly recoveryId: string;
  readonly externalIdentityId: string;
  /** Event of a change in the Space. */
  readonly auditEventId: string;
  /** Event of a decision in the Space. */
  readonly decisionEventId: string;
  /** The User of the Space, signed in; holds `groups:read` in the Space and nothing else. */
  readonly user: GraphqlCaller;
}

/**
 * Makes a tenant through the API.
 * @param word - lower-case letters, found in no other name of the test
 * @param kind - the same for its resource type and Permissions, which belong to the instance
 */
export async function createTenant(server: TestServer, word: string, kind = `${word}_kind`): Promise<Tenant> {
  const { admin } = server;
  const id = (prefix: string, more = ''): string => `${prefix}_${word}${more}`;
  const make = <Part>(field: string, input: object, selection: string): Promise<Part> => admin.mutate<object>(field, input, selection) as Promise<Part>;
  const chosen = {
    word, spaceId: id('space'), groupId: id('group'), childGroupId: id('group', '_child'), memberId: id('member'), otherMemberId: id('member', '_other'),
    userId: id('user'), email: `${word}@example.com`, userMemberId: id('um'), roleId: id('role'), resourceType: kind, resourceTypeId: `rt_${kind}`,
    actionId: `ra_${kind}`, permissionId: `perm_${kind}`, freePermissionId: `perm_${kind}_free`, rolePermissionId: id('rp'), memberRoleId: id('mr'),
    otherRoleId: id('role', '_other'), inheritedRoleId: id('role', '_inherited'), roleInheritanceId: id('ri'), separationRuleId: id('sod'),
    resourceId: id('doc'), externalId: id('external'), adminGrantId: id('ag'), apiKeyId: id('ak'),
  };
  const { spaceId, groupId, memberId, userId, email, roleId, resourceType, permissionId, apiKeyId } = chosen;
  const title = (what: string): string => `${what} of ${word}`;
  const metadata = { note: title('Note') };

  await make('createSpace', { id: spaceId, name: title('Space'), slug: word, metadata }, 'space { id }');
  await make('createGroup', { id: groupId, spaceId, key: word, displayName: title('Group'), metadata }, 'group { id }');
  await make('createGroup', { id: chosen.childGroupId, spaceId, key: `${word}_child`, parentGroupId: groupId, displayName: title('Child') }, 'group { id }');
  await make('createMember', { id: memberId, spaceId, displayName: title('Member'), externalId: id('external_member'), metadata }, 'member { id }');
  await make('createMember', { id: chosen.otherMemberId, spaceId, displayName: title('Other member') }, 'member { id }');
  await make('createUser', { id: userId, email, displayName: title('User'), username: id('name'), metadata }, 'user { id }');
  await make('createUserMember', { id: chosen.userMemberId, userId, memberId, isPrimary: true, metadata }, 'userMember { id }');

  await make('createResourceType', { id: chosen.resourceTypeId, key: resourceType, displayName: `Type of ${kind}` }, 'resourceType { id }');
  await make('createResourceAction', { id: chosen.actionId, resourceType, key: 'read', displayName: 'Read' }, 'resourceAction { id }');
  const { resourceMapping } = await make<{ resourceMapping: { id: string } }>('setResourceMapping', { resourceType, storageKind: 'INTERNAL_TABLE' }, 'resourceMapping { id }');
  await make('createPermission', { id: permissionId, resourceType, action: 'read', scope: 'SPACE', description: `Reads every ${kind}` }, 'permission { id }');
  await make('createPermission', { id: chosen.freePermissionId, resourceType, action: 'read', scope: 'SELF', description: `Reads the own ${kind}` }, 'permission { id }');
  await make('createRole', { id: roleId, spaceId, key: id('key'), name: title('Role'), description: title('Description'), metadata, requestable: true }, 'role { id }');
  await make('createRolePermission', { id: chosen.rolePermissionId, roleId, permissionId }, 'rolePermission { id }');
  await make('createMemberRole', { id: chosen.memberRoleId, memberId, roleId, scopeAnchorGroupId: groupId }, 'memberRole { id }');
  // The other Member exceeds the rule, because the rule comes later.
  for (const more of [chosen.otherRoleId, chosen.inheritedRoleId]) await make('createRole', { id: more, spaceId, key: more.replace('role', 'key'), name: title('Role') }, 'role { id }');
  await make('createRoleInheritance', { id: chosen.roleInheritanceId, roleId, inheritedRoleId: chosen.inheritedRoleId }, 'roleInheritance { id }');
  const apart = [chosen.otherRoleId, chosen.inheritedRoleId];
  for (const held of apart) await make('createMemberRole', { memberId: chosen.otherMemberId, roleId: held, scopeAnchorGroupId: groupId }, 'memberRole { id }');
  await make('createSeparationRule', { id: chosen.separationRuleId, spaceId, name: title('Rule'), roleIds: apart }, 'separationRule { id }');
  const resource = { id: chosen.resourceId, spaceId, resourceType, groupId, ownerMemberId: memberId, externalId: chosen.externalId, displayName: title('Resource'), metadata };
  await make('createResource', resource, 'resource { id }');

  await make('createAdminGrant', { id: chosen.adminGrantId, userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'groups:read' }, 'adminGrant { id }');
  const key = { id: apiKeyId, name: title('Key'), level: 'SPACE', spaceId, memberId, permissionKeys: ['authz:check'], metadata };
  const { secret } = await make<{ secret: string }>('createApiKey', key, 'secret');
  const user = await signInUser(server, userId, email);
  const { me } = await user.data<{ me: { sessionId: string } }>('{ me { sessionId } }');
  const request = { roleId, scopeAnchorGroupId: chosen.childGroupId, reason: title('Reason'), expiresAt: new Date(Date.now() + 86_400_000).toISOString() };
  const { accessRequest } = await user.mutate<{ accessRequest: { id: string } }>('requestAccess', request, 'accessRequest { id }');
  const review = { spaceId, name: title('Review'), dueAt: new Date(Date.now() + 86_400_000).toISOString(), undecided: 'KEEP' };
  const { accessReview } = await admin.mutate<{ accessReview: { id: string } }>('createAccessReview', review, 'accessReview { id }');
  const { accessReviewItems } = await admin.data<{ accessReviewItems: { edges: { node: { id: string } }[] } }>(
    'query ($id: ID!) { accessReviewItems(reviewId: $id) { edges { node { id } } } }', { id: accessReview.id });
  const invitation = await make<{ token: string; link: { id: string } }>('createInvitation', { spaceId, email, memberId: chosen.otherMemberId }, 'token link { id }');
  const recovery = await make<{ link: { id: string } }>('createRecoveryLink', { userId }, 'link { id }');
  const { externalIdentity } = await make<{ externalIdentity: { id: string } }>('linkExternalIdentity', { userId, issuer: ISSUER, subject: id('subject') }, 'externalIdentity { id }');

  const actor = { userId, memberId, userMemberId: chosen.userMemberId, spaceId };
  const { check } = await admin.withApiKey(secret).data<{ check: { auditEventId: string } }>(
    'query ($input: CheckInput!) { check(input: $input) { auditEventId } }', { input: { actor, resourceType, resourceId: chosen.resourceId, action: 'read' } });
  const { auditEvents } = await admin.data<{ auditEvents: { edges: { node: { id: string } }[] } }>(
    'query ($id: ID!) { auditEvents(targetId: $id, types: ["group.created"]) { edges { node { id } } } }', { id: groupId });
  return {
    ...chosen, mappingId: resourceMapping.id, accessRequestId: accessRequest.id,
    accessReviewId: accessReview.id, accessReviewItemId: accessReviewItems.edges[0]?.node.id ?? '', apiKeySecret: secret, sessionId: me.sessionId, accessToken: user.accessToken ?? '',
    invitationId: invitation.link.id, invitationToken: invitation.token, recoveryId: recovery.link.id, externalIdentityId: externalIdentity.id,
    auditEventId: auditEvents.edges[0]?.node.id ?? '', decisionEventId: check.auditEventId, user,
  };
}
