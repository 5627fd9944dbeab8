import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { wholeDiff, type AccessChange } from '../support/access-diffs.js';
import { withApiKey } from '../support/callers.js';
import { explain, type Trace, type TraceCandidate } from '../support/decisions.js';
import { RandomGovernance, SPACE, type RandomQuestion } from '../support/random-governance.js';

const ROUNDS = 10;
const CHANGES = 3;
const GROUPS = ['a', 'a.b', 'a.b.c', 'a.d', 'e', 'e.f', 'g'].map((path) => `group_${path}`);

let server: TestServer;
let backend: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  backend = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['authz:check', 'roles:read'] });
});
afterAll(() => server.stop());

interface Moment {
  readonly revision: string;
  readonly time: string;
}

interface Traced extends Trace {
  readonly actor: {
    readonly user: { readonly status: string } | null;
    readonly member: { readonly status: string } | null;
    readonly userMember: { readonly status: string; readonly expiresAt: string | null } | null;
    readonly space: { readonly status: string } | null;
  };
}

/** An assignment, and the Role that holds the Permission for it. */
const keyOf = ({ memberRoleId, roleId, inheritedRoleIds, permissionId, action }: Pick<AccessChange, 'memberRoleId' | 'roleId' | 'inheritedRoleIds' | 'permissionId' | 'action'>): string =>
  [memberRoleId, inheritedRoleIds.at(-1) ?? roleId, permissionId, action].join(' ');
const keyOfCandidate = ({ memberRoleId, role, inheritedRoles, permission }: TraceCandidate): string =>
  keyOf({ memberRoleId, roleId: role.id, inheritedRoleIds: inheritedRoles.map(({ id }) => id), permissionId: permission.id, action: permission.action });
const isEntry = ({ permission: { scope, effect }, scopeAnchor }: TraceCandidate): boolean =>
  effect === 'DENY' || scope === 'SELF' || scope === 'SPACE' || (scopeAnchor as { status?: string } | null)?.status === 'ACTIVE';
const counts = ({ actor: { space, member } }: Traced): boolean => space?.status === 'ACTIVE' && member?.status === 'ACTIVE';
const isUsable = ({ actor: { user, userMember } }: Traced, { time }: Moment): boolean =>
  user?.status === 'ACTIVE' && userMember?.status === 'ACTIVE' && (userMember.expiresAt === null || Date.parse(userMember.expiresAt) > Date.parse(time));
/** Candidates of an explanation that are in force. */
const entries = (trace: Traced): Map<string, TraceCandidate> => new Map(
  (counts(trace) ? trace.matchedCandidates.filter(isEntry) : []).map((candidate) => [keyOfCandidate(candidate), candidate]));

const traced = (question: RandomQuestion, asOf: Moment): Promise<Traced> => explain(backend, { ...question, asOf }) as Promise<Traced>;

/** The moment after a decision: its revision, and the clock. */
async function moment(question: RandomQuestion): Promise<Moment> {
  const { check } = await backend.data<{ check: { revision: string } }>('query ($input: CheckInput!) { check(input: $input) { revision } }', { input: question });
  return { revision: check.revision, time: new Date().toISOString() };
}

it('says what explanations of both moments say, for entries, bindings, Groups and decisions', async () => {
  const world = await RandomGovernance.create(server, 77);
  const questions = world.everyQuestion({ level: 5 });
  const perMember = questions.filter(({ resourceId }) => resourceId === 'paper_0');
  const seen = { entries: 0, bindings: 0, groups: 0, decisions: 0 };
  let from = await moment(questions[0] as RandomQuestion);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let change = 0; change < CHANGES; change += 1) await world.apply(server.admin, world.change(Date.now()));
    for (const change of [world.move(), world.turn('Group'), world.turn('User'), { mutation: 'restoreSpace', input: { id: SPACE } }]) await world.apply(server.admin, change);
    const to = await moment(questions[0] as RandomQuestion);
    const rows = await wholeDiff(backend, { spaceId: SPACE, from, to });
    for (const question of perMember) {
      const [before, after] = [await traced(question, from), await traced(question, to)];
      const [was, is] = [entries(before), entries(after)];
      const mine = rows.filter(({ memberId, action }) => memberId === question.actor.memberId && action === question.action);
      const changed = (of: Map<string, unknown>, other: Map<string, unknown>): string[] => [...of.keys()].filter((key) => !other.has(key)).sort();
      // A condition of an assignment may be another one: then the same assignment is lost and gained.
      const plain = mine.filter(({ userMemberId, groupId }) => userMemberId === null && groupId === null);
      const rewritten = new Set(plain.filter((row) => plain.some((other) => other.direction !== row.direction && keyOf(other) === keyOf(row))).map(keyOf));
      const said = (direction: string): string[] => plain.filter((row) => row.direction === direction && !rewritten.has(keyOf(row))).map(keyOf).sort();
      expect([round, question.actor.memberId, said('GAINED'), said('LOST')]).toEqual([round, question.actor.memberId, changed(is, was), changed(was, is)]);
      seen.entries += plain.length;
      const [usableBefore, usableAfter] = [isUsable(before, from), isUsable(after, to)];
      const lasting = [...is.keys()].filter((key) => was.has(key) && !rewritten.has(key)).sort();
      const ofBindings = mine.filter(({ userMemberId }) => userMemberId !== null);
      expect(ofBindings.filter((row) => !rewritten.has(keyOf(row))).map(keyOf).sort()).toEqual(usableBefore === usableAfter ? [] : lasting);
      expect(new Set(ofBindings.map(({ direction }) => direction)).size).toBeLessThan(2);
      seen.bindings += ofBindings.length;
    }
    seen.groups += await compareGroups(perMember.filter(({ actor, action }) => actor.memberId === `member_r${round % 6}` && action !== 'pay'), rows, from, to);
    seen.decisions += await compareDecisions(questions, rows, from, to);
    from = to;
  }
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
}, 600_000);

/** What an entry covers, Group by Group: asked with a Resource that would lie there. */
async function compareGroups(questions: readonly RandomQuestion[], rows: readonly AccessChange[], from: Moment, to: Moment): Promise<number> {
  let compared = 0;
  for (const question of questions) {
    const mine = rows.filter(({ memberId, action, groupId }) => memberId === question.actor.memberId && action === question.action && groupId !== null);
    const covered = new Map<string, Map<string, boolean[]>>();
    for (const groupId of GROUPS) {
      for (const at of [from, to]) {
        const trace = await traced({ ...question, resourceId: 'paper_proposed', resource: { type: 'paper', id: 'paper_proposed', spaceId: SPACE, groupId } } as never, at);
        const isThere = ((trace['target'] as { group: { status: string } | null }).group?.status) === 'ACTIVE';
        for (const [key, candidate] of entries(trace)) {
          if (candidate.permission.effect !== 'ALLOW' || candidate.permission.scope === 'SELF') continue;
          const of = covered.get(key) ?? new Map<string, boolean[]>();
          covered.set(key, of.set(groupId, [...(of.get(groupId) ?? []), candidate.scopeCheck.covered && isThere]));
        }
      }
    }
    const places = new Map(await Promise.all(GROUPS.map(async (id) => [id, (await server.admin.data<{ group: { path: string } }>('query ($id: ID!) { group(id: $id) { path } }', { id })).group.path] as const)));
    const above = (groupId: string): string[] => GROUPS.filter((id) => places.get(groupId) === places.get(id) || places.get(groupId)?.startsWith(`${places.get(id)}.`) === true);
    for (const [key, of] of covered) {
      // An assignment with another condition is another entry.
      if (rows.some((row) => keyOf(row) === key && row.groupId === null && row.userMemberId === null)) continue;
      for (const [groupId, [was, is, ...none]] of of) {
        if (is === undefined || none.length > 0 || was === is) continue;
        const direction = is ? 'GAINED' : 'LOST';
        const explained = mine.some((row) => keyOf(row) === key && row.direction === direction && (row.groupId === groupId || (row.reasons.includes('GROUP_MOVED') && above(groupId).includes(row.groupId ?? ''))));
        expect([key, groupId, direction, explained]).toEqual([key, groupId, direction, true]);
        compared += 1;
      }
    }
    // And no row says what is not so.
    for (const row of mine.filter(({ effect, scope }) => effect === 'ALLOW' && scope !== 'SELF')) {
      expect([row, covered.get(keyOf(row))?.get(row.groupId ?? '')]).toEqual([row, row.direction === 'GAINED' ? [false, true] : [true, false]]);
    }
  }
  return compared;
}

/** Differences of one Resource are those of the decisions about it, and none comes without a reason. */
async function compareDecisions(questions: readonly RandomQuestion[], rows: readonly AccessChange[], from: Moment, to: Moment): Promise<number> {
  let flips = 0;
  for (const [resourceId, action] of [['paper_0', 'read'], ['paper_1', 'pay'], ['paper_4', 'approve'], ['paper_7', 'read']] as const) {
    const asked = questions.filter((question) => question.resourceId === resourceId && question.action === action);
    const decided = async (asOf: Moment): Promise<{ decision: string; denyCode: string | null }[]> => (await backend.data<{ checkMany: { decision: string; denyCode: string | null }[] }>(
      'query ($input: CheckManyInput!) { checkMany(input: $input) { decision denyCode } }', { input: { items: asked.map((question) => ({ ...question, asOf })) } })).checkMany;
    const [was, is] = [await decided(from), await decided(to)];
    const expected = asked.flatMap(({ actor }, index) => (was[index]?.decision === is[index]?.decision ? [] : [[actor.userMemberId, is[index]?.decision === 'ALLOW' ? 'GAINED' : 'LOST', (is[index]?.decision === 'ALLOW' ? was : is)[index]?.denyCode]]));
    const found = await wholeDiff(backend, { spaceId: SPACE, from, to, resourceType: 'paper', resourceId, action, context: { level: 5 } });
    expect(found.filter(({ userMemberId }) => userMemberId !== null).map(({ userMemberId, direction, denyCode }) => [userMemberId, direction, denyCode])).toEqual(expected);
    for (const change of found) {
      expect([change, change.reasons.length > 0]).toEqual([change, true]);
      // What is no matter of this Resource or of a condition stands among the entries of the Member, too.
      const isElsewhere = change.reasons.some((reason) => !['RESOURCE_CHANGED', 'CONDITION', 'DENIED'].includes(reason));
      const isThere = rows.some(({ memberId, action: other }) => memberId === change.memberId && other === action);
      expect([change, !isElsewhere || isThere]).toEqual([change, true]);
    }
    flips += found.length;
  }
  return flips;
}
