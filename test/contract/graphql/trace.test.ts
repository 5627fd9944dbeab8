import type { SchemaFragment } from '../../../src/graphql/index.js';
import { assign, createSmallWorld, grant, type SmallWorld } from '../../faults/support/small-world.js';
import { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { withApiKey } from '../support/callers.js';
import { DOORS, EVERY_DOOR, post, type DoorAnswer, type DoorRequest } from './support/doors.js';

let world: SmallWorld;
const fragment: SchemaFragment = {
  name: 'traces',
  typeDefs: /* GraphQL */ `
    extend type Query { traceList: [TraceItem!] @listSize(assumedSize: 4) @authenticated traceOpen: String @public }
    extend type Mutation { traceAct: String @requiresScopes(scopes: [["users:manage"]]) }
    extend type Subscription { traceTicks: TraceItem @authenticated }
    type TraceItem { id: ID! secret: String @requiresScopes(scopes: [["users:read"], ["spaces:read"]]) own: String @can(action: "approve", resource: "invoice") inner: TraceItem @authenticated }
  `,
  resolvers: {
    Query: { traceList: () => [{ id: world.resourceId, secret: 's', own: 'o' }, { id: 'inv-none', secret: 's', own: 'o' }], traceOpen: () => 'open' },
    Mutation: { traceAct: () => 'did' },
    Subscription: { traceTicks: { subscribe: async function* ticks() { yield { id: 'inv-none', secret: 's', own: 'o' }; }, resolve: (event: unknown) => event } },
  },
};
const QUERY = '{ traceOpen traceList { id secret own inner { secret } } }';
const ASKING = { extensions: { trace: true } };

let server: TestServer;
/** Acts as the approver, and may trace. */
let person: GraphqlCaller;
/** Has other rights. */
let stranger: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer({ fragments: [fragment] });
  world = await createSmallWorld(server.admin);
  await assign(server.admin, world);
  await grant(server.admin, world.person.userId, 'graphql:trace');
  person = await server.signIn(world.person.email, world.person.password);
  const { secret } = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['users:read', 'instance:read'] });
  stranger = new GraphqlCaller(server.url, { authorization: `Bearer ${secret}` });
}, 60_000);
afterAll(() => server.stop());

const DENIED = { outcome: 'denied', code: 'UNAUTHORIZED_FIELD_OR_TYPE' };
const EXPECTED = [
  { path: 'traceList', coordinate: 'Query.traceList', rule: '@authenticated', outcome: 'allowed', decided: 'once', cost: 8 },
  { path: 'traceList.@.secret', coordinate: 'TraceItem.secret', rule: '@requiresScopes(scopes: [["users:read"], ["spaces:read"]])', ...DENIED, decided: 'once', cost: 0 },
  { path: 'traceList.@.own', coordinate: 'TraceItem.own', rule: '@can(action: "approve", resource: "invoice")', ...DENIED, decided: 'per_object', objects: { asked: 2, allowed: 1, denied: 1 }, cost: 0 },
  { path: 'traceList.@.inner', coordinate: 'TraceItem.inner', rule: '@authenticated', outcome: 'allowed', decided: 'once', cost: 4 },
  { path: 'traceList.@.inner.secret', coordinate: 'TraceItem.secret', rule: '@requiresScopes(scopes: [["users:read"], ["spaces:read"]])', outcome: 'not_reached', decided: 'once', cost: 0 },
];
const traceOf = ({ extensions }: DoorAnswer): unknown => extensions?.trace?.fields;
const deniedIn = ({ errors = [] }: DoorAnswer): string[] => (errors as unknown as readonly { path: readonly string[] }[]).map(({ path }) => path.join('.')).toSorted();
const told = (answer: DoorAnswer): string[] => (traceOf(answer) as { path: string; outcome: string }[]).filter(({ outcome }) => outcome === 'denied').map(({ path }) => path).toSorted();
const sent = async (caller: GraphqlCaller, body: object, headers: Record<string, string> = {}): Promise<DoorAnswer> => (await post(caller, '/graphql', body, headers)).json() as Promise<DoorAnswer>;

describe.each(EVERY_DOOR)('by %s', (_name, door) => {
  test('the trace has each guarded field, how it was decided and what it costs', async () => {
    const answer = await door(person, { query: QUERY, ...ASKING });
    expect(answer.extensions).toEqual({ trace: { fields: EXPECTED } });
    expect(told(answer)).toEqual(deniedIn(answer));
  });
  test('nobody without the right sees any of it, nor that there is something to see', async () => {
    for (const caller of [stranger, server.anonymous]) {
      const request: DoorRequest = { query: QUERY };
      const [plain, asking] = [await door(caller, request), await door(caller, { ...request, ...ASKING })];
      expect(asking).toEqual(plain);
      expect(asking.extensions).toBeUndefined();
    }
  });
  test('it is there only when it is asked for', async () => {
    expect((await door(person, { query: QUERY })).extensions).toBeUndefined();
    expect((await door(person, { query: QUERY, extensions: { trace: 'yes' } })).extensions).toBeUndefined();
  });
  test('it stands beside the cost', async () => {
    const { extensions } = await door(person, { query: QUERY, extensions: { trace: true, cost: true } });
    expect(Object.keys(extensions ?? {}).toSorted()).toEqual(['cost', 'trace']);
    expect(extensions?.cost.estimated).toBe(EXPECTED[0]?.cost);
  });
});

test.each(EVERY_DOOR.filter(([name]) => name !== 'WebSocket'))('the header asks as well, by %s', async (_name, door) => {
  expect(traceOf(await door(person, { query: QUERY }, { 'x-polity-trace': 'report' }))).toEqual(EXPECTED);
  expect((await door(person, { query: QUERY }, { 'x-polity-trace': 'yes' })).extensions).toBeUndefined();
  expect((await door(stranger, { query: QUERY }, { 'x-polity-trace': 'report' })).extensions).toBeUndefined();
});

test.each(['WebSocket', 'SSE by POST', 'SSE by GET'] as const)('each event of a subscription by %s has the trace of its own', async (name) => {
  const answer = await DOORS[name](person, { query: 'subscription { traceTicks { id secret own } }', ...ASKING });
  expect(traceOf(answer)).toMatchObject([
    { path: 'traceTicks', coordinate: 'Subscription.traceTicks', outcome: 'allowed' },
    { path: 'traceTicks.secret', outcome: 'denied' },
    { path: 'traceTicks.own', outcome: 'denied', objects: { asked: 1, allowed: 0, denied: 1 } },
  ]);
  expect(told(answer)).toEqual(deniedIn(answer));
  expect((await DOORS[name](stranger, { query: 'subscription { traceTicks { id } }', ...ASKING })).extensions).toBeUndefined();
});

test('an operation that has a plan is traced as one that nobody has sent before', async () => {
  const query = '{ traceList { own secret } }';
  const fresh = await sent(person, { query: `${query} # fresh` }, { 'x-polity-trace': 'report' });
  for (let time = 0; time < 3; time++) await sent(person, { query });
  const planned = await sent(person, { query }, { 'x-polity-trace': 'report' });
  expect(planned).toEqual(fresh);
  expect(traceOf(planned)).toHaveLength(3);
  expect(await sent(person, { query })).toEqual({ data: planned.data, errors: planned.errors });
});

test('each operation of a batch has its own', async () => {
  const answers = await (await post(person, '/graphql', [{ query: '{ traceList { secret } }', ...ASKING }, { query: '{ traceOpen }', ...ASKING }, { query: QUERY }])).json() as DoorAnswer[];
  expect(answers.map((answer) => (traceOf(answer) as unknown[] | undefined)?.length)).toEqual([2, 0, undefined]);
});

test('mutations are traced, and so is what the control plane denies behind a guard', async () => {
  const act = await DOORS.POST(person, { query: 'mutation { traceAct }', ...ASKING });
  expect(traceOf(act)).toEqual([{ path: 'traceAct', coordinate: 'Mutation.traceAct', rule: '@requiresScopes(scopes: [["users:manage"]])', ...DENIED, decided: 'once', cost: 0 }]);
  expect(told(act)).toEqual(deniedIn(act));
});

test('a key for it is declared, and the super admin has it', async () => {
  const { controlPlanePermissions } = await server.admin.data<{ controlPlanePermissions: { key: string }[] }>('{ controlPlanePermissions { key } }');
  expect(controlPlanePermissions.map(({ key }) => key)).toContain('graphql:trace');
  expect(traceOf(await DOORS.POST(server.admin, { query: '{ traceList { secret } }', ...ASKING }))).toMatchObject([{ outcome: 'allowed' }, { outcome: 'allowed' }]);
});
