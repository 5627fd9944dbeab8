import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startTestServer, type TestServer } from '../../../../test/support/server.js';
import { auditManifest } from '../manifest.js';
import { builtInSchema } from '../../../boot/built-in-schema.js';

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startTestServer();
  client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${server.admin.accessToken}` },
  });
}, 60_000);

afterAll(async () => {
  await client?.dispose();
  await server?.stop();
});

interface Answer {
  readonly data?: Record<string, Record<string, unknown> | null> | null;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

/** Collects what a subscription delivers. */
function follow(query: string, variables: Record<string, unknown> = {}): { readonly items: Answer[]; until(count: number): Promise<Answer[]>; readonly ended: Promise<unknown>; stop(): void } {
  const items: Answer[] = [];
  let wake: () => void = () => undefined;
  let stop = (): void => undefined;
  const ended = new Promise((resolve) => {
    stop = client.subscribe({ query, variables }, {
      next: (item) => {
        items.push(item as Answer);
        wake();
      },
      error: resolve,
      complete: () => resolve(undefined),
    });
  });
  const until = async (count: number): Promise<Answer[]> => {
    while (items.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return items;
  };
  return { items, until, ended, stop: () => stop() };
}

const createSpace = async (name: string): Promise<string> =>
  (await server.admin.mutate<{ space: { id: string } }>('createSpace', { name }, 'space { id }')).space.id;

test('the manifest declares what the schema has', async () => {
  const { raw } = await builtInSchema();
  const { queries, subscriptions, types } = auditManifest.provides.graphql;
  for (const name of queries) expect(raw.getQueryType()?.getFields()[name]).toBeDefined();
  expect(Object.keys(raw.getSubscriptionType()?.getFields() ?? {}).sort()).toEqual([...subscriptions].sort());
  for (const name of types) expect(raw.getType(name)).toBeDefined();
});

test('an event is listed, opened and found as a node, with actor, credential, trace and personal values', async () => {
  const id = await createSpace('Listed');
  const fields = `id position index type risk spaceId occurredAt action target { type id } decision requestId changes details trace
    actor { userId userEmail userName memberName } credential { kind id issuer } personal { ip userAgent }`;
  const { auditEvents } = await server.admin.data<{ auditEvents: { edges: { cursor: string; node: Record<string, unknown> }[]; totalCount: number } }>(
    `query ($id: ID!) { auditEvents(targetId: $id, types: ["space.created"], first: 5) { edges { cursor node { ${fields} } } totalCount } }`, { id });
  expect(auditEvents.totalCount).toBe(1);
  const { node, cursor } = auditEvents.edges[0]!;
  expect(node).toMatchObject({
    type: 'space.created', risk: 'NORMAL', spaceId: id, target: { type: 'Space', id }, changes: { name: [null, 'Listed'] },
    actor: { userId: server.adminUserId, userEmail: 'root@example.com' }, credential: { kind: 'session' }, personal: { ip: '127.0.0.1' },
    trace: { action: 'space.created', decision: 'ALLOW' },
  });
  expect(node.position).toBe(cursor);
  expect(await server.admin.data('query ($id: ID!) { auditEvent(id: $id) { id type } node(id: $id) { id __typename } }', { id: node.id })).toEqual({
    auditEvent: { id: node.id, type: 'space.created' }, node: { id: node.id, __typename: 'AuditEvent' },
  });
  expect(await server.admin.data('{ auditEvent(id: "audit_absent") { id } }')).toEqual({ auditEvent: null });
});

test('the kinds of events are listed with their owners', async () => {
  const { auditEventTypes } = await server.admin.data<{ auditEventTypes: { key: string; capability: string; description: string; risk: string }[] }>('{ auditEventTypes { key capability description risk } }');
  expect(auditEventTypes).toContainEqual({ key: 'audit.read', capability: 'audit.explainable', description: expect.any(String), risk: 'LOW' });
  expect(auditEventTypes.map(({ key }) => key)).toEqual(expect.arrayContaining(['space.created', 'authorization.decision']));
});

test.each(['{ auditEvents { totalCount } }', '{ auditEvent(id: "audit_x") { id } }', '{ auditEventTypes { key } }'])('nobody without the right gets %s', async (query) => {
  const { data, errors } = await server.anonymous.send(query);
  expect(Object.values(data ?? { none: null })).toEqual([null]);
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
});

test('a subscription delivers, and resumes after a position', async () => {
  const query = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["space.created"] }) { position target { id } } }';
  const first = follow(query);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const made = [await createSpace('Followed 1'), await createSpace('Followed 2')];
  const seen = (await first.until(2)).map(({ data }) => data?.auditEvents as unknown as { position: string; target: { id: string } });
  expect(seen.map(({ target }) => target.id)).toEqual(made);
  first.stop();
  const missed = await createSpace('Missed');
  const resumed = follow(query, { after: seen[0]!.position });
  expect((await resumed.until(2)).map(({ data }) => data?.auditEvents?.target)).toEqual([{ id: made[1] }, { id: missed }]);
  resumed.stop();
});

test('a subscription with a foreign cursor ends with its error', async () => {
  const stream = follow('subscription { auditEvents(after: "nonsense") { id } }');
  await stream.ended;
  expect(stream.items).toMatchObject([{ errors: [{ extensions: { code: 'CURSOR_INVALID', inputPath: ['after'] } }] }]);
});

test('the life of the system can be followed from its beginning', async () => {
  const stream = follow('subscription ($after: String) { lifecycleEvents(after: $after) { position type subject { type id } occurredAt } }', { after: Buffer.from('["lifecycleEvents","0"]').toString('base64url') });
  const items = await stream.until(4);
  expect(items.every(({ errors }) => errors === undefined)).toBe(true);
  const types = items.map(({ data }) => data?.lifecycleEvents?.type);
  expect(types).toContain('capability.ready');
  stream.stop();
});

test('a subscription ends within a second when its session is signed out', async () => {
  const again = await server.signIn('root@example.com', 'a long enough password');
  const own = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${again.accessToken}` } });
  const received: unknown[] = [];
  const ended = new Promise<void>((resolve) => {
    own.subscribe({ query: 'subscription { auditEvents { type } }' }, { next: (item) => received.push(item), error: () => resolve(), complete: resolve });
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await createSpace('Before sign-out');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(received.length).toBeGreaterThan(0);
  const began = Date.now();
  await again.data('mutation { signOut(input: {}) { errors { code } } }');
  await ended;
  expect(Date.now() - began).toBeLessThan(1000);
  await own.dispose();
});
