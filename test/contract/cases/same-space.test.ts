/**
 * A link between two Spaces cannot be stored: keys are composed of Space and id, so every row below would be refused. That the
 * engine denies if one existed is shown over facts in src/system/authorization/engine. Here each row is shown three times: the API
 * takes no such change, the database refuses it even of its owner, and where a question itself can mix Spaces it is answered with
 * CROSS_SPACE_VIOLATION.
 */
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditedDecisions } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check, explain } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { refusalOf } from '../support/owner-sql.js';
import { StateReader } from '../support/state.js';

const FOREIGN_KEY_VIOLATION = '23503';

let server: TestServer;
let state: StateReader;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  await createOtherSpace(server.admin);
  backend = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
  state = await StateReader.open(server);
});
afterAll(async () => {
  await state.close();
  await server.stop();
});

describe('the API refuses', () => {
  test.each([
    { id: 'SS-1', title: 'another Space for a Member', mutation: 'updateMember', type: 'UpdateMemberInput', input: { id: 'member_finance_reviewer' }, field: 'spaceId', value: 'space_other' },
    { id: 'SS-2', title: 'another Member for a binding', mutation: 'updateUserMember', type: 'UpdateUserMemberInput', input: { id: 'um_alice_finance_reviewer' }, field: 'memberId', value: 'member_other' },
    { id: 'SS-3', title: 'another Space for a Resource', mutation: 'updateResource', type: 'UpdateResourceInput', input: { id: 'invoice_001' }, field: 'spaceId', value: 'space_other' },
    { id: 'SS-4', title: 'another Space for a Group', mutation: 'updateGroup', type: 'UpdateGroupInput', input: { id: 'group_finance_apac' }, field: 'spaceId', value: 'space_other' },
    { id: 'SS-5', title: 'another Space for a Role', mutation: 'updateRole', type: 'UpdateRoleInput', input: { id: 'role_finance_approver' }, field: 'spaceId', value: 'space_other' },
    { id: 'SS-6', title: 'a Space of its own for an assignment', mutation: 'createMemberRole', type: 'CreateMemberRoleInput', input: { memberId: 'member_invoice_creator', roleId: 'role_finance_approver' }, field: 'spaceId', value: 'space_other' },
  ])('$id: $title has no field', async ({ mutation, type, input, field, value }) => {
    const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { errors { code } } }`;
    const { data, errors } = await server.admin.send(document, { input: { ...input, [field]: value } });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ message: expect.stringContaining(`"${field}" is not defined by type "${type}"`) as unknown, extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([
    { id: 'SS-3', title: 'a Resource in the Group of another Space', mutation: 'createResource', input: { spaceId: 'space_other', resourceType: 'invoice', groupId: 'group_finance_apac' }, code: 'GROUP_NOT_FOUND', field: 'groupId' },
    { id: 'SS-3', title: 'a Resource with an owner of another Space', mutation: 'updateResource', input: { id: 'invoice_001', ownerMemberId: 'member_other' }, code: 'MEMBER_NOT_FOUND', field: 'ownerMemberId' },
    { id: 'SS-4', title: 'a move of a Resource into another Space', mutation: 'updateResource', input: { id: 'invoice_001', groupId: 'group_other' }, code: 'GROUP_NOT_FOUND', field: 'groupId' },
    { id: 'SS-4', title: 'a Group under a parent of another Space', mutation: 'moveGroup', input: { id: 'group_finance_apac', parentGroupId: 'group_other' }, code: 'GROUP_NOT_FOUND', field: 'parentGroupId' },
    { id: 'SS-5', title: 'a Role of another Space for a Member', mutation: 'createMemberRole', input: { memberId: 'member_finance_reviewer', roleId: 'role_other' }, code: 'MEMBER_NOT_FOUND', field: 'memberId' },
    { id: 'SS-6', title: 'an assignment to a Member of another Space', mutation: 'createMemberRole', input: { memberId: 'member_other', roleId: 'role_finance_approver' }, code: 'MEMBER_NOT_FOUND', field: 'memberId' },
    { id: 'SS-7', title: 'an anchor in another Space', mutation: 'createMemberRole', input: { memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_other' }, code: 'GROUP_NOT_FOUND', field: 'scopeAnchorGroupId' },
  ])('$id: $title', async ({ mutation, input, code, field }) => {
    const before = await state.read();
    expect((await server.admin.tryMutate(mutation, input, '')).errors).toMatchObject([{ code, path: ['input', field] }]);
    expect(await state.read()).toEqual(before);
  });

  test.each([
    { id: 'SS-2', fact: { kind: 'user_member', id: 'um_alice_finance_reviewer', userId: 'user_alice', memberId: 'member_other', relationType: 'delegate' }, field: 'memberId' },
    { id: 'SS-6', fact: { kind: 'member_role', memberId: 'member_other', roleId: 'role_finance_approver' }, field: 'memberId' },
    { id: 'SS-7', fact: { kind: 'member_role', memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_other' }, field: 'scopeAnchorGroupId' },
  ])('$id: the same by import, naming line and field', async ({ fact, field }) => {
    const { errors } = await server.admin.tryMutate('importFacts', { spaceId: 'space_acme', jsonl: JSON.stringify(fact) }, 'created');
    expect(errors.map(({ path }) => path)).toContainEqual(['input', 'jsonl', '1', field]);
    expect(await check(backend, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'ALLOW' });
  });
});

test.each([
  ['SS-1', "UPDATE sys_identity.members SET space_id = 'space_other' WHERE id = 'member_finance_reviewer'"],
  ['SS-2', "UPDATE sys_identity.user_members SET member_id = 'member_other' WHERE id = 'um_alice_finance_reviewer'"],
  ['SS-3', "UPDATE sys_resource.resources SET space_id = 'space_other' WHERE id = 'invoice_001'"],
  ['SS-4', "UPDATE sys_resource.resources SET group_id = 'group_other' WHERE id = 'invoice_001'"],
  ['SS-4', "UPDATE sys_identity.groups SET space_id = 'space_other' WHERE id = 'group_finance_apac'"],
  ['SS-5', "UPDATE sys_authz.roles SET space_id = 'space_other' WHERE id = 'role_finance_approver'"],
  ['SS-5', "UPDATE sys_authz.member_roles SET role_id = 'role_other' WHERE id = 'mr_finance_reviewer_approver_finance'"],
  ['SS-6', "UPDATE sys_authz.member_roles SET space_id = 'space_other' WHERE id = 'mr_finance_reviewer_approver_finance'"],
  ['SS-7', "UPDATE sys_authz.member_roles SET scope_anchor_group_id = 'group_other' WHERE id = 'mr_finance_reviewer_approver_finance'"],
])('%s: the database refuses its owner: %s', async (_, statement) => {
  expect(await refusalOf(server.database, statement)).toMatchObject({ code: FOREIGN_KEY_VIOLATION });
});

describe('a question that mixes Spaces', () => {
  const inline = (more: object): object => ({
    actor: { ...ACTORS.alice, relationType: 'delegate' },
    action: 'approve',
    resource: { type: 'invoice', id: 'invoice_001', spaceId: 'space_acme', groupPath: 'finance.apac' },
    grants: [{ roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', scopeAnchorGroupPath: 'finance' }],
    ...more,
  });
  const foreignGrant = { roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', spaceId: 'space_other', scopeAnchorGroupPath: 'finance' };

  test.each([
    { id: 'SS-1', title: 'the Member of another Space', question: approve({ ...ACTORS.alice, spaceId: 'space_other' }, 'invoice_other') },
    { id: 'SS-1', title: 'a Member of another Space than the binding', question: approve({ ...ACTORS.alice, memberId: 'member_other' }, 'invoice_001') },
    { id: 'SS-2', title: 'a Member that is not the one of the binding', question: approve({ ...ACTORS.alice, memberId: 'member_invoice_creator' }, 'invoice_001') },
    { id: 'SS-2', title: 'a User that is not the one of the binding', question: approve({ ...ACTORS.alice, userId: 'user_bob' }, 'invoice_001') },
    { id: 'SS-3', title: 'a stored Resource of another Space', question: approve(ACTORS.alice, 'invoice_other') },
    { id: 'SS-3', title: 'a proposed Resource of another Space', question: approve(ACTORS.alice, 'invoice_001', { resource: { spaceId: 'space_other' } }) },
    { id: 'SS-4', title: 'a target Group of another Space', question: approve(ACTORS.alice, 'invoice_001', { resource: { spaceId: 'space_other', groupPath: 'finance' } }) },
    { id: 'SS-5', title: 'a grant of another Space (its Role)', question: inline({ grants: [{ ...foreignGrant, roleId: 'role_other' }] }) },
    { id: 'SS-6', title: 'a grant of another Space beside one of its own', question: inline({ grants: [...(inline({}) as { grants: object[] }).grants, { ...foreignGrant, roleKey: 'other' }] }) },
    { id: 'SS-7', title: 'a grant with an anchor in another Space', question: inline({ grants: [{ ...foreignGrant, scopeAnchorGroupId: 'group_other', scopeAnchorGroupPath: null }] }) },
  ])('$id: $title is CROSS_SPACE_VIOLATION', async ({ question }) => {
    const trace = await explain(backend, question);
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'CROSS_SPACE_VIOLATION' });
    expect(await auditedDecisions(server.admin, { traceId: trace.traceId })).toMatchObject([{ denyCode: 'CROSS_SPACE_VIOLATION' }]);
  });

  test('SS-4: a Group of another Space, named for a target of this one, covers nothing', async () => {
    expect(await check(backend, approve(ACTORS.alice, 'invoice_001', { resource: { spaceId: 'space_acme', groupId: 'group_other' } }))).toMatchObject({ denyCode: 'TARGET_GROUP_MISSING' });
  });

  test('SS-3: a trace shows ids of the other Space and nothing else of it', async () => {
    const { target } = (await explain(backend, approve(ACTORS.alice, 'invoice_other'))) as unknown as { target: { resource: object; group: object } };
    expect(target.resource).toEqual({
      id: 'invoice_other', type: 'invoice', spaceId: 'space_other', externalId: null, groupId: null, groupPath: null, ownerMemberId: null, displayName: null,
      visibility: null, status: null, metadata: null,
    });
    expect(target.group).toBeNull();
  });
});
