import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditedDecisions } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check, explain } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

const CASES = [
  { id: 'FR-1', actor: ACTORS.alice, resource: 'invoice_001', decision: 'ALLOW', denyCode: null, covered: true },
  { id: 'FR-2', actor: ACTORS.alice, resource: 'invoice_002', decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS', covered: false },
  { id: 'FR-3', actor: ACTORS.bob, resource: 'invoice_001', decision: 'ALLOW', denyCode: null, covered: true },
  { id: 'FR-4', actor: ACTORS.revoked, resource: 'invoice_001', decision: 'DENY', denyCode: 'USER_MEMBER_REVOKED', covered: true },
  { id: 'FR-5', actor: ACTORS.expired, resource: 'invoice_001', decision: 'DENY', denyCode: 'USER_MEMBER_EXPIRED', covered: true },
] as const;

test.each(CASES)('$id $decision $denyCode, with its one candidate', async ({ actor, resource, decision, denyCode, covered }) => {
  const trace = await explain(backend, approve(actor, resource));
  expect({ decision: trace.decision, denyCode: trace.denyCode }).toEqual({ decision, denyCode });
  expect(trace.matchedCandidates).toHaveLength(1);
  expect(trace.matchedCandidates[0]).toMatchObject({
    memberRoleId: 'mr_finance_reviewer_approver_finance',
    role: { id: 'role_finance_approver', key: 'finance_approver' },
    permission: { id: 'perm_invoice_approve_group_tree', scope: 'GROUP_TREE' },
    scopeAnchor: { id: 'group_finance', path: 'finance' },
    scopeCheck: { covered, denyCode: covered ? null : 'SCOPE_OUT_OF_BOUNDS' },
  });
  expect(trace.audit).toMatchObject({ actorUserId: actor.userId, actorMemberId: 'member_finance_reviewer', actorUserMemberId: actor.userMemberId, resourceId: resource });
});

test('FR-1, FR-3: two Users act as the same Member, and the log tells them apart', async () => {
  const [one, two] = [await check(backend, approve(ACTORS.alice, 'invoice_001')), await check(backend, approve(ACTORS.bob, 'invoice_001'))];
  for (const [answer, userId] of [[one, 'user_alice'], [two, 'user_bob']] as const) {
    const [event] = await auditedDecisions(server.admin, { traceId: answer.traceId });
    expect(event).toMatchObject({ id: answer.auditEventId, actor: { userId, memberId: 'member_finance_reviewer' }, target: { type: 'invoice', id: 'invoice_001' } });
  }
});

test('FR-6: five questions in a row leave exactly five decisions in the log, in their order', async () => {
  const before = await auditedDecisions(server.admin);
  const answers = [];
  for (const { actor, resource } of CASES) answers.push(await check(backend, approve(actor, resource)));
  const written = (await auditedDecisions(server.admin)).slice(before.length);
  expect(written.map(({ id, traceId, decision, denyCode }) => ({ id, traceId, decision, denyCode }))).toEqual(
    answers.map(({ auditEventId, traceId, decision, denyCode }) => ({ id: auditEventId, traceId, decision, denyCode })));
  expect(written.map(({ decision, denyCode }) => ({ decision, denyCode }))).toEqual(CASES.map(({ decision, denyCode }) => ({ decision, denyCode })));
});

test('FR-7: check and explain agree, for the allow and for every deny', async () => {
  for (const { actor, resource } of CASES) {
    const [short, long] = [await check(backend, approve(actor, resource)), await explain(backend, approve(actor, resource))];
    const { decision, denyCode, reason, revision } = short;
    expect({ decision: long.decision, denyCode: long.denyCode, reason: long.reason, revision: long.revision }).toEqual({ decision, denyCode, reason, revision });
    expect(long.traceId).not.toBe(short.traceId);
  }
});
