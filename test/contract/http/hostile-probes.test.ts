import { startTestServer, type TestServer } from '../../support/server.js';

// The probes that graphql-cop sends, as an anonymous caller in production. Each says what a finding would be.
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { NODE_ENV: 'production', POLITY_PUBLIC_URL: 'https://polity.example.com' } });
});
afterAll(() => server.stop());

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
  readonly extensions?: Record<string, unknown>;
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; text: string; body: Answer | Answer[] }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Answer) : {} };
}

test('1 alias overloading: 101 aliases are refused', async () => {
  const { body } = await post({ query: `query cop { ${Array.from({ length: 101 }, (_, index) => `alias${index}: __typename`).join(' ')} }` });
  expect((body as Answer).data).toBeUndefined();
  expect((body as Answer).errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('2 batch overloading: a list of ten operations is not answered', async () => {
  const { status, body } = await post(Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })));
  expect(status).toBe(413);
  expect(Array.isArray(body)).toBe(false);
  expect((body as Answer).errors?.[0]?.extensions?.code).toBe('BATCH_TOO_LARGE');
});

test('3 directive overloading: repeated unknown directives are not counted out', async () => {
  const { body } = await post({ query: `query cop { __typename ${'@aa'.repeat(10)} }` });
  expect((body as Answer).data).toBeUndefined();
  expect((body as Answer).errors?.length ?? 0).toBeLessThan(10);
});

test('4 field duplication: 500 repetitions are refused', async () => {
  const { body } = await post({ query: `query cop { ${'__typename \n'.repeat(500)} }` });
  expect((body as Answer).data).toBeUndefined();
  expect((body as Answer).errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('5 circular introspection is refused', async () => {
  const { body } = await post({ query: 'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }' });
  expect((body as Answer).data).toBeUndefined();
});

test('6 introspection is off for anonymous callers', async () => {
  const { body, text } = await post({ query: 'query cop { __schema { types { name fields { name } } } }' });
  expect((body as Answer).data).toBeUndefined();
  expect(text).not.toContain('AuditEvent');
});

test('7 field suggestions name no field', async () => {
  const { text } = await post({ query: 'query cop { direcitve }' });
  const close = await post({ query: 'query cop { spacess { edges { node { id } } } }' });
  expect(`${text}${close.text}`).not.toContain('Did you mean');
});

test('8 GET queries of anonymous callers are refused', async () => {
  const response = await fetch(`${server.url}/graphql?query=query+cop+%7B__typename%7D`, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(405);
  expect(await response.text()).not.toContain('"data"');
});

test('9 mutations by GET are refused, also with credentials', async () => {
  for (const headers of [{}, server.admin.headers]) {
    const response = await fetch(`${server.url}/graphql?query=mutation+cop+%7B__typename%7D`, { headers: { accept: 'application/json', ...headers } });
    expect(response.status).toBe(405);
    expect(await response.text()).not.toContain('"data"');
  }
});

test('10 form posts are refused: no cross-site form reaches an operation', async () => {
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...server.admin.headers }, body: 'query=query+cop+%7B__typename%7D' });
  expect(response.status).toBe(415);
  expect(await response.text()).not.toContain('"data"');
});

test('11 trace mode: no tracing in the answer', async () => {
  const { body } = await post({ query: 'query cop { __typename }' });
  expect((body as Answer).extensions?.tracing).toBeUndefined();
  expect((body as Answer).data).toEqual({ __typename: 'Query' });
});

test('12 no IDE is served', async () => {
  for (const path of ['/graphql', '/', '/graphiql', '/playground', '/console']) {
    const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).not.toContain('text/html');
    expect((await response.text()).toLowerCase()).not.toMatch(/graphiql|playground/);
  }
});

test('13 a broken request shows no stack and no exception', async () => {
  for (const body of ['{"query":', { query: 'qwerty cop { abc }' }, { query: 'query cop { me { nothing } }' }, { query: null }]) {
    const { text, status } = await post(body);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/stacktrace|exception|node_modules|\.js:\d+/);
  }
});
