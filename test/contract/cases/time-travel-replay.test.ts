import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import type { Decision } from '../support/decisions.js';
import { asOwner } from '../support/owner-sql.js';
import { RandomGovernance, type RandomQuestion } from '../support/random-governance.js';

// `npm run test:soak` asks for more.
const DECISIONS = Number(process.env['PAST_DECISIONS'] ?? 1_000);
const EACH_ROUND = 10;
/** Kinds of answers that have to be among them. */
const KINDS = ['ALLOW', 'NO_MATCHING_PERMISSION', 'SCOPE_OUT_OF_BOUNDS', 'CONDITION_NOT_MET', 'EXPLICIT_DENY', 'ACTOR_USER_INACTIVE', 'RESOURCE_NOT_FOUND'];
const AT_ONCE = 500;

interface Recorded {
  readonly decidedAt: number;
  readonly matched?: { readonly memberRoleId: string };
  readonly asOf?: object;
}

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  backend = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
});
afterAll(() => server.stop());

async function checkMany(items: readonly object[]): Promise<Decision[]> {
  const document = 'query ($input: CheckManyInput!) { checkMany(input: $input) { decision denyCode reason auditEventId revision } }';
  return (await backend.data<{ checkMany: Decision[] }>(document, { input: { items } })).checkMany;
}

/** What the log holds of decisions. */
async function recordsOf(decisions: readonly Decision[]): Promise<Recorded[]> {
  const { rows } = await asOwner(server.database, (owner) => owner.query<{ id: string; body: Buffer }>(
    "SELECT id, body FROM sys_audit.event WHERE id = ANY ($1) AND type = 'authorization.decision'", [decisions.map(({ auditEventId }) => auditEventId)]));
  const found = new Map(rows.map(({ id, body }) => [id, (JSON.parse(body.toString('utf8')) as { details: Recorded }).details]));
  return decisions.map(({ auditEventId }) => found.get(auditEventId ?? '') as Recorded);
}

it(`asks ${DECISIONS} recorded decisions of a changing Space again as of their moment, and gets the same`, async () => {
  const world = await RandomGovernance.create(server, Number(process.env['PAST_SEED'] ?? 20));
  const asked: { readonly question: RandomQuestion; readonly decision: Decision }[] = [];
  const accepted = new Map<string, number>();
  const missing = new Set(KINDS);
  // As many as are wanted, and on until every kind of answer has been given.
  while (asked.length < DECISIONS || (missing.size > 0 && asked.length < 5 * DECISIONS)) {
    const change = world.change(Date.now());
    const refused = await world.apply(server.admin, change);
    if (refused.length === 0) accepted.set(change.mutation, (accepted.get(change.mutation) ?? 0) + 1);
    const questions = Array.from({ length: EACH_ROUND }, () => world.question());
    const decisions = await checkMany(questions);
    for (const { denyCode } of decisions) missing.delete(denyCode ?? 'ALLOW');
    asked.push(...decisions.map((decision, index) => ({ question: questions[index] as RandomQuestion, decision })));
  }
  const codes = new Map<string, number>();
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const part = asked.slice(from, from + AT_ONCE);
    const recorded = await recordsOf(part.map(({ decision }) => decision));
    const again = await checkMany(part.map(({ question, decision: { revision } }, index) =>
      ({ ...question, asOf: { revision, time: new Date((recorded[index] as Recorded).decidedAt).toISOString() } })));
    const recordedAgain = await recordsOf(again);
    for (const [index, { question, decision }] of part.entries()) {
      const [first, second] = [recorded[index] as Recorded, recordedAgain[index] as Recorded];
      const shown = ({ decision: outcome, denyCode, reason, revision }: Decision, { decidedAt, matched }: Recorded): object =>
        ({ question, outcome, denyCode, reason, revision, decidedAt, matched });
      expect(shown(again[index] as Decision, second)).toEqual(shown(decision, first));
      expect([first.asOf, second.asOf]).toEqual([undefined, expect.objectContaining({ time: first.decidedAt })]);
      const code = decision.denyCode ?? 'ALLOW';
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // The time alone finds the revision: nothing changed between the clock of a decision and its reading.
    const some = part.map((each, index) => ({ ...each, time: new Date((recorded[index] as Recorded).decidedAt).toISOString() })).filter((_, index) => index % 5 === 0);
    const byTime = await checkMany(some.map(({ question, time }) => ({ ...question, asOf: { time } })));
    expect(byTime.map(({ decision, denyCode }) => [decision, denyCode])).toEqual(some.map(({ decision: { decision, denyCode } }) => [decision, denyCode]));
  }
  // The world moved in every way, and the answers were of every kind.
  expect(accepted.size).toBeGreaterThan(15);
  for (const code of KINDS) {
    expect([code, (codes.get(code) ?? 0) > 0]).toEqual([code, true]);
  }
}, 3_600_000);
