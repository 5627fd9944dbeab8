/** Suggestions over random rights: each of them lets its question be allowed when it is really made, and none that would do is missed. */
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { check } from '../support/decisions.js';
import { RandomGovernance, SPACE, type RandomQuestion } from '../support/random-governance.js';
import { simulate } from '../support/simulations.js';
import { make, suggest, type SuggestedGrant } from '../support/suggestions.js';

const FAR = 10 * 365 * 86_400_000;
const SEEDS = [31, 32, 33];
/** Of each world. */
const QUESTIONS = 6;
const GROUPS = ['group_a', 'group_a.b', 'group_e'];

let server: TestServer;
let asker: GraphqlCaller;
const servers: TestServer[] = [];
afterAll(async () => {
  for (const each of servers) await each.stop();
});

const rights = ({ gained }: SuggestedGrant): string[] => gained.map((right) => JSON.stringify(right));
const assigned = (grants: readonly SuggestedGrant[]): string[] => grants.filter(({ kind }) => kind === 'ASSIGN_ROLE').map(({ roleId, anchorGroupId }) => JSON.stringify([roleId, anchorGroupId])).toSorted();

/** Questions that are denied because nothing allows. */
async function denials(world: RandomGovernance): Promise<RandomQuestion[]> {
  const found: RandomQuestion[] = [];
  for (let tries = 0; tries < 300 && found.length < QUESTIONS; tries += 1) {
    const question = world.question();
    const { denyCode } = await check(asker, question);
    if (denyCode === 'NO_MATCHING_PERMISSION' || denyCode === 'SCOPE_OUT_OF_BOUNDS' || denyCode === 'SCOPE_ANCHOR_MISSING') found.push(question);
  }
  return found;
}

/** What really lets the question be allowed, of all Roles at no anchor, at the Group of the target and elsewhere. */
async function whatWouldDo(question: RandomQuestion, groupId: string | null): Promise<{ readonly here: string[]; readonly elsewhere: string[] }> {
  const { admin } = server;
  const { roles } = await admin.data<{ roles: { edges: { node: { id: string } }[] } }>('{ roles(first: 50) { edges { node { id } } } }');
  const [here, elsewhere]: [string[], string[]] = [[], []];
  for (const { node: { id: roleId } } of roles.edges) {
    for (const anchor of new Set([null, groupId, ...GROUPS])) {
      const { memberRole } = await admin.tryMutate<{ memberRole: { id: string } | null }>('createMemberRole', { memberId: question.actor.memberId, roleId, scopeAnchorGroupId: anchor }, 'memberRole { id }');
      // What is held already is no way out.
      if (memberRole === null) continue;
      const { decision } = await check(asker, question);
      if (decision === 'ALLOW') (anchor === null || anchor === groupId ? here : elsewhere).push(JSON.stringify([roleId, anchor]));
      await admin.mutate('revokeMemberRole', { id: memberRole.id }, '');
    }
  }
  return { here: here.toSorted(), elsewhere };
}

/** What a grant is, but for its times. */
const named = ({ kind, roleId, memberRoleId, anchorGroupId, permissionId }: SuggestedGrant): string => JSON.stringify([kind, roleId, memberRoleId, anchorGroupId, permissionId]);
const roleOf = (pair: string): string => (JSON.parse(pair) as [string])[0];

/** Tries what is suggested in a world, and counts what was tried. */
async function tryWorld(seed: number, seen: Record<'made' | 'byEvent' | 'complete', number>): Promise<void> {
  server = await startTestServer();
  servers.push(server);
  const world = await RandomGovernance.create(server, seed, false);
  asker = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['authz:check', 'roles:read', 'permissions:read'] });
  for (let change = 0; change < 25; change += 1) await world.apply(server.admin, world.governable(Date.now() + FAR));
  for (const [number, question] of (await denials(world)).entries()) {
    const { grants, found } = await suggest(asker, { question, limit: 50 });
    expect(grants).toHaveLength(Math.min(50, found));
    // Nothing comes behind what gives all that it gives and more, to as many.
    const dominated = grants.filter((later, at) => grants.slice(0, at).some((earlier) => earlier.otherMembers === later.otherMembers && later.rights < earlier.rights && rights(later).every((right) => rights(earlier).includes(right))));
    expect([question, dominated]).toEqual([question, []]);
    for (const grant of grants.slice(0, 8)) {
      const { refused, undo } = await make(server.admin, grant);
      expect([question, grant, refused, (await check(asker, question)).decision]).toEqual([question, grant, [], 'ALLOW']);
      await undo();
      seen.made += 1;
    }
    const { auditEventId, decision } = await check(asker, question);
    expect([question, decision]).toEqual([question, 'DENY']);
    // The log does not keep what came along with a question: what hangs on that is left out, and nothing is added.
    const recorded = await suggest(asker, { auditEventId, limit: 50 });
    const all = (await suggest(asker, { question, limit: 50 })).grants.map(named);
    expect([question, recorded.grants.map(named).filter((grant) => !all.includes(grant))]).toEqual([question, []]);
    seen.byEvent += recorded.grants.length;
    if (number < 2) seen.complete += await compareWithAll(question);
  }
}

/** Of whatever assignments would really do, each Role is suggested, and nothing else. */
async function compareWithAll(question: RandomQuestion): Promise<number> {
  const { resource } = await server.admin.data<{ resource: { groupId: string | null } }>('query ($id: ID!) { resource(id: $id) { groupId } }', { id: question.resourceId });
  const { here, elsewhere } = await whatWouldDo(question, resource.groupId);
  const suggested = assigned((await suggest(asker, { question, limit: 50 })).grants);
  expect([question, new Set(suggested.map(roleOf)).size]).toEqual([question, suggested.length]);
  expect([question, suggested.filter((pair) => !here.includes(pair))]).toEqual([question, []]);
  // A Role that needs no anchor is suggested without.
  expect([question, here.filter((pair) => !suggested.includes(pair) && !suggested.includes(JSON.stringify([roleOf(pair), null])))]).toEqual([question, []]);
  // Whatever another anchor would do, the one of the target does, too: unless the Role denies where it is anchored.
  const roles = new Set(here.map(roleOf));
  const others = elsewhere.filter((pair) => !roles.has(roleOf(pair)));
  expect([question, await Promise.all(others.map((pair) => denies(question, pair)))]).toEqual([question, others.map(() => true)]);
  return here.length;
}

/** Whether a Role that is assigned so denies the action somewhere. */
async function denies({ actor: { memberId }, action }: RandomQuestion, pair: string): Promise<boolean> {
  const [roleId, scopeAnchorGroupId] = JSON.parse(pair) as [string, string | null];
  const { changes } = await simulate(asker, { spaceId: SPACE, action, changes: [{ createMemberRole: { memberId, roleId, scopeAnchorGroupId } }] });
  return changes.edges.some(({ node: { direction, effect } }) => direction === 'GAINED' && effect === 'DENY');
}

it('helps as it says', async () => {
  const seen = { made: 0, byEvent: 0, complete: 0 };
  for (const seed of SEEDS) await tryWorld(seed, seen);
  expect(seen.made).toBeGreaterThan(30);
  expect(seen.byEvent).toBeGreaterThan(30);
  expect(seen.complete).toBeGreaterThan(5);
}, 400_000);
