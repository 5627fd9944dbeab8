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

test('a decision by rules reads the same after later edits, with what its conditions gave', async () => {
  await world.run(`
    UPDATE sys_authz.member_roles SET condition = 'resource.metadata.number == "INV-001"';
    INSERT INTO sys_authz.permissions (id, resource_type, action, scope, effect, condition) VALUES ('perm_no', 'invoice', 'approve', 'space', 'deny', 'request.context.isFrozen');
    INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_upper', 'space_acme', 'upper', 'Upper'), ('role_no', 'space_acme', 'no', 'No');
    INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ('rp_no', 'space_acme', 'role_no', 'perm_no');
    INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ('ri_1', 'space_acme', 'role_upper', 'role_no');
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id) VALUES ('mr_upper', 'space_acme', 'member_finance_reviewer', 'role_upper')`);
  const then = [
    await explain({ context: { isFrozen: false } }), await explain({ context: { isFrozen: true } }), await explain({}), await explain({ resourceId: 'invoice_002', context: { isFrozen: false } }),
  ];
  expect(then.map(({ denyCode }) => denyCode)).toEqual([null, 'EXPLICIT_DENY', 'EXPLICIT_DENY', 'SCOPE_OUT_OF_BOUNDS']);
  expect(then[2]!.matchedCandidates.map(({ conditionCheck, inheritedRoles }) => [inheritedRoles.map(({ id }) => id), conditionCheck])).toEqual([
    [[], { met: true, failed: null, error: null }], [['role_no'], { met: false, failed: 'permission', error: 'no_such_key at 1:17' }],
  ]);
  await world.run("UPDATE sys_authz.permissions SET condition = NULL; UPDATE sys_authz.member_roles SET condition = NULL; UPDATE sys_authz.role_inheritances SET status = 'revoked'");
  for (const each of then) expect(await read(each.auditEventId)).toEqual(asRead(each));
  await world.run("UPDATE sys_resource.resources SET metadata = '{}'");
  for (const each of then) expect((await read(each.auditEventId)).matchedCandidates).toEqual(each.matchedCandidates);
});

test('of a check, which looks only as far as its answer needs, the past shows what was looked at', async () => {
  await world.run("UPDATE sys_authz.member_roles SET condition = 'resource.metadata.number == \"INV-001\"'");
  const check = { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };
  const met = await world.services.get(authorizationDecisionsRef).check(world.as(key), check);
  const outside = await world.services.get(authorizationDecisionsRef).check(world.as(key), { ...check, resourceId: 'invoice_002' });
  expect((await read(met.auditEventId)).matchedCandidates.map(({ conditionCheck }) => conditionCheck)).toEqual([{ met: true, failed: null, error: null }]);
  expect((await read(outside.auditEventId)).matchedCandidates).toMatchObject([{ scopeCheck: { covered: false }, conditionCheck: null }]);
});

/** An event of the first record, which names its candidates. */
async function firstRecord(id: string, more: object, decision = 'ALLOW'): Promise<string> {
  const { rows } = await world.database.pool.query<{ space_id: string; rev: string }>('SELECT space_id, rev FROM sys_authz.revision');
  const rev = (spaceId: string): number => Number(rows.find(({ space_id: each }) => each === spaceId)?.rev);
  const details = {
    recordVersion: 1, actor: ALICE, resource: { type: 'invoice', id: 'invoice_001', spaceId: 'space_acme', groupId: 'group_finance_apac' }, action: 'approve',
    revision: { space: rev('space_acme'), instance: rev('') }, decidedAt: Date.now(), statuses: {}, contextMode: 'stored',
    registry: { resourceTypeId: 'rt_invoice', actionId: 'ra_approve', mappingId: 'rm_invoice_resources' }, candidates: [], ...more,
  };
  await world.database.pool.query(
    `INSERT INTO sys_audit.event (id, type, risk, space_id, occurred_at, action, target_type, target_id, decision, trace_id, body, body_hash)
     VALUES ($1, 'authorization.decision', 'NORMAL', 'space_acme', now(), 'invoice.approve', 'invoice', 'invoice_001', $2, 'trc_first', convert_to($3, 'UTF8'), sha256(convert_to($3, 'UTF8')))`,
    [id, decision, JSON.stringify({ id, details })]);
  return id;
}

test('the first record is read as before', async () => {
  const ids = { memberRoleId: 'mr_finance_reviewer_approver_finance', roleId: 'role_finance_approver', rolePermissionId: 'rp_approve', permissionId: 'perm_invoice_approve_group_tree', anchorGroupId: 'group_finance' };
  const then = await explain({});
  const stored = await firstRecord('audit_first', { candidates: [ids] });
  const status = 'active';
  const grant = {
    memberRole: { id: 'mr_inline_0', memberId: ALICE.memberId, spaceId: 'space_acme', status }, role: { id: 'role_x', key: 'x', spaceId: 'space_acme', status },
    rolePermission: { id: 'rp_inline_0', status }, permission: { id: 'perm_x', resourceType: 'invoice', action: 'approve', scope: 'space', status },
  };
  const inline = await firstRecord('audit_inline', { contextMode: 'inline', inline: { resource: { id: 'invoice_001', spaceId: 'space_acme', resourceType: 'invoice', status }, grants: [grant] } });

  await world.run(LATER_EDITS);
  const now = await read(stored);
  expect({ ...now, traceId: then.traceId, audit: then.audit, request: null }).toEqual({ ...asRead(then), audit: then.audit, request: null });
  expect((await read(inline)).matchedCandidates).toMatchObject([{ memberRoleId: 'mr_inline_0', inheritedRoles: [], permission: { effect: 'allow' }, scopeCheck: { covered: true } }]);
});

test('a record of a version that is not known is not shown', async () => {
  await expect(read(await firstRecord('audit_later', { recordVersion: 3 }))).rejects.toMatchObject({ code: 'AUDIT_EVENT_NOT_FOUND' });
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
