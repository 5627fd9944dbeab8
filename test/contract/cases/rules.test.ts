import { Client } from 'pg';
import { encodeRevision } from '../../../src/system/authorization/services/revision-token.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { signInUser, withApiKey } from '../support/callers.js';
import { approve, check, explain, pastTrace, tryCheck } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

const MARKER = 'personal-4711';
const GRANT = { roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', spaceId: 'space_acme', scopeAnchorGroupPath: 'finance' };

let server: TestServer;
let admin: GraphqlCaller;
let key: GraphqlCaller;
let database: Client;
let atLeast: string | undefined;

beforeAll(async () => {
  server = await startTestServer();
  admin = server.admin;
  await createFinanceReviewer(admin);
  key = await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
  database = new Client({ connectionString: server.database.ownerUrl });
  await database.connect();
});

// What a test has changed is as the fixture made it.
afterEach(() => run(`
  DELETE FROM sys_authz.member_roles WHERE id <> 'mr_finance_reviewer_approver_finance';
  DELETE FROM sys_authz.role_inheritances;
  UPDATE sys_authz.member_roles SET condition = NULL, starts_at = NULL, expires_at = NULL;
  UPDATE sys_authz.roles SET status = 'active';
  UPDATE sys_identity.groups SET status = 'active';
  UPDATE sys_resource.resources SET metadata = '{}'`));

/** Changes facts behind the back of the server; what is asked next has seen it. */
async function run(text: string, values?: unknown[]): Promise<void> {
  await database.query(text, values);
  const { rows } = await database.query<{ space_id: string; rev: string }>("SELECT space_id, rev FROM sys_authz.revision WHERE space_id IN ('', 'space_acme') ORDER BY space_id");
  const [instance, space] = rows.map(({ rev }) => Number(rev)) as [number, number];
  atLeast = encodeRevision('space_acme', { space, instance });
}

afterAll(async () => {
  await database.end();
  await server.stop();
});

/** A Role with one permission, assigned to the Finance Reviewer. */
async function assign(name: string, permission: object, memberRole: object = {}): Promise<void> {
  await admin.mutate('createPermission', { id: `perm_${name}`, resourceType: 'invoice', action: 'approve', scope: 'SPACE', ...permission }, 'permission { id }');
  await admin.mutate('createRole', { id: `role_${name}`, spaceId: 'space_acme', key: name, name }, 'role { id }');
  await admin.mutate('createRolePermission', { id: `rp_${name}`, roleId: `role_${name}`, permissionId: `perm_${name}` }, 'rolePermission { id }');
  await admin.mutate('createMemberRole', { id: `mr_${name}`, memberId: 'member_finance_reviewer', roleId: `role_${name}`, ...memberRole }, 'memberRole { id }');
}

const ask = (resourceId = 'invoice_001', more: object = {}): object => approve(ACTORS.alice, resourceId, { atLeast, ...more });
const codeOf = async (more: object = {}, resourceId?: string): Promise<string> => {
  const { decision, denyCode } = await check(key, ask(resourceId, more));
  return denyCode ?? decision;
};
const setMetadata = (metadata: object): Promise<void> => run("UPDATE sys_resource.resources SET metadata = $1 WHERE id = 'invoice_001'", [metadata]);

describe('a denial', () => {
  test('wins over an allowance, for as long as it is assigned', async () => {
    expect(await codeOf()).toBe('ALLOW');
    await assign('frozen', { effect: 'DENY' });
    const trace = await explain(key, ask());
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'EXPLICIT_DENY', reason: 'A role of the member forbids this action on the resource.' });
    expect(trace.matchedCandidates.map(({ memberRoleId, permission, scopeCheck }) => [memberRoleId, permission.effect, scopeCheck.covered])).toEqual([
      [expect.any(String), 'ALLOW', true], ['mr_frozen', 'DENY', true],
    ]);
    await admin.mutate('revokeMemberRole', { id: 'mr_frozen' }, 'memberRole { id }');
    expect(await codeOf()).toBe('ALLOW');
  });

  test('reaches its tree only, and reaches it when its Group is disabled', async () => {
    await assign('apac', { effect: 'DENY', scope: 'GROUP_TREE' }, { scopeAnchorGroupId: 'group_finance_emea' });
    expect(await codeOf()).toBe('ALLOW');
    await run("UPDATE sys_authz.member_roles SET scope_anchor_group_id = 'group_finance' WHERE id = 'mr_apac'");
    await run("UPDATE sys_identity.groups SET status = 'disabled' WHERE id = 'group_finance'");
    expect(await codeOf()).toBe('EXPLICIT_DENY');
  });

  test('applies when its condition gives no answer, and not when it is false', async () => {
    await assign('large', { effect: 'DENY', condition: 'resource.metadata.amount > 1000' });
    expect(await codeOf()).toBe('EXPLICIT_DENY');
    await setMetadata({ amount: 999.5 });
    expect(await codeOf()).toBe('ALLOW');
    await setMetadata({ amount: '999' });
    expect(await codeOf()).toBe('EXPLICIT_DENY');
  });
});

describe('a condition', () => {
  beforeEach(() => run("UPDATE sys_authz.member_roles SET condition = 'resource.metadata.amount < 1000 && request.context.ip.startsWith(\"10.\")'"));

  test('reads stored data and the surroundings, and denies by its own code where it is not true', async () => {
    await setMetadata({ amount: 500 });
    expect(await codeOf({ context: { ip: '10.1.2.3' } })).toBe('ALLOW');
    expect(await codeOf({ context: { ip: '192.0.2.1' } })).toBe('CONDITION_NOT_MET');
    expect(await codeOf({ context: { ip: 5 } })).toBe('CONDITION_NOT_MET');
    expect(await codeOf()).toBe('CONDITION_NOT_MET');
    await setMetadata({ amount: 1000 });
    expect(await codeOf({ context: { ip: '10.1.2.3' } })).toBe('CONDITION_NOT_MET');
    expect(await codeOf({ context: { ip: '10.1.2.3' } }, 'invoice_002')).toBe('SCOPE_OUT_OF_BOUNDS');
  });

  test('is explained without its data, and the past is shown as it was decided', async () => {
    await setMetadata({ amount: 500, note: MARKER });
    const then = [
      await explain(key, ask('invoice_001', { context: { ip: '10.1.2.3', session: MARKER } })),
      await explain(key, ask('invoice_001', { context: { ip: '192.0.2.1' }, actor: { ...ACTORS.alice, properties: { note: MARKER } } })),
      await explain(key, ask('invoice_001', { resource: { properties: { note: MARKER } }, actionProperties: { note: MARKER } })),
    ];
    expect(then.map(({ denyCode, matchedCandidates: [candidate] }) => [denyCode, candidate?.conditionCheck])).toEqual([
      [null, { met: true, failed: null, error: null }],
      ['CONDITION_NOT_MET', { met: false, failed: 'MEMBER_ROLE', error: null }],
      ['CONDITION_NOT_MET', { met: false, failed: 'MEMBER_ROLE', error: 'no_such_key at 1:52' }],
    ]);
    await setMetadata({ amount: 5_000 });
    await run("UPDATE sys_authz.member_roles SET condition = 'true'");
    for (const trace of then) {
      const { decision, denyCode, matchedCandidates } = await pastTrace(admin, trace.auditEventId!);
      expect({ decision, denyCode, matchedCandidates }).toEqual({ decision: trace.decision, denyCode: trace.denyCode, matchedCandidates: trace.matchedCandidates });
    }
  });

  test('leaves nothing of its input in the log but a hash', async () => {
    await setMetadata({ amount: 500 });
    await check(key, ask('invoice_001', { context: { ip: '10.1.2.3', password: MARKER } }));
    await check(key, { ...ask('draft_1'), resource: { spaceId: 'space_acme', groupPath: 'finance.apac', metadata: { note: MARKER } }, context: { ip: MARKER } });
    const { rows } = await database.query<{ body: string }>(`
      SELECT body FROM (SELECT convert_from(body, 'UTF8') AS body FROM sys_audit.event WHERE type = 'authorization.decision' ORDER BY occurred_at DESC LIMIT 2) AS newest
      ORDER BY body::jsonb #>> '{details,contextMode}'`);
    const conditions = (outcome: boolean): object => ({ recordVersion: 2, conditions: { mr_finance_reviewer_approver_finance: outcome }, inputHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(rows.map(({ body }) => (JSON.parse(body) as { details: object }).details)).toMatchObject([conditions(false), conditions(true)]);
    for (const { body } of rows) expect([body.includes(MARKER), body.includes('"candidates"')]).toEqual([false, false]);
  });

  test('input replaces no fact, and a person may give it', async () => {
    await setMetadata({ amount: 500 });
    const alice = await signInUser(server, 'user_alice', 'alice@example.com');
    await admin.mutate('createAdminGrant', { userId: 'user_alice', level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'authz:check' }, 'adminGrant { id }');
    const forged = { resource: { properties: { groupId: 'group_finance_apac', groupPath: 'finance.apac', spaceId: 'space_acme', ownerMemberId: 'member_finance_reviewer', status: 'active', metadata: { amount: 1 } } } };
    const surroundings = { context: { ip: '10.1.2.3' } };
    expect(await check(alice, { resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', atLeast, ...surroundings, ...forged })).toMatchObject({ decision: 'ALLOW' });
    const trace = await explain(key, ask('invoice_002', { ...surroundings, ...forged }));
    expect(trace).toMatchObject({ contextMode: 'STORED', denyCode: 'SCOPE_OUT_OF_BOUNDS', target: { resource: { groupId: 'group_legal_emea' } } });
    await setMetadata({ amount: 5_000 });
    expect(await codeOf({ ...surroundings, ...forged })).toBe('CONDITION_NOT_MET');
  });

  test('answers many questions by their own input', async () => {
    await setMetadata({ amount: 500 });
    const { checkMany } = await key.data<{ checkMany: { decision: string; denyCode: string | null }[] }>(
      'query ($input: CheckManyInput!) { checkMany(input: $input) { decision denyCode } }',
      { input: { items: [ask('invoice_001', { context: { ip: '10.0.0.1' } }), ask('invoice_001', { context: { ip: '11.0.0.1' } }), ask('invoice_001')] } });
    expect(checkMany).toEqual([{ decision: 'ALLOW', denyCode: null }, ...[1, 2].map(() => ({ decision: 'DENY', denyCode: 'CONDITION_NOT_MET' }))]);
  });
});

test('an assignment counts from its start to its end', async () => {
  const period = (startsAt: string, expiresAt: string): Promise<void> => run(`UPDATE sys_authz.member_roles SET starts_at = now() + '${startsAt}', expires_at = now() + '${expiresAt}'`);
  await period('1 hour', '2 hours');
  expect(await codeOf()).toBe('NO_MATCHING_PERMISSION');
  await period('-1 hour', '1 hour');
  expect(await codeOf()).toBe('ALLOW');
  await period('-2 hours', '-1 hour');
  expect(await codeOf()).toBe('NO_MATCHING_PERMISSION');
  await period('300 milliseconds', '1 hour');
  expect(await codeOf()).toBe('NO_MATCHING_PERMISSION');
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await codeOf()).toBe('ALLOW');
});

test('a Role has what it inherits, over every step and for as long as each is in force', async () => {
  for (const name of ['senior', 'middle']) await admin.mutate('createRole', { id: `role_${name}`, spaceId: 'space_acme', key: name, name }, 'role { id }');
  await admin.mutate('createRoleInheritance', { id: 'ri_1', roleId: 'role_senior', inheritedRoleId: 'role_middle' }, 'roleInheritance { id }');
  await admin.mutate('createRoleInheritance', { id: 'ri_2', roleId: 'role_middle', inheritedRoleId: 'role_finance_approver' }, 'roleInheritance { id }');
  await admin.mutate('createMemberRole', { id: 'mr_creator', memberId: 'member_invoice_creator', roleId: 'role_senior', scopeAnchorGroupId: 'group_finance' }, 'memberRole { id }');
  await run("INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, relation_type) VALUES ('um_creator', 'user_bob', 'member_invoice_creator', 'space_acme', 'login')");
  const creator = { userId: 'user_bob', memberId: 'member_invoice_creator', userMemberId: 'um_creator', spaceId: 'space_acme' };

  const trace = await explain(key, approve(creator, 'invoice_001', { atLeast }));
  expect(trace.decision).toBe('ALLOW');
  expect(trace.matchedCandidates.map(({ role, inheritedRoles }) => [role.id, inheritedRoles.map(({ id }) => id)])).toEqual([['role_senior', ['role_middle', 'role_finance_approver']]]);
  await admin.mutate('disableRole', { id: 'role_middle' }, 'role { id }');
  expect(await check(key, approve(creator, 'invoice_001', { atLeast }))).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION' });
  expect((await pastTrace(admin, trace.auditEventId!)).matchedCandidates).toEqual(trace.matchedCandidates);
  await run("UPDATE sys_authz.roles SET status = 'active'");
  await admin.mutate('revokeRoleInheritance', { id: 'ri_1' }, 'roleInheritance { id }');
  expect(await check(key, approve(creator, 'invoice_001', { atLeast }))).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION' });
});

test.each<[string, object, (string | number)[]]>([
  ['properties that are no object', { context: 'text' }, ['context']],
  ['a list of properties', { actionProperties: [1] }, ['actionProperties']],
  ['properties that are too large', { actor: { ...ACTORS.alice, properties: { text: 'x'.repeat(17_000) } } }, ['actor', 'properties']],
  ['a number that JSON cannot say', { context: { amount: 1e300 } }, ['context', 'amount']],
  ['half a character', { resource: { properties: { a: ['\ud800'] } } }, ['resource', 'properties', 'a', 0]],
  ['NUL', { context: { a: '\0' } }, ['context', 'a']],
  ['a condition that does not compile', { resource: { spaceId: 'space_acme' }, grants: [GRANT, { ...GRANT, condition: 'resource.amount <' }] }, ['grants', 1, 'condition']],
  ['a condition that gives no truth', { resource: { spaceId: 'space_acme' }, grants: [{ ...GRANT, condition: '"yes"' }] }, ['grants', 0, 'condition']],
  ['a condition that never ends', { resource: { spaceId: 'space_acme' }, grants: [{ ...GRANT, condition: 'resource.metadata.a.all(x, resource.metadata.a.all(y, resource.metadata.a.all(z, true)))' }] }, ['grants', 0, 'condition']],
  ['one Permission with two rules', { resource: { spaceId: 'space_acme' }, grants: [{ ...GRANT, permissionId: 'perm_x' }, { ...GRANT, permissionId: 'perm_x', effect: 'DENY' }] }, ['grants', 1, 'permissionId']],
  ['too many conditions', { resource: { spaceId: 'space_acme' }, grants: Array.from({ length: 20 }, () => ({ ...GRANT, condition: `true // ${'x'.repeat(1_000)}` })) }, ['grants']],
])('%s is the mistake of the caller', async (_, more, path) => {
  const { data, errors } = await tryCheck(key, ask('invoice_001', more));
  expect(data).toEqual({ check: null });
  expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', ...path] } }]);
});
