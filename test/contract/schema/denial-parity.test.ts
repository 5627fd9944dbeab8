import type { PolityServer } from '../../../src/boot/polity-server.js';
import { GraphqlCaller } from '../../support/graphql-caller.js';
import { startOn, startTestServer, type TestServer } from '../../support/server.js';
import { subscribe } from '../../support/subscription.js';
import { signInAdmin, signInUser, withApiKey } from './support/people.js';
import { endOfAuditLog, socketParams } from './support/streams.js';
import { byGet, STREAM_WAYS, WAYS, type Answer, type Operation, type Way } from './support/ways.js';

const DENIAL = { message: 'Unauthorized field or type', code: 'UNAUTHORIZED_FIELD_OR_TYPE' };

let server: TestServer;
/** On the same database, in strict mode. */
let strict: PolityServer;
let callers: Record<'anonymous' | 'nobody' | 'key' | 'spaceAdmin' | 'auditor' | 'instanceKey', GraphqlCaller>;

beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  strict = await startOn({ ...server.environment, POLITY_STRICT_AUTHORIZATION: 'true' });
  await admin.mutate('createSpace', { id: 'space_acme', name: 'Acme' }, 'space { id }');
  await admin.mutate('createUser', { id: 'user_nobody', email: 'nobody@example.com' }, 'user { id }');
  callers = {
    anonymous: server.anonymous,
    nobody: await signInUser(server, 'user_nobody', 'nobody@example.com'),
    key: (await withApiKey(server, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] })).caller,
    spaceAdmin: (await signInAdmin(server, 'space-admin', [{ level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: '*' }])).caller,
    auditor: (await signInAdmin(server, 'auditor', [{ level: 'INSTANCE_ADMIN', permissionKey: 'audit:read' }])).caller,
    instanceKey: (await withApiKey(server, { level: 'INSTANCE', permissionKeys: ['*'] })).caller,
  };
}, 60_000);

afterAll(async () => {
  await strict.stop();
  await server.stop();
});

/** What the log got of refused access while `work` ran. */
async function deniedDuring(work: () => Promise<unknown>): Promise<{ paths: unknown; operation: unknown; denyCode: string; target: string; kind: string }[]> {
  const after = await endOfAuditLog(server.admin);
  await work();
  const document = `query ($after: String) { auditEvents(after: $after, types: ["access.denied"], order: OLDEST_FIRST) { edges { node { details denyCode target { id } credential { kind } } } } }`;
  const { auditEvents } = await server.admin.data<{ auditEvents: { edges: { node: { details: Record<string, unknown>; denyCode: string; target: { id: string }; credential: { kind: string } } }[] } }>(document, { after });
  return auditEvents.edges.map(({ node: { details, denyCode, target, credential } }) => ({ paths: details.paths, operation: details.operation, denyCode, target: target.id, kind: credential.kind }));
}

interface Outcome {
  readonly answer: Answer;
  /** Events that the operation left, as far as they are told apart. */
  readonly denied: readonly object[];
}

/** Sends an operation by each way. */
async function throughAll(ways: Readonly<Record<string, Way>>, caller: GraphqlCaller, operation: Operation): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [name, way] of Object.entries(ways)) {
    let answer: Answer = {};
    const denied = await deniedDuring(async () => {
      answer = await way(caller, operation);
    });
    outcomes[name] = { answer, denied };
  }
  return outcomes;
}

/** The same answer by every way, and of each operation one event that names the paths. */
function alike(ways: Readonly<Record<string, Way>>, answer: Answer, event: { readonly paths: readonly string[]; readonly operation: string; readonly denyCode?: string }): Record<string, Outcome> {
  const denied = [expect.objectContaining({ denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE', ...event }) as object];
  return Object.fromEntries(Object.keys(ways).map((name) => [name, { answer, denied }]));
}

describe.each(['anonymous', 'nobody', 'key'] as const)('%s without the right', (name) => {
  test('gets the same denial of a query by every way', async () => {
    const answer = { data: { events: null }, errors: [{ ...DENIAL, path: ['events'] }] };
    expect(await throughAll({ ...WAYS, GET: byGet }, callers[name], { query: 'query Look { events: auditEvents(first: 1) { totalCount } }' })).toEqual(alike({ ...WAYS, GET: byGet }, answer, { paths: ['events'], operation: 'query' }));
  });

  test('gets the same denial of a mutation by every way, and nothing is made', async () => {
    const operation = { query: 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code } } }', variables: { input: { email: 'never@example.com' } } };
    expect(await throughAll(WAYS, callers[name], operation)).toEqual(alike(WAYS, { data: { createUser: null }, errors: [{ ...DENIAL, path: ['createUser'] }] }, { paths: ['createUser'], operation: 'mutation' }));
    expect(await server.admin.data('{ users(email: "never@example.com") { totalCount } }')).toEqual({ users: { totalCount: 0 } });
  });

  // The answer to a refused subscription has no data at all: there is no event that it would belong to.
  test('gets the same denial of a subscription by every way', async () => {
    expect(await throughAll(STREAM_WAYS, callers[name], { query: 'subscription { events: auditEvents { id } }' })).toEqual(alike(STREAM_WAYS, { errors: [{ ...DENIAL, path: ['events'] }] }, { paths: ['events'], operation: 'subscription' }));
  });
});

test('an API key with every key of the instance changes no rights and rotates no keys, by every way: the policy says so', async () => {
  const grant = { query: 'mutation ($input: CreateAdminGrantInput!) { createAdminGrant(input: $input) { errors { code } } }', variables: { input: { userId: server.adminUserId, level: 'INSTANCE_ADMIN', permissionKey: 'users:read' } } };
  expect(await throughAll(WAYS, callers.instanceKey, grant)).toEqual(alike(WAYS, { data: { createAdminGrant: null }, errors: [{ ...DENIAL, path: ['createAdminGrant'] }] }, { paths: ['createAdminGrant'], operation: 'mutation' }));
  for (const field of ['rotateSigningKey', 'rotateReceiptKey', 'rotateReviewKey', 'rotateApiKeyHmacKey']) {
    const operation = { query: `mutation { ${field}(input: {}) { kid } }` };
    expect(await throughAll({ HTTP: WAYS.HTTP }, callers.instanceKey, operation)).toEqual(alike({ HTTP: WAYS.HTTP }, { data: { [field]: null }, errors: [{ ...DENIAL, path: [field] }] }, { paths: [field], operation: 'mutation' }));
  }
});

test('what is refused by its reach is refused alike by every way', async () => {
  const message = 'Needs the permission users:manage here.';
  const operation = { query: 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }', variables: { input: { email: 'never@example.com' } } };
  const answer = { data: { createUser: null }, errors: [{ message, path: ['createUser'], code: 'ADMIN_PERMISSION_REQUIRED' }] };
  expect(await throughAll(WAYS, callers.spaceAdmin, operation)).toEqual(alike(WAYS, answer, { paths: ['createUser'], operation: 'mutation', denyCode: 'ADMIN_PERMISSION_REQUIRED' }));
});

test('a field denied in every item of a list is one error with @ for the item, and the rest is answered, by every way', async () => {
  const query = '{ auditEvents(first: 2, order: OLDEST_FIRST) { edges { node { type actor { userId userEmail } } } } }';
  const allowed = await server.admin.data<{ auditEvents: { edges: { node: { type: string; actor: { userId: string } } }[] } }>(query.replace('userEmail', ''));
  const edges = allowed.auditEvents.edges.map(({ node: { type, actor } }) => ({ node: { type, actor: { ...actor, userEmail: null } } }));
  const path = ['auditEvents', 'edges', '@', 'node', 'actor', 'userEmail'];
  expect(await throughAll({ ...WAYS, GET: byGet }, callers.auditor, { query })).toEqual(alike({ ...WAYS, GET: byGet }, { data: { auditEvents: { edges } }, errors: [{ ...DENIAL, path }] }, { paths: [path.join('.')], operation: 'query' }));
});

test('the same field is denied in the events of a subscription, which goes on', async () => {
  const after = await endOfAuditLog(server.admin);
  await server.admin.mutate('createUser', { id: 'user_streamed', email: 'streamed@example.com' }, 'user { id }');
  const operation = { query: 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["user.created"] }) { target { id } actor { userId userEmail } } }', variables: { after } };
  const answer = { data: { auditEvents: { target: { id: 'user_streamed' }, actor: { userId: server.adminUserId, userEmail: null } } }, errors: [{ ...DENIAL, path: ['auditEvents', 'actor', 'userEmail'] }] };
  expect(await throughAll(STREAM_WAYS, callers.auditor, operation)).toEqual(alike(STREAM_WAYS, answer, { paths: ['auditEvents.actor.userEmail'], operation: 'subscription' }));
});

test('a stream that is denied the same field in every event leaves one event of denial', async () => {
  const after = await endOfAuditLog(server.admin);
  const events = await deniedDuring(async () => {
    const query = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["user.updated"] }) { target { id } actor { userEmail } } }';
    const stream = await subscribe(server.url, socketParams(callers.auditor), query, { after });
    for (const displayName of ['One', 'Two', 'Three']) await server.admin.mutate('updateUser', { id: 'user_streamed', displayName }, 'user { id }');
    await stream.until(() => stream.received.length === 3);
    const denied = { data: { auditEvents: { target: { id: 'user_streamed' }, actor: { userEmail: null } } }, errors: [expect.objectContaining({ path: ['auditEvents', 'actor', 'userEmail'] })] };
    expect(stream.received).toEqual([denied, denied, denied]);
    await stream.close();
  });
  expect(events.map(({ paths }) => paths)).toEqual([['auditEvents.actor.userEmail']]);
});

describe('one operation', () => {
  const QUERY = 'query Overview { me { credentialKind } users { totalCount } mine: mySessions { totalCount } roles { totalCount } }';

  test('with several denied fields is one event that names them all, and answers the others', async () => {
    let answer: Answer | undefined;
    const events = await deniedDuring(async () => {
      answer = await WAYS.HTTP(callers.nobody, { query: QUERY });
    });
    expect(answer?.data).toMatchObject({ me: { credentialKind: 'SESSION' }, users: null, mine: { totalCount: expect.any(Number) as number }, roles: null });
    expect(answer?.errors).toEqual([{ ...DENIAL, path: ['users'] }, { ...DENIAL, path: ['roles'] }]);
    expect(events).toEqual([{ paths: ['users', 'roles'], operation: 'query', denyCode: 'UNAUTHORIZED_FIELD_OR_TYPE', target: 'Overview', kind: 'session' }]);
  });

  test('of a batch is one event; the others of the batch have their own', async () => {
    const { url, headers } = callers.nobody;
    const body = JSON.stringify([{ query: '{ users { totalCount } }' }, { query: '{ me { credentialKind } }' }, { query: '{ roles { totalCount } }' }]);
    const events = await deniedDuring(() => fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }));
    expect(events.map(({ paths }) => paths)).toEqual(expect.arrayContaining([['users'], ['roles']]));
    expect(events).toHaveLength(2);
  });

  test('that is allowed leaves no event of denial', async () => {
    expect(await deniedDuring(() => WAYS.HTTP(callers.nobody, { query: '{ me { credentialKind } }' }))).toEqual([]);
  });
});

describe('strict mode', () => {
  const inStrict = ({ headers }: GraphqlCaller): GraphqlCaller => new GraphqlCaller(strict.url, headers);
  const refusal = (...coordinates: readonly string[]): Answer => ({ errors: [{ ...DENIAL, path: undefined, coordinates }] });

  test.each(['anonymous', 'nobody', 'key'] as const)('refuses the whole query of %s by every way', async (name) => {
    const guarded = name === 'anonymous' ? ['Query.me', 'Query.users'] : ['Query.users'];
    expect(await throughAll({ ...WAYS, GET: byGet }, inStrict(callers[name]), { query: '{ me { credentialKind } users { totalCount } }' })).toEqual(alike({ ...WAYS, GET: byGet }, refusal(...guarded), { paths: guarded, operation: 'query' }));
  });

  test('refuses the whole mutation: what is allowed of it does not act either', async () => {
    const operation = { query: 'mutation { endAllSessions(input: {}) { endedCount } createUser(input: { email: "never@example.com" }) { user { id } } }' };
    expect(await throughAll(WAYS, inStrict(callers.nobody), operation)).toEqual(alike(WAYS, refusal('Mutation.createUser'), { paths: ['Mutation.createUser'], operation: 'mutation' }));
    expect(await callers.nobody.data('{ me { credentialKind } }')).toEqual({ me: { credentialKind: 'SESSION' } });
  });

  test('refuses a subscription, and names what is denied below its root', async () => {
    expect(await throughAll(STREAM_WAYS, inStrict(callers.nobody), { query: 'subscription { auditEvents { id } }' })).toEqual(alike(STREAM_WAYS, refusal('Subscription.auditEvents'), { paths: ['Subscription.auditEvents'], operation: 'subscription' }));
    const nested = { query: 'subscription { auditEvents { actor { userId userEmail } } }' };
    expect(await throughAll(STREAM_WAYS, inStrict(callers.auditor), nested)).toEqual(alike(STREAM_WAYS, refusal('AuditActor.userEmail'), { paths: ['AuditActor.userEmail'], operation: 'subscription' }));
  });

  test('runs what is allowed', async () => {
    expect(await WAYS.HTTP(inStrict(callers.nobody), { query: '{ me { credentialKind } }' })).toEqual({ data: { me: { credentialKind: 'SESSION' } } });
  });
});
