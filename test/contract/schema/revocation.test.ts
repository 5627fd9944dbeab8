import { Client } from 'pg';
import { WebSocket } from 'ws';
import { outboxRef } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { subscribe, type SubscriptionEnd, type TestSubscription } from '../../support/subscription.js';
import { PASSWORD, signInAdmin, withApiKey, type Admin } from './support/people.js';
import { endOfAuditLog, endOfOutbox, socketParams } from './support/streams.js';

/** Promised is a second; what takes ten times as long is broken, whatever the machine. */
const BOUND_MS = 10_000;

const AUDIT = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["group.updated"] }) { position spaceId target { id } } }';
const LIFECYCLE = 'subscription ($after: String) { lifecycleEvents(after: $after) { position spaceId subject { id } } }';
const SPACES = ['space_acme', 'space_globex'] as const;

interface Event {
  readonly position: string;
  readonly spaceId: string;
  readonly subject?: { readonly id: string };
}
type Streamed = Readonly<Record<string, Event | null>>;

let server: TestServer;
let owner: Client;
let round = 0;
const times: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  owner = new Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  for (const id of SPACES) {
    await server.admin.mutate('createSpace', { id, name: id }, 'space { id }');
    await server.admin.mutate('createGroup', { id: id.replace('space', 'group'), spaceId: id, key: 'all' }, 'group { id }');
  }
}, 60_000);

afterAll(async () => {
  process.stdout.write(`Streams ended after their revocation:\n${times.map((line) => `  ${line}\n`).join('')}`);
  await owner.end();
  await server.stop();
});

/** The two streams: how to open one behind everything that has happened, and how to make an event of a Space. */
const STREAMS = {
  auditEvents: {
    key: 'audit:read',
    open: async (caller: GraphqlCaller, after?: string) => subscribe<Streamed>(server.url, socketParams(caller), AUDIT, { after: after ?? (await endOfAuditLog(server.admin)) }),
    emit: (spaceId: string): Promise<unknown> => server.admin.mutate('updateGroup', { id: spaceId.replace('space', 'group'), sortOrder: ++round }, 'group { id }'),
  },
  lifecycleEvents: {
    key: 'instance:read',
    open: async (caller: GraphqlCaller, after?: string) => subscribe<Streamed>(server.url, socketParams(caller), LIFECYCLE, { after: after ?? (await endOfOutbox(owner)) }),
    emit: (spaceId: string): Promise<unknown> =>
      server.server.platform.container.get(outboxRef).publishNow({ type: 'capability.degraded', spaceId, subject: { type: 'Capability', id: `round_${++round}` }, payload: {} }),
  },
} as const;

type StreamName = keyof typeof STREAMS;
const NAMES = ['auditEvents', 'lifecycleEvents'] as const satisfies readonly StreamName[];

/** A User with the keys of both streams in both Spaces; its grants come Space by Space. */
function person(cause: string): Promise<Admin> {
  return signInAdmin(server, cause, SPACES.flatMap((spaceId) => NAMES.map((name) => ({ level: 'SPACE_ADMIN', spaceId, permissionKey: STREAMS[name].key }))));
}

/** An API key with the keys of both streams. */
function machine(): ReturnType<typeof withApiKey> {
  return withApiKey(server, { level: 'INSTANCE', permissionKeys: NAMES.map((name) => STREAMS[name].key) });
}

function eventsOf(name: StreamName, stream: TestSubscription<Streamed>): Event[] {
  return stream.received.flatMap(({ data }) => data?.[name] ?? []);
}

/** Those that this file made: whoever may read the instance also hears how its capabilities are. */
function ownEventsOf(name: StreamName, stream: TestSubscription<Streamed>): Event[] {
  return eventsOf(name, stream).filter(({ subject }) => subject?.id.startsWith('round_') ?? true);
}

/** Resolves when a stream has got so many answers. */
function got(stream: TestSubscription<Streamed>, count: number): Promise<unknown> {
  return bounded(stream.until(() => stream.received.length >= count), `${count} events`);
}

/** Opens both streams, sees them live, revokes, and gives how they ended; nothing of what comes after the revocation is in them. */
async function endsOf(cause: string, caller: GraphqlCaller, revoke: () => Promise<unknown>): Promise<SubscriptionEnd[]> {
  const open = await Promise.all(NAMES.map(async (name) => ({ name, stream: await STREAMS[name].open(caller) })));
  for (const { name, stream } of open) {
    await STREAMS[name].emit('space_acme');
    await bounded(stream.until(() => ownEventsOf(name, stream).length >= 1), 'an event');
  }
  await revoke();
  const revoked = performance.now();
  for (const { name } of open) await STREAMS[name].emit('space_acme');
  const ends = await Promise.all(open.map(({ name, stream }) => bounded(stream.ended, `the stream of ${name}`)));
  for (const [index, { name, stream }] of open.entries()) {
    times.push(`${name}, ${cause}: ${took(revoked, (ends[index] as SubscriptionEnd).at)}`);
    expect([name, ownEventsOf(name, stream).length]).toEqual([name, 1]);
  }
  return ends;
}

function took(from: number, to: number): string {
  return `${Math.max(0, Math.round(to - from))} ms`;
}

async function bounded<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: not after ${BOUND_MS} ms`)), BOUND_MS);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

describe('streams end with their credential, and their socket with them', () => {
  const CLOSED = NAMES.map(() => expect.objectContaining({ completed: false, close: { code: 4401, reason: 'Unauthorized' } }) as unknown);

  test('when the session is signed out', async () => {
    const { caller } = await person('signed-out');
    expect(await endsOf('signed out', caller, () => caller.data('mutation { signOut { errors { code } } }'))).toEqual(CLOSED);
  });

  test('when an admin ends the session, and then when the User is disabled', async () => {
    const { caller, userId, email } = await person('ended');
    const { me } = await caller.data<{ me: { sessionId: string } }>('{ me { sessionId } }');
    expect(await endsOf('session ended by an admin', caller, () => server.admin.mutate('endSession', { id: me.sessionId }, 'session { id }'))).toEqual(CLOSED);
    const again = await server.signIn(email, PASSWORD);
    expect(await endsOf('User disabled', again, () => server.admin.mutate('disableUser', { id: userId }, 'user { id }'))).toEqual(CLOSED);
  });

  test.each(['revokeApiKey', 'disableApiKey'])('at %s', async (mutation) => {
    const { caller, id } = await machine();
    expect(await endsOf(mutation, caller, () => server.admin.mutate(mutation, { id }, 'apiKey { id }'))).toEqual(CLOSED);
  });
});

describe('streams follow the rights of their caller', () => {
  test('one is narrowed when a grant is revoked, and refused without its socket when the last is', async () => {
    const { caller, grantIds } = await person('narrowed');
    const revoke = (...indexes: readonly number[]): Promise<unknown> => Promise.all(indexes.map((index) => server.admin.mutate('revokeAdminGrant', { id: grantIds[index] }, 'adminGrant { id }')));
    const open = await Promise.all(NAMES.map(async (name) => ({ name, ...STREAMS[name], stream: await STREAMS[name].open(caller) })));
    for (const { emit, stream } of open) {
      for (const spaceId of SPACES) await emit(spaceId);
      await got(stream, 2);
    }
    await revoke(0, 1);
    for (const { name, emit, stream } of open) {
      // In order: had the first come through, it would stand before the second.
      for (const spaceId of SPACES) await emit(spaceId);
      await got(stream, 3);
      expect([name, eventsOf(name, stream).map(({ spaceId }) => spaceId)]).toEqual([name, ['space_acme', 'space_globex', 'space_globex']]);
    }

    await revoke(2, 3);
    const revoked = performance.now();
    for (const { name, emit, stream } of open) {
      await emit('space_globex');
      const end = await bounded(stream.ended, `the stream of ${name}`);
      times.push(`${name}, last grant revoked: ${took(revoked, end.at)}`);
      expect([name, eventsOf(name, stream).length]).toEqual([name, 3]);
      // As it would be refused now. The session lives, and so does its socket.
      expect(end).toMatchObject({ completed: false, close: undefined, errors: [{ path: [name], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] });
      await stream.close();
    }
    expect(await caller.data('{ me { credentialKind } }')).toEqual({ me: { credentialKind: 'SESSION' } });
  });

  test.each(NAMES)('one of %s goes on when somebody else is revoked', async (name) => {
    const [{ caller }, { id }] = [await machine(), await machine()];
    const stream = await STREAMS[name].open(caller);
    await server.admin.mutate('revokeApiKey', { id }, 'apiKey { id }');
    await STREAMS[name].emit('space_acme');
    await got(stream, 1);
    expect(eventsOf(name, stream)).toMatchObject([{ spaceId: 'space_acme' }]);
    await stream.close();
  });
});

test.each(NAMES)('%s resume from a position after a reconnection, without loss or repetition', async (name) => {
  const { open, emit } = STREAMS[name];
  const { caller } = await machine();
  const first = await open(caller);
  for (let count = 0; count < 3; count++) await emit('space_acme');
  await got(first, 3);
  await first.close();
  for (let count = 0; count < 3; count++) await emit('space_globex');
  const second = await open(caller, eventsOf(name, first)[1]?.position);
  await emit('space_acme');
  await got(second, 5);
  expect(eventsOf(name, second).map(({ spaceId }) => spaceId)).toEqual(['space_acme', 'space_globex', 'space_globex', 'space_globex', 'space_acme']);
  expect(eventsOf(name, second)[0]?.position).toBe(eventsOf(name, first)[2]?.position);
  await second.close();
});

test('a stream over SSE ends with its key as well', async () => {
  const { caller, id } = await machine();
  const after = await endOfAuditLog(server.admin);
  const body = JSON.stringify({ query: AUDIT, variables: { after } });
  const response = await fetch(`${server.url}/graphql/stream`, { method: 'POST', headers: { 'content-type': 'application/json', ...caller.headers }, body });
  let text = '';
  const seen = Promise.withResolvers<void>();
  const ended = (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      if (text.includes('group_acme')) seen.resolve();
    }
    return performance.now();
  })();
  await STREAMS.auditEvents.emit('space_acme');
  await seen.promise;
  await server.admin.mutate('revokeApiKey', { id }, 'apiKey { id }');
  const revoked = performance.now();
  await STREAMS.auditEvents.emit('space_globex');
  const at = await bounded(ended, 'the stream over SSE');
  times.push(`auditEvents over SSE, revokeApiKey: ${took(revoked, at)}`);
  expect(text).not.toContain('group_globex');
});

describe('a reader that does not read', () => {
  const DECISIONS = 400;
  const ROUNDS = 6;
  const LEAN = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["authorization.decision"] }) { position } }';
  // So large that the connection cannot hold for long what is left unread.
  const LARGE = LEAN.replace('{ position }', `{ position ${Array.from({ length: 15 }, (_, index) => `p${index}: details`).join(' ')} }`);
  const question = { actor: { userId: 'user_none', memberId: 'member_none', userMemberId: 'um_none', spaceId: 'space_acme' }, resourceType: 'invoice', resourceId: 'invoice_none', action: 'read' };
  const positions = ({ received }: TestSubscription<Streamed>): unknown[] => received.flatMap(({ data }) => data?.auditEvents?.position ?? []);

  test('is sent away with the cursor, others are not, and it resumes without loss or repetition', async () => {
    const { caller } = await machine();
    const { caller: asker } = await withApiKey(server, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
    const after = await endOfAuditLog(server.admin);
    const sockets: WebSocket[] = [];
    class KnownSocket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        sockets.push(this);
      }
    }
    const diligent = await subscribe<Streamed>(server.url, socketParams(caller), LEAN, { after });
    const slow = await subscribe<Streamed>(server.url, socketParams(caller), LARGE, { after }, KnownSocket);
    for (let round = 1; round <= ROUNDS; round++) {
      await asker.data('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items: Array.from({ length: DECISIONS }, () => question) } });
      await got(diligent, DECISIONS * round);
      if (round === 1) await got(slow, 10);
      if (round === 1) sockets[0]?.pause();
    }
    sockets[0]?.resume();
    const end = await bounded(slow.ended, 'the stream of the slow reader');
    const [failure] = slow.received.at(-1)?.errors ?? [];
    const read = positions(slow);
    expect([failure?.extensions?.code, failure?.extensions?.cursor, end.completed]).toEqual(['STREAM_OVERFLOW', read.at(-1), true]);
    expect(read.length).toBeLessThan(DECISIONS * ROUNDS);

    const resumed = await subscribe<Streamed>(server.url, socketParams(caller), LEAN, { after: read.at(-1) });
    await got(resumed, DECISIONS * ROUNDS - read.length);
    expect([...read, ...positions(resumed)]).toEqual(positions(diligent));
    await Promise.all([diligent.close(), resumed.close(), slow.close()]);
  }, 30_000);
});
