import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { revisionFeedRef } from '../../../src/system/shared/contracts/index.js';
import { auditEvents } from '../support/audit-events.js';
import { Delegate, withApiKey } from '../support/callers.js';
import { check, tryCheck } from '../support/decisions.js';
import { asOwner } from '../support/owner-sql.js';

const SPACE = 'space_contoso';
const ALICE = { userId: 'user_docs_alice', memberId: 'member_docs_finance_reviewer', userMemberId: 'um_docs_alice_finance_reviewer', spaceId: SPACE };

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await walkThrough(server.admin);
  backend = (await withApiKey(server.admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] })).with({ 'user-agent': 'expense-app/1.0' });
});
afterAll(() => server.stop());

/** The steps of the guide, in its order. */
async function walkThrough(admin: GraphqlCaller): Promise<void> {
  const resourceType = 'expense_report';
  await admin.mutate('createResourceType', { key: resourceType, displayName: 'Expense report' }, 'resourceType { id }');
  await admin.mutate('createResourceAction', { resourceType, key: 'approve', displayName: 'Approve', riskLevel: 'HIGH' }, 'resourceAction { id }');
  await admin.mutate('setResourceMapping', { resourceType, storageKind: 'INTERNAL_TABLE' }, 'resourceMapping { id }');

  await admin.mutate('createSpace', { id: SPACE, name: 'Contoso', type: 'customer' }, 'space { id }');
  await admin.mutate('createGroup', { id: 'group_contoso_finance', spaceId: SPACE, path: 'finance' }, 'group { id }');
  await admin.mutate('createGroup', { id: 'group_contoso_finance_apac', spaceId: SPACE, path: 'finance.apac' }, 'group { id }');
  await admin.mutate('createGroup', { id: 'group_contoso_legal', spaceId: SPACE, path: 'legal' }, 'group { id }');

  await admin.mutate('createUser', { id: ALICE.userId, email: 'alice@contoso.example' }, 'user { id }');
  await admin.mutate('createMember', { id: ALICE.memberId, spaceId: SPACE, displayName: 'Finance Reviewer' }, 'member { id }');
  await admin.mutate('createUserMember', { id: ALICE.userMemberId, userId: ALICE.userId, memberId: ALICE.memberId, relationType: 'LOGIN', isPrimary: true }, 'userMember { id }');

  const roleId = 'role_contoso_finance_approver';
  await admin.mutate('createPermission', { id: 'perm_expense_report_approve', resourceType, action: 'approve', scope: 'GROUP_TREE' }, 'permission { id }');
  await admin.mutate('createRole', { id: roleId, spaceId: SPACE, key: 'finance_approver', name: 'Finance Approver' }, 'role { id }');
  await admin.mutate('createRolePermission', { roleId, permissionId: 'perm_expense_report_approve' }, 'rolePermission { id }');
  await admin.mutate('createMemberRole', { memberId: ALICE.memberId, roleId, scopeAnchorGroupId: 'group_contoso_finance' }, 'memberRole { id }');

  const report = { spaceId: SPACE, resourceType, ownerMemberId: ALICE.memberId, metadata: { amount: 1200, currency: 'USD' } };
  await admin.mutate('createResource', { ...report, id: 'expense_report_001', externalId: 'er-001', groupId: 'group_contoso_finance_apac' }, 'resource { id }');
  await admin.mutate('createResource', { ...report, id: 'expense_report_002', externalId: 'er-002', groupId: 'group_contoso_legal' }, 'resource { id }');
}

const approve = (resourceId: string, actor: object = ALICE): object => ({ actor, resourceType: 'expense_report', resourceId, action: 'approve' });

test('IW-1: approving the report inside the finance tree is allowed', async () => {
  expect(await check(backend, approve('expense_report_001'))).toMatchObject({ decision: 'ALLOW', denyCode: null });
});

test('IW-1: the report is found by the id that the business system knows', async () => {
  const document = '{ resourceByExternalId(spaceId: "space_contoso", resourceType: "expense_report", externalId: "er-001") { id metadata } }';
  expect(await server.admin.data(document)).toEqual({ resourceByExternalId: { id: 'expense_report_001', metadata: { amount: 1200, currency: 'USD' } } });
});

test('IW-2: approving a report outside of it is out of bounds', async () => {
  expect(await check(backend, approve('expense_report_002'))).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
});

test('IW-3: the log of the Space shows both, with who, what, why, from where, and the trace', async () => {
  const asked = async (resourceId: string, requestId: string) => (await tryCheck(backend, approve(resourceId), { 'x-request-id': requestId })).data?.check;
  const answers = [await asked('expense_report_001', 'req_iw_1'), await asked('expense_report_002', 'req_iw_2')];
  for (const [index, answer] of answers.entries()) {
    const [targetId, requestId] = [`expense_report_00${index + 1}`, `req_iw_${index + 1}`];
    const filter = { spaceId: SPACE, targetType: 'expense_report', targetId, requestId };
    const [event, ...others] = await auditEvents(server.admin, filter, 'trace personal { ip userAgent }');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      id: answer?.auditEventId, traceId: answer?.traceId, decision: answer?.decision, denyCode: answer?.denyCode, requestId,
      actor: { userId: ALICE.userId, memberId: ALICE.memberId, userMemberId: ALICE.userMemberId },
      credential: { kind: 'api_key' },
      target: { type: 'expense_report', id: targetId },
      action: 'expense_report.approve',
      risk: 'HIGH',
      personal: { ip: '127.0.0.1', userAgent: 'expense-app/1.0' },
      trace: {
        traceVersion: '1.0', traceId: answer?.traceId, decision: answer?.decision, matchedCandidates: [{ role: { key: 'finance_approver' }, scopeCheck: { covered: index === 0 } }],
        request: { requestId },
      },
    });
  }
});

describe('minimum integration set', () => {
  let delegate: Delegate;
  beforeAll(async () => {
    delegate = await Delegate.create(server, 'delegate');
    await server.admin.mutate('createSpace', { id: 'space_fabrikam', name: 'Fabrikam' }, 'space { id }');
    await server.admin.mutate('createResource', { id: 'expense_report_foreign', spaceId: 'space_fabrikam', resourceType: 'expense_report' }, 'resource { id }');
  });

  test('MIN-1: allow', async () => {
    expect(await check(backend, approve('expense_report_001'))).toMatchObject({ decision: 'ALLOW' });
  });

  test('MIN-2: no permission', async () => {
    await server.admin.mutate('createResourceAction', { resourceType: 'expense_report', key: 'pay', displayName: 'Pay' }, 'resourceAction { id }');
    expect(await check(backend, { ...approve('expense_report_001'), action: 'pay' })).toMatchObject({ decision: 'DENY', denyCode: 'NO_MATCHING_PERMISSION' });
  });

  test('MIN-3: out of the Group', async () => {
    expect(await check(backend, approve('expense_report_002'))).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
  });

  test('MIN-4: across Spaces', async () => {
    expect(await check(backend, approve('expense_report_foreign'))).toMatchObject({ decision: 'DENY', denyCode: 'CROSS_SPACE_VIOLATION' });
    const { errors } = await tryCheck(backend, approve('expense_report_foreign', { ...ALICE, spaceId: 'space_fabrikam' }));
    expect(errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }]);
  });

  test('MIN-5: a revoked binding', async () => {
    const { userMember } = await server.admin.mutate<{ userMember: { id: string } }>('createUserMember', { userId: ALICE.userId, memberId: ALICE.memberId }, 'userMember { id }');
    const actor = { ...ALICE, userMemberId: userMember.id };
    expect(await check(backend, approve('expense_report_001', actor))).toMatchObject({ decision: 'ALLOW' });
    await server.admin.mutate('revokeUserMember', { id: userMember.id }, 'userMember { id }');
    expect(await check(backend, approve('expense_report_001', actor))).toMatchObject({ decision: 'DENY', denyCode: 'USER_MEMBER_REVOKED' });
  });

  test('MIN-6: an inactive User', async () => {
    await server.admin.mutate('disableUser', { id: ALICE.userId }, 'user { id }');
    expect(await check(backend, approve('expense_report_001'))).toMatchObject({ decision: 'DENY', denyCode: 'ACTOR_USER_INACTIVE' });
    await server.admin.mutate('restoreUser', { id: ALICE.userId }, 'user { id }');
    expect(await check(backend, approve('expense_report_001'))).toMatchObject({ decision: 'ALLOW' });
  });

  test('MIN-7, MIN-8: a revoked key and one that has ended', async () => {
    const place = { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] };
    const [revoked, ended] = [await withApiKey(server.admin, place), await withApiKey(server.admin, { ...place, expiresAt: new Date(Date.now() + 600_000).toISOString() })];
    for (const key of [revoked, ended]) expect(await check(key, approve('expense_report_001'))).toMatchObject({ decision: 'ALLOW' });
    await server.admin.mutate('revokeApiKey', { id: revoked.apiKeyId }, 'apiKey { id }');
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_admin.api_keys SET expires_at = now() - interval '1 minute' WHERE id = $1", [ended.apiKeyId]));
    await server.server.platform.container.get(revisionFeedRef).catchUp();
    for (const key of [revoked, ended]) expect(await tryCheck(key, approve('expense_report_001'))).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('MIN-9: a key cannot make admin grants', async () => {
    const key = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['*'] });
    const document = 'mutation { createAdminGrant(input: { userId: "user_docs_alice", level: SPACE_ADMIN, spaceId: "space_contoso", permissionKey: "users:read" }) { adminGrant { id } } }';
    expect(await key.send(document)).toMatchObject({ data: { createAdminGrant: null }, errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
    expect(await server.admin.data('{ adminGrants(userId: "user_docs_alice") { edges { node { id } } } }')).toEqual({ adminGrants: { edges: [] } });
  });

  test('MIN-10: a Space admin does not cross Spaces, reading or writing', async () => {
    const caller = await delegate.holds({ level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey: '*' });
    expect(await caller.data('{ space(id: "space_fabrikam") { id } resource(id: "expense_report_foreign") { id } spaces { edges { node { id } } } }')).toEqual({
      space: null, resource: null, spaces: { edges: [{ node: { id: SPACE } }] },
    });
    expect((await caller.tryMutate('updateSpace', { id: 'space_fabrikam', name: 'Mine' }, '')).errors).toMatchObject([{ code: 'SPACE_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await caller.tryMutate('archiveResource', { id: 'expense_report_foreign' }, '')).errors).toMatchObject([{ code: 'RESOURCE_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await caller.tryMutate('createGroup', { spaceId: 'space_fabrikam', path: 'mine' }, '')).errors).toMatchObject([{ code: 'SPACE_NOT_FOUND', path: ['input', 'spaceId'] }]);
  });

  test('MIN-11: a Group admin does not reach siblings, reading or writing', async () => {
    const caller = await delegate.holds({ level: 'GROUP_ADMIN', groupId: 'group_contoso_finance', permissionKey: '*' });
    expect(await caller.data('{ below: group(id: "group_contoso_finance_apac") { id } sibling: group(id: "group_contoso_legal") { id } resource(id: "expense_report_002") { id } }')).toEqual({
      below: { id: 'group_contoso_finance_apac' }, sibling: null, resource: null,
    });
    expect((await caller.tryMutate('updateGroup', { id: 'group_contoso_legal', displayName: 'Mine' }, '')).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await caller.tryMutate('moveGroup', { id: 'group_contoso_finance_apac', parentGroupId: 'group_contoso_legal' }, '')).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'parentGroupId'] }]);
    expect((await caller.tryMutate('updateResource', { id: 'expense_report_001', groupId: 'group_contoso_legal' }, '')).errors).toMatchObject([{ code: 'GROUP_NOT_FOUND', path: ['input', 'groupId'] }]);
  });
});
