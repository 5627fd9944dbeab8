import { once } from 'node:events';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { WebSocket, type WebSocketServer } from 'ws';
import { callerWith, grantOf } from '../../../test/support/graphql-fixture.js';
import { opened, pulled, TransportFixture, until } from '../../../test/support/transport-fixture.js';
import type { Caller } from '../../system/shared/contracts/index.js';

let fixture: TransportFixture;
let reader: Caller;
let serial = 0;
const clients: Client[] = [];
const raws: WebSocket[] = [];
beforeAll(async () => {
  fixture = await TransportFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => {
  opened.splice(0);
  reader = { ...callerWith('a:read'), key: `session:${++serial}` };
  fixture.services.tokens.set('reader', reader);
  fixture.services.failure = undefined;
  fixture.services.audit.splice(0);
  fixture.services.counted.splice(0);
  fixture.reported.splice(0);
  fixture.ready = true;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const raw of raws.splice(0)) raw.terminate();
  await until(() => fixture.services.listening === 0, 'somebody still listens');
});

/** The ends of the sockets at the server. */
const serverSockets = (): ReadonlySet<WebSocket> => (fixture.sockets as unknown as { readonly sockets: WebSocketServer }).sockets.clients;

/** Resolves when the server has begun to close a socket. */
const serverCloses = (): Promise<void> => until(() => [...serverSockets()].some(({ readyState }) => readyState === WebSocket.CLOSING));

const address = (): string => `${fixture.url.replace('http', 'ws')}/graphql`;

function clientOf(connectionParams: Record<string, unknown> = { authorization: 'Bearer reader' }, more: Partial<ClientOptions> = {}): Client {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, lazy: true, ...more });
  clients.push(client);
  return client;
}

interface Subscription { readonly results: any[]; readonly ended: Promise<unknown>; readonly stop: () => void }

function subscribe(client: Client, query: string): Subscription {
  const results: any[] = [];
  let stop = (): void => undefined;
  const ended = new Promise<unknown>((resolve) => {
    stop = client.subscribe({ query }, { next: (result) => results.push(result), error: resolve, complete: () => resolve('complete') });
  });
  return { results, ended, stop };
}

interface Raw { readonly socket: WebSocket; readonly messages: any[]; readonly closed: Promise<[number, string]>; readonly send: (message: unknown) => void }

async function rawSocket(protocol: string[] = ['graphql-transport-ws']): Promise<Raw> {
  const socket = new WebSocket(address(), protocol);
  raws.push(socket);
  const messages: any[] = [];
  socket.on('message', (message: Buffer) => messages.push(JSON.parse(message.toString())));
  socket.on('error', () => undefined);
  const closed = new Promise<[number, string]>((resolve) => { socket.on('close', (code, reason: Buffer) => resolve([code, reason.toString()])); });
  await once(socket, 'open');
  return { socket, messages, closed, send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)) };
}

async function connected(token = 'reader'): Promise<Raw> {
  const raw = await rawSocket();
  raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await until(() => raw.messages.length === 1);
  expect(raw.messages).toEqual([{ type: 'connection_ack' }]);
  return raw;
}

/** Asks for more answers than are kept for a reader, and reads none. */
function floodWithoutReading({ socket, send }: Raw): void {
  socket.pause();
  const payload = { x: 'x'.repeat(200_000) };
  for (let count = 0; count < 120; count++) send({ type: 'ping', payload });
}

const denied = (path: string[]) => ({ message: 'Unauthorized field or type', locations: expect.any(Array), path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });

describe('a graphql-ws client', () => {
  test('runs queries and mutations', async () => {
    const client = clientOf();
    const query = subscribe(client, '{ hello me }');
    expect([await query.ended, query.results]).toEqual(['complete', [{ data: { hello: 'hello you', me: reader.key } }]]);
    const mutation = subscribe(client, 'mutation { touch }');
    expect([await mutation.ended, mutation.results]).toEqual(['complete', [{ data: { touch: 'touched' } }]]);
    expect(fixture.services.counted).toEqual(['query ok', 'mutation ok']);
  });
  test('gets each event, and completes with the source', async () => {
    const { results, ended } = subscribe(clientOf(), 'subscription { ticks { id } }');
    await until(() => opened.length === 1);
    for (const id of ['e1', 'e2']) opened[0]?.push({ id });
    await until(() => results.length === 2);
    opened[0]?.finish();
    expect([await ended, results]).toEqual(['complete', [{ data: { ticks: { id: 'e1' } } }, { data: { ticks: { id: 'e2' } } }]]);
  });
  test('stops the source when it unsubscribes, and the connection goes on', async () => {
    const client = clientOf();
    const { stop, ended } = subscribe(client, 'subscription { ticks { id } }');
    await until(() => opened.length === 1);
    stop();
    await ended;
    await until(() => opened[0]?.stopped === true);
    const query = subscribe(client, '{ hello }');
    expect(await query.ended).toBe('complete');
  });
  test('stops all sources when it goes', async () => {
    const client = clientOf();
    for (let count = 0; count < 3; count++) subscribe(client, 'subscription { ticks { id } }');
    await until(() => opened.length === 3);
    client.terminate();
    await until(() => opened.every(({ stopped }) => stopped));
    expect(fixture.reported).toEqual([]);
  });
  test('is denied as everywhere, and it is recorded', async () => {
    const client = clientOf({});
    for (const [query, path, data] of [['{ guarded }', 'guarded', { guarded: null }], ['mutation { act }', 'act', { act: null }], ['subscription { ticks { id } }', 'ticks', undefined]] as const) {
      const { results, ended } = subscribe(client, query);
      expect(await ended).toBe('complete');
      expect(results).toEqual([{ ...(data === undefined ? {} : { data }), errors: [denied([path])] }]);
    }
    expect(fixture.services.audit.map(({ details }) => details?.paths)).toEqual([['guarded'], ['act'], ['ticks']]);
    expect(opened).toEqual([]);
  });
  test.each([
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [`{ ${'hello '.repeat(21)} }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { hello } query B { hello }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('gets the errors of %s', async (query, code) => {
    expect(await subscribe(clientOf(), query).ended).toEqual([expect.objectContaining({ extensions: { code } })]);
  });
  test('sees nothing of the inside', async () => {
    const client = clientOf();
    const query = subscribe(client, '{ fail }');
    await query.ended;
    expect(query.results).toEqual([{ data: { fail: null }, errors: [{ message: 'Internal error', locations: expect.any(Array), path: ['fail'], extensions: { code: 'INTERNAL_ERROR' } }] }]);
    const stream = subscribe(client, 'subscription { broken { id } }');
    expect(await stream.ended).toEqual([{ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } }]);
    expect(fixture.reported).toEqual([expect.objectContaining({ message: 'secret of the inside' }), expect.objectContaining({ message: 'secret of the source' })]);
  });
  test('gets an error, and keeps its connection, when the audit log is away', async () => {
    const client = clientOf({}, { lazy: false });
    await subscribe(client, '{ hello }').ended;
    fixture.services.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const mutation = subscribe(client, 'mutation { act }');
    await mutation.ended;
    expect(mutation.results).toEqual([{ errors: [expect.objectContaining({ extensions: { code: 'SERVICE_UNAVAILABLE' } })] }]);
    fixture.services.failure = undefined;
    expect(await subscribe(client, '{ hello }').ended).toBe('complete');
  });
});

describe('rights that change', () => {
  test('end a subscription with the denial, without an event; the others go on', async () => {
    const client = clientOf();
    const guarded = subscribe(client, 'subscription { t: ticks { id } }');
    const open = subscribe(client, 'subscription { free { id secret } }');
    await until(() => opened.length === 2);
    fixture.services.change(reader, { ...reader, grants: [grantOf('other:read')] });
    expect(await guarded.ended).toEqual([denied(['t'])]);
    opened[1]?.push({ id: 'e1', secret: 's' });
    await until(() => open.results.length === 1);
    expect(open.results).toEqual([{ data: { free: { id: 'e1', secret: null } }, errors: [denied(['free', 'secret'])] }]);
    const query = subscribe(client, '{ guarded }');
    await query.ended;
    expect(query.results).toEqual([{ data: { guarded: null }, errors: [denied(['guarded'])] }]);
  });
  test('a field that is denied in every event leaves one audit event', async () => {
    const { results } = subscribe(clientOf(), 'subscription { free { id secret } }');
    await until(() => opened.length === 1);
    for (const id of ['e1', 'e2', 'e3']) opened[0]?.push({ id, secret: 's' });
    await until(() => results.length === 3);
    expect(fixture.services.audit.map(({ details }) => details)).toEqual([{ paths: ['free.secret'], operation: 'subscription' }]);
  });
  test('a caller that ended takes the socket along with 4401, and nothing completes before', async () => {
    const raw = await connected();
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks { id } }' } });
    await until(() => opened.length === 1);
    const began = performance.now();
    fixture.services.change(reader, undefined);
    expect(await raw.closed).toEqual([4401, 'Unauthorized']);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(raw.messages.slice(1)).toEqual([]);
    expect(opened[0]?.stopped).toBe(true);
  });
  test('so does one whose end only an event discovers', async () => {
    const raw = await connected();
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks { id } }' } });
    await until(() => opened.length === 1);
    fixture.services.change(reader, undefined, true);
    opened[0]?.push({ id: 'e1' });
    expect(await raw.closed).toEqual([4401, 'Unauthorized']);
    expect(raw.messages.slice(1)).toEqual([]);
  });
  test('a credential that runs out closes with 4401, also without any operation', async () => {
    for (const withStream of [false, true]) {
      fixture.services.tokens.set('short', { ...reader, expiresAt: Date.now() + 150 });
      const raw = await connected('short');
      if (withStream) raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks { id } }' } });
      expect(await raw.closed).toEqual([4401, 'Credential expired']);
      expect(raw.messages.slice(1)).toEqual([]);
    }
  });
  test('an operation after a change that nobody announced runs with the rights of now', async () => {
    const client = clientOf();
    await subscribe(client, '{ hello }').ended;
    fixture.services.change(reader, { ...reader, grants: [] }, true);
    const query = subscribe(client, '{ guarded }');
    await query.ended;
    expect(query.results).toEqual([{ data: { guarded: null }, errors: [denied(['guarded'])] }]);
  });
  test('an ended caller cannot start anything', async () => {
    const raw = await connected();
    fixture.services.change(reader, undefined, true);
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'mutation { touch }' } });
    expect(await raw.closed).toEqual([4401, 'Unauthorized']);
    expect(raw.messages.slice(1)).toEqual([]);
  });
});

describe('close codes', () => {
  test('4408 without connection_init', async () => {
    expect(await (await rawSocket()).closed).toEqual([4408, 'Connection initialisation timeout']);
  });
  test.each([
    ['a bad token', { authorization: 'Bearer bad' }],
    ['a malformed header', { authorization: 'bad' }],
    ['credentials that are no text', { authorization: { token: 'reader' } }],
    ['a list for an API key', { apiKey: ['reader'] }],
  ])('4403 for %s', async (_name, payload) => {
    const raw = await rawSocket();
    raw.send({ type: 'connection_init', payload });
    expect(await raw.closed).toEqual([4403, 'Forbidden']);
  });
  test('1013, which clients try again, when the caller cannot be read', async () => {
    fixture.services.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const raw = await rawSocket();
    raw.send({ type: 'connection_init' });
    expect(await raw.closed).toEqual([1013, 'Try again later']);
    expect(fixture.reported).toEqual([]);
  });
  test('4500 for what is our fault, which is reported', async () => {
    fixture.services.failure = new Error('a bug');
    const raw = await rawSocket();
    raw.send({ type: 'connection_init' });
    expect(await raw.closed).toEqual([4500, 'Internal error']);
    expect(fixture.reported).toEqual([fixture.services.failure]);
  });
  test('4401 for a subscription before the connection is acknowledged', async () => {
    const raw = await rawSocket();
    raw.send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
    expect(await raw.closed).toEqual([4401, 'Unauthorized']);
  });
  test('4409 for an id that runs already', async () => {
    const raw = await connected();
    for (let count = 0; count < 2; count++) raw.send({ id: 'one', type: 'subscribe', payload: { query: 'subscription { ticks { id } }' } });
    expect(await raw.closed).toEqual([4409, 'Subscriber for one already exists']);
    await until(() => opened.every(({ stopped }) => stopped));
  });
  test('4429 for two inits', async () => {
    const raw = await connected();
    raw.send({ type: 'connection_init' });
    expect(await raw.closed).toEqual([4429, 'Too many initialisation requests']);
  });
  test.each(['garbage', '{}', '[]', '{"type":"unknown"}', '{"type":"subscribe","id":"1"}', '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}', '{"type":"next","id":7}'])('4400 for %s', async (message) => {
    const raw = await connected();
    raw.send(message);
    expect(await raw.closed).toEqual([4400, 'Invalid message received']);
  });
  test('4406 for another protocol', async () => {
    const socket = new WebSocket(address());
    raws.push(socket);
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4406);
  });
  test('1009 for an oversized message', async () => {
    const raw = await connected();
    raw.send({ id: '1', type: 'subscribe', payload: { query: `{ hello(name: "${'x'.repeat(300_000)}") }` } });
    expect((await raw.closed)[0]).toBe(1009);
    expect(fixture.reported).toEqual([]);
  });
  test('1007 for text that is no UTF-8', async () => {
    const raw = await connected();
    raw.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await raw.closed)[0]).toBe(1007);
  });
});

describe('bounds', () => {
  test('one operation too many is refused, the others run on', async () => {
    const raw = await connected();
    for (let id = 1; id <= 101; id++) raw.send({ id: String(id), type: 'subscribe', payload: { query: 'subscription { free { id } }' } });
    await until(() => raw.messages.length === 2 && opened.length === 100);
    expect(raw.messages[1]).toEqual({ id: '101', type: 'error', payload: [{ message: 'A socket may run at most 100 operations at once.', extensions: { code: 'RATE_LIMITED' } }] });
    raw.send({ id: '1', type: 'complete' });
    await until(() => opened.some(({ stopped }) => stopped));
    raw.send({ id: '102', type: 'subscribe', payload: { query: '{ hello }' } });
    await until(() => raw.messages.some(({ id, type }) => id === '102' && type === 'complete'));
  });
  test('a slow reader holds its source back', async () => {
    pulled.count = 0;
    const raw = await connected();
    raw.socket.pause();
    raw.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { flood(count: 5000, size: 131072) }' } });
    await until(() => pulled.count > 2);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    const before = pulled.count;
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    expect(pulled.count).toBe(before);
    expect(before).toBeLessThan(400);
    raw.socket.terminate();
  });
  test('a reader that takes nothing of many streams is closed with 1013, and may resume', async () => {
    pulled.count = 0;
    const raw = await connected();
    raw.socket.pause();
    for (let id = 1; id <= 60; id++) raw.send({ id: String(id), type: 'subscribe', payload: { query: 'subscription { flood(count: 5000, size: 131072) }' } });
    await serverCloses();
    expect(pulled.count).toBeGreaterThan(30);
    raw.socket.resume();
    expect(await raw.closed).toEqual([1013, 'Too slow: resume from the last cursor']);
    expect(fixture.reported).toEqual([]);
    const before = pulled.count;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect(pulled.count).toBe(before);
  });
  test('a flood of pings without reading is not queued for ever', async () => {
    const raw = await connected();
    floodWithoutReading(raw);
    await serverCloses();
    raw.socket.resume();
    expect(await raw.closed).toEqual([1013, 'Too slow: resume from the last cursor']);
  });
  test('a reader that takes longer than two seconds over what is left still learns why it is closed', async () => {
    const raw = await connected();
    floodWithoutReading(raw);
    await serverCloses();
    const began = performance.now();
    raw.socket.on('message', () => {
      if (performance.now() - began > 3_000) return;
      raw.socket.pause();
      setTimeout(() => raw.socket.resume(), 250);
    });
    raw.socket.resume();
    expect((await raw.closed)[0]).toBe(1013);
    expect(performance.now() - began).toBeGreaterThan(3_000);
  });
});

describe('connections', () => {
  test('the credential may come with the handshake', async () => {
    const socket = new WebSocket(address(), ['graphql-transport-ws'], { headers: { authorization: 'Bearer reader' } });
    raws.push(socket);
    await once(socket, 'open');
    const messages: string[] = [];
    socket.on('message', (message: Buffer) => messages.push(message.toString()));
    socket.send('{"type":"connection_init"}');
    await until(() => messages.length === 1);
    socket.send('{"id":"1","type":"subscribe","payload":{"query":"{ me }"}}');
    await until(() => messages.length === 3);
    expect(messages[1]).toContain(reader.key);
  });
  test.each([['another path', '/other', 404, true], ['a node that is not ready', '/graphql', 503, false]])('%s is refused', async (_name, path, status, ready) => {
    fixture.ready = ready;
    const socket = new WebSocket(`${fixture.url.replace('http', 'ws')}${path}`, ['graphql-transport-ws']);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain(String(status));
  });
  test('that vanish while they sign in leave nobody listening', async () => {
    const { promise, resolve: admit } = Promise.withResolvers<void>();
    fixture.services.gate = promise;
    const raw = await rawSocket();
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer reader' } });
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    raw.socket.terminate();
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    fixture.services.gate = undefined;
    admit();
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    expect(fixture.services.listening).toBe(0);
  });
  test('are closed with 1001 when the server stops, and their sources with them', async () => {
    const own = await TransportFixture.start();
    const client = createClient({ url: `${own.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: 'Bearer token-1' } });
    const { ended } = subscribe(client, 'subscription { ticks { id } }');
    await until(() => opened.length === 1);
    await own.stop();
    expect(await ended).toMatchObject({ code: 1001, reason: 'Going away' });
    expect([opened[0]?.stopped, own.services.listening]).toEqual([true, 0]);
    await client.dispose();
  });
});
