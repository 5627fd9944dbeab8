import { getNamedType, isLeafType, isObjectType, type GraphQLObjectType } from 'graphql';
import { builtInSchema } from '../../src/boot/built-in-schema.js';
import type { GraphqlCaller } from './graphql-caller.js';

/** Payload of a mutation: ids of objects, and scalars. */
export type StoryPayload = Readonly<Record<string, any>>;

/** Sends one mutation of the story, and gives its payload. */
export type SendMutation = (caller: GraphqlCaller, field: string, input: object) => Promise<StoryPayload>;

/** What the story is told with. */
export interface Story {
  /** A super admin, signed in. */
  readonly admin: GraphqlCaller;
  readonly anonymous: GraphqlCaller;
  /** `POLITY_REGISTRATION_TOKEN` of a server in registration mode `token`. */
  readonly registrationToken: string;
  /** A trusted issuer of the settings. */
  readonly issuer: string;
  readonly send: SendMutation;
}

/** What is there when the story is told. */
export interface ToldStory {
  readonly spaceId: string;
  readonly groupId: string;
  /** A person who acts as one of two Members, and its password. */
  readonly person: { readonly userId: string; readonly email: string; readonly password: string };
  readonly actor: { readonly userId: string; readonly memberId: string; readonly userMemberId: string; readonly spaceId: string };
  /** A Resource and an action of its type whose allows are counted, not recorded; the actor may do it. */
  readonly resourceId: string;
  readonly resourceType: string;
  readonly countedAction: string;
}

/** Tells a story in which every mutation of the schema but `bootstrapSuperAdmin` succeeds at least once. */
export async function tellStory(story: Story): Promise<ToldStory> {
  const place = await tellOfPlaces(story);
  const person = await tellOfPeople(story, place.spaceId);
  const right = await tellOfRights(story, place, person.actor.memberId);
  await tellOfMachines(story, place.spaceId);
  await tellOfSessions(story, person);
  await tellOfLinks(story, place.spaceId, person.userId);
  await tellOfRequests(story, place, person);
  await tellOfFacts(story);
  await tellOfDisabled(story);
  return { ...place, person, actor: person.actor, ...right };
}

/** Fields of a payload beside its errors, as far as they can be asked for without arguments: ids of objects, and scalars. */
export async function selectionOf(field: string): Promise<string> {
  const payload = getNamedType((await builtInSchema()).raw.getMutationType()?.getFields()[field]?.type) as GraphQLObjectType | undefined;
  if (payload === undefined) throw new Error(`there is no mutation ${field}`);
  return Object.values(payload.getFields()).flatMap(({ name, type }) => {
    const named = getNamedType(type);
    if (name === 'errors') return [];
    if (isLeafType(named)) return [name];
    return isObjectType(named) && 'id' in named.getFields() ? [`${name} { id }`] : [];
  }).join(' ');
}

interface Place {
  readonly spaceId: string;
  readonly groupId: string;
}

async function tellOfPlaces({ admin, send }: Story): Promise<Place> {
  const { space } = await send(admin, 'createSpace', { name: 'Story' });
  const spaceId = space.id as string;
  await send(admin, 'updateSpace', { id: spaceId, name: 'A story' });
  await send(admin, 'disableSpace', { id: spaceId });
  await send(admin, 'restoreSpace', { id: spaceId });
  await send(admin, 'deleteSpace', { id: spaceId });
  await send(admin, 'restoreSpace', { id: spaceId });
  const { group } = await send(admin, 'createGroup', { spaceId, key: 'finance' });
  const { group: apac } = await send(admin, 'createGroup', { spaceId, key: 'apac' });
  await send(admin, 'updateGroup', { id: apac.id, key: 'asia' });
  await send(admin, 'moveGroup', { id: apac.id, parentGroupId: group.id });
  await send(admin, 'disableGroup', { id: apac.id });
  await send(admin, 'restoreGroup', { id: apac.id });
  return { spaceId, groupId: group.id };
}

type StoryPerson = ToldStory['person'] & { readonly actor: ToldStory['actor']; readonly otherUserMemberId: string };

async function tellOfPeople({ admin, anonymous, registrationToken, send }: Story, spaceId: string): Promise<StoryPerson> {
  const email = 'ann@example.com';
  const password = 'the first password of ann';
  const { user } = await send(admin, 'createUser', { email, displayName: 'Ann' });
  await send(admin, 'updateUser', { id: user.id, displayName: 'Ann B.' });
  await send(admin, 'disableUser', { id: user.id });
  await send(admin, 'restoreUser', { id: user.id });
  const { member } = await send(admin, 'createMember', { spaceId, displayName: 'Approver' });
  await send(admin, 'updateMember', { id: member.id, displayName: 'First approver' });
  await send(admin, 'disableMember', { id: member.id });
  await send(admin, 'restoreMember', { id: member.id });
  const { member: other } = await send(admin, 'createMember', { spaceId, displayName: 'Reader' });
  const { userMember } = await send(admin, 'createUserMember', { userId: user.id, memberId: member.id, isPrimary: true });
  const { userMember: second } = await send(admin, 'createUserMember', { userId: user.id, memberId: other.id });
  await send(admin, 'updateUserMember', { id: second.id, relationType: 'DELEGATE' });
  await send(anonymous, 'register', { email: 'rob@example.com', password: 'the password of rob', token: registrationToken });
  const { member: third } = await send(admin, 'createMember', { spaceId, displayName: 'Third' });
  const { userMember: ended } = await send(admin, 'createUserMember', { userId: user.id, memberId: third.id });
  await send(admin, 'revokeUserMember', { id: ended.id, reason: 'told' });
  const actor = { userId: user.id, memberId: member.id, userMemberId: userMember.id, spaceId };
  return { userId: user.id, email, password, actor, otherUserMemberId: second.id };
}

type StoryRight = Pick<ToldStory, 'resourceId' | 'resourceType' | 'countedAction'>;

async function tellOfRights(story: Story, { spaceId, groupId }: Place, memberId: string): Promise<StoryRight> {
  const { admin, send } = story;
  const resourceType = 'report';
  const { resourceType: type } = await send(admin, 'createResourceType', { key: resourceType, displayName: 'Report' });
  await send(admin, 'updateResourceType', { id: type.id, displayName: 'A report' });
  await send(admin, 'disableResourceType', { id: type.id });
  await send(admin, 'restoreResourceType', { id: type.id });
  const { resourceAction } = await send(admin, 'createResourceAction', { resourceType, key: 'read', displayName: 'Read' });
  await send(admin, 'updateResourceAction', { id: resourceAction.id, auditDefault: false });
  await send(admin, 'disableResourceAction', { id: resourceAction.id });
  await send(admin, 'restoreResourceAction', { id: resourceAction.id });
  await send(admin, 'setResourceMapping', { resourceType });

  const { resource } = await send(admin, 'createResource', { spaceId, groupId, resourceType, displayName: 'Q1' });
  await send(admin, 'updateResource', { id: resource.id, displayName: 'First quarter' });
  await send(admin, 'archiveResource', { id: resource.id });
  await send(admin, 'restoreResource', { id: resource.id });
  await send(admin, 'deleteResource', { id: resource.id });
  await send(admin, 'restoreResource', { id: resource.id });

  const { permission } = await send(admin, 'createPermission', { resourceType, action: 'read', scope: 'GROUP_TREE' });
  await send(admin, 'updatePermission', { id: permission.id, description: 'Reads reports' });
  await send(admin, 'disablePermission', { id: permission.id });
  await send(admin, 'restorePermission', { id: permission.id });
  const { role } = await send(admin, 'createRole', { spaceId, key: 'reader', name: 'Reader' });
  await send(admin, 'updateRole', { id: role.id, name: 'Reader of reports' });
  await send(admin, 'disableRole', { id: role.id });
  await send(admin, 'restoreRole', { id: role.id });
  const { rolePermission } = await send(admin, 'createRolePermission', { roleId: role.id, permissionId: permission.id });
  await send(admin, 'revokeRolePermission', { id: rolePermission.id });
  await send(admin, 'createRolePermission', { roleId: role.id, permissionId: permission.id });
  const { memberRole } = await send(admin, 'createMemberRole', { memberId, roleId: role.id, scopeAnchorGroupId: groupId });
  await send(admin, 'revokeMemberRole', { id: memberRole.id, reason: 'told' });
  const { memberRole: revived } = await send(admin, 'createMemberRole', { memberId, roleId: role.id, scopeAnchorGroupId: groupId });
  await send(admin, 'updateMemberRole', { id: revived.id, startsAt: '2020-01-01T00:00:00Z' });
  await tellOfRules(story, spaceId, role.id);
  return { resourceId: resource.id, resourceType, countedAction: 'read' };
}

async function tellOfRules({ admin, send }: Story, spaceId: string, roleId: string): Promise<void> {
  const { role: auditor } = await send(admin, 'createRole', { spaceId, key: 'auditor', name: 'Auditor' });
  const { roleInheritance } = await send(admin, 'createRoleInheritance', { roleId: auditor.id, inheritedRoleId: roleId });
  await send(admin, 'revokeRoleInheritance', { id: roleInheritance.id });
  const { separationRule } = await send(admin, 'createSeparationRule', { spaceId, name: 'Who audits does not read', roleIds: [auditor.id, roleId] });
  await send(admin, 'updateSeparationRule', { id: separationRule.id, name: 'Who reads does not audit' });
  await send(admin, 'disableSeparationRule', { id: separationRule.id });
  await send(admin, 'restoreSeparationRule', { id: separationRule.id });
}

async function tellOfMachines({ admin, send }: Story, spaceId: string): Promise<void> {
  const { apiKey } = await send(admin, 'createApiKey', { name: 'backend', level: 'SPACE', spaceId, permissionKeys: ['authz:check'] });
  await send(admin, 'rotateApiKey', { id: apiKey.id });
  await send(admin, 'disableApiKey', { id: apiKey.id });
  await send(admin, 'restoreApiKey', { id: apiKey.id });
  await send(admin, 'revokeApiKey', { id: apiKey.id, reason: 'told' });
  await send(admin, 'rotateApiKeyHmacKey', {});
  await send(admin, 'rotateSigningKey', {});
  await send(admin, 'rotateReceiptKey', {});
  await send(admin, 'rotateReviewKey', {});
}

async function tellOfSessions({ admin, anonymous, send }: Story, { userId, email, password, otherUserMemberId }: StoryPerson): Promise<void> {
  const old = 'a password of before';
  const { token } = await send(admin, 'createRecoveryLink', { userId });
  await send(anonymous, 'redeemRecoveryLink', { token, newPassword: old });
  const signIn = async (secret: string): Promise<{ caller: GraphqlCaller; refreshToken: string; sessionId: string }> => {
    const { accessToken, refreshToken, session } = await send(anonymous, 'signIn', { email, password: secret });
    return { caller: anonymous.with({ authorization: `Bearer ${accessToken}` }), refreshToken, sessionId: session.id };
  };
  const first = await signIn(old);
  await send(anonymous, 'refreshSession', { refreshToken: first.refreshToken });
  await send(first.caller, 'switchMember', { userMemberId: otherUserMemberId });
  await send(first.caller, 'changePassword', { currentPassword: old, newPassword: password });
  const second = await signIn(password);
  await send(admin, 'endSession', { id: second.sessionId });
  await signIn(password);
  await send(admin, 'endAllSessions', { userId });
  await send((await signIn(password)).caller, 'signOut', {});
}

async function tellOfLinks({ admin, anonymous, issuer, send }: Story, spaceId: string, userId: string): Promise<void> {
  const { token } = await send(admin, 'createInvitation', { spaceId, email: 'ivy@example.com' });
  await send(anonymous, 'redeemInvitation', { token, password: 'the password of ivy', displayName: 'Ivy' });
  const { link } = await send(admin, 'createInvitation', { spaceId, email: 'eve@example.com' });
  await send(admin, 'revokeLink', { id: link.id });
  const { externalIdentity } = await send(admin, 'linkExternalIdentity', { userId, issuer, subject: 'ann' });
  await send(admin, 'unlinkExternalIdentity', { id: externalIdentity.id });
  const { adminGrant } = await send(admin, 'createAdminGrant', { userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'members:read' });
  await send(admin, 'revokeAdminGrant', { id: adminGrant.id, reason: 'told' });
}

async function tellOfRequests({ admin, anonymous, send }: Story, { spaceId, groupId }: Place, { email, password }: StoryPerson): Promise<void> {
  const { accessToken } = await send(anonymous, 'signIn', { email, password });
  const person = anonymous.with({ authorization: `Bearer ${accessToken}` });
  const { role } = await send(admin, 'createRole', { spaceId, key: 'guest', name: 'Guest', requestable: true });
  const ask = async (): Promise<string> => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { accessRequest } = await send(person, 'requestAccess', { roleId: role.id, scopeAnchorGroupId: groupId, reason: 'told', expiresAt });
    return accessRequest.id as string;
  };
  await send(person, 'withdrawAccessRequest', { id: await ask() });
  await send(admin, 'refuseAccessRequest', { id: await ask(), reason: 'told' });
  await send(admin, 'approveAccessRequest', { id: await ask() });
  const review = { spaceId, roleIds: [role.id], name: 'Told', dueAt: new Date(Date.now() + 86_400_000).toISOString(), undecided: 'REVOKE' };
  const { accessReview } = await send(admin, 'createAccessReview', review);
  const { accessReviewItems } = await admin.data<{ accessReviewItems: { edges: { node: { id: string } }[] } }>(
    'query ($id: ID!) { accessReviewItems(reviewId: $id) { edges { node { id } } } }', { id: accessReview.id });
  const [id] = accessReviewItems.edges.map(({ node }) => node.id);
  await send(admin, 'decideAccessReviewItem', { id, outcome: 'KEEP' });
  await send(admin, 'decideAccessReviewItems', { ids: [id], outcome: 'REVOKE' });
  await send(admin, 'closeAccessReview', { id: accessReview.id });
}

/** Whoever is disabled is out, by hand and by a file. */
async function tellOfDisabled({ admin, anonymous, send }: Story): Promise<void> {
  const ivy = { email: 'ivy@example.com', password: 'the password of ivy' };
  const { user } = await send(anonymous, 'signIn', ivy);
  await send(admin, 'disableUser', { id: user.id });
  await send(admin, 'restoreUser', { id: user.id });
  await send(anonymous, 'signIn', ivy);
  const { space } = await send(admin, 'createSpace', { name: 'Out' });
  await send(admin, 'importFacts', { spaceId: space.id, jsonl: JSON.stringify({ kind: 'user', id: user.id, email: ivy.email, status: 'disabled' }) });
}

async function tellOfFacts({ admin, send }: Story): Promise<void> {
  const { space } = await send(admin, 'createSpace', { name: 'Bulk' });
  await send(admin, 'importFacts', { spaceId: space.id, jsonl: JSON.stringify({ kind: 'group', id: 'group_bulk', path: 'bulk' }) });
  await send(admin, 'exportSpace', { spaceId: space.id });
  await send(admin, 'deleteSpace', { id: space.id });
}
