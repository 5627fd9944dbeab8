import type { Socket } from 'node:net';
import { TransportFixture, until } from '../../../test/support/transport-fixture.js';
import { PolityError } from '../../kernel/errors/index.js';
import { infoOf } from './http-server.js';
import { readBody } from './read-body.js';
import { sendJson } from './respond.js';
import type { RouteHandler } from './route-table.js';

const LIMIT = 1_024;
const routes: Record<string, RouteHandler> = {
  'GET /info': (request, response) => sendJson(response, 200, infoOf(request)),
  'POST /body': async (request, response) => sendJson(response, 200, { bytes: (await readBody(request, LIMIT)).length }),
  'GET /fails': () => { throw new Error('secret of the inside'); },
  'GET /down': () => { throw Object.assign(new Error('connect 10.0.0.9:5432'), { code: 'ECONNREFUSED' }); },
  'GET /denied': () => { throw new PolityError('UNAUTHENTICATED', 'The token does not verify.', { details: { hint: 'x' } }); },
  'GET /hangs': () => new Promise<void>(() => undefined),
  'GET /late': async (_request, response) => {
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    sendJson(response, 200, {});
  },
  'GET /half': (_request, response) => {
    response.write('half');
    throw new Error('secret of the inside');
  },
};

let fixture: TransportFixture;
beforeAll(async () => {
  fixture = await TransportFixture.start({ POLITY_REQUEST_TIMEOUT_MS: '500', POLITY_HEADERS_TIMEOUT_MS: '400', POLITY_TRUSTED_PROXIES: '127.0.0.1', POLITY_MAX_BODY_BYTES: String(LIMIT) }, routes);
});
afterAll(() => fixture.stop());
beforeEach(() => void fixture.logged.splice(0));

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => fetch(`${fixture.url}${path}`, { headers, method });
const bodyOf = async (response: Response): Promise<any> => response.json();

async function answerTo(socket: Socket, ...parts: string[]): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  await until(() => text.includes('\r\n\r\n'), `no answer: ${text}`);
  return text;
}

describe('headers', () => {
  test.each([['/info', 200], ['/nothing', 404], ['/fails', 500]])('HT-1 HT-2 %s (%d) has the request id and the security headers', async (path, status) => {
    const response = await get(path, { 'x-request-id': 'req_test_envelope' });
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'req_test_envelope', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    await response.text();
  });
  test('HT-3 a long request id is replaced, and the answer, the route and the log agree on the new one', async () => {
    const response = await get('/info', { 'x-request-id': 'x'.repeat(129) });
    const { id } = await bodyOf(response);
    expect(id).toMatch(/^req_/);
    expect(response.headers.get('x-request-id')).toBe(id);
    await until(() => fixture.logged.some(({ fields }) => fields?.request_id === id));
  });
  test('HT-14 the address comes from a trusted proxy', async () => {
    expect(await bodyOf(await get('/info', { 'x-forwarded-for': '203.0.113.7, 127.0.0.1' }))).toMatchObject({ ip: '203.0.113.7' });
  });
});

describe('cross-origin access', () => {
  const cors = (response: Response): string[] => [...response.headers.keys()].filter((name) => name.startsWith('access-control'));

  test('HT-4 is off without a setting', async () => {
    for (const method of ['GET', 'OPTIONS']) expect(cors(await get('/info', { origin: 'https://example.com', 'access-control-request-method': 'POST' }, method))).toEqual([]);
  });
});

describe('routing', () => {
  test('an unknown address is 404 with a code', async () => {
    const response = await get('/nothing');
    expect([response.status, await bodyOf(response)]).toEqual([404, { errors: [{ message: 'There is nothing at this address.', extensions: { code: 'ROUTE_UNKNOWN' } }] }]);
  });
  test('another method is 405 and names those that are allowed', async () => {
    const response = await get('/info', {}, 'DELETE');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    await response.text();
  });
  test('HEAD is GET without a body', async () => {
    const response = await get('/info', {}, 'HEAD');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
  test.each(['//x', '*', '/%', 'http://['])('an odd address (%s) is not found', async (target) => {
    const socket = await fixture.raw();
    expect(await answerTo(socket, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 (404|400) /);
    socket.destroy();
  });
});

describe('errors', () => {
  test('say nothing of the inside, and are logged', async () => {
    const response = await get('/fails');
    expect([response.status, await response.text()]).toEqual([500, '{"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_ERROR"}}]}']);
    expect(fixture.logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'request failed' }));
  });
  test('a database that is gone is 503 with a time to come back', async () => {
    const response = await get('/down');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.text()).not.toContain('10.0.0.9');
  });
  test('an unknown caller is told how to sign in', async () => {
    const response = await get('/denied');
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await bodyOf(response)).toEqual({ errors: [{ message: 'The token does not verify.', extensions: { code: 'UNAUTHENTICATED', hint: 'x' } }] });
  });
  test('after the headers the connection is cut', async () => {
    await expect(get('/half').then((response) => response.text())).rejects.toThrow('terminated');
  });
});

describe('bodies', () => {
  const post = (body: BodyInit, more: object = {}): Promise<Response> => fetch(`${fixture.url}/body`, { method: 'POST', body, ...more });

  test('up to the limit are read', async () => {
    expect(await bodyOf(await post('x'.repeat(LIMIT)))).toEqual({ bytes: LIMIT });
  });
  test('announced as larger are refused before they are read', async () => {
    const socket = await fixture.raw();
    expect(await answerTo(socket, `POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: ${LIMIT + 1}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 [\s\S]*PAYLOAD_TOO_LARGE/);
    socket.destroy();
  });
  test('streamed and larger are refused, and the client sees it', async () => {
    const chunks = (async function* stream() { for (let count = 0; count < 200; count++) yield Buffer.alloc(512); })();
    const response = await post(chunks as never, { duplex: 'half' });
    expect([response.status, (await bodyOf(response)).errors[0].extensions.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
  test('that stop half-way leave nothing behind', async () => {
    const socket = await fixture.raw();
    socket.write('POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    socket.destroy();
    await until(() => fixture.logged.some(({ fields }) => fields?.path === '/body' && fields.status === 499));
    expect(fixture.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
  test('whose sender goes on after the refusal are cut off in the end', async () => {
    const socket = await fixture.raw();
    // It is cut off in the middle of a write or between two: a reset is one of the ways to hear of it.
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => { socket.once('close', resolve); });
    expect(await answerTo(socket, 'POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n')).toContain('413');
    const writing = setInterval(() => socket.write('x'), 50);
    await closed;
    clearInterval(writing);
    expect(socket.destroyed).toBe(true);
  });
});

describe('time', () => {
  test.each(['/hangs', '/late'])('an operation that takes too long (%s) is 504', async (path) => {
    const response = await get(path);
    expect([response.status, (await bodyOf(response)).errors[0].extensions.code]).toEqual([504, 'REQUEST_TIMEOUT']);
  });
  test('what comes after it is neither sent nor an error', async () => {
    await get('/late');
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    expect(fixture.logged.filter(({ level }) => level === 'error')).toEqual([]);
    expect((await get('/info')).status).toBe(200);
  });
  test('a client that leaves is logged as gone', async () => {
    const leaving = new AbortController();
    const asked = fetch(`${fixture.url}/hangs`, { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 30);
    await expect(asked).rejects.toThrow('aborted');
    await until(() => fixture.logged.some(({ fields }) => fields?.path === '/hangs' && fields.status === 499));
  });
});

test('HT-12 a request is logged with its facts', async () => {
  await get('/info?secret=1', { 'user-agent': 'probe', 'x-request-id': 'req_logged' });
  await until(() => fixture.logged.some(({ message }) => message === 'request'));
  expect(fixture.logged.find(({ message }) => message === 'request')?.fields).toEqual({
    request_id: 'req_logged', method: 'GET', path: '/info', status: 200, latency_ms: expect.any(Number), remote_ip: '127.0.0.1', user_agent: 'probe',
  });
});

test('an upgrade has its facts too', () => {
  expect(() => infoOf({} as never)).toThrow('did not come through');
});
