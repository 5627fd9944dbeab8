import { factIndexesRef } from '../../../src/system/authorization/fact-index/fact-indexes.js';
import { metricsRef } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { readLog } from '../../support/read-log.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  await createFinanceReviewer(server.admin);
  backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

const input = { actor: ACTORS.alice, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };
const check = async (): Promise<{ decision: string; denyCode: string | null }> =>
  (await backend.data<{ check: { decision: string; denyCode: string | null } }>('query ($input: CheckInput!) { check(input: $input) { decision denyCode } }', { input })).check;
const indexes = () => server.server.platform.container.get(factIndexesRef);
const metric = async (outcome: string): Promise<number> => {
  const { body } = await server.server.platform.container.get(metricsRef).render();
  return Number(new RegExp(`polity_decision_self_checks_total\\{outcome="${outcome}"\\} (\\d+)`).exec(body)?.[1] ?? 0);
};

test('memory that differs from the database is found out: a denial, an event, a metric, and the memory is given up', async () => {
  const index = await indexes().load('space_acme');
  expect(await check()).toEqual({ decision: 'ALLOW', denyCode: null });
  // Every decision of this server is made twice.
  const before = await metric('same');
  expect(before).toBeGreaterThan(0);
  index?.apply([{ kind: 'member', id: ACTORS.alice.memberId, removed: false, body: { status: 'disabled', member_type: 'human' } }]);
  expect(await check()).toEqual({ decision: 'DENY', denyCode: 'EVALUATORS_DISAGREE' });
  expect(await metric('different')).toBe(1);
  const { events } = await readLog(server.admin);
  expect(events.filter(({ type }) => type === 'authorization.self_check_failed')).toMatchObject([{ spaceId: 'space_acme', targetId: 'invoice_001' }]);
  expect(events.filter(({ type, denyCode }) => type === 'authorization.decision' && denyCode === 'EVALUATORS_DISAGREE')).toHaveLength(1);
  expect(indexes().current('space_acme')).not.toBe(index);
  expect(await check()).toEqual({ decision: 'ALLOW', denyCode: null });
});

test('an allow that only memory gives is denied', async () => {
  const index = await indexes().load('space_acme');
  index?.actors.setUser('user_alice', 'active');
  const revoked = { ...input, actor: ACTORS.revoked };
  const answer = (): Promise<unknown> => backend.data('query ($input: CheckInput!) { check(input: $input) { decision denyCode } }', { input: revoked });
  expect(await answer()).toEqual({ check: { decision: 'DENY', denyCode: 'USER_MEMBER_REVOKED' } });
  index?.apply([{
    kind: 'user_member', id: ACTORS.revoked.userMemberId, removed: false,
    body: { user_id: ACTORS.revoked.userId, member_id: ACTORS.revoked.memberId, status: 'active', relation_type: 'login', is_primary: false, expires_at: null },
  }]);
  expect(await answer()).toEqual({ check: { decision: 'DENY', denyCode: 'EVALUATORS_DISAGREE' } });
});
