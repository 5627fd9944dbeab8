import { WebSocket } from 'ws';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { startTestServer, type TestServer } from '../../support/server.js';
import { DOORS, EVERY_DOOR, post } from './support/doors.js';

// Small enough that a refused operation fits into an address.
const LIMITS = { POLITY_MAX_TOKENS: '400', POLITY_MAX_DEPTH: '8', POLITY_MAX_ALIASES: '10', POLITY_MAX_DIRECTIVES: '6', POLITY_MAX_BODY_BYTES: '8192', POLITY_MAX_BATCH: '3' };
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: LIMITS });
});
afterAll(() => server.stop());

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (groups: number): string => `${times(groups, () => '{ parent')} { id }${' }'.repeat(groups)}`;
const group = (inside: string): string => `{ group(id: "group_none") ${inside} }`;

const BOUNDS: readonly (readonly [string, string, string, string, RegExp])[] = [
  ['tokens', `{ ${times(19, (index) => `...F${index % 2}`)} } ${[0, 1].map((index) => `fragment F${index} on Query { ${times(19, () => 'version')} }`).join(' ')}`, `{ ${times(500, () => 'version')} }`, 'GRAPHQL_PARSE_FAILED', /more that 400 tokens/],
  ['depth', group(nested(6)), group(nested(7)), 'GRAPHQL_VALIDATION_FAILED', /at most 8 levels deep/],
  ['aliases', `{ ${times(10, (index) => `a${index}: version`)} }`, `{ ${times(11, (index) => `a${index}: version`)} }`, 'GRAPHQL_VALIDATION_FAILED', /at most 10 aliases/],
  ['directives', `{ ${times(6, () => 'version @skip(if: false)')} }`, `{ ${times(7, () => 'version @skip(if: false)')} }`, 'GRAPHQL_VALIDATION_FAILED', /at most 6 directives/],
  ['repetitions', `{ ${times(20, () => 'version')} }`, `{ ${times(21, () => 'version')} }`, 'GRAPHQL_VALIDATION_FAILED', /repeated at most 20 times/],
  ['introspection in circles', '{ __schema { types { fields { type { name } } } } }', `{ __type(name: "Query") { ${times(10, () => 'ofType {')} name ${times(10, () => '}')} fields { type { fields { type { fields { name } } } } } } }`, 'GRAPHQL_VALIDATION_FAILED', /./],
];

describe.each(EVERY_DOOR)('by %s', (name, door) => {
  test.each(BOUNDS)('%s are bounded', async (_bound, within, above, code, message) => {
    expect((await door(server.admin, { query: within })).errors).toBeUndefined();
    const { data, errors, status } = await door(server.admin, { query: above });
    expect([data, errors?.length, errors?.[0]?.extensions?.code, status]).toEqual([undefined, 1, code, name === 'WebSocket' ? undefined : 400]);
    expect(errors?.[0]?.message).toMatch(message);
  });
});

describe('the size of a request', () => {
  const filler = { query: '{ version }', variables: { filler: 'x'.repeat(300_000) } };

  test.each([['POST', DOORS.POST], ['SSE by POST', DOORS['SSE by POST']]])('by %s is bounded', async (_name, door) => {
    expect(await door(server.admin, { ...filler, variables: { filler: 'x'.repeat(8_000) } })).toMatchObject({ status: 200, data: { version: expect.any(String) } });
    expect(await door(server.admin, filler)).toMatchObject({ status: 413, errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
  });
  test.each([['GET', DOORS.GET], ['SSE by GET', DOORS['SSE by GET']]])('by %s is that of an address', async (_name, door) => {
    expect(await door(server.admin, filler)).toEqual({ status: 431 });
    expect(await door(server.admin, { query: '{ version }' })).toMatchObject({ status: 200 });
  });
  test('of a WebSocket message is bounded, with the close code of the protocol', async () => {
    const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
    const closed = new Promise<number>((resolve) => { socket.once('close', resolve); });
    await new Promise((resolve) => { socket.once('open', resolve); });
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: filler }));
    expect(await closed).toBe(1009);
    expect(await DOORS.WebSocket(server.admin, { query: '{ version }' })).toMatchObject({ data: { version: expect.any(String) } });
  });
});

describe('a batch', () => {
  const batch = (count: number) => Array.from({ length: count }, () => ({ query: '{ version }' }));

  test('by POST is bounded', async () => {
    const within = await post(server.admin, '/graphql', batch(3));
    expect([within.status, ((await within.json()) as unknown[]).length]).toEqual([200, 3]);
    const above = await post(server.admin, '/graphql', batch(4));
    expect([above.status, await above.json()]).toMatchObject([413, { errors: [{ extensions: { code: 'BATCH_TOO_LARGE' } }] }]);
  });
  test('does not come in by a stream', async () => {
    const response = await post(server.admin, '/graphql/stream', batch(1));
    expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ extensions: { code: 'VALIDATION_FAILED' } }] }]);
  });
  test('does not come in by an address', async () => {
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent('{ version }')}&query=${encodeURIComponent('{ version }')}`, { headers: server.admin.headers });
    expect([response.status, JSON.stringify(await response.json()).includes('"data"')]).toEqual([400, false]);
  });
  test('does not come in by a WebSocket message', async () => {
    const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
    const closed = new Promise<number>((resolve) => { socket.once('close', resolve); });
    await new Promise((resolve) => { socket.once('open', resolve); });
    socket.send(JSON.stringify({ type: 'connection_init', payload: server.admin.headers }));
    await new Promise((resolve) => { socket.once('message', resolve); });
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: batch(2) }));
    expect(await closed).toBe(4400);
  });
});
