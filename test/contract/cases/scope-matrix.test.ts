import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { withApiKey } from '../support/callers.js';
import { explain, type Trace } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

const OWNER = 'member_finance_reviewer';

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

const MATRIX = [
  { id: 'SC-1', scope: 'SELF', anchor: 'finance', target: 'finance.apac', covered: true, denyCode: null },
  { id: 'SC-2', scope: 'GROUP', anchor: 'finance', target: 'finance.apac', covered: false, denyCode: 'SCOPE_OUT_OF_BOUNDS' },
  { id: 'SC-3', scope: 'GROUP_TREE', anchor: 'finance', target: 'finance.apac', covered: true, denyCode: null },
  { id: 'SC-4', scope: 'SPACE', anchor: 'finance', target: 'finance.apac', covered: true, denyCode: null },
  { id: 'SC-5', scope: 'GLOBAL', anchor: 'finance', target: 'finance.apac', covered: false, denyCode: 'GLOBAL_SCOPE_DISABLED' },
  { id: 'SC-6', scope: 'GROUP_TREE', anchor: undefined, target: 'finance.apac', covered: false, denyCode: 'SCOPE_ANCHOR_MISSING' },
  { id: 'SC-7', scope: 'GROUP_TREE', anchor: 'finance', target: undefined, covered: false, denyCode: 'TARGET_GROUP_MISSING' },
] as const;

const PATHS = [
  { id: 'SC-8', target: 'finance', covered: true },
  { id: 'SC-9', target: 'finance.apac', covered: true },
  { id: 'SC-10', target: 'finance-old', covered: false },
  { id: 'SC-11', target: 'financeops', covered: false },
] as const;

function expectScope(trace: Trace, scope: string, covered: boolean, denyCode: string | null): void {
  expect({ decision: trace.decision, denyCode: trace.denyCode }).toEqual({ decision: covered ? 'ALLOW' : 'DENY', denyCode });
  expect(trace.matchedCandidates).toMatchObject([{ permission: { scope }, scopeCheck: { covered, denyCode } }]);
}

describe('with facts in the request', () => {
  const ask = (scope: string, anchor: string | undefined, target: string | undefined): Promise<Trace> => explain(backend, {
    actor: ACTORS.alice,
    action: 'approve',
    resource: { type: 'invoice', id: 'invoice_inline', spaceId: 'space_acme', ownerMemberId: OWNER, groupPath: target },
    grants: [{ roleKey: 'matrix', resourceType: 'invoice', action: 'approve', scope, spaceId: 'space_acme', scopeAnchorGroupPath: anchor }],
  });

  test.each(MATRIX)('$id: $scope anchored at $anchor, target in $target: covered $covered', async ({ scope, anchor, target, covered, denyCode }) => {
    expectScope(await ask(scope, anchor, target), scope, covered, denyCode);
  });

  test.each(PATHS)('$id: the tree of finance covers $target: $covered', async ({ target, covered }) => {
    expectScope(await ask('GROUP_TREE', 'finance', target), 'GROUP_TREE', covered, covered ? null : 'SCOPE_OUT_OF_BOUNDS');
  });
});

describe('with stored facts', () => {
  const spaceId = 'space_acme';

  // One action per row of the matrix, so that each question has exactly one candidate.
  beforeAll(async () => {
    const { admin } = server;
    await admin.mutate('createResourceType', { key: 'probe', displayName: 'Probe' }, 'resourceType { id }');
    await admin.mutate('setResourceMapping', { resourceType: 'probe' }, 'resourceMapping { id }');
    for (const { id, scope, anchor } of MATRIX) {
      const action = actionOf(id);
      await admin.mutate('createResourceAction', { resourceType: 'probe', key: action, displayName: action }, 'resourceAction { id }');
      await admin.mutate('createPermission', { id: `perm_${action}`, resourceType: 'probe', action, scope }, 'permission { id }');
      await admin.mutate('createRole', { id: `role_${action}`, spaceId, key: action, name: action }, 'role { id }');
      await admin.mutate('createRolePermission', { roleId: `role_${action}`, permissionId: `perm_${action}` }, 'rolePermission { id }');
      const scopeAnchorGroupId = anchor === undefined ? undefined : 'group_finance';
      await admin.mutate('createMemberRole', { memberId: OWNER, roleId: `role_${action}`, scopeAnchorGroupId }, 'memberRole { id }');
    }
    await admin.mutate('createGroup', { id: 'group_finance_old', spaceId, path: 'finance_old' }, 'group { id }');
    await admin.mutate('createGroup', { id: 'group_financeops', spaceId, path: 'financeops' }, 'group { id }');
    const places = { probe_apac: 'group_finance_apac', probe_finance: 'group_finance', probe_old: 'group_finance_old', probe_ops: 'group_financeops', probe_nowhere: undefined };
    for (const [id, groupId] of Object.entries(places)) {
      await admin.mutate('createResource', { id, spaceId, resourceType: 'probe', ownerMemberId: OWNER, groupId }, 'resource { id }');
    }
  });

  const ask = (id: string, resourceId: string): Promise<Trace> => explain(backend, { actor: ACTORS.alice, resourceType: 'probe', resourceId, action: actionOf(id) });

  test.each(MATRIX.filter(({ scope }) => scope !== 'GLOBAL'))('$id: $scope anchored at $anchor, target in $target: covered $covered', async ({ id, scope, target, covered, denyCode }) => {
    expectScope(await ask(id, target === undefined ? 'probe_nowhere' : 'probe_apac'), scope, covered, denyCode);
  });

  test('SC-5: a stored Permission of global scope is disabled, and so no candidate', async () => {
    expect(await ask('SC-5', 'probe_apac')).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION', matchedCandidates: [] });
  });

  test.each([
    { id: 'SC-8', resource: 'probe_finance', covered: true },
    { id: 'SC-9', resource: 'probe_apac', covered: true },
    { id: 'SC-10', resource: 'probe_old', covered: false },
    { id: 'SC-11', resource: 'probe_ops', covered: false },
  ])('$id: the tree of finance covers $resource: $covered', async ({ resource, covered }) => {
    expectScope(await ask('SC-3', resource), 'GROUP_TREE', covered, covered ? null : 'SCOPE_OUT_OF_BOUNDS');
  });

  test('SC-10: a key with a hyphen cannot be stored at all', async () => {
    const { errors } = await server.admin.tryMutate('createGroup', { spaceId, path: 'finance-old' }, 'group { id }');
    expect(errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'path'] }]);
  });

  test('SC-1: self covers what the Member owns and nothing else', async () => {
    await server.admin.mutate('createResource', { id: 'probe_foreign', spaceId, resourceType: 'probe', ownerMemberId: 'member_invoice_creator', groupId: 'group_finance_apac' }, 'resource { id }');
    expectScope(await ask('SC-1', 'probe_foreign'), 'SELF', false, 'SCOPE_OUT_OF_BOUNDS');
  });
});

function actionOf(id: string): string {
  return id.toLowerCase().replace('-', '_');
}
