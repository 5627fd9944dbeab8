import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { wholeDiff, type AccessChange } from '../support/access-diffs.js';
import { withApiKey } from '../support/callers.js';
import { RandomGovernance, SPACE, type RandomChange, type RandomQuestion } from '../support/random-governance.js';
import { StateReader } from '../support/state.js';
import { simulate, trySimulate, type Simulation } from '../support/simulations.js';

const ROUNDS = 24;
const FAR = 10 * 365 * 86_400_000;

const ASKER = { level: 'INSTANCE', permissionKeys: ['authz:check', 'roles:read', 'audit:read', 'permissions:read'] };

const others: TestServer[] = [];
afterAll(async () => {
  for (const other of others) await other.stop();
});

interface Decision {
  readonly decision: string;
  readonly denyCode: string | null;
  readonly auditEventId: string;
  readonly revision: string;
}

async function decide(backend: GraphqlCaller, items: readonly object[]): Promise<Decision[]> {
  return (await backend.data<{ checkMany: Decision[] }>('query ($input: CheckManyInput!) { checkMany(input: $input) { decision denyCode auditEventId revision } }', { input: { items } })).checkMany;
}

// What a proposal makes has no id yet.
const shown = (row: AccessChange): object => ({ ...row, memberRoleId: /^(mr_t|proposed)/.test(row.memberRoleId) ? 'mr' : row.memberRoleId, rolePermissionId: /^(rp_t|proposed)/.test(row.rolePermissionId) ? 'rp' : row.rolePermissionId });
const sorted = (rows: readonly AccessChange[]): string[] => rows.map((row) => JSON.stringify(shown(row))).sort();

it('predicts what a change really does: rows, decisions, and what is refused', async () => {
  const { server, backend, governance: world } = await fresh(5);
  const questions = world.everyQuestion({ level: 5 });
  const seen = { made: 0, refused: 0, rows: 0, flips: 0 };
  // The first world has everything in it that a few changes bring.
  for (let change = 0; change < 15; change += 1) await world.apply(server.admin, world.governable(Date.now() + FAR));
  for (let round = 0; round < ROUNDS; round += 1) {
    const since = new Date().toISOString();
    const before = await decide(backend, questions);
    const change = world.governable(Date.now() + FAR);
    const input = { spaceId: SPACE, changes: [change.proposed], since };
    const tried = await trySimulate(backend, input);
    const refused = await world.apply(server.admin, change);
    const { errors = [] } = tried;
    expect([change, errors.map(({ extensions }) => extensions.code)]).toEqual([change, refused]);
    expect(errors.map(({ extensions }) => extensions.inputPath)).toEqual(errors.map(() => ['input', 'changes', 0, Object.keys(change.proposed ?? {})[0], expect.any(String)]));
    if (errors.length > 0) {
      seen.refused += 1;
      continue;
    }
    seen.made += 1;
    const simulation = tried.data?.simulateChange as Simulation;
    const after = await decide(backend, questions);
    const time = new Date().toISOString();
    const real = await wholeDiff(backend, { spaceId: SPACE, from: { revision: simulation.revision, time }, to: { revision: (after[0] as Decision).revision, time } });
    const predicted = simulation.changes.edges.map(({ node }) => node);
    expect([round, change, sorted(predicted)]).toEqual([round, change, sorted(real)]);
    expect({ gained: simulation.gained, lost: simulation.lost }).toEqual({ gained: real.filter(({ direction }) => direction === 'GAINED').length, lost: real.filter(({ direction }) => direction === 'LOST').length });
    expect(simulation.members).toBe(new Set(real.map(({ memberId }) => memberId)).size);
    seen.rows += real.length;
    seen.flips += compareFlips(change, questions, before, after, simulation);
  }
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  expect(seen.rows).toBeGreaterThan(20);
}, 600_000);

/** Decisions flip as they were said to; what hangs on input that the log does not keep is counted. */
function compareFlips(change: RandomChange, questions: readonly RandomQuestion[], before: readonly Decision[], after: readonly Decision[], { decisions, changes }: Simulation): number {
  const flipped = questions.flatMap((question, at) => (before[at]?.decision === after[at]?.decision ? [] : [{ question, was: before[at] as Decision, is: after[at] as Decision }]));
  const said = new Map((decisions?.flips.edges ?? []).map(({ node }) => [node.auditEventId, node]));
  expect(decisions?.examined).toBe(questions.length);
  const foretold = flipped.flatMap(({ question, was, is }) => {
    const node = said.get(was.auditEventId);
    return node === undefined ? [] : [{ question, was, is, node }];
  });
  expect(foretold.map(({ node: { recorded, before: old, beforeDenyCode, after: next, afterDenyCode, memberId, resourceId } }) => [recorded, old, beforeDenyCode, next, afterDenyCode, memberId, resourceId]))
    .toEqual(foretold.map(({ question, was, is }) => [was.decision, was.decision, was.denyCode, is.decision, is.denyCode, question.actor.memberId, question.resourceId]));
  // Whoever gains or loses stands among the rows.
  const isAmongRows = ({ question }: (typeof flipped)[number]): boolean => changes.edges.some(({ node: row }) => row.memberId === question.actor.memberId && row.action === question.action);
  expect([change, flipped.filter((flip) => !isAmongRows(flip))]).toEqual([change, []]);
  const really = new Set(flipped.map(({ was }) => was.auditEventId));
  expect([change, [...said.keys()].filter((id) => !really.has(id))]).toEqual([change, []]);
  expect([change, flipped.length - foretold.length <= (decisions?.undecided ?? 0)]).toEqual([change, true]);
  return flipped.length;
}

it('predicts several changes at once', async () => {
  const world = await fresh(6);
  let together = 0;
  for (let round = 0; round < 8; round += 1) {
    const changes = Array.from({ length: 4 }, () => world.governance.governable(Date.now() + FAR));
    const tried = await trySimulate(world.backend, { spaceId: SPACE, changes: changes.map(({ proposed }) => proposed) });
    if (tried.errors !== undefined) continue;
    const { simulateChange } = tried.data as { simulateChange: Simulation };
    for (const change of changes) expect(await world.governance.apply(world.server.admin, change)).toEqual([]);
    const time = new Date().toISOString();
    const rows = await wholeDiff(world.backend, { spaceId: SPACE, from: { revision: simulateChange.revision, time }, to: { time } });
    expect(sorted(simulateChange.changes.edges.map(({ node }) => node))).toEqual(sorted(rows));
    together += 1;
  }
  expect(together).toBeGreaterThan(1);
}, 300_000);

it('changes nothing, and gives the same answer again for the same revision, also when the facts have changed since', async () => {
  const { backend: asking, governance, server: own } = await fresh(7, true);
  const state = await StateReader.open(own);
  try {
    const input = { spaceId: SPACE, changes: [{ createMemberRole: { memberId: 'member_r1', roleId: 'role_r1', scopeAnchorGroupId: 'group_g' } }] };
    const before = await state.read();
    const first = await simulate(asking, input);
    expect(first.gained + first.lost).toBeGreaterThan(0);
    expect(await state.read()).toEqual(before);
    for (let change = 0; change < 10; change += 1) await governance.apply(own.admin, governance.governable(Date.now() + FAR));
    const again = await simulate(asking, { ...input, revision: first.revision });
    expect({ ...again, auditEventId: '' }).toEqual({ ...first, auditEventId: '' });
  } finally {
    await state.close();
  }
}, 120_000);

/** A server with a random world of its own, and a key that may ask about it. */
async function fresh(seed: number, isTimed = false): Promise<{ readonly server: TestServer; readonly backend: GraphqlCaller; readonly governance: RandomGovernance }> {
  const other = await startTestServer();
  others.push(other);
  return { server: other, governance: await RandomGovernance.create(other, seed, isTimed), backend: await withApiKey(other.admin, ASKER) };
}
