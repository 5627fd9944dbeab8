import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { TOKEN, TransportFixture } from '../../test/support/transport-fixture.js';
import { callerWith } from '../../test/support/graphql-fixture.js';

const HELLO = 'query Hello($name: String) { hello(name: $name) }';
const TOUCH = 'mutation Touch { touch }';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const apollo = (text: string, hash = hashOf(text)) => ({ persistedQuery: { version: 1, sha256Hash: hash } });

interface Request { readonly query?: string; readonly documentId?: unknown; readonly extensions?: object; readonly variables?: object; readonly operationName?: string }
interface Answer { readonly data?: unknown; readonly code?: string; readonly message?: string }
type Door = (fixture: TransportFixture, request: Request, token?: string) => Promise<Answer>;

function said(result: { data?: unknown; errors?: readonly { message: string; extensions: { code: string } }[] }): Answer {
  const [error] = result.errors ?? [];
  return error === undefined ? { data: result.data } : { code: error.extensions.code, message: error.message };
}

const address = (request: Request): string => new URLSearchParams(Object.entries(request).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])).toString();
const headers = (token?: string): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });

/** The last event of a stream, or the refusal that came in place of one. */
async function ofStream(response: Promise<Response>): Promise<Answer> {
  const text = await (await response).text();
  return said(JSON.parse(/^event: next\ndata: (.*)$/m.exec(text)?.[1] ?? text) as never);
}

async function bySocket(fixture: TransportFixture, request: Request, token?: string): Promise<Answer> {
  const client = createClient({ url: `${fixture.url.replace(/^http/, 'ws')}/graphql`, connectionParams: headers(token), retryAttempts: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // The protocol wants the field; those who send a name leave it empty.
  client.subscribe({ query: '', ...request } as never, {
    next: (result) => resolve(said(result as never)),
    error: (error) => (Array.isArray(error) ? resolve(said({ errors: error as never })) : reject(error as Error)),
    complete: () => reject(new Error('no answer')),
  });
  try {
    return await promise;
  } finally {
    await client.dispose();
  }
}

const DOORS: Readonly<Record<string, Door>> = {
  POST: async (fixture, request, token) => said((await (await fixture.post(request, { token })).json()) as never),
  batch: async (fixture, request, token) => said(((await (await fixture.post([{ query: '{ __typename }' }, request], { token })).json()) as never[])[1] as never),
  GET: async (fixture, request, token) => said((await (await fetch(`${fixture.url}/graphql?${address(request)}`, { headers: headers(token) })).json()) as never),
  WebSocket: bySocket,
  SSE: (fixture, request, token) => ofStream(fixture.post(request, { token, path: '/graphql/stream' })),
  'SSE by GET': (fixture, request, token) => ofStream(fetch(`${fixture.url}/graphql/stream?${address(request)}`, { headers: headers(token) })),
};

const register = (fixture: TransportFixture, ...documents: readonly string[]): void =>
  fixture.register.replace(documents.map((document, index) => ({ id: `doc-${index}`, hash: hashOf(document), name: null, document })));

async function withFixture(environment: Record<string, string>, work: (fixture: TransportFixture) => Promise<void>): Promise<void> {
  const fixture = await TransportFixture.start(environment);
  try {
    await work(fixture);
  } finally {
    await fixture.stop();
  }
}

describe.each(Object.entries(DOORS))('%s', (name, door) => {
  test('the hash protocol of Apollo: unknown, sent once, known from then on with other variables', () => withFixture({}, async (fixture) => {
    const ask = (request: Request) => door(fixture, request);
    expect(await ask({ extensions: apollo(HELLO) })).toEqual({ code: 'PERSISTED_QUERY_NOT_FOUND', message: 'PersistedQueryNotFound' });
    expect(await ask({ query: HELLO, extensions: apollo(HELLO), variables: { name: 'Ada' } })).toEqual({ data: { hello: 'hello Ada' } });
    expect(await ask({ extensions: apollo(HELLO), variables: { name: 'Bo' } })).toEqual({ data: { hello: 'hello Bo' } });
    expect(await ask({ documentId: `sha256:${hashOf(HELLO)}` })).toEqual({ data: { hello: 'hello you' } });
    expect(await ask({ extensions: apollo(HELLO), variables: { name: 7 } })).toMatchObject({ code: 'BAD_USER_INPUT' });
  }));

  test('a text with a wrong hash is refused', () => withFixture({}, async (fixture) => {
    expect(await door(fixture, { query: TOUCH, extensions: apollo(HELLO) })).toEqual({ code: 'PERSISTED_QUERY_HASH_MISMATCH', message: 'provided sha does not match query' });
    expect(await door(fixture, { extensions: apollo(HELLO) })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  }));

  test('a text that is not valid is not kept', () => withFixture({ POLITY_MAX_ALIASES: '1' }, async (fixture) => {
    for (const [text, code] of [['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'], ['{ hello', 'GRAPHQL_PARSE_FAILED'], ['{ a: hello b: hello }', 'GRAPHQL_VALIDATION_FAILED']] as const) {
      expect(await door(fixture, { query: text, extensions: apollo(text) })).toMatchObject({ code });
      expect(await door(fixture, { extensions: apollo(text) })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    }
  }));

  test('registered documents run by their ids, for each caller by its own rights', () => withFixture({}, async (fixture) => {
    register(fixture, HELLO, '{ guarded }');
    expect(await door(fixture, { documentId: 'doc-0', variables: { name: 'Ada' } })).toEqual({ data: { hello: 'hello Ada' } });
    expect(await door(fixture, { documentId: 'doc-1' })).toMatchObject({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' });
    expect(await door(fixture, { documentId: 'doc-1' }, TOKEN)).toEqual({ data: { guarded: 'guarded' } });
    expect(await door(fixture, { documentId: 'doc-2' })).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await door(fixture, { documentId: 'doc-0', query: HELLO })).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await door(fixture, { extensions: { persistedQuery: { version: 2 } } })).toMatchObject({ code: 'BAD_REQUEST' });
  }));

  test('a mutation by its id is refused where a mutation is', () => withFixture({}, async (fixture) => {
    register(fixture, TOUCH);
    const refusals: Readonly<Record<string, string>> = { GET: 'BAD_REQUEST', 'SSE by GET': 'METHOD_NOT_ALLOWED' };
    for (const request of [{ documentId: 'doc-0' }, { extensions: apollo(TOUCH) }]) {
      const { code, data } = await door(fixture, request);
      expect([code, data]).toEqual(name in refusals ? [refusals[name], undefined] : [undefined, { touch: 'touched' }]);
    }
  }));

  test('log: what is not registered runs, and is told of once', () => withFixture({ POLITY_TRUSTED_DOCUMENTS: 'log' }, async (fixture) => {
    register(fixture, HELLO, '{ __typename }');
    expect(await door(fixture, { query: HELLO })).toEqual({ data: { hello: 'hello you' } });
    expect(fixture.unregistered).toEqual([]);
    for (let again = 0; again < 2; again++) expect(await door(fixture, { query: 'query Other { hello }' })).toEqual({ data: { hello: 'hello you' } });
    expect(fixture.unregistered).toEqual(['ran', 'told of Other', 'ran']);
    expect(await door(fixture, { query: '{ nothing }' })).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    expect(fixture.unregistered.length).toBe(3);
  }));

  test('enforce: what is not registered is refused, with or without its hash, and nothing is kept', () => withFixture({ POLITY_TRUSTED_DOCUMENTS: 'enforce' }, async (fixture) => {
    register(fixture, HELLO);
    fixture.services.tokens.set('reader', callerWith('instance:read'));
    const refusal = { code: 'DOCUMENT_NOT_REGISTERED', message: 'Only registered documents run here.' };
    for (const token of [undefined, TOKEN, 'reader']) {
      for (const request of [{ query: '{ hello }' }, { query: '{ hello }', extensions: apollo('{ hello }') }, { query: `${HELLO}\n` }]) expect(await door(fixture, request, token)).toEqual(refusal);
      expect(await door(fixture, { extensions: apollo('{ hello }') }, token)).toEqual(refusal);
    }
    expect(await door(fixture, { query: HELLO, variables: { name: 'Ada' } })).toEqual({ data: { hello: 'hello Ada' } });
    expect(await door(fixture, { documentId: 'doc-0' })).toEqual({ data: { hello: 'hello you' } });
    expect(await door(fixture, { extensions: apollo(HELLO) })).toEqual({ data: { hello: 'hello you' } });
    const introspection = '{ __schema { queryType { name } } }';
    expect(await door(fixture, { query: introspection }, TOKEN)).toEqual(refusal);
    expect(await door(fixture, { query: introspection }, 'reader')).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    register(fixture, introspection);
    expect(await door(fixture, { query: introspection }, TOKEN)).toMatchObject({ data: { __schema: {} } });
    expect(await door(fixture, { query: HELLO })).toEqual(refusal);
  }));

  test('a request without any document is refused as before', () => withFixture({}, async (fixture) => {
    expect(await door(fixture, { operationName: 'Hello' })).toMatchObject({ code: expect.stringMatching(/^(BAD_REQUEST|VALIDATION_FAILED)$/) });
    expect(await door(fixture, { query: HELLO })).toEqual({ data: { hello: 'hello you' } });
  }));
});

test('a subscription runs by its id', () => withFixture({ POLITY_TRUSTED_DOCUMENTS: 'enforce' }, async (fixture) => {
  register(fixture, 'subscription Flood { flood(count: 1, size: 3) }');
  expect(await bySocket(fixture, { documentId: 'doc-0' })).toEqual({ data: { flood: 'xxx' } });
  expect(await ofStream(fixture.post({ documentId: 'doc-0' }, { path: '/graphql/stream' }))).toEqual({ data: { flood: 'xxx' } });
  expect(await bySocket(fixture, { query: 'subscription { flood(count: 1, size: 3) }' })).toMatchObject({ code: 'DOCUMENT_NOT_REGISTERED' });
}));

test.each([
  ['application/json', 200, 200, 400], ['application/graphql-response+json', 200, 403, 400],
])('with %s the status is that of the protocol', (accept, unknown, unregistered, wrong) => withFixture({ POLITY_TRUSTED_DOCUMENTS: 'enforce' }, async (fixture) => {
  const status = async (from: TransportFixture, body: Request): Promise<number> => (await from.post(body, { headers: { accept } })).status;
  expect(await status(fixture, { query: '{ hello }' })).toBe(unregistered);
  await withFixture({}, async (open) => {
    expect(await status(open, { extensions: apollo(HELLO) })).toBe(unknown);
    expect(await status(open, { query: TOUCH, extensions: apollo(HELLO) })).toBe(wrong);
    expect(await status(open, { documentId: 7 })).toBe(wrong);
  });
}));

test('where only registered documents run, the schema is downloaded by who may introspect', () => withFixture({ POLITY_TRUSTED_DOCUMENTS: 'enforce' }, async (fixture) => {
  fixture.services.tokens.set('reader', callerWith('instance:read'));
  const status = async (token?: string): Promise<number> => (await fetch(`${fixture.url}/graphql/schema.graphql`, { headers: headers(token) })).status;
  expect([await status(), await status(TOKEN), await status('reader')]).toEqual([403, 403, 200]);
}));

test('an address with two names of a document is refused', () => withFixture({}, async (fixture) => {
  register(fixture, HELLO, TOUCH);
  const response = await fetch(`${fixture.url}/graphql?documentId=doc-0&documentId=doc-1`);
  expect([response.status, said((await response.json()) as never).code]).toEqual([400, 'BAD_REQUEST']);
}));

test('a browser that opens the address of a document does not get GraphiQL', () => withFixture({}, async (fixture) => {
  register(fixture, HELLO);
  const response = await fetch(`${fixture.url}/graphql?documentId=doc-0`, { headers: { accept: 'text/html,application/json' } });
  expect(await response.json()).toEqual({ data: { hello: 'hello you' } });
}));
