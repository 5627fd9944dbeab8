/** Rules go out by exportSpace and come in by importFacts as they are, by the same checks as by hand. */
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

const SPACE = 'space_acme';
const LATER = new Date(Date.now() + 86_400_000).toISOString();

let from: TestServer;
let to: TestServer;

beforeAll(async () => {
  [from, to] = await Promise.all([startTestServer(), startTestServer()]);
  await createFinanceReviewer(from.admin);
  await makeRules(from.admin);
  // What belongs to the instance and is no fact of a Space.
  await to.admin.mutate('createSpace', { id: SPACE, name: 'Acme' }, 'space { id }');
  await to.admin.mutate('createResourceType', { key: 'invoice', displayName: 'Invoice' }, 'resourceType { id }');
  await to.admin.mutate('createResourceAction', { resourceType: 'invoice', key: 'approve', displayName: 'Approve' }, 'resourceAction { id }');
  await to.admin.mutate('setResourceMapping', { resourceType: 'invoice' }, 'resourceMapping { id }');
});
afterAll(() => Promise.all([from.stop(), to.stop()]));

async function makeRules(admin: GraphqlCaller): Promise<void> {
  const make = (mutation: string, input: object): Promise<unknown> => admin.mutate(mutation, input, '');
  await make('createPermission', { id: 'perm_frozen', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', effect: 'DENY', condition: 'resource.metadata.region == "APAC"' });
  await make('createPermission', { id: 'perm_only_in_a_rule', resourceType: 'invoice', action: 'pay', scope: 'SPACE' });
  for (const key of ['clerk', 'payer', 'auditor']) await make('createRole', { id: `role_${key}`, spaceId: SPACE, key, name: key, requestable: key === 'clerk' });
  await make('createRolePermission', { roleId: 'role_clerk', permissionId: 'perm_frozen' });
  await make('createRoleInheritance', { id: 'ri_approver', roleId: 'role_finance_approver', inheritedRoleId: 'role_clerk' });
  await make('createRoleInheritance', { id: 'ri_revoked', roleId: 'role_payer', inheritedRoleId: 'role_clerk' });
  await make('revokeRoleInheritance', { id: 'ri_revoked' });
  await make('createMemberRole', { id: 'mr_later', memberId: 'member_invoice_creator', roleId: 'role_payer', startsAt: LATER, condition: 'resource.ownerMemberId != actor.memberId' });
  await make('createMemberRole', { id: 'mr_audit', memberId: 'member_invoice_creator', roleId: 'role_auditor' });
  await make('createSeparationRule', { id: 'sod_roles', spaceId: SPACE, name: 'Pays or audits', roleIds: ['role_payer', 'role_auditor'] });
  await make('createSeparationRule', { id: 'sod_permissions', spaceId: SPACE, name: 'Approves or pays', permissionIds: ['perm_invoice_approve_group_tree', 'perm_only_in_a_rule', 'perm_frozen'], atMost: 2 });
  await make('disableSeparationRule', { id: 'sod_permissions' });
}

const exported = async ({ admin }: TestServer): Promise<string> => (await admin.mutate<{ jsonl: string }>('exportSpace', { spaceId: SPACE }, 'jsonl')).jsonl;
const violations = ({ admin }: TestServer): Promise<unknown> => admin.data(`{ separationViolations(spaceId: "${SPACE}") { edges { node { ruleId memberId roleIds } } } }`);
const decision = async ({ admin }: TestServer): Promise<string | null> => {
  const backend = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] });
  const { denyCode } = await check(backend, approve(ACTORS.alice, 'invoice_new', { resource: { spaceId: SPACE, groupPath: 'finance.apac', metadata: { region: 'APAC' } } }));
  return denyCode;
};

test('an export, imported elsewhere, gives the same export, decides the same and lists the same violations', async () => {
  const jsonl = await exported(from);
  expect(await to.admin.mutate('importFacts', { spaceId: SPACE, jsonl }, 'created')).toEqual({ created: jsonl.trimEnd().split('\n').length, errors: [] });
  expect(await exported(to)).toBe(jsonl);
  const held = { edges: [{ node: { ruleId: 'sod_roles', memberId: 'member_invoice_creator', roleIds: ['role_auditor', 'role_payer'] } }] };
  expect([await violations(from), await violations(to)]).toEqual([{ separationViolations: held }, { separationViolations: held }]);
  expect([await decision(from), await decision(to)]).toEqual(['EXPLICIT_DENY', 'EXPLICIT_DENY']);
});

test('imported once more, nothing changes: what it holds together was there', async () => {
  expect(await to.admin.mutate('importFacts', { spaceId: SPACE, jsonl: await exported(to) }, 'created updated')).toEqual({ created: 0, updated: 0, errors: [] });
});

test('an admin of the Space takes its export back, and no Permission that says something else', async () => {
  const jsonl = await exported(to);
  const caller = await withApiKey(to.admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['facts:import', 'users:manage'] });
  const rules = jsonl.split('\n').filter((line) => !line.includes('"kind":"user"')).join('\n');
  expect(await caller.mutate('importFacts', { spaceId: SPACE, jsonl: rules }, 'created updated')).toEqual({ created: 0, updated: 0, errors: [] });
  for (const change of [{ effect: 'allow' }, { condition: 'true' }]) {
    const line = JSON.stringify({ kind: 'permission', id: 'perm_frozen', resourceType: 'invoice', action: 'approve', scope: 'group_tree', effect: 'deny', condition: 'resource.metadata.region == "APAC"', ...change });
    await expect(caller.tryMutate('importFacts', { spaceId: SPACE, jsonl: line }, '')).rejects.toThrow('ADMIN_PERMISSION_REQUIRED');
  }
});

test('a condition that does not compile names its line', async () => {
  const line = JSON.stringify({ kind: 'member_role', memberId: 'member_finance_reviewer', roleId: 'role_auditor', condition: 'resource.' });
  expect((await to.admin.tryMutate('importFacts', { spaceId: SPACE, jsonl: `\n${line}` }, '')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'jsonl', '2', 'condition'] }]);
});
