import { createPolityClient, isPolityClientError, type PolityClient, type PolityClientError } from './index.js';
import { allow, deny, FakePolity } from './testing/fake-polity.js';

const API_KEY = 'polity_test_key_0123456789';
const actor = { userId: 'user_docs_alice', memberId: 'member_docs_finance_reviewer', userMemberId: 'um_docs_alice_finance_reviewer', spaceId: 'space_contoso' };

let polity: FakePolity;
let client: PolityClient;

beforeEach(async () => {
  polity = await FakePolity.start();
  client = createPolityClient({ url: polity.url, credentials: { apiKey: API_KEY }, retry: { attempts: 0 } });
});
afterEach(() => polity.stop());

async function failure(promise: Promise<unknown>): Promise<PolityClientError> {
  const error: unknown = await promise.then(() => undefined, (thrown: unknown) => thrown);
  if (!isPolityClientError(error)) throw new Error(`expected a PolityClientError, got ${String(error)}`);
  return error;
}

test('SD-1 health, readiness and version send no credential', async () => {
  polity.answer = ({ path }) => (path === '/version'
    ? { json: { version: '0.1.0', revision: 'abc' } }
    : { json: { status: path === '/livez' ? 'ok' : 'ready', reasons: [], warnings: [], capabilities: [] } });
  expect(await client.health()).toMatchObject({ status: 'ok' });
  expect(await client.readiness()).toMatchObject({ ready: true, status: 'ready', reasons: [] });
  expect(await client.version()).toMatchObject({ version: '0.1.0', revision: 'abc' });
  expect(polity.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /livez', 'GET /readyz', 'GET /version']);
  for (const { headers } of polity.requests) {
    expect(headers).not.toHaveProperty('x-polity-api-key');
    expect(headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(headers)).not.toContain(API_KEY);
  }
});

test('a server that is not ready is an answer of readiness, with its reasons', async () => {
  const capability = { id: 'audit.explainable', version: '0.1.0', state: 'failed', error: { code: 'INTERNAL_ERROR' } };
  polity.answer = () => ({ status: 503, json: { status: 'not ready', reasons: ['the database cannot be reached'], warnings: [], capabilities: [capability] } });
  expect(await client.readiness()).toMatchObject({ ready: false, reasons: ['the database cannot be reached'], capabilities: [capability] });
});

test('SD-2 a protected call sends the API key, and an access token as bearer', async () => {
  await client.check({ actor, action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' });
  let made = 0;
  const person = createPolityClient({ url: polity.url, credentials: { accessToken: async () => `token-${(made += 1)}` } });
  await person.check({ action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' });
  await person.check({ action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' });
  expect(polity.requests.map(({ headers }) => [headers['x-polity-api-key'], headers.authorization])).toEqual([
    [API_KEY, undefined], [undefined, 'Bearer token-1'], [undefined, 'Bearer token-2'],
  ]);
});

test('SD-3 check sends actor, resource, grants and action nested in its input', async () => {
  const question = {
    actor, action: 'approve', resourceType: 'expense_report', resourceId: 'er-9', atLeast: 'rev_0',
    resource: { type: 'expense_report', id: 'er-9', externalId: 'er-009', spaceId: 'space_contoso', groupPath: 'finance.apac', ownerMemberId: 'member_x', metadata: { amount: 1200 } },
    grants: [{ resourceType: 'expense_report', action: 'approve', scope: 'GROUP_TREE', scopeAnchorGroupPath: 'finance' }],
  } as const;
  const decision = await client.check(question);
  const [request] = polity.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/graphql' });
  expect(request?.body?.variables).toEqual({ input: question });
  expect(request?.body?.query).toContain('check(input: $input)');
  expect(decision).toMatchObject({ decision: 'ALLOW', allowed: true, reason: 'A role covers it.', traceId: 'trc_1', auditEventId: 'audit_1', revision: 'rev_1' });
  expect(decision.denyCode).toBeUndefined();
});

test('SD-4 the request id of a call is sent as X-Request-ID and comes back with answer and error', async () => {
  const question = { actor, action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' };
  expect(await client.check(question, { requestId: 'req_mine' })).toMatchObject({ requestId: 'req_mine' });
  expect((await client.query('{ me { id } }', undefined, { requestId: 'req_query' })).requestId).toBe('req_query');
  polity.answer = () => ({ json: { errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] } });
  expect(await failure(client.check(question, { requestId: 'req_bad' }))).toMatchObject({ requestId: 'req_bad' });
  const made = await failure(client.check(question));
  expect(polity.requests.map(({ headers }) => headers['x-request-id'])).toEqual(['req_mine', 'req_query', 'req_bad', made.requestId]);
  expect(made.requestId).toMatch(/^req_[0-9a-f]{32}$/);
  await expect(client.check(question, { requestId: 'two\nlines' })).rejects.toThrow(TypeError);
});

test.each([
  ['INLINE_CONTEXT_REQUIRES_API_KEY', 200, 'denied'],
  ['SESSION_EXPIRED', 200, 'unauthenticated'],
  ['SERVICE_UNAVAILABLE', 503, 'unavailable'],
  ['VALIDATION_FAILED', 200, 'invalid'],
  ['RATE_LIMITED', 429, 'limit'],
  ['REQUEST_TIMEOUT', 504, 'timeout'],
  ['INTERNAL_ERROR', 200, 'internal'],
  ['A_CODE_OF_TOMORROW', 403, 'denied'],
])('SD-5 %s becomes a typed error with status, code, message, path and request id', async (code, status, kind) => {
  polity.answer = () => ({
    status, headers: { 'retry-after': '7' },
    json: { data: { check: null }, errors: [{ message: 'What is wrong.', path: ['check'], extensions: { code, inputPath: ['input', 'actor'] } }] },
  });
  const error = await failure(client.check({ actor, action: 'approve', resourceId: 'er-1', resourceType: 'expense_report' }, { requestId: 'req_5' }));
  expect(error).toMatchObject({ name: 'PolityClientError', code, kind, status, message: 'What is wrong.', path: ['input', 'actor'], requestId: 'req_5', retryAfter: 7 });
  expect(error.errors).toHaveLength(1);
});

test('SD-6 a plain-text 502 is INVALID_JSON_RESPONSE', async () => {
  polity.answer = () => ({ status: 502, text: 'Bad Gateway' });
  const error = await failure(client.check({ actor, action: 'approve', resourceId: 'er-1', resourceType: 'expense_report' }));
  expect(error).toMatchObject({ code: 'INVALID_JSON_RESPONSE', kind: 'unavailable', status: 502 });
  polity.answer = () => ({ status: 200, text: '<html>' });
  expect(await failure(client.health())).toMatchObject({ code: 'INVALID_JSON_RESPONSE', kind: 'internal', status: 200 });
});

test('a DENY is an answer, not an error', async () => {
  polity.answer = () => ({ json: { data: { check: deny } } });
  const decision = await client.check({ actor, action: 'approve', resourceId: 'er-1', resourceType: 'expense_report' });
  expect(decision).toMatchObject({ decision: 'DENY', allowed: false, denyCode: 'SCOPE_OUT_OF_BOUNDS', traceId: 'trc_2' });
});

test.each([
  ['nothing', null],
  ['another outcome', { ...allow, decision: 'MAYBE' }],
  ['a truthy outcome', { ...allow, decision: true }],
  ['no trace', { ...allow, traceId: null }],
])('an answer with %s is no decision', async (_name, check) => {
  polity.answer = () => ({ json: { data: { check } } });
  const error = await failure(client.check({ actor, action: 'approve', resourceId: 'er-1', resourceType: 'expense_report' }));
  expect(error).toMatchObject({ code: 'INVALID_RESPONSE', kind: 'internal' });
});

test('checkMany answers each question in its order, or fails', async () => {
  polity.answer = () => ({ json: { data: { checkMany: [allow, deny] } } });
  const question = { actor, action: 'approve', resourceType: 'expense_report', resourceId: 'expense_report_001' };
  const answers = await client.checkMany([question, { ...question, resourceId: 'expense_report_002' }]);
  expect(answers.map(({ allowed, denyCode }) => [allowed, denyCode])).toEqual([[true, undefined], [false, 'SCOPE_OUT_OF_BOUNDS']]);
  expect(polity.requests[0]?.body?.variables).toEqual({ input: { items: [question, { ...question, resourceId: 'expense_report_002' }] } });
  expect(await failure(client.checkMany([question]))).toMatchObject({ code: 'INVALID_RESPONSE' });
});

test('explain gives the decision with its trace', async () => {
  const explain = { ...deny, traceVersion: '1.0', matchedCandidates: [{ scopeCheck: { covered: false } }], target: { resource: null, group: null } };
  polity.answer = () => ({ json: { data: { explain } } });
  const explanation = await client.explain({ actor, action: 'approve', resourceType: 'expense_report', resourceId: 'none' });
  expect(explanation).toMatchObject({ allowed: false, denyCode: 'SCOPE_OUT_OF_BOUNDS', traceVersion: '1.0', target: { resource: null } });
  expect(explanation.matchedCandidates[0]?.scopeCheck.covered).toBe(false);
});

test('signIn and refresh send no other credential and give the tokens', async () => {
  const tokens = { accessToken: 'at', refreshToken: 'rt', accessTokenExpiresAt: '2026-11-20T09:15:00.000Z', refreshTokenExpiresAt: '2026-12-20T09:00:00.000Z', errors: [] };
  polity.answer = ({ body }) => ({ json: { data: body?.query?.includes('signIn(') === true ? { signIn: tokens } : { refreshSession: { ...tokens, accessToken: 'at2' } } } });
  expect(await client.signIn(Object.assign({ email: 'a@example.com', password: 'secret' }, { name: 'more than needed' }))).toMatchObject({ accessToken: 'at', refreshToken: 'rt' });
  expect(await client.refresh({ refreshToken: 'rt' })).toMatchObject({ accessToken: 'at2', accessTokenExpiresAt: '2026-11-20T09:15:00.000Z' });
  expect(polity.requests.map(({ body }) => body?.variables)).toEqual([{ input: { email: 'a@example.com', password: 'secret' } }, { input: { refreshToken: 'rt' } }]);
  for (const { headers } of polity.requests) expect(headers).not.toHaveProperty('x-polity-api-key');
});

test('what a payload lists in errors is an error with its input path', async () => {
  polity.answer = () => ({ json: { data: { signIn: { errors: [{ code: 'VALIDATION_FAILED', message: 'No e-mail.', path: ['input', 'email'] }] } } } });
  expect(await failure(client.signIn({ email: '', password: 'x' }))).toMatchObject({ code: 'VALIDATION_FAILED', kind: 'invalid', path: ['input', 'email'] });
});

test('query gives typed data; an answer with errors is an error that keeps the data', async () => {
  polity.answer = () => ({ json: { data: { me: { id: 'user_1' } } } });
  const { data } = await client.query<{ me: { id: string } }, { first: number }>('query ($first: Int) { me { id } }', { first: 1 });
  expect(data.me.id).toBe('user_1');
  polity.answer = () => ({ json: { data: { me: null }, errors: [{ message: 'no', path: ['me'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] } });
  expect(await failure(client.query('{ me { id } }'))).toMatchObject({ kind: 'denied', path: ['me'], data: { me: null } });
});

test('a redirect is not followed: it would take the key along', async () => {
  const other = await FakePolity.start();
  try {
    polity.answer = () => ({ status: 307, headers: { location: `${other.url}/graphql` }, text: '' });
    expect(await failure(client.check({ action: 'approve' }))).toMatchObject({ code: 'INVALID_JSON_RESPONSE', status: 307 });
    expect(other.requests).toEqual([]);
  } finally {
    await other.stop();
  }
});

test('an address with a path, a slash or /graphql at its end finds the same server', async () => {
  for (const end of ['', '/', '/graphql']) await createPolityClient({ url: polity.url + end }).check({ action: 'approve' });
  await createPolityClient({ url: `${polity.url}/behind/a/proxy/` }).check({ action: 'approve' });
  expect(polity.requests.map(({ path }) => path)).toEqual(['/graphql', '/graphql', '/graphql', '/behind/a/proxy/graphql']);
});

test.each([
  ['an address without a scheme', { url: 'polity.example.com' }],
  ['an address of another scheme', { url: 'ws://polity.example.com' }],
  ['an address with credentials', { url: 'http://a:b@polity.example.com' }],
  ['a key that no header carries', { url: 'http://polity.example.com', credentials: { apiKey: 'two words' } }],
  ['an empty token', { url: 'http://polity.example.com', credentials: { accessToken: '' } }],
  ['a timeout of nothing', { url: 'http://polity.example.com', timeoutMs: 0 }],
  ['a negative number of attempts', { url: 'http://polity.example.com', retry: { attempts: -1 } }],
])('%s is refused when the client is made', (_name, options) => {
  expect(() => createPolityClient(options)).toThrow(TypeError);
  expect(() => createPolityClient(options)).not.toThrow(/two words/);
});

test('a function that fails to give a token is told apart from a refused one', async () => {
  const person = createPolityClient({ url: polity.url, credentials: { accessToken: () => Promise.reject(new Error('gone')) } });
  expect(await failure(person.check({ action: 'approve' }))).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE', kind: 'unauthenticated' });
  const empty = createPolityClient({ url: polity.url, credentials: { accessToken: () => 'a\nb' } });
  expect(await failure(empty.check({ action: 'approve' }))).toMatchObject({ code: 'CREDENTIALS_UNAVAILABLE' });
  expect(polity.requests).toEqual([]);
});
