import { TOKEN, TransportFixture } from '../../../test/support/transport-fixture.js';
import { callerWith } from '../../../test/support/graphql-fixture.js';

let fixture: TransportFixture;
beforeAll(async () => {
  fixture = await TransportFixture.start({ POLITY_MAX_BODY_BYTES: '4096', POLITY_MAX_BATCH: '3', POLITY_MAX_DEPTH: '3' });
});
afterAll(() => fixture.stop());
beforeEach(() => {
  fixture.services.audit.splice(0);
  fixture.services.failure = undefined;
  fixture.logged.splice(0);
});

const ask = async (body: unknown, token?: string, headers?: Record<string, string>): Promise<{ status: number; body: any }> => {
  const response = await fixture.post(body, { token, headers });
  return { status: response.status, body: await response.json() };
};
const denial = (...path: string[]) => ({ message: 'Unauthorized field or type', locations: expect.any(Array), path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });

describe('operations', () => {
  test('answer', async () => {
    expect(await ask({ query: 'query Q($name: String) { hello(name: $name) }', operationName: 'Q', variables: { name: 'me' } })).toEqual({ status: 200, body: { data: { hello: 'hello me' } } });
  });
  test('are denied with null, one error, and one audit event naming the paths', async () => {
    const { status, body } = await ask({ query: 'query Q { hello guarded list { id secret } }' });
    expect([status, body]).toEqual([200, {
      data: { hello: 'hello you', guarded: null, list: [{ id: '1', secret: null }, { id: '2', secret: null }] }, errors: [denial('guarded'), denial('list', '@', 'secret')],
    }]);
    expect(fixture.services.audit).toEqual([{
      type: 'access.denied', spaceId: '', target: { type: 'Operation', id: 'Q' }, decision: 'DENY', denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE',
      details: { paths: ['guarded', 'list.@.secret'], operation: 'query' },
    }]);
  });
  test('a denial that cannot be recorded answers nothing at all', async () => {
    fixture.services.failure = undefined;
    const original = fixture.services.audit;
    const spy = jest.spyOn(original, 'push').mockImplementation(() => { throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }); });
    try {
      const { status, body } = await ask({ query: '{ hello guarded }' });
      expect([status, body]).toEqual([503, { errors: [{ message: 'The database cannot be reached; try again.', extensions: { code: 'SERVICE_UNAVAILABLE' } }] }]);
    } finally {
      spy.mockRestore();
    }
  });
  test('hide what failed', async () => {
    const { body } = await ask({ query: '{ hello fail }' });
    expect(body).toEqual({ data: { hello: 'hello you', fail: null }, errors: [{ message: 'Internal error', locations: expect.any(Array), path: ['fail'], extensions: { code: 'INTERNAL_ERROR' } }] });
    expect(fixture.logged).toContainEqual(expect.objectContaining({ level: 'error', message: 'operation failed' }));
  });
  test('of a subscription are refused: an HTTP answer is one result', async () => {
    const { status, body } = await ask({ query: 'subscription { ticks { id } }' }, TOKEN);
    expect([status, body]).toEqual([405, { errors: [{ message: 'Subscriptions run over WebSocket or at /graphql/stream.', extensions: { code: 'METHOD_NOT_ALLOWED' } }] }]);
  });
  test('are bounded', async () => {
    expect((await ask({ query: `{ ${'__typename '.repeat(25)} }` })).body.errors[0]).toMatchObject({ message: expect.stringContaining('repeated at most 20'), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
  });
});

describe('batches', () => {
  test('are denied one by one, as single operations are', async () => {
    const { body } = await ask([{ query: '{ guarded }' }, { query: 'mutation { act }' }, { query: '{ hello }' }]);
    expect(body).toEqual([{ data: { guarded: null }, errors: [denial('guarded')] }, { data: { act: null }, errors: [denial('act')] }, { data: { hello: 'hello you' } }]);
    expect(fixture.services.audit.map(({ details }) => details)).toEqual([{ paths: ['guarded'], operation: 'query' }, { paths: ['act'], operation: 'mutation' }]);
  });
  test('are bounded', async () => {
    expect(await ask(Array(4).fill({ query: '{ hello }' }))).toMatchObject({ status: 413, body: { errors: [{ extensions: { code: 'BATCH_TOO_LARGE' } }] } });
  });
});

describe('requests', () => {
  test.each<[string, string, Record<string, string>, number, string]>([
    ['no JSON', '{ hello }', {}, 400, 'VALIDATION_FAILED'],
    ['HT-10 two objects', '{"query":"{ hello }"}{"query":"{ hello }"}', {}, 400, 'VALIDATION_FAILED'],
    ['another media type', 'query={hello}', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a media type that begins alike', '{"query":"{ hello }"}', { 'content-type': 'application/json-patch+json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a compressed body', '{"query":"{ hello }"}', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', `{"query":"{ hello }","x":"${'x'.repeat(5_000)}"}`, {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused with its code', async (_name, body, headers, status, code) => {
    expect(await ask(body, undefined, headers)).toEqual({ status, body: { errors: [{ message: expect.any(String), extensions: { code } }] } });
  });
  test('text that is no UTF-8 is refused instead of changed', async () => {
    const response = await fetch(`${fixture.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from('{"query":"{ hello(name: \\"\xff\\") }"}', 'latin1') });
    expect([response.status, (await response.json() as any).errors[0].extensions.code]).toEqual([400, 'VALIDATION_FAILED']);
  });
  test('a bad token is 401 before anything is read', async () => {
    expect(await ask({ query: '{ hello }' }, 'bad')).toMatchObject({ status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  });
  test('by GET take queries and refuse mutations', async () => {
    const get = (query: string) => fetch(`${fixture.url}/graphql?query=${encodeURIComponent(query)}`);
    expect(await (await get('{ hello }')).json()).toEqual({ data: { hello: 'hello you' } });
    expect((await get('mutation { touch }')).status).toBe(405);
  });
});

describe('in production', () => {
  const secret = 'q7Zt0vWm3Xc9Kp2Lr8Nd5Hs1Bf6Gj4Ty';
  let production: TransportFixture;
  beforeAll(async () => {
    production = await TransportFixture.start({
      NODE_ENV: 'production', POLITY_MASTER_KEY: '0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0', POLITY_PUBLIC_URL: 'https://polity.example.org',
      DATABASE_URL: `postgres://app:${secret}@db/polity`, POLITY_METRICS_TOKEN: secret, POLITY_STRICT_AUTHORIZATION: 'on',
    });
    production.services.tokens.set('reader', callerWith());
  });
  afterAll(() => production.stop());

  test('the anonymous may not introspect, batch, or GET; nobody gets suggestions', async () => {
    const status = async (response: Promise<Response>): Promise<unknown> => [(await response).status, ((await (await response).json()) as any).errors[0].extensions.code];
    expect(await status(production.post({ query: '{ __schema { queryType { name } } }' }, { headers: { accept: 'application/graphql-response+json' } }))).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(await status(production.post([{ query: '{ hello }' }, { query: '{ hello }' }]))).toEqual([413, 'BATCH_TOO_LARGE']);
    expect(await status(fetch(`${production.url}/graphql?query={hello}`))).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(await (await production.post({ query: '{ hell }' })).text()).not.toContain('Did you mean');
    expect(await (await production.post({ query: '{ __schema { queryType { name } } }' }, { token: 'reader' })).json()).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });
  test('strict mode refuses the whole operation, records it once, and says what is denied', async () => {
    const refused = await (await production.post({ query: 'mutation { touch act }' }, { token: 'reader' })).json();
    expect(refused).toEqual({ errors: [{ message: 'Unauthorized field or type', extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', coordinates: ['Mutation.act'] } }] });
    expect(production.services.audit.map(({ details }) => details)).toEqual([{ paths: ['Mutation.act'], operation: 'mutation' }]);
  });
});
