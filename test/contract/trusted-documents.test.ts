import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import type { PolityServer } from '../../src/boot/polity-server.js';
import { runRecorded, type Outcome } from '../../src/cli/testing/recorded-io.js';
import { GraphqlCaller } from '../support/graphql-caller.js';
import { startOn, startTestServer, type TestServer } from '../support/server.js';
import { until } from '../support/transport-fixture.js';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const ME = 'query Me { me { credentialKind } }';
const SPACES = 'query Spaces($first: Int) { spaces(first: $first) { totalCount } }';
const CREATE = 'mutation Create($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } errors { code } } }';

/** Logs what is not registered. */
let server: TestServer;
/** On the same database; refuses what is not registered. */
let strict: PolityServer;
let folder: string;
const log: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_TRUSTED_DOCUMENTS: 'log', POLITY_LOG_LEVEL: 'warn' }, log: (line) => void log.push(line) });
  strict = await startOn({ ...server.environment, POLITY_TRUSTED_DOCUMENTS: 'enforce' });
  folder = await mkdtemp(join(tmpdir(), 'polity-documents-'));
}, 60_000);
afterAll(async () => {
  await strict.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

const polity = (...args: string[]): Promise<Outcome> => runRecorded(args, { ...server.environment, POLITY_DATA_DIR: folder });

async function manifestOf(content: object): Promise<string> {
  const file = join(folder, 'manifest.json');
  await writeFile(file, JSON.stringify(content));
  return file;
}

interface Answer { readonly data?: any; readonly errors?: readonly { readonly extensions: { readonly code: string } }[] }

async function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

const codeOf = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;

/** Asks until a node has heard of a change. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  let settled = false;
  let waiting = true;
  const look = async (): Promise<void> => {
    while (waiting && !settled) settled = await isSo();
  };
  const looking = look();
  try {
    await until(() => settled);
  } finally {
    waiting = false;
    await looking;
  }
}

test('what the command line registers runs on every node, and what it removes does not', async () => {
  const { headers } = server.admin;
  expect(codeOf(await post(strict.url, { query: ME }, headers))).toBe('DOCUMENT_NOT_REGISTERED');
  const file = await manifestOf({ format: 'apollo-persisted-query-manifest', version: 1, operations: [
    { id: hashOf(ME), name: 'Me', type: 'query', body: ME }, { id: 'app:spaces', name: 'Spaces', type: 'query', body: SPACES }, { id: 'app:create', name: 'Create', type: 'mutation', body: CREATE },
  ] });
  expect(await polity('documents', 'register', file)).toEqual({ code: 0, out: '3 registered, 0 were there.\n', err: '' });
  await eventually(async () => codeOf(await post(strict.url, { documentId: hashOf(ME) }, headers)) === undefined);
  expect(await post(strict.url, { query: ME }, headers)).toEqual({ data: { me: { credentialKind: 'SESSION' } } });
  expect(await post(strict.url, { documentId: 'app:spaces', variables: { first: 1 } }, headers)).toEqual({ data: { spaces: { totalCount: 0 } } });
  expect(await post(strict.url, { documentId: 'app:create', variables: { input: { id: 'space_acme', name: 'Acme' } } }, headers)).toEqual({ data: { createSpace: { space: { id: 'space_acme' }, errors: [] } } });
  await eventually(async () => codeOf(await post(server.url, { documentId: 'app:spaces' }, headers)) === undefined);
  expect(codeOf(await post(strict.url, { documentId: 'app:spaces' }))).toBe('UNAUTHORIZED_FIELD_OR_TYPE');

  expect(await polity('documents', 'remove', 'app:spaces')).toEqual({ code: 0, out: '1 removed.\n', err: '' });
  await eventually(async () => codeOf(await post(strict.url, { documentId: 'app:spaces' }, headers)) === 'DOCUMENT_NOT_REGISTERED');
  expect(codeOf(await post(strict.url, { query: SPACES }, headers))).toBe('DOCUMENT_NOT_REGISTERED');
  await eventually(async () => codeOf(await post(server.url, { documentId: 'app:spaces' }, headers)) === 'PERSISTED_QUERY_NOT_FOUND');
  expect(await post(strict.url, { query: ME }, headers)).toHaveProperty('data.me');
}, 60_000);

test('a node that starts knows what was registered before', async () => {
  const { code } = await polity('documents', 'register', await manifestOf({ 'app:typename': '{ __typename }' }));
  expect(code).toBe(0);
  const late = await startOn({ ...server.environment, POLITY_TRUSTED_DOCUMENTS: 'enforce' });
  try {
    expect(await post(late.url, { documentId: 'app:typename' })).toEqual({ data: { __typename: 'Query' } });
  } finally {
    await late.stop();
  }
}, 30_000);

describe('the command line', () => {
  test('lists what is registered, and changes nothing twice', async () => {
    const file = await manifestOf({ 'list:one': 'query One { me { permissions { key } } }', 'list:two': 'query Two { me { credentialKind permissions { key } } }' });
    expect((await polity('documents', 'register', file)).out).toBe('2 registered, 0 were there.\n');
    expect(JSON.parse((await polity('documents', 'register', file, '--json')).out)).toEqual({ registered: [], unchanged: 2 });
    const listed = JSON.parse((await polity('documents', 'list', '--json')).out) as { id: string; bytes: number; hash: string }[];
    expect(listed.filter(({ id }) => id.startsWith('list:'))).toMatchObject([{ id: 'list:one', bytes: 40 }, { id: 'list:two', bytes: 55 }]);
    expect((await polity('documents', 'list')).out).toMatch(/^ID +NAME +BYTES +REGISTERED\n[^]*list:one +- +40 +20/);
  });

  test('registers all or nothing, and names the place', async () => {
    const before = (await polity('documents', 'list')).out;
    const one = 'query One { me { permissions { key } } }';
    for (const [manifest, message] of [
      [{ 'new:one': '{ __typename }\n', 'list:one': 'query Another { me { credentialKind } }' }, 'The id list:one is registered for another text'],
      [{ 'new:one': '{ me { __typename } }', 'new:two': one }, 'The text of new:two is registered as list:one'],
      [{ 'new:one': '{ nothing }' }, 'new:one is no document for this schema'],
      [{ [hashOf(one)]: '{ __typename }' }, 'is not the SHA-256 of its text'],
    ] as const) {
      const { code, out, err } = await polity('documents', 'register', await manifestOf(manifest));
      expect([code, out, err]).toEqual([1, '', expect.stringContaining(message)]);
    }
    expect((await polity('documents', 'register', join(folder, 'none.json'))).err).toContain('none.json cannot be read (ENOENT)');
    expect(await polity('documents', 'remove', 'list:one', 'new:one')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No document is registered as "new:one".') });
    expect((await polity('documents', 'list')).out).toBe(before);
  });

  test('is written down', async () => {
    const { auditEvents } = await server.admin.data<any>('{ auditEvents(types: ["documents.registered", "documents.removed"], order: OLDEST_FIRST) { edges { node { type details target { id } credential { kind } } } } }');
    const events = auditEvents.edges.map(({ node }: any) => [node.type, node.details.count, node.details.ids, node.target.id]);
    expect(events.slice(0, 3)).toEqual([
      ['documents.registered', 3, ['app:create', 'app:spaces', hashOf(ME)], 'trusted_documents'], ['documents.removed', 1, ['app:spaces'], 'trusted_documents'], ['documents.registered', 1, ['app:typename'], 'trusted_documents'],
    ]);
  });
});

test('where only registered documents run, who reads the instance may introspect', async () => {
  const introspection = { query: '{ __schema { queryType { name } } }' };
  await server.admin.mutate('createUser', { id: 'user_plain', email: 'plain@example.com' }, 'user { id }');
  const { token } = await server.admin.mutate<{ token: string }>('createRecoveryLink', { userId: 'user_plain' }, 'token');
  await server.anonymous.mutate('redeemRecoveryLink', { token, newPassword: 'a password of these tests' }, 'user { id }');
  const plain = await server.signIn('plain@example.com', 'a password of these tests');
  expect(codeOf(await post(strict.url, introspection, plain.headers))).toBe('DOCUMENT_NOT_REGISTERED');
  expect(await post(strict.url, introspection, server.admin.headers)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  const download = async (caller: GraphqlCaller): Promise<number> => (await fetch(`${strict.url}/graphql/schema.graphql`, { headers: caller.headers })).status;
  expect([await download(plain), await download(server.admin)]).toEqual([403, 200]);
});

test('log: each document that is not registered is told of once, and each run is counted', async () => {
  const query = 'query NotThere { me { credentialKind } }';
  const counted = async (): Promise<number> => Number(/^polity_graphql_unregistered_documents_total\{type="query"\} (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
  const before = await counted();
  for (let again = 0; again < 3; again++) expect(codeOf(await post(server.url, { query }, server.admin.headers))).toBeUndefined();
  expect(await counted()).toBe(before + 3);
  const lines = log.map((line) => JSON.parse(line) as { document_hash?: string; operation?: string }).filter(({ document_hash }) => document_hash === hashOf(query));
  expect(lines).toEqual([expect.objectContaining({ operation: 'NotThere' })]);
});

test('Apollo Client asks by hash, sends the text when it is not known, and asks by hash from then on', async () => {
  const sent: { query?: string; extensions: { persistedQuery: { sha256Hash: string } } }[] = [];
  const spying: typeof fetch = (input, init) => {
    sent.push(JSON.parse(init?.body as string) as (typeof sent)[number]);
    return fetch(input, init);
  };
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([new PersistedQueryLink({ sha256: hashOf }), new HttpLink({ uri: `${server.url}/graphql`, headers: server.admin.headers, fetch: spying })]),
  });
  const query = gql`query Persisted($first: Int) { spaces(first: $first) { totalCount } }`;
  for (const first of [1, 2]) expect((await client.query<any>({ query, variables: { first } })).data.spaces.totalCount).toBe(1);
  expect(sent.map((request) => request.query !== undefined)).toEqual([false, true, false]);
  expect(new Set(sent.map(({ extensions }) => extensions.persistedQuery.sha256Hash)).size).toBe(1);
  expect(hashOf(sent[1]?.query ?? '')).toBe(sent[0]?.extensions.persistedQuery.sha256Hash);
});
