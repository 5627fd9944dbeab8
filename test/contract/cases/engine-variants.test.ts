import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditedDecisions } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, explain } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

test('EN-1: a target that is not stored is decided by what the request says of it and by the stored grants', async () => {
  const resource = { id: 'invoice_draft_001', spaceId: 'space_acme', groupPath: 'finance.apac' };
  const trace = await explain(backend, { actor: ACTORS.alice, resourceType: 'invoice', action: 'approve', resource });
  expect(trace).toMatchObject({ decision: 'ALLOW', denyCode: null, contextMode: 'PROPOSED_TARGET', target: { group: { id: 'group_finance_apac' } } });
  expect(trace.matchedCandidates.map(({ role, scopeCheck }) => [role.id, scopeCheck.covered])).toEqual([['role_finance_approver', true]]);
});

test('EN-1: the stored row of the same id is not read', async () => {
  const at = (groupPath: string) => ({ actor: ACTORS.alice, resourceType: 'invoice', action: 'approve', resource: { id: 'invoice_002', spaceId: 'space_acme', groupPath } });
  expect(await explain(backend, at('finance.apac'))).toMatchObject({ decision: 'ALLOW' });
  expect(await explain(backend, at('legal.emea'))).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
});

test.each([
  { id: 'EN-2', title: 'a registered action that nobody granted', change: { action: 'reject' }, denyCode: 'NO_MATCHING_PERMISSION' },
  { id: 'EN-3', title: 'a type that is not registered', change: { resourceType: 'contract' }, denyCode: 'INVALID_RESOURCE_TYPE' },
  { id: 'EN-4', title: 'an action that is not registered', change: { action: 'void' }, denyCode: 'INVALID_RESOURCE_ACTION' },
])('$id: $title denies without candidates', async ({ change, denyCode }) => {
  const trace = await explain(backend, approve(ACTORS.alice, 'invoice_001', change));
  expect(trace).toMatchObject({ decision: 'DENY', denyCode, matchedCandidates: [] });
  expect(await auditedDecisions(server.admin, { traceId: trace.traceId })).toMatchObject([{ decision: 'DENY', denyCode }]);
});

describe('EN-5: global scope', () => {
  test('EN-5: a candidate of global scope that comes with the request is listed, not covered, and denies', async () => {
    const grants = [{ roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'GLOBAL', scopeAnchorGroupPath: 'finance' }];
    const resource = { type: 'invoice', id: 'invoice_001', spaceId: 'space_acme', groupPath: 'finance.apac' };
    const trace = await explain(backend, { actor: ACTORS.alice, action: 'approve', resource, grants });
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'GLOBAL_SCOPE_DISABLED', contextMode: 'INLINE' });
    expect(trace.matchedCandidates).toMatchObject([{ permission: { scope: 'GLOBAL' }, scopeCheck: { covered: false, denyCode: 'GLOBAL_SCOPE_DISABLED' } }]);
  });

  test('EN-5: a stored Permission of global scope is made disabled, stays so, and would deny even if somebody enabled it by hand', async () => {
    const { admin } = server;
    const reject = { id: 'perm_invoice_reject_global', resourceType: 'invoice', action: 'reject', scope: 'GLOBAL' };
    expect(await admin.mutate('createPermission', reject, 'permission { status }')).toMatchObject({ permission: { status: 'DISABLED' } });
    const restored = await admin.tryMutate('restorePermission', { id: reject.id }, 'permission { status }');
    expect(restored).toMatchObject({ permission: null, errors: [{ code: 'VALIDATION_FAILED', path: ['input', 'id'] }] });
    await admin.mutate('createRolePermission', { roleId: 'role_finance_approver', permissionId: reject.id }, 'rolePermission { id }');
    const question = approve(ACTORS.alice, 'invoice_001', { action: 'reject' });
    expect(await explain(backend, question)).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION', matchedCandidates: [] });

    await asOwner(server.database, (owner) => owner.query(`UPDATE sys_authz.permissions SET status = 'active' WHERE id = '${reject.id}'`));
    const trace = await explain(backend, question);
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'GLOBAL_SCOPE_DISABLED' });
    expect(trace.matchedCandidates.map(({ scopeCheck }) => scopeCheck.covered)).toEqual([false]);
  });
});
