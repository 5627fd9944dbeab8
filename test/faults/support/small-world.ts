import type { GraphqlCaller } from '../../support/graphql-caller.js';

/** A Space with one approver of invoices, made through the API. */
export interface SmallWorld {
  readonly spaceId: string;
  readonly groupId: string;
  readonly resourceId: string;
  /** Binding under which the approver acts. */
  readonly actor: { readonly userId: string; readonly memberId: string; readonly userMemberId: string; readonly spaceId: string };
  readonly memberId: string;
  readonly roleId: string;
  /** The approver, who can sign in. */
  readonly person: Person;
}

/** A person with a password. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

/** A question that the approver may: input of `check`. */
export function question({ actor, resourceId }: SmallWorld): object {
  return { actor, resourceType: 'invoice', action: 'approve', resourceId };
}

/** Answer of `check` that tests look at. */
export interface CheckAnswer {
  readonly check: { readonly decision: 'ALLOW' | 'DENY'; readonly denyCode: string | null; readonly revision: string; readonly auditEventId: string | null } | null;
}

export const CHECK = 'query ($input: CheckInput!) { check(input: $input) { decision denyCode revision auditEventId } }';

/** Makes it; the approver's Role is assigned by {@link assign}. */
export async function createSmallWorld(admin: GraphqlCaller): Promise<SmallWorld> {
  const id = async (field: string, input: object, object: string): Promise<string> =>
    (await admin.mutate<Record<string, { id: string }>>(field, input, `${object} { id }`) as unknown as Record<string, { id: string }>)[object]?.id as string;
  const spaceId = await id('createSpace', { name: 'Small' }, 'space');
  const groupId = await id('createGroup', { spaceId, key: 'finance' }, 'group');
  await id('createResourceType', { key: 'invoice', displayName: 'Invoice' }, 'resourceType');
  await id('createResourceAction', { resourceType: 'invoice', key: 'approve', displayName: 'Approve' }, 'resourceAction');
  await id('setResourceMapping', { resourceType: 'invoice' }, 'resourceMapping');
  const resourceId = await id('createResource', { spaceId, groupId, resourceType: 'invoice', displayName: 'INV-1' }, 'resource');
  const permissionId = await id('createPermission', { resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE' }, 'permission');
  const roleId = await id('createRole', { spaceId, key: 'approver', name: 'Approver' }, 'role');
  await id('createRolePermission', { roleId, permissionId }, 'rolePermission');
  const person = await createPerson(admin, 'approver');
  const memberId = await id('createMember', { spaceId, displayName: 'Approver' }, 'member');
  const userMemberId = await id('createUserMember', { userId: person.userId, memberId }, 'userMember');
  return { spaceId, groupId, resourceId, memberId, roleId, person, actor: { userId: person.userId, memberId, userMemberId, spaceId } };
}

/** Assigns the Role to the approver; gives the assignment. */
export async function assign(admin: GraphqlCaller, { memberId, roleId, groupId }: SmallWorld): Promise<string> {
  const { memberRole } = await admin.mutate<{ memberRole: { id: string } }>('createMemberRole', { memberId, roleId, scopeAnchorGroupId: groupId }, 'memberRole { id }');
  return memberRole.id;
}

/** Makes a User with a password, by a recovery link. */
export async function createPerson(admin: GraphqlCaller, name: string): Promise<Person> {
  const email = `${name}@example.com`;
  const { user } = await admin.mutate<{ user: { id: string } }>('createUser', { email }, 'user { id }');
  const password = `the password of ${name}`;
  const { token } = await admin.mutate<{ token: string }>('createRecoveryLink', { userId: user.id }, 'token');
  await admin.mutate('redeemRecoveryLink', { token, newPassword: password }, 'user { id }');
  return { userId: user.id, email, password };
}

/** Gives a User a right over the instance; gives the grant. */
export async function grant(admin: GraphqlCaller, userId: string, permissionKey: string): Promise<string> {
  const { adminGrant } = await admin.mutate<{ adminGrant: { id: string } }>('createAdminGrant', { userId, level: 'INSTANCE_ADMIN', permissionKey }, 'adminGrant { id }');
  return adminGrant.id;
}

/** Makes an API key of the instance that may ask for decisions. */
export async function createBackend(admin: GraphqlCaller): Promise<{ readonly apiKeyId: string; readonly caller: GraphqlCaller }> {
  const input = { name: 'backend', level: 'INSTANCE', permissionKeys: ['authz:check'] };
  const { apiKey, secret } = await admin.mutate<{ apiKey: { id: string }; secret: string }>('createApiKey', input, 'secret apiKey { id }');
  return { apiKeyId: apiKey.id, caller: admin.withApiKey(secret) };
}
