import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditedDecisions } from '../support/audit-events.js';
import { signInUser, withApiKey } from '../support/callers.js';
import { check, explain, pastTrace, tryCheck } from '../support/decisions.js';
import { createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';

const CHECK_KEY = { permissionKeys: ['authz:check'] };

let server: TestServer;
let instanceKey: GraphqlCaller;
let spaceKey: GraphqlCaller;
let groupKey: GraphqlCaller;
let alice: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  instanceKey = await withApiKey(admin, { level: 'INSTANCE', ...CHECK_KEY });
  spaceKey = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_acme', ...CHECK_KEY });
  groupKey = await withApiKey(admin, { level: 'GROUP', groupId: 'group_finance', ...CHECK_KEY });
  alice = await signInUser(server, 'user_alice', 'alice@example.com');
  await admin.mutate('createAdminGrant', { userId: 'user_alice', level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'authz:check' }, 'adminGrant { id }');
});
afterAll(() => server.stop());

const ACTOR = {
  userId: 'user_external_alice', userEmail: 'alice@example.com', memberId: 'member_finance_reviewer', memberDisplayName: 'Finance Reviewer',
  userMemberId: 'binding_external_alice_finance', spaceId: 'space_acme', spaceName: 'Acme', relationType: 'external_session',
};
const GRANT = { roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', spaceId: 'space_acme', scopeAnchorGroupPath: 'finance' };

function resource(externalId: string, more: object = {}): object {
  return { type: 'invoice', externalId, spaceId: 'space_acme', groupPath: 'finance.apac', ownerMemberId: 'member_invoice_creator', ...more };
}

function question(externalId: string, more: object = {}): object {
  return { actor: ACTOR, resource: resource(externalId), grants: [GRANT], action: 'approve', ...more };
}

describe.each([['a key of the instance', () => instanceKey], ['a key of the Space', () => spaceKey]])('by %s', (_, caller) => {
  test('CM-0, CM-1: allows, keeps the external id, and the log names what was asked', async () => {
    const trace = await explain(caller(), question('invoice_context_001'));
    expect(trace).toMatchObject({
      decision: 'ALLOW', denyCode: null, contextMode: 'INLINE',
      actor: {
        user: { id: 'user_external_alice', email: 'alice@example.com', status: 'ACTIVE' },
        member: { id: 'member_finance_reviewer', displayName: 'Finance Reviewer' },
        userMember: { id: 'binding_external_alice_finance', relationType: 'external_session' },
        space: { id: 'space_acme', name: 'Acme' },
      },
      target: { resource: { externalId: 'invoice_context_001' }, group: { path: 'finance.apac' } },
      audit: { resourceId: 'invoice_context_001' },
    });
    expect(trace.matchedCandidates).toMatchObject([{ role: { key: 'finance_approver' }, scopeCheck: { covered: true } }]);
    expect(await auditedDecisions(server.admin, { traceId: trace.traceId })).toMatchObject([{
      target: { type: 'invoice', id: 'invoice_context_001' }, actor: { userId: 'user_external_alice', memberId: 'member_finance_reviewer' }, credential: { kind: 'api_key' },
    }]);
  });

  test('CM-2: denies outside the anchor and says so', async () => {
    const trace = await explain(caller(), question('invoice_context_002', { resource: resource('invoice_context_002', { groupPath: 'legal.emea' }) }));
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
    expect(trace.matchedCandidates).toMatchObject([{ scopeCheck: { covered: false, reason: 'The target is outside the anchor group.' } }]);
  });

  test('CM-3: without grants nothing of the database is added, though the Member holds the Role there', async () => {
    const trace = await explain(caller(), question('invoice_context_003', { grants: [] }));
    expect(trace).toMatchObject({ decision: 'DENY', denyCode: 'NO_MATCHING_PERMISSION', matchedCandidates: [], contextMode: 'INLINE' });
  });

  test('CM-4: a grant for another action is dropped', async () => {
    const trace = await explain(caller(), question('invoice_context_004', { grants: [GRANT, { ...GRANT, action: 'delete', scope: 'SPACE' }] }));
    expect(trace.decision).toBe('ALLOW');
    expect(trace.matchedCandidates.map(({ permission }) => permission.action)).toEqual(['approve']);
  });

  test.each([
    { id: 'CM-5', title: 'a disabled User', change: { actor: { ...ACTOR, userStatus: 'DISABLED' } }, denyCode: 'ACTOR_USER_INACTIVE' },
    { id: 'CM-7a', title: 'a type that is not registered', change: { resource: resource('invoice_context_007', { type: 'contract' }) }, denyCode: 'INVALID_RESOURCE_TYPE' },
    { id: 'CM-7b', title: 'an action that is not registered', change: { action: 'void' }, denyCode: 'INVALID_RESOURCE_ACTION' },
  ])('$id: $title denies', async ({ change, denyCode }) => {
    expect(await explain(caller(), question('invoice_context_005', change))).toMatchObject({ decision: 'DENY', denyCode });
  });
});

describe('rules that come with the request', () => {
  const codeOf = async (more: object): Promise<string> => {
    const { decision, denyCode } = await check(spaceKey, question('invoice_context_020', more));
    return denyCode ?? decision;
  };
  const withAmount = (amount: unknown): object => ({ resource: resource('invoice_context_020', { metadata: { amount } }) });
  const DENIAL = { ...GRANT, roleKey: 'freeze', effect: 'DENY' };
  const limited = { grants: [{ ...GRANT, condition: 'resource.metadata.amount < 1000 && actor.properties.level >= 3' }], actor: { ...ACTOR, properties: { level: 3 } } };

  test('a denial wins, within its scope and where its condition does not rule it out', async () => {
    expect(await codeOf({ grants: [GRANT, DENIAL] })).toBe('EXPLICIT_DENY');
    expect(await codeOf({ grants: [DENIAL] })).toBe('EXPLICIT_DENY');
    expect(await codeOf({ grants: [GRANT, { ...DENIAL, scopeAnchorGroupPath: 'legal' }] })).toBe('ALLOW');
    expect(await codeOf({ grants: [GRANT, { ...DENIAL, action: 'delete' }] })).toBe('ALLOW');
    const large = { grants: [GRANT, { ...DENIAL, condition: 'resource.metadata.amount > 1000' }] };
    expect(await codeOf({ ...large, ...withAmount(500) })).toBe('ALLOW');
    expect(await codeOf({ ...large, ...withAmount(5_000) })).toBe('EXPLICIT_DENY');
    expect(await codeOf({ ...large, ...withAmount('a lot') })).toBe('EXPLICIT_DENY');
    expect(await codeOf(large)).toBe('EXPLICIT_DENY');
  });

  test('a condition reads what came with the request', async () => {
    expect(await codeOf({ ...limited, ...withAmount(999) })).toBe('ALLOW');
    expect(await codeOf({ ...limited, ...withAmount(1_000) })).toBe('CONDITION_NOT_MET');
    expect(await codeOf({ ...limited, ...withAmount(999), actor: ACTOR })).toBe('CONDITION_NOT_MET');
    expect(await codeOf(limited)).toBe('CONDITION_NOT_MET');
  });

  test('are shown in the past as they were decided', async () => {
    const then = await explain(spaceKey, question('invoice_context_021', { ...limited, ...withAmount(999), grants: [...limited.grants, { ...DENIAL, condition: 'resource.metadata.other == 1' }] }));
    expect(then).toMatchObject({ denyCode: 'EXPLICIT_DENY', contextMode: 'INLINE' });
    expect(then.matchedCandidates.map(({ conditionCheck }) => conditionCheck)).toEqual([
      { met: true, failed: null, error: null }, { met: false, failed: 'PERMISSION', error: 'no_such_key at 1:19' },
    ]);
    expect((await pastTrace(server.admin, then.auditEventId!)).matchedCandidates).toEqual(then.matchedCandidates);
  });
});

describe('CM-6: a resource of another Space', () => {
  const mixed = question('invoice_context_006', { resource: resource('invoice_context_006', { spaceId: 'space_other' }) });

  test('CM-6: denies with CROSS_SPACE_VIOLATION for a key that reaches both', async () => {
    expect(await explain(instanceKey, mixed)).toMatchObject({ decision: 'DENY', denyCode: 'CROSS_SPACE_VIOLATION' });
  });

  test('CM-6: is refused before the engine for a key that reaches one of them', async () => {
    const before = (await auditedDecisions(server.admin)).length;
    const { data, errors } = await tryCheck(spaceKey, mixed);
    expect(data).toEqual({ check: null });
    expect(errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED', permission: 'authz:check' } }]);
    expect(await auditedDecisions(server.admin)).toHaveLength(before);
  });
});

describe('who may bring facts, and where', () => {
  test.each([
    ['a resource', { resource: resource('x1') }],
    ['metadata of a resource', { resource: { type: 'invoice', id: 'invoice_001', metadata: {} } }],
    ['grants', { resourceType: 'invoice', resourceId: 'invoice_001', grants: [GRANT] }],
    ['a status of the actor', { resourceType: 'invoice', resourceId: 'invoice_001', actor: { userStatus: 'ACTIVE' } }],
  ])('a person may not bring %s', async (_, more) => {
    const { data, errors } = await tryCheck(alice, { action: 'approve', ...more });
    expect(data).toEqual({ check: null });
    expect(errors).toMatchObject([{ extensions: { code: 'INLINE_CONTEXT_REQUIRES_API_KEY' } }]);
  });

  test('a person asks for itself, by its active Member or by another of its own', async () => {
    const stored = { resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };
    expect(await check(alice, stored)).toMatchObject({ decision: 'ALLOW' });
    expect(await check(alice, { ...stored, actor: { userMemberId: 'um_alice_finance_reviewer' } })).toMatchObject({ decision: 'ALLOW' });
    for (const userMemberId of ['um_bob_finance_reviewer', 'um_alice_finance_reviewer_revoked', 'um_alice_finance_reviewer_expired', 'um_nobody']) {
      expect((await tryCheck(alice, { ...stored, actor: { userMemberId } })).errors).toMatchObject([{ extensions: { code: 'ACTIVE_MEMBER_REQUIRED' } }]);
    }
  });

  test('an API key names its actor', async () => {
    const { errors } = await tryCheck(spaceKey, { resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' });
    expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', 'actor'] } }]);
  });

  test.each([
    ['a target outside of it', { resource: resource('z1', { groupPath: 'legal.emea' }) }],
    ['a target whose stored path is outside, whatever path is claimed', { resource: resource('z2', { groupId: 'group_legal' }) }],
    ['a target without Group', { resource: resource('z3', { groupPath: null }) }],
    ['a grant without anchor', { grants: [{ ...GRANT, scopeAnchorGroupPath: null }] }],
  ])('a key of a Group may not name %s', async (_, more) => {
    expect(await check(groupKey, question('z0'))).toMatchObject({ decision: 'ALLOW' });
    expect((await tryCheck(groupKey, question('z0', more))).errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }]);
  });
});

test.each([
  ['a grant without scope', { grants: [{ ...GRANT, scope: null }] }, ['grants', 0, 'scope']],
  ['a resource without type', { resource: resource('a1', { type: null }) }, ['resourceType']],
  ['a resource without id', { resource: resource('a2', { externalId: null }) }, ['resourceId']],
  ['a resource without Space', { resource: resource('a3', { spaceId: null }) }, ['resource', 'spaceId']],
  ['two types', { resourceType: 'contract' }, ['resource', 'type']],
  ['a malformed path', { resource: resource('a4', { groupPath: 'finance..apac' }) }, ['resource', 'groupPath']],
  ['metadata that is too large', { resource: resource('a5', { metadata: { text: 'x'.repeat(17_000) } }) }, ['resource', 'metadata']],
])('%s is the mistake of the caller, and no decision', async (_, change, path) => {
  const before = (await auditedDecisions(server.admin)).length;
  const { data, errors } = await tryCheck(spaceKey, question('a0', change));
  expect(data).toEqual({ check: null });
  expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', ...path] } }]);
  expect(await auditedDecisions(server.admin)).toHaveLength(before);
});

test('an unknown scope is no value of the enum', async () => {
  const { errors } = await tryCheck(spaceKey, question('a6', { grants: [{ ...GRANT, scope: 'PLANET' }] }));
  expect(errors).toMatchObject([{ message: expect.stringContaining('"input.grants[0].scope"'), extensions: { code: 'BAD_USER_INPUT' } }]);
});
