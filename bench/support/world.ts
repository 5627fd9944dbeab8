import { Api } from './api.js';

/** What the benches ask about, made through the API. */
export interface World {
  readonly spaceId: string;
  readonly groupId: string;
  readonly roleId: string;
  readonly otherRoleId: string;
  /** Binding of the approver, who may approve the resources. */
  readonly actor: { readonly userId: string; readonly memberId: string; readonly userMemberId: string; readonly spaceId: string };
  readonly resourceIds: readonly string[];
  /** Secret of an API key that may ask about the Space. */
  readonly apiKey: string;
}

const MEMBERS = 1_000;
const RESOURCES = 50;

/** Makes a Space of 1,000 Members with a registry, an approver, 50 resources and an API key. */
export async function makeWorld(admin: Api): Promise<World> {
  const spaceId = await admin.make('createSpace', 'space', { name: 'Acme' });
  const groupId = await admin.make('createGroup', 'group', { spaceId, key: 'finance' });
  await admin.make('createResourceType', 'resourceType', { key: 'invoice', displayName: 'Invoice' });
  await admin.make('createResourceAction', 'resourceAction', { resourceType: 'invoice', key: 'approve', displayName: 'Approve' });
  await admin.make('setResourceMapping', 'resourceMapping', { resourceType: 'invoice' });
  const permissionId = await admin.make('createPermission', 'permission', { resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE' });
  const roleId = await admin.make('createRole', 'role', { spaceId, key: 'approver', name: 'Approver' });
  const otherRoleId = await admin.make('createRole', 'role', { spaceId, key: 'reviewer', name: 'Reviewer' });
  for (const role of [roleId, otherRoleId]) await admin.make('createRolePermission', 'rolePermission', { roleId: role, permissionId });
  const userId = await admin.make('createUser', 'user', { email: 'approver@example.com' });
  const memberId = await admin.make('createMember', 'member', { spaceId, displayName: 'Approver' });
  const userMemberId = await admin.make('createUserMember', 'userMember', { userId, memberId });
  await admin.make('createMemberRole', 'memberRole', { memberId, roleId, scopeAnchorGroupId: groupId });
  const members = Array.from({ length: MEMBERS - 1 }, (_, index) => {
    const number = String(index).padStart(4, '0');
    return JSON.stringify({ kind: 'member', id: `member_bench-${number}`, displayName: `Member ${number}`, memberType: 'human', externalId: `hr-${number}` });
  });
  await admin.mutate('importFacts', { spaceId, jsonl: members.join('\n') }, 'created');
  const resourceIds: string[] = [];
  for (let number = 0; number < RESOURCES; number += 1) {
    resourceIds.push(await admin.make('createResource', 'resource', { spaceId, groupId, resourceType: 'invoice', displayName: `INV-${number}` }));
  }
  const { secret } = await admin.mutate<{ secret: string }>('createApiKey', { name: 'bench', level: 'SPACE', spaceId, permissionKeys: ['authz:check'] }, 'secret');
  return { spaceId, groupId, roleId, otherRoleId, actor: { userId, memberId, userMemberId, spaceId }, resourceIds, apiKey: secret };
}

/** A person with a password. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
}

/** Makes a User who can sign in. */
export async function makePerson(admin: Api, name: string): Promise<Person> {
  const email = `${name}@example.com`;
  const userId = await admin.make('createUser', 'user', { email });
  const password = `the password of ${name}`;
  const { token } = await admin.mutate<{ token: string }>('createRecoveryLink', { userId }, 'token');
  await new Api(admin.url).mutate('redeemRecoveryLink', { token, newPassword: password }, 'user { id }');
  return { userId, email, password };
}

/** Document of one question. */
export const CHECK = 'query ($input: CheckInput!) { check(input: $input) { decision denyCode reason traceId auditEventId revision } }';

/** Input of one question that is allowed. */
export function question({ actor, resourceIds }: World, number: number): object {
  return { actor, resourceType: 'invoice', action: 'approve', resourceId: resourceIds[number % resourceIds.length] };
}
