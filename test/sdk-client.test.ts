import { createPolityClient, isPolityClientError, PolityStreamError, type AuditEvent, type PolityClient } from '../sdk/client/index.js';
import type { PolityServer } from '../src/boot/polity-server.js';
import { demoSetupRef, type Demo } from '../src/system/admin/index.js';
import { lifecycleCursor } from '../src/system/audit/services/streams/stream-service.js';
import { systemContext } from '../src/system/shared/contracts/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { startOn, testEnvironment } from './support/server.js';

let database: TestDatabase;
let environment: Record<string, string>;
let polity: PolityServer;
let demo: Demo;
let backend: PolityClient;
let admin: PolityClient;

beforeAll(async () => {
  database = await createTestDatabase();
  // The issuer of tokens stays the same over a restart on a port that was chosen at the first start.
  environment = testEnvironment(database, { POLITY_PUBLIC_URL: 'http://127.0.0.1:4000' });
  polity = await startOn(environment);
  const { container } = polity.platform;
  demo = (await container.get(demoSetupRef).createDemo(systemContext(container.process, Date.now()))) as Demo;
  backend = createPolityClient({ url: polity.url, credentials: { apiKey: demo.apiKey } });
  admin = createPolityClient({ url: polity.url, credentials: { accessToken: (await backend.signIn(demo)).accessToken }, retry: { maxDelayMs: 200 } });
}, 60_000);

afterAll(async () => {
  await polity.stop();
  await database.drop();
});

const question = (resourceId: string): Parameters<PolityClient['check']>[0] => {
  const { userId, memberId, userMemberId, spaceId, action, resourceType } = demo;
  return { actor: { userId, memberId, userMemberId, spaceId }, action, resourceType, resourceId };
};
const createUser = async (name: string): Promise<string> => {
  const document = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code message } } }';
  const { data } = await admin.query<{ createUser: { user: { id: string } } }>(document, { input: { email: `${name}@example.com`, displayName: name } });
  return data.createUser.user.id;
};

test('check, checkMany and explain decide over the stored facts', async () => {
  expect(await backend.check(question(demo.allowedResourceId), { requestId: 'req_sdk_1' })).toMatchObject({ allowed: true, denyCode: undefined, requestId: 'req_sdk_1' });
  const [first, second] = await backend.checkMany([question(demo.deniedResourceId), question(demo.allowedResourceId)]);
  expect([first?.denyCode, second?.allowed]).toEqual(['SCOPE_OUT_OF_BOUNDS', true]);
  const explanation = await backend.explain(question(demo.deniedResourceId));
  expect(explanation).toMatchObject({ allowed: false, denyCode: 'SCOPE_OUT_OF_BOUNDS', contextMode: 'STORED', traceVersion: '1.0', actor: { userMember: { id: demo.userMemberId } } });
  expect(explanation.matchedCandidates.map(({ scopeCheck }) => scopeCheck.covered)).toEqual([false]);
});

test('a question with facts of its own is decided by them, at a revision that was seen', async () => {
  const { userId, memberId, userMemberId, spaceId, action, resourceType } = demo;
  const { revision } = await backend.check(question(demo.allowedResourceId));
  const proposed = { actor: { userId, memberId, userMemberId, spaceId }, action, resource: { type: resourceType, externalId: 'new-1', spaceId, groupPath: 'finance.apac' }, atLeast: revision };
  expect(await backend.check(proposed)).toMatchObject({ allowed: true });
  const elsewhere = { ...proposed, resource: { ...proposed.resource, groupPath: 'legal.emea' } };
  expect(await backend.check(elsewhere)).toMatchObject({ allowed: false });
  const grant = { resourceType, action, scope: 'GROUP_TREE', scopeAnchorGroupPath: 'legal' } as const;
  expect(await backend.check({ ...elsewhere, grants: [grant] })).toMatchObject({ allowed: true });
});

test('errors of the server are typed', async () => {
  await expect(backend.check({ action: 'approve' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED', kind: 'invalid', path: ['input', 'actor'] });
  await expect(backend.signIn({ email: demo.email, password: 'wrong' })).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED', kind: 'unauthenticated' });
  const stranger = createPolityClient({ url: polity.url, credentials: { apiKey: 'not_a_key' } });
  await expect(stranger.check(question(demo.allowedResourceId))).rejects.toMatchObject({ code: 'UNAUTHENTICATED', kind: 'unauthenticated' });
  const error: unknown = await backend.query('{ me { nothing } }').catch((thrown: unknown) => thrown);
  expect(isPolityClientError(error) && [error.code, error.kind]).toEqual(['GRAPHQL_VALIDATION_FAILED', 'invalid']);
});

test('public routes answer without a credential, and refresh gives new tokens', async () => {
  const nobody = createPolityClient({ url: polity.url });
  expect(await nobody.health()).toMatchObject({ status: 'ok' });
  expect(await nobody.readiness()).toMatchObject({ ready: true, capabilities: expect.arrayContaining([expect.objectContaining({ id: 'audit.explainable', state: 'ready' })]) as unknown });
  expect((await nobody.version()).version).toMatch(/^\d+\.\d+\.\d+/);
  const session = await nobody.signIn(demo);
  const next = await nobody.refresh(session);
  expect(next.accessToken).not.toBe(session.accessToken);
});

test('a stream of audit events goes on over a restart of the server, with each event once and in order', async () => {
  const stream = admin.auditEvents({ after: await endOfLog(), filter: { types: ['user.created'] } });
  const ids: string[] = [];
  const seen: AuditEvent[] = [];
  const take = async (): Promise<void> => {
    const { value } = (await stream.next()) as { value: AuditEvent };
    seen.push(value);
  };
  ids.push(await createUser('stream-1'));
  await take();
  const { port } = new URL(polity.url);
  ids.push(await createUser('stream-2'));
  await take();
  const waiting = take();
  await polity.stop();
  polity = await startOn({ ...environment, PORT: port });
  for (const name of ['stream-3', 'stream-4']) ids.push(await createUser(name));
  await waiting;
  await take();
  await stream.return?.();
  expect(seen.map(({ target }) => target.id)).toEqual(ids);
  expect(seen[0]).toMatchObject({ type: 'user.created', target: { type: 'User' }, actor: { userId: demo.userId }, credential: { kind: 'session' } });

  const again: string[] = [];
  for await (const { target } of admin.auditEvents({ after: seen[0]?.position, filter: { types: ['user.created'] } })) {
    if (again.push(target.id) === 3) break;
  }
  expect(again).toEqual(ids.slice(1));
});

test('a stream ends within a second of its session, with the cursor', async () => {
  const session = await backend.signIn(demo);
  const person = createPolityClient({ url: polity.url, credentials: { accessToken: session.accessToken }, retry: { baseDelayMs: 10, maxDelayMs: 50 } });
  const stream = person.auditEvents({ after: await endOfLog(), filter: { types: ['user.created'] } });
  const id = await createUser('last-one');
  const { value } = (await stream.next()) as { value: AuditEvent };
  expect(value.target.id).toBe(id);
  const ended = stream.next().catch((error: unknown) => error);
  await person.query('mutation { signOut { errors { code } } }');
  const began = performance.now();
  const error = await ended;
  expect(performance.now() - began).toBeLessThan(1_500);
  if (!(error instanceof PolityStreamError)) throw new Error(`expected a PolityStreamError, got ${String(error)}`);
  expect(['unauthenticated', 'denied']).toContain(error.kind);
  const missed = await createUser('after-the-end');
  for await (const event of admin.auditEvents({ after: error.cursor, filter: { types: ['user.created'] } })) {
    expect(event.target.id).toBe(missed);
    break;
  }
});

test('a caller without the right has no stream', async () => {
  const stream = backend.auditEvents();
  await expect(stream.next()).rejects.toMatchObject({ name: 'PolityStreamError', kind: 'denied' });
  await expect(backend.lifecycleEvents().next()).rejects.toMatchObject({ name: 'PolityStreamError', kind: 'denied' });
});

test('lifecycle events tell how the capabilities came up', async () => {
  const stream = admin.lifecycleEvents({ after: lifecycleCursor(0) });
  const { value } = await stream.next();
  await stream.return?.();
  expect(value).toMatchObject({ position: lifecycleCursor(1), type: expect.stringMatching(/^(kernel|capability)\./) as string, subject: { id: expect.any(String) as string } });
});

async function endOfLog(): Promise<string | undefined> {
  const { data } = await admin.query<{ auditEvents: { edges: { node: { position: string } }[] } }>('{ auditEvents(first: 1) { edges { node { position } } } }');
  return data.auditEvents.edges[0]?.node.position;
}
