import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { DOORS, EVERY_DOOR, post, type DoorAnswer } from './support/doors.js';

const SPACE = 'space_costs';
let server: TestServer;
let admin: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await admin.mutate('createSpace', { id: SPACE, slug: 'costs', name: 'Costs' }, 'space { id }');
  for (const key of ['one', 'two', 'three']) await admin.mutate('createGroup', { id: `group_${key}`, spaceId: SPACE, key, displayName: key }, 'group { id }');
});
afterAll(() => server.stop());

const CHILDREN = `query ($space: ID!, $rows: Int) { groups(spaceId: $space, first: $rows) { edges { node { id children(first: $rows) { edges { node { id } } } } } } }`;
const PAGE = `query ($space: ID!, $rows: Int) { groups(spaceId: $space, first: $rows) { edges { node { id } } } }`;
const refusal = (estimated: number, max = 20_000, who = 'The operation') => ({
  message: `${who} could cost ${estimated}; at most ${max} is accepted.`, extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated, max } },
});
const metric = async (name: string): Promise<number> => {
  const page = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(page)?.[1] ?? 0);
};

describe.each(EVERY_DOOR)('by %s', (name, door) => {
  test('hostile nested pages are refused with what they would cost, and nothing runs', async () => {
    const { status, data, errors } = await door(admin, { query: CHILDREN, variables: { space: SPACE, rows: 200 } });
    expect(errors).toEqual([refusal(81_405)]);
    expect([data, status]).toEqual([undefined, name === 'WebSocket' ? undefined : 400]);
  });
  test('the same document is admitted with other variables, and refused again', async () => {
    for (const [rows, isRefused] of [[20, false], [200, true], [20, false]] as const) {
      const { data, errors } = await door(admin, { query: CHILDREN, variables: { space: SPACE, rows } });
      expect([data?.groups.edges.length, errors?.[0]?.extensions?.code]).toEqual(isRefused ? [undefined, 'COST_ESTIMATED_TOO_EXPENSIVE'] : [3, undefined]);
    }
  });
  test('an answer says what it cost when its request asks', async () => {
    const request = { query: PAGE, variables: { space: SPACE, rows: 50 } };
    const cost = { estimated: 105, actual: 11, max: 20_000 };
    expect((await door(admin, { ...request, extensions: { cost: true } })).extensions).toEqual({ cost });
    expect((await door(admin, request)).extensions).toBeUndefined();
    expect((await door(admin, { ...request, extensions: { cost: 'yes' } })).extensions).toBeUndefined();
  });
  test('a field that is denied is answered with its cost all the same', async () => {
    const { data, errors, extensions } = await door(server.anonymous, { query: '{ me { credentialKind } version }', extensions: { cost: true } });
    expect([data?.me, errors?.map(({ extensions: more }) => more?.code), extensions]).toEqual([null, ['UNAUTHORIZED_FIELD_OR_TYPE'], { cost: { estimated: 1, actual: 0, max: 20_000 } }]);
  });
});

describe.each(EVERY_DOOR.filter(([name]) => name !== 'WebSocket'))('by %s', (_name, door) => {
  test('the header asks as well', async () => {
    const request = { query: PAGE, variables: { space: SPACE, rows: 2 } };
    expect((await door(admin, request, { 'x-polity-cost': 'report' })).extensions).toEqual({ cost: { estimated: 9, actual: 9, max: 20_000 } });
    expect((await door(admin, request, { 'x-polity-cost': 'yes' })).extensions).toBeUndefined();
  });
});

describe('a mutation', () => {
  const CREATE = `mutation ($input: CreateGroupInput!, $rows: Int) { createGroup(input: $input) { group { id children(first: $rows) { edges { node { id children(first: $rows) { edges { node { id } } } } } } } errors { code } } }`;

  test.each(EVERY_DOOR.filter(([name]) => !name.endsWith('GET')))('by %s that would answer too much changes nothing', async (name, door) => {
    const id = `group_${name.toLowerCase().replaceAll(' ', '_')}`;
    const input = { id, spaceId: SPACE, key: id, displayName: name };
    expect((await door(admin, { query: CREATE, variables: { input, rows: 200 } })).errors).toEqual([refusal(81_405 + 10 + 1 + 1 + 1 + 5)]);
    expect((await admin.data<{ group: unknown }>('query ($id: ID!) { group(id: $id) { id } }', { id })).group).toBeNull();
    expect((await door(admin, { query: CREATE, variables: { input, rows: 2 } })).data.createGroup).toMatchObject({ group: { id }, errors: [] });
  });
});

describe('the status', () => {
  test.each([['application/json', 200], ['application/graphql-response+json', 400]])('of a refusal as %s is %d', async (accept, status) => {
    const response = await post(admin, '/graphql', { query: CHILDREN, variables: { space: SPACE, rows: 200 } }, { accept });
    expect([response.status, await response.json()]).toEqual([status, { errors: [refusal(81_405)] }]);
  });
});

describe('a batch', () => {
  const batch = async (...rows: number[]): Promise<DoorAnswer[]> => (await (await post(admin, '/graphql', rows.map((count) => ({ query: CHILDREN, variables: { space: SPACE, rows: count } })))).json()) as DoorAnswer[];
  const outcomes = (answers: DoorAnswer[]): unknown[] => answers.map(({ data, errors }) => errors?.[0]?.extensions?.cost.estimated ?? Object.keys(data));

  test('is judged operation by operation', async () => {
    expect(outcomes(await batch(20, 200, 20))).toEqual([['groups'], 81_405, ['groups']]);
  });
  test('may cost as much as one operation: what would exceed that is refused, whichever it is', async () => {
    // Each costs 5 + 90 * (7 + 180) = 16,835: one fits.
    const found = outcomes(await batch(90, 90, 90));
    expect(found.filter((outcome) => Array.isArray(outcome))).toHaveLength(1);
    expect(found.filter((outcome) => outcome === 2 * 16_835)).toHaveLength(2);
    expect(outcomes(await batch(30, 30, 30))).toEqual([['groups'], ['groups'], ['groups']]);
  });
  test('says so', async () => {
    const refused = (await batch(90, 90)).find(({ errors }) => errors !== undefined);
    expect(refused?.errors).toEqual([refusal(33_670, 20_000, 'The operation, with those before it in its batch,')]);
  });
  test('costs start again with the next request', async () => {
    for (let round = 0; round < 3; round++) expect(outcomes(await batch(90))).toEqual([['groups']]);
  });
});

describe('a subscription', () => {
  const EVENTS = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["group.created"] }) { type target { id } actor { userId } } }';

  test('says of each event what it cost', async () => {
    // Nothing after a position is lost: every stream begins with the first Group.
    const { auditEvents } = await admin.data<{ auditEvents: { edges: { node: { position: string } }[] } }>('{ auditEvents(types: ["space.created"], first: 1) { edges { node { position } } } }');
    const request = { query: EVENTS, variables: { after: auditEvents.edges[0]?.node.position } };
    const event = { auditEvents: { type: 'group.created', target: { id: 'group_one' }, actor: { userId: server.adminUserId } } };
    for (const door of [DOORS.WebSocket, DOORS['SSE by POST'], DOORS['SSE by GET']]) {
      expect(await door(admin, { ...request, extensions: { cost: true } })).toMatchObject({ data: event, extensions: { cost: { estimated: 4, actual: 4, max: 20_000 } } });
      const { data, extensions } = await door(admin, request);
      expect([data, extensions]).toEqual([event, undefined]);
    }
  });
  test('that is too expensive does not begin', async () => {
    const own = await startTestServer({ environment: { POLITY_MAX_COST: '40' } });
    const wide = EVENTS.replace('target { id }', Array.from({ length: 45 }, (_, index) => `target${index}: target { id }`).join(' '));
    try {
      for (const door of [DOORS.WebSocket, DOORS['SSE by POST'], DOORS['SSE by GET']]) {
        expect((await door(own.admin, { query: wide })).errors).toEqual([refusal(48, 40)]);
      }
    } finally {
      await own.stop();
    }
  });
});

describe('metrics', () => {
  test('count estimates by type of operation, and refusals', async () => {
    const before = { queries: await metric('polity_graphql_operation_cost_count{type="query"}'), sum: await metric('polity_graphql_operation_cost_sum{type="query"}'), refused: await metric('polity_graphql_cost_exceeded_total{type="query",outcome="refused"}') };
    await admin.send(PAGE, { space: SPACE, rows: 50 });
    await admin.send(CHILDREN, { space: SPACE, rows: 200 });
    expect(await metric('polity_graphql_operation_cost_count{type="query"}')).toBe(before.queries + 2);
    expect(await metric('polity_graphql_operation_cost_sum{type="query"}')).toBe(before.sum + 105 + 81_405);
    expect(await metric('polity_graphql_cost_exceeded_total{type="query",outcome="refused"}')).toBe(before.refused + 1);
  });
});

test('where costs are measured nothing is refused, and what would be is counted', async () => {
  const own = await startTestServer({ environment: { POLITY_COST_MODE: 'measure', POLITY_MAX_COST: '3' } });
  try {
    const request = { query: PAGE, variables: { space: SPACE, rows: 50 }, extensions: { cost: true } };
    for (const [, door] of EVERY_DOOR) expect(await door(own.admin, request)).toMatchObject({ data: { groups: { edges: [] } }, extensions: { cost: { estimated: 105, actual: 5, max: 3 } } });
    const page = await (await fetch(`${own.url}/metrics`)).text();
    expect(page).toContain('polity_graphql_cost_exceeded_total{type="query",outcome="measured"} 5');
    expect(page).not.toContain('outcome="refused"');
  } finally {
    await own.stop();
  }
});
