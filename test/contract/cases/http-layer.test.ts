/**
 * Rows of the sheet that describe an answer of its own product are held to what takes its place here:
 *
 * | row | there | here |
 * |---|---|---|
 * | HT-1, HT-2 | `request_id` in the body's envelope | GraphQL has its own answer format: the id is in the header, the log and the audit row |
 * | HT-5 | http://localhost:3000 allowed without a setting | CORS is off by default, for localhost as well |
 * | HT-8 | 403 with two trace headers | a deny is an answer (200); code, trace and audit event are fields of it |
 * | HT-11 | 400 | 413 |
 * | HT-16, HT-17 | 401 | a guarded field is null with UNAUTHORIZED_FIELD_OR_TYPE; a credential that does not verify is 401 |
 * | HT-19 | Data Console off | there is none: its address is 404 |
 * | HT-20 | every path in OpenAPI | OpenAPI has every path that is not a field of GraphQL; the contract of those is schema.graphql |
 */
import { readFileSync } from 'node:fs';
import { startTestServer, type TestServer } from '../../support/server.js';
import { auditEvents } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';

const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
  'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as unknown,
};
const PRODUCTION = {
  NODE_ENV: 'production', POLITY_PUBLIC_URL: 'https://polity.example.com', POLITY_MAX_BODY_BYTES: '1024',
  POLITY_TRUSTED_PROXIES: '127.0.0.0/8,10.0.0.0/8,192.0.2.10', POLITY_CORS_ORIGINS: 'https://app.example.com',
};

interface LogLine {
  readonly message: string;
  readonly request_id?: string;
  readonly [field: string]: unknown;
}

class Log {
  readonly lines: LogLine[] = [];
  readonly take = (line: string): void => void this.lines.push(JSON.parse(line) as LogLine);

  /** The access line of a request, which is written when its answer is closed. */
  async ofRequest(id: string): Promise<LogLine> {
    for (;;) {
      const line = this.lines.find(({ message, request_id: requestId }) => message === 'request' && requestId === id);
      if (line !== undefined) return line;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

let server: TestServer;
let production: TestServer;
const log = new Log();
const productionLog = new Log();
let count = 0;

beforeAll(async () => {
  [server, production] = await Promise.all([startTestServer({ log: log.take }), startTestServer({ environment: PRODUCTION, log: productionLog.take })]);
  await createFinanceReviewer(server.admin);
});
afterAll(() => Promise.all([server.stop(), production.stop()]));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly data?: unknown; readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[] };
}

async function post(to: TestServer, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${to.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Answer['body'] };
}

const query = (text: string): string => JSON.stringify({ query: text });
const newRequestId = (): string => `req_http_${++count}`;

describe('request id and headers', () => {
  test('HT-1: a success carries the id of the request and the security headers; its body is a plain GraphQL answer', async () => {
    const { status, headers, body } = await post(server, query('{ __typename }'), { 'x-request-id': 'req_test_envelope' });
    expect({ status, body }).toEqual({ status: 200, body: { data: { __typename: 'Query' } } });
    expect(headers.get('x-request-id')).toBe('req_test_envelope');
    expect(Object.fromEntries(headers)).toMatchObject(SECURITY_HEADERS);
  });

  test.each([
    ['a denied field', query('{ spaces { edges { node { id } } } }'), {}, 200],
    ['an unknown field', query('{ nothing }'), {}, 200],
    ['a credential that does not verify', query('{ __typename }'), { authorization: 'Bearer nonsense' }, 401],
    ['no JSON', '{', {}, 400],
  ])('HT-2: so does an error: %s', async (_, body, more, status) => {
    const id = newRequestId();
    const answer = await post(server, body, { 'x-request-id': id, ...more });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(Object.fromEntries(answer.headers)).toMatchObject(SECURITY_HEADERS);
    expect(Object.keys(answer.body).filter((key) => !['data', 'errors'].includes(key))).toEqual([]);
  });

  test.each([
    ['longer than 128 characters', 'r'.repeat(129)],
    ['with a blank', 'two words'],
    ['with a quote', 'a"b'],
  ])('HT-3: a request id %s is replaced by a made one', async (_, sent) => {
    const { headers } = await post(server, query('{ __typename }'), { 'x-request-id': sent });
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  });

  test('HT-3: one of 128 characters is kept', async () => {
    const { headers } = await post(server, query('{ __typename }'), { 'x-request-id': 'r'.repeat(128) });
    expect(headers.get('x-request-id')).toBe('r'.repeat(128));
  });
});

describe('CORS', () => {
  const preflight = (to: TestServer, origin: string): Promise<Response> => fetch(`${to.url}/graphql`, {
    method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' },
  });

  test.each([['HT-4', 'https://example.com'], ['HT-5', 'http://localhost:3000']])('%s: without a setting %s is no allowed origin', async (_, origin) => {
    const { headers } = await post(server, query('{ __typename }'), { origin });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(server, origin)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('HT-4: an origin that is set is allowed, without credentials of the browser, and no other is', async () => {
    const { headers } = await preflight(production, 'https://app.example.com');
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect((await preflight(production, 'https://app.example.com.evil.test')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('something impossible happens, in production', () => {
  const rename = (from: string, to: string): Promise<unknown> => asOwner(production.database, (owner) => owner.query(`ALTER TABLE ${from} RENAME TO ${to}`));

  test('HT-6: outside an operation it is a safe 500 with the id of the request', async () => {
    const { secret } = await withApiKey(production.admin, { level: 'INSTANCE', permissionKeys: ['resources:read'] });
    const id = newRequestId();
    await rename('sys_admin.api_keys', 'api_keys_gone');
    const answer = await post(production, query('{ __typename }'), { 'x-request-id': id, 'x-polity-api-key': secret });
    await rename('sys_admin.api_keys_gone', 'api_keys');
    expect(answer).toMatchObject({ status: 500, body: { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } }] } });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(answer.text).not.toMatch(/relation|api_keys|stack/);
    expect(await post(production, query('{ __typename }'), { 'x-polity-api-key': secret })).toMatchObject({ status: 200 });
  });

  test('HT-7: inside an operation the error has a code and nothing of the inside; the log has all of it', async () => {
    const id = newRequestId();
    await rename('sys_resource.resource_types', 'resource_types_gone');
    const answer = await post(production, query('{ __typename resourceTypes { edges { node { id } } } }'), { ...production.admin.headers, 'x-request-id': id });
    await rename('sys_resource.resource_types_gone', 'resource_types');
    expect(answer.body).toEqual({
      data: { __typename: 'Query', resourceTypes: null },
      errors: [{ message: 'Internal error', locations: expect.any(Array) as unknown, path: ['resourceTypes'], extensions: { code: 'INTERNAL_ERROR' } }],
    });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(JSON.stringify(productionLog.lines.filter(({ level }) => level === 'error'))).toContain('relation \\"sys_resource.resource_types\\" does not exist');
    expect(await production.admin.data('{ resourceTypes { edges { node { id } } } }')).toEqual({ resourceTypes: { edges: [] } });
  });
});

test('HT-8: a deny is an answer with its code, its trace and its audit event', async () => {
  const backend = await withApiKey(server.admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
  const answer = await check(backend, approve(ACTORS.alice, 'invoice_002'));
  expect(answer).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS', traceId: expect.stringMatching(/^trc_/) as unknown, auditEventId: expect.stringMatching(/^audit_/) as unknown });
  expect(await auditEvents(server.admin, { traceId: answer.traceId })).toMatchObject([{ id: answer.auditEventId, denyCode: 'SCOPE_OUT_OF_BOUNDS' }]);
});

describe('bodies', () => {
  test.each([
    ['an unknown argument', '{ spaces(colour: "red") { edges { node { id } } } }', undefined, 'GRAPHQL_VALIDATION_FAILED', 'colour'],
    ['an unknown input field', 'mutation { createSpace(input: { name: "x", colour: "red" }) { errors { code } } }', undefined, 'GRAPHQL_VALIDATION_FAILED', 'colour'],
    ['an unknown input field in a variable', 'mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { errors { code } } }', { input: { name: 'x', colour: 'red' } }, 'BAD_USER_INPUT', 'colour'],
    ['an input field of a wrong type', 'mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { errors { code } } }', { input: { name: 7 } }, 'BAD_USER_INPUT', 'input.name'],
    ['a missing argument', '{ space { id } }', undefined, 'GRAPHQL_VALIDATION_FAILED', '"id"'],
  ])('HT-9: %s is refused by name, and nothing runs', async (_, document, variables, code, name) => {
    const answer = await post(server, JSON.stringify({ query: document, variables }), { ...server.admin.headers, accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors).toMatchObject([{ message: expect.stringContaining(name) as unknown, extensions: { code } }]);
  });

  test('HT-10: two JSON objects are no JSON', async () => {
    const one = query('{ __typename }');
    expect(await post(server, `${one}${one}`)).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'VALIDATION_FAILED' } }] } });
    expect(await post(server, `${one}\n${one}`)).toMatchObject({ status: 400 });
  });

  test('HT-11: a body above the limit is 413, whether or not it says its size, and the connection answers on', async () => {
    const large = JSON.stringify({ query: '{ __typename }', variables: { filler: 'x'.repeat(1024) } });
    const refused = { status: 413, body: { errors: [{ message: 'A body may have at most 1024 bytes.', extensions: { code: 'PAYLOAD_TOO_LARGE' } }] } };
    expect(await post(production, large)).toMatchObject(refused);
    const chunked = await fetch(`${production.url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: new Blob([large]).stream(), duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect(await post(production, query('{ __typename }'))).toMatchObject({ status: 200 });
  });
});

describe('log and addresses', () => {
  test('HT-12: a request is one line with its facts', async () => {
    const id = newRequestId();
    await post(server, query('{ __typename }'), { 'x-request-id': id, 'user-agent': 'contract/1' });
    expect(await log.ofRequest(id)).toEqual({
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/) as unknown, level: 'info', message: 'request', request_id: id,
      method: 'POST', path: '/graphql', status: 200, latency_ms: expect.any(Number) as unknown, remote_ip: '127.0.0.1', user_agent: 'contract/1',
    });
    expect(log.lines.filter(({ message, request_id: requestId }) => message === 'request' && requestId === id)).toHaveLength(1);
  });

  test('HT-13: nobody is believed about the address of a client unless its own is trusted', async () => {
    const id = newRequestId();
    await post(server, query('{ __typename }'), { 'x-request-id': id, 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.8' });
    expect((await log.ofRequest(id)).remote_ip).toBe('127.0.0.1');
  });

  test.each([
    ['HT-14', 'the first hop that is not trusted, from the end', { 'x-forwarded-for': '198.51.100.99, 203.0.113.7, 10.1.2.3' }, '203.0.113.7'],
    ['HT-15', 'the address of a trusted proxy without hops', { 'x-real-ip': '203.0.113.8' }, '203.0.113.8'],
    ['HT-13', 'what is no address counts as none', { 'x-forwarded-for': 'somewhere' }, '127.0.0.1'],
  ])('%s: behind trusted proxies the client is %s', async (_, _title, headers, expected) => {
    const id = newRequestId();
    await post(production, query('{ __typename }'), { 'x-request-id': id, ...headers });
    expect((await productionLog.ofRequest(id)).remote_ip).toBe(expected);
  });
});

describe('without credentials', () => {
  test.each([['HT-16', {}], ['HT-17', { 'x-admin-token': 'old', 'x-plystra-admin-token': 'old' }]])('%s: the audit log is closed', async (_, headers) => {
    const { body } = await post(server, query('{ auditEvents { edges { node { id } } } auditEventTypes { key } }'), headers as Record<string, string>);
    expect(body).toMatchObject({
      data: { auditEvents: null, auditEventTypes: null },
      errors: [{ path: ['auditEvents'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }, { path: ['auditEventTypes'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
    });
  });

  test('HT-18: health, readiness and version are open', async () => {
    const get = async (path: string): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${production.url}${path}`);
      return { status: response.status, body: await response.json() };
    };
    expect(await get('/livez')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready', reasons: [] } });
    expect(await get('/version')).toMatchObject({ status: 200, body: { name: 'polity', traceVersion: '1.0' } });
  });

  test.each(['/metrics', '/console', '/console/data', '/data', '/api/v1/data'])('HT-19: %s is 404 in production by default', async (path) => {
    const response = await fetch(`${production.url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ errors: [{ message: 'There is nothing at this address.', extensions: { code: 'ROUTE_UNKNOWN' } }] });
  });
});

test('HT-20: the OpenAPI document has every path with its tag and its body, both schemes of credentials, and is the committed one', async () => {
  const served = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags: readonly string[]; readonly requestBody?: unknown }>>>>;
    readonly components: { readonly securitySchemes: Readonly<Record<string, { readonly type: string }>> };
    readonly servers?: unknown;
  };
  expect(Object.keys(served.paths).sort()).toEqual([
    '/.well-known/authzen-configuration', '/.well-known/jwks.json', '/.well-known/polity', '/access/v1/evaluation', '/access/v1/evaluations', '/access/v1/search/action',
    '/access/v1/search/resource', '/access/v1/search/subject', '/graphql', '/graphql/schema.graphql', '/graphql/stream', '/livez', '/metrics', '/openapi.json', '/openapi.yaml', '/readyz', '/version',
  ]);
  for (const operations of Object.values(served.paths)) {
    for (const [method, { tags, requestBody }] of Object.entries(operations)) expect([tags.length, method === 'post']).toEqual([1, requestBody !== undefined]);
  }
  expect(served.components.securitySchemes).toMatchObject({ bearer: { type: 'http' }, apiKey: { type: 'apiKey' } });
  const { servers: _servers, ...document } = served;
  expect(document).toEqual(JSON.parse(readFileSync(new URL('../../../openapi.json', import.meta.url), 'utf8')));
});
