import type { GraphqlCaller } from '../../support/graphql-caller.js';

/** Actors of the fixture: each is one binding of the sheet. */
export const ACTORS = {
  alice: { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer', spaceId: 'space_acme' },
  bob: { userId: 'user_bob', memberId: 'member_finance_reviewer', userMemberId: 'um_bob_finance_reviewer', spaceId: 'space_acme' },
  revoked: { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer_revoked', spaceId: 'space_acme' },
  expired: { userId: 'user_alice', memberId: 'member_finance_reviewer', userMemberId: 'um_alice_finance_reviewer_expired', spaceId: 'space_acme' },
} as const;

/** Passwords of the two people of the fixture. */
export const PASSWORD = 'a fixture password that is long';

const GROUPS = [
  ['group_finance', 'finance'],
  ['group_finance_apac', 'finance.apac'],
  ['group_finance_emea', 'finance.emea'],
  ['group_legal', 'legal'],
  ['group_legal_emea', 'legal.emea'],
] as const;

const ACTIONS = [['read', 'LOW'], ['create', 'NORMAL'], ['update', 'NORMAL'], ['approve', 'HIGH'], ['reject', 'HIGH'], ['delete', 'CRITICAL']] as const;

const PERMISSIONS = [
  ...ACTIONS.map(([action]) => [action, 'GROUP_TREE'] as const),
  ['read', 'SELF'],
  ['delete', 'SPACE'],
] as const;

const HELD = ['approve', 'read', 'create', 'update', 'delete'];

/**
 * Makes the Finance Reviewer fixture of the case sheet through the API, with its ids. The ended binding comes by import, because a
 * mutation takes no end that has passed; the mapping's id is made by the server.
 *
 * @param admin - super admin
 */
export async function createFinanceReviewer(admin: GraphqlCaller): Promise<void> {
  await admin.mutate('createSpace', { id: 'space_acme', name: 'Acme', type: 'custom' }, 'space { id }');
  await createPeople(admin);
  for (const [id, path] of GROUPS) await admin.mutate('createGroup', { id, spaceId: 'space_acme', path }, 'group { id }');
  await createMembers(admin);
  await createRegistry(admin);
  await createRights(admin);
  await createInvoices(admin);
}

/** A second tenant with one of each thing that could be linked across the boundary. */
export async function createOtherSpace(admin: GraphqlCaller): Promise<void> {
  const spaceId = 'space_other';
  await admin.mutate('createSpace', { id: spaceId, name: 'Other' }, 'space { id }');
  await admin.mutate('createGroup', { id: 'group_other', spaceId, path: 'finance' }, 'group { id }');
  await admin.mutate('createMember', { id: 'member_other', spaceId, displayName: 'Elsewhere' }, 'member { id }');
  await admin.mutate('createRole', { id: 'role_other', spaceId, key: 'other', name: 'Other' }, 'role { id }');
  await admin.mutate('createResource', { id: 'invoice_other', spaceId, resourceType: 'invoice', groupId: 'group_other', ownerMemberId: 'member_other' }, 'resource { id }');
}

async function createPeople(admin: GraphqlCaller): Promise<void> {
  await admin.mutate('createUser', { id: 'user_alice', email: 'alice@example.com' }, 'user { id }');
  await admin.mutate('createUser', { id: 'user_bob', email: 'bob@example.com' }, 'user { id }');
}

async function createMembers(admin: GraphqlCaller): Promise<void> {
  const spaceId = 'space_acme';
  const [userId, memberId] = ['user_alice', 'member_finance_reviewer'];
  await admin.mutate('createMember', { id: memberId, spaceId, displayName: 'Finance Reviewer', memberType: 'HUMAN' }, 'member { id }');
  await admin.mutate('createMember', { id: 'member_invoice_creator', spaceId, displayName: 'APAC Invoice Creator', memberType: 'HUMAN' }, 'member { id }');
  const bind = (input: object): Promise<unknown> => admin.mutate('createUserMember', { memberId, ...input }, 'userMember { id }');
  await bind({ id: 'um_alice_finance_reviewer', userId, relationType: 'DELEGATE', isPrimary: true });
  await bind({ id: 'um_bob_finance_reviewer', userId: 'user_bob', relationType: 'LOGIN', isPrimary: true });
  await bind({ id: 'um_alice_finance_reviewer_revoked', userId, relationType: 'DELEGATE' });
  await admin.mutate('revokeUserMember', { id: 'um_alice_finance_reviewer_revoked', reason: 'fixture' }, 'userMember { id }');
  const ended = { kind: 'user_member', id: 'um_alice_finance_reviewer_expired', userId, memberId, relationType: 'temporary', expiresAt: '2020-01-01T00:00:00Z' };
  await admin.mutate('importFacts', { spaceId, jsonl: JSON.stringify(ended) }, 'created');
}

async function createRegistry(admin: GraphqlCaller): Promise<void> {
  const resourceType = 'invoice';
  await admin.mutate('createResourceType', { id: 'rt_invoice', key: resourceType, displayName: 'Invoice' }, 'resourceType { id }');
  for (const [key, riskLevel] of ACTIONS) {
    await admin.mutate('createResourceAction', { id: `ra_invoice_${key}`, resourceType, key, displayName: key, riskLevel, auditDefault: true }, 'resourceAction { id }');
  }
  await admin.mutate('setResourceMapping', { resourceType, storageKind: 'INTERNAL_TABLE' }, 'resourceMapping { id }');
}

async function createRights(admin: GraphqlCaller): Promise<void> {
  for (const [action, scope] of PERMISSIONS) {
    await admin.mutate('createPermission', { id: permissionId(action, scope), resourceType: 'invoice', action, scope }, 'permission { id }');
  }
  const roleId = 'role_finance_approver';
  await admin.mutate('createRole', { id: roleId, spaceId: 'space_acme', key: 'finance_approver', name: 'Finance Approver' }, 'role { id }');
  for (const action of HELD) {
    await admin.mutate('createRolePermission', { id: `rp_finance_approver_${action}`, roleId, permissionId: permissionId(action, 'GROUP_TREE') }, 'rolePermission { id }');
  }
  const assignment = { id: 'mr_finance_reviewer_approver_finance', memberId: 'member_finance_reviewer', roleId, scopeAnchorGroupId: 'group_finance' };
  await admin.mutate('createMemberRole', assignment, 'memberRole { id }');
}

async function createInvoices(admin: GraphqlCaller): Promise<void> {
  const invoice = (id: string, groupId: string, number: string, region: string): Promise<unknown> => admin.mutate('createResource', {
    id, spaceId: 'space_acme', resourceType: 'invoice', groupId, ownerMemberId: 'member_invoice_creator', visibility: 'PRIVATE', metadata: { number, region },
  }, 'resource { id }');
  await invoice('invoice_001', 'group_finance_apac', 'INV-001', 'APAC');
  await invoice('invoice_002', 'group_legal_emea', 'INV-002', 'EMEA');
}

function permissionId(action: string, scope: string): string {
  return `perm_invoice_${action}_${scope.toLowerCase()}`;
}
