import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { ACME, ALICE, callerOf, INSTANCE, openFinanceWorld, OTHER, type FinanceWorld } from '../testing/finance-world.js';
import type { CheckInput } from './check-input.js';
import { decisionTraceReaderRef } from './decision-trace-reader.js';
import { authorizationDecisionsRef, type Explanation } from './decisions.js';

let store: TestDatabase;
let world: FinanceWorld;

beforeEach(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
});

afterEach(async () => {
  await world.close();
  await store.drop();
});

const key = callerOf('api_key', [INSTANCE]);
const explain = (input: Partial<CheckInput>): Promise<Explanation> =>
  world.services.get(authorizationDecisionsRef).explain(world.as(key), { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', ...input });
const read = (id: string | null, caller = key) => world.services.get(decisionTraceReaderRef).decisionTrace(world.as(caller), id ?? '');

/** What the log does not keep: address and agent are sealed there. */
function asRead({ auditEventId: _id, revision: _revision, ...trace }: Explanation): object {
  return { ...trace, request: { ...trace.request, ip: null, userAgent: null } };
}

const LATER_EDITS = `
  UPDATE sys_identity.users SET status = 'disabled';
  UPDATE sys_identity.groups SET key = 'money', path = 'money' WHERE id = 'group_finance';
  UPDATE sys_identity.groups SET path = 'money.' || key WHERE parent_group_id = 'group_finance';
  UPDATE sys_authz.roles SET status = 'disabled';
  UPDATE sys_authz.member_roles SET status = 'revoked', revoked_at = now();
  UPDATE sys_resource.resources SET group_id = NULL, status = 'deleted', owner_member_id = NULL;
  UPDATE sys_resource.resource_actions SET risk_level = 'low', status = 'disabled';`;

test.each<[string, Partial<CheckInput>]>([
  ['an allow', {}],
  ['a deny by scope', { resourceId: 'invoice_002' }],
  ['a deny of an ended binding', { actor: { ...ALICE, userMemberId: 'um_alice_finance_reviewer_expired' } }],
  ['a deny of an unknown type', { resourceType: 'contract' }],
  ['a deny of a missing actor', { actor: { ...ALICE, userMemberId: 'um_nobody' } }],
  ['a deny of a foreign resource', { resourceId: 'invoice_other' }],
  ['a proposed target', { resourceId: 'draft_1', resource: { spaceId: 'space_acme', groupPath: 'finance.apac' } }],
])('%s reads the same after later edits (RC-2)', async (_, input) => {
  const then = await explain(input);
  await world.run(LATER_EDITS);
  expect(await read(then.auditEventId)).toEqual(asRead(then));
});

test('an inline decision reads the same but for the names that came with it', async () => {
  const then = await explain({
    actor: { ...ALICE, userEmail: 'a@example.com' }, resourceId: null, resource: { externalId: 'INV-9', spaceId: 'space_acme', groupPath: 'finance.x', type: 'invoice' },
    grants: [{ resourceType: 'invoice', action: 'approve', scope: 'group_tree', scopeAnchorGroupPath: 'finance' }],
  });
  const now = await read(then.auditEventId);
  expect(then.actor.user?.email).toBe('a@example.com');
  expect(now.actor.user).toEqual({ id: 'user_alice', email: null, status: 'active' });
  expect([now.matchedCandidates, now.target.group, now.decision]).toEqual([then.matchedCandidates, then.target.group, 'ALLOW']);
});

test('names are for those who may read them', async () => {
  const { auditEventId, target } = await explain({});
  expect(target.resource).toMatchObject({ displayName: 'First', metadata: { number: 'INV-001', api_key: '[redacted]' } });
  const auditor = callerOf('session', [{ ...ACME, permissionKey: 'audit:read' }]);
  expect(await read(auditEventId, auditor)).toMatchObject({
    actor: { user: { email: null }, member: { displayName: null }, space: { name: null } }, target: { resource: { displayName: null, metadata: null } },
  });
  const reader = callerOf('session', ['audit:read', 'users:read', 'members:read'].map((permissionKey) => ({ ...ACME, permissionKey })));
  expect(await read(auditEventId, reader)).toMatchObject({
    actor: { user: { email: 'alice@example.com' }, member: { displayName: 'Finance Reviewer' }, space: { name: null } }, target: { resource: { displayName: null } },
  });
});

test('of another Space only ids are shown', async () => {
  const trace = await explain({ resourceId: 'invoice_other', actor: { ...ALICE, memberId: 'member_other' } });
  expect(trace.denyCode).toBe('CROSS_SPACE_VIOLATION');
  expect(trace.target).toMatchObject({
    resource: { id: 'invoice_other', spaceId: 'space_other', displayName: null, status: null, groupId: null, ownerMemberId: null, metadata: null },
    group: null,
  });
  expect(trace.actor.member).toEqual({ id: 'member_other', spaceId: 'space_other', displayName: null, status: null });
});

test('an event is for those who may read the log where it lies, and reading it is recorded', async () => {
  const { auditEventId } = await explain({});
  const hidden = { code: 'AUDIT_EVENT_NOT_FOUND' };
  await expect(read(auditEventId, callerOf('session', [OTHER]))).rejects.toMatchObject(hidden);
  await expect(read(auditEventId, callerOf('session', [{ ...ACME, permissionKey: 'roles:read' }]))).rejects.toMatchObject(hidden);
  const legal = { level: 'group_admin', spaceId: 'space_acme', groupId: 'group_legal', groupPath: 'legal', permissionKey: '*' } as const;
  await expect(read(auditEventId, callerOf('session', [legal]))).rejects.toMatchObject(hidden);
  await expect(read('audit_missing')).rejects.toMatchObject(hidden);
  expect(world.entries).toHaveLength(1);
  await read(auditEventId, callerOf('session', [{ ...legal, groupId: 'group_finance', groupPath: 'finance' }]));
  expect(world.entries[1]).toMatchObject({ type: 'authorization.trace_read', target: { type: 'AuditEvent', id: auditEventId } });
});
