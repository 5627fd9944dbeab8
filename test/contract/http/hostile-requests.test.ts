import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from '../../support/server.js';
import { DOORS, EVERY_DOOR } from '../graphql/support/doors.js';

const ADDRESSES = ['/graphql', '/graphql/stream'];
const HEADERS_MS = 400;
const REQUEST_MS = 3_000;

let server: TestServer;
const logged: string[] = [];
beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_HEADERS_TIMEOUT_MS: String(HEADERS_MS), POLITY_REQUEST_TIMEOUT_MS: String(REQUEST_MS), POLITY_LOG_LEVEL: 'error' }, log: (line) => logged.push(line) });
});
afterAll(() => server.stop());
// The server goes on, and nothing of it was an error of ours.
afterEach(async () => {
  const { status, data } = await DOORS.POST(server.admin, { query: '{ version }' });
  const errors = logged.splice(0);
  if (status !== 200 || data?.version === undefined || errors.length > 0) throw new Error(`the server does not go on: ${JSON.stringify({ status, data, errors })}`);
});

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');

describe.each(EVERY_DOOR)('documents by %s', (name, door) => {
  test.each([
    ['a fragment within itself', '{ ...A } fragment A on Query { version ...A }'],
    ['fragments in a ring', `{ ...F0 } ${times(50, (index) => `fragment F${index} on Query { version ...F${(index + 1) % 50} }`)}`],
    ['fragments that double each other', `{ ...F0 } ${times(30, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F30 on Query { nothing }`],
    ['a value within values within values', `{ node(id: ${'['.repeat(900)}${']'.repeat(900)}) { id } }`],
    ['a type of lists of lists', `query ($a: ${'['.repeat(900)}Int${']'.repeat(900)}) { version }`],
    ['fields in conflict, many times over', `{ ${times(150, (index) => `x: node(id: "u${index}") { id }`)} }`],
    ['nothing but a comment', '# nothing'],
    ['a lone surrogate', '{ version(\ud800) }'],
    ['two anonymous operations', '{ version } { version }'],
  ])('%s: errors of the request, soon', async (_what, query) => {
    const began = performance.now();
    const { data, errors = [], status } = await door(server.admin, { query });
    expect([data, errors.length > 0, status]).toEqual([undefined, true, name === 'WebSocket' ? undefined : 400]);
    expect(new Set(errors.map(({ extensions }) => extensions?.['code']))).toEqual(new Set([expect.stringMatching(/^GRAPHQL_(PARSE|VALIDATION)_FAILED$|^BAD_USER_INPUT$|^OPERATION_RESOLUTION_FAILURE$/)]));
    expect(performance.now() - began).toBeLessThan(REQUEST_MS);
  });
});

test.each(EVERY_DOOR)('by %s conditions within conditions, in any depth, are those of one selection', async (_name, door) => {
  expect(await door(server.admin, { query: `{ ${'...{'.repeat(1_200)} version ${'}'.repeat(1_200)} }` })).toMatchObject({ data: { version: expect.any(String) } });
});

describe.each(ADDRESSES)('bodies at %s', (path) => {
  const send = async (body: BodyInit | undefined, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<{ status: number; text: string; type: string }> => {
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { accept: 'application/json, text/event-stream', ...server.admin.headers, ...headers }, body });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' };
  };

  test.each([
    ['nothing', ''], ['half of an object', '{"query":"{ version }"'], ['no JSON', '{ version }'], ['null', 'null'], ['a text', '"{ version }"'], ['a number', '1'],
    ['an empty object', '{}'], ['a query that is a number', '{"query":1}'], ['a query that is a list', '{"query":["{ version }"]}'], ['variables that are a text', '{"query":"{ version }","variables":"{}"}'],
    ['variables that are a list', '{"query":"{ version }","variables":[]}'], ['an operation name that is an object', '{"query":"{ version }","operationName":{}}'],
    ['extensions that are a list', '{"query":"{ version }","extensions":[1]}'], ['two objects', '{"query":"{ version }"}{"query":"{ version }"}'], ['a NUL', '{"query":"{ version }"\u0000}'],
    ['an empty batch', '[]'], ['a batch of nothing', '[null]'], ['a batch within a batch', '[[{"query":"{ version }"}]]'],
    ['lists a hundred thousand deep', `{"query":"{ version }","variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('%s: 400 and an error', async (_what, body) => {
    const { status, text } = await send(body);
    expect([status, text.includes('"errors"'), text.includes('"data"')]).toEqual([400, true, false]);
  });
  test('objects twenty thousand deep in a variable that nobody declared are not looked at', async () => {
    const { status, text } = await send(`{"query":"{ version }","variables":{"a":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`);
    expect([status, text.includes('"data"')]).toEqual([200, true]);
  });
  test('names that objects inherit mean nothing', async () => {
    const { status, text } = await send('{"query":"{ version }","variables":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}},"__proto__":{"query":"{ me { user { id } } }"}}');
    expect([status, text.includes('"version"'), ({} as { polluted?: unknown }).polluted]).toEqual([200, true, undefined]);
  });
  test('text that is no UTF-8', async () => {
    expect((await send(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).status).toBe(400);
  });
  test.each([
    ['text/plain', 'text/plain'], ['a form', 'application/x-www-form-urlencoded'], ['a form of parts', 'multipart/form-data; boundary=x'], ['GraphQL', 'application/graphql'], ['XML', 'application/xml'],
    ['JSON in another encoding', 'application/json; charset=utf-16'], ['something like JSON', 'application/jsonp'], ['no type at all', ''], ['garbage', ';;;'],
  ])('%s as content type: 415', async (_what, type) => {
    const { status, text } = await send('{"query":"{ version }"}', { 'content-type': type });
    expect([status, text.includes('"data"')]).toEqual([415, false]);
  });
});

describe('half a request', () => {
  const open: Socket[] = [];
  afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));

  /** Writes to a connection and gives what came back until the server closed it. */
  async function talk(text: string, end = false): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    open.push(socket);
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk: Buffer) => { received += chunk.toString(); });
    await once(socket, 'connect');
    if (end) socket.end(text);
    else socket.write(text);
    await once(socket, 'close');
    return received;
  }
  const head = (more: string): string => `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}`;

  test('headers that never end are answered 408 and closed, however many there are', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => talk('POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ')));
    expect(new Set(answers.map((answer) => answer.split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
  });
  test('a body that never ends is answered in the time of a request, and closed', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => talk(head('content-length: 1000\r\n\r\n{"query":"'))));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 (408|504) /);
  }, 15_000);
  test('a body whose sender leaves is dropped without an answer', async () => {
    expect(await talk(head('content-length: 1000\r\n\r\n{"query":"'), true)).not.toContain('200 OK');
  });
  test.each([
    ['no HTTP', 'hello\r\n\r\n'], ['two lengths', head('content-length: 2\r\ncontent-length: 3\r\n\r\n{}')], ['a length and chunks', head('content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n')],
    ['a length below nothing', head('content-length: -1\r\n\r\n')], ['chunks that are none', head('transfer-encoding: chunked\r\n\r\nZZ\r\n')], ['a header with a NUL', head('x-a: \u0000\r\n\r\n')],
  ])('%s is answered 400 and closed', async (_what, text) => {
    expect(await talk(text)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a WebSocket', () => {
  const sockets: WebSocket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.terminate()));

  async function open(): Promise<{ readonly socket: WebSocket; readonly messages: any[]; readonly closed: Promise<readonly [number, string]> }> {
    const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, GRAPHQL_TRANSPORT_WS_PROTOCOL);
    sockets.push(socket);
    const messages: any[] = [];
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
    const closed = new Promise<readonly [number, string]>((resolve) => { socket.once('close', (code, reason) => resolve([code, reason.toString()])); });
    await once(socket, 'open');
    return { socket, messages, closed };
  }
  async function acknowledged(): ReturnType<typeof open> {
    const opened = await open();
    opened.socket.send(JSON.stringify({ type: 'connection_init', payload: server.admin.headers }));
    await once(opened.socket, 'message');
    return opened;
  }
  const subscribe = (id: number, query: string): string => JSON.stringify({ id: String(id), type: 'subscribe', payload: { query } });

  test('that never says connection_init is closed with 4408', async () => {
    expect(await (await open()).closed).toEqual([4408, 'Connection initialisation timeout']);
  });
  test.each([['bytes', Buffer.from([0, 1, 2, 3])], ['text', 'hello'], ['another protocol', '{"type":"start","id":"1"}'], ['JSON a hundred thousand deep', '['.repeat(100_000)]])('that sends garbage (%s) is closed with 4400', async (_what, garbage) => {
    const { socket, closed } = await acknowledged();
    socket.send(garbage);
    expect((await closed)[0]).toBe(4400);
  });
  test('that sends broken frames is closed', async () => {
    const { socket, closed } = await acknowledged();
    (socket as unknown as { readonly _socket: Socket })._socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect((await closed)[0]).toBe(1002);
  });
  test('that floods with operations is closed with 4429, and what it sent runs no more', async () => {
    const { socket, closed } = await acknowledged();
    for (let id = 0; id < 5_000; id++) socket.send(subscribe(id, 'subscription { lifecycleEvents { position } }'));
    expect(await closed).toEqual([4429, 'Too many messages at once']);
  });
  test('that asks for more than it may at once is refused what is above, and goes on', async () => {
    const { socket, messages } = await acknowledged();
    for (let id = 0; id < 150; id++) socket.send(subscribe(id, 'subscription { lifecycleEvents { position } }'));
    while (messages.filter(({ type }) => type === 'error').length < 50) await once(socket, 'message');
    socket.send(JSON.stringify({ id: '0', type: 'complete' }));
    socket.send(subscribe(1_000, '{ version }'));
    while (!messages.some(({ id, type }) => id === '1000' && type === 'next')) await once(socket, 'message');
    expect(messages.filter(({ type }) => type === 'error').map(({ payload: [error] }) => error.extensions.code as unknown)).toEqual(Array.from({ length: 50 }, () => 'RATE_LIMITED'));
  });
  test('that comes again and again and is refused is closed with 4429 before it is looked at; those that ask for something come in', async () => {
    const early = await acknowledged();
    const codes: number[] = [];
    while (codes.at(-1) !== 4429 && codes.length < 400) {
      const { socket, closed } = await open();
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer ply_at_wrong' } }));
      codes.push((await closed)[0]);
    }
    expect([codes.length < 400, codes.slice(0, 50)]).toEqual([true, Array.from({ length: 50 }, () => 4403)]);
    early.socket.send(subscribe(1, '{ version }'));
    while (!early.messages.some(({ type }) => type === 'next')) await once(early.socket, 'message');
  });
});
