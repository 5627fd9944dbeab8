import type { SchemaFragment, SchemaSwap } from '../../../src/graphql/index.js';
import { ManualStream } from '../../support/graphql-fixture.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { subscribe, type TestSubscription } from '../../support/subscription.js';
import { EVERY_DOOR, type DoorAnswer } from './support/doors.js';
import { openSse } from './support/sse-stream.js';

const AUDIT = 'subscription { auditEvents(filter: { types: ["user.created"] }) { target { id } } }';

let server: TestServer;
const lines: string[] = [];
const streams = new Map<string, ManualStream[]>();
const subscriptions: TestSubscription<any>[] = [];

beforeAll(async () => {
  server = await startTestServer({ log: (line) => lines.push(line) });
});
afterAll(() => server.stop());
beforeEach(() => streams.clear());
afterEach(async () => {
  for (const subscription of subscriptions.splice(0)) await subscription.close();
  for (const owner of server.server.schema.owners) server.server.schema.remove(owner);
});

const set = (owner: string, ...fragments: readonly SchemaFragment[]): SchemaSwap => server.server.schema.set(owner, fragments);
const remove = (owner: string): SchemaSwap | undefined => server.server.schema.remove(owner);
const codesOf = ({ errors = [] }: DoorAnswer): unknown[] => errors.map(({ extensions }) => extensions?.['code']);

/** A fragment with one query that answers its own name. */
function query(name: string, answer: string = name): SchemaFragment {
  return { name, typeDefs: `extend type Query { ${name}: String @public }`, resolvers: { Query: { [name]: () => answer } } };
}

/** A fragment with a stream of its own type that tests feed. */
function stream(name: string, fields = 'label: String', argument = ''): SchemaFragment {
  const open = (): ManualStream => {
    const opened = new ManualStream();
    streams.set(name, [...(streams.get(name) ?? []), opened]);
    return opened;
  };
  return {
    name,
    typeDefs: `extend type Subscription { ${name}${argument}: ${name}Event @public } type ${name}Event { ${fields} }`,
    resolvers: { Subscription: { [name]: { subscribe: open, resolve: echo } } },
  };
}
const echo = (event: unknown): unknown => event;

async function open<Data>(document: string, headers = server.admin.headers): Promise<TestSubscription<Data>> {
  const subscription = await subscribe<Data>(server.url, headers, document);
  subscriptions.push(subscription);
  return subscription;
}

/** Feeds the newest stream of a fragment, once the server has opened it. */
async function push(name: string, event: object, count = 1): Promise<ManualStream> {
  await opened(name, count);
  const found = streams.get(name)?.at(-1) as ManualStream;
  found.push(event);
  return found;
}

async function opened(name: string, count = 1): Promise<void> {
  while ((streams.get(name)?.length ?? 0) < count) await new Promise((resolve) => { setImmediate(resolve); });
}

describe.each(EVERY_DOOR)('a field that comes and goes, by %s', (_name, door) => {
  test('is unknown before, answers while it is there, and is unknown again after, also where its plan was hot', async () => {
    const request = { query: '{ comes }' };
    expect(codesOf(await door(server.admin, request))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    set('guest', query('comes'));
    for (let time = 0; time < 4; time++) expect((await door(server.admin, request)).data).toEqual({ comes: 'comes' });
    set('guest', query('comes', 'other'));
    for (let time = 0; time < 3; time++) expect((await door(server.admin, request)).data).toEqual({ comes: 'other' });
    remove('guest');
    for (let time = 0; time < 3; time++) expect(codesOf(await door(server.admin, request))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });
});

test('a text that was kept by its hash is out with the schema on which it was valid, and comes in again', async () => {
  const { createHash } = await import('node:crypto');
  const text = '{ kept }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') } };
  const [, door] = EVERY_DOOR[0] as (typeof EVERY_DOOR)[number];
  const byHash = (): Promise<DoorAnswer> => door(server.admin, { query: undefined as never, extensions });
  set('guest', query('kept'));
  expect((await door(server.admin, { query: text, extensions })).data).toEqual({ kept: 'kept' });
  expect((await byHash()).data).toEqual({ kept: 'kept' });
  remove('guest');
  expect(codesOf(await byHash())).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  expect(codesOf(await door(server.admin, { query: text, extensions }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  expect(codesOf(await byHash())).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
});

test('operations in flight finish on the schema that they began with', async () => {
  const gate = Promise.withResolvers<void>();
  let entered = 0;
  const slow: SchemaFragment = {
    name: 'slow', typeDefs: 'extend type Query { slow: SlowThing @public } type SlowThing { label: String }',
    resolvers: { Query: { slow: async () => { entered++; await gate.promise; return { label: 'finished' }; } } },
  };
  set('guest', slow);
  // Admitted and then compiled: one of them runs by its plan.
  const running = EVERY_DOOR.map(([, door]) => door(server.admin, { query: '{ slow { label } }' }));
  while (entered < EVERY_DOOR.length) await new Promise((resolve) => { setImmediate(resolve); });
  running.push(server.admin.send('{ slow { label } }'));
  while (entered < EVERY_DOOR.length + 1) await new Promise((resolve) => { setImmediate(resolve); });
  remove('guest');
  gate.resolve();
  for (const answer of await Promise.all(running)) expect(answer.data).toEqual({ slow: { label: 'finished' } });
  expect(codesOf(await server.admin.send('{ slow { label } }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test('a core subscription goes on over twenty swaps, without loss and without repetition', async () => {
  const subscription = await open<{ auditEvents: { target: { id: string } } }>(AUDIT);
  const made: string[] = [];
  for (let round = 0; round < 20; round++) {
    if (round % 2 === 0) set('guest', query(`round${round}`), stream(`roundStream${round}`));
    else remove('guest');
    const { user } = await server.admin.mutate<{ user: { id: string } }>('createUser', { email: `swap${round}@example.com`, displayName: 'Swap' }, 'user { id }');
    made.push(user.id);
    await subscription.until(({ data }) => data?.auditEvents.target.id === user.id);
  }
  expect(subscription.received.map(({ data, errors }) => errors ?? data?.auditEvents.target.id)).toEqual(made);
});

describe('subscriptions of what a swap takes away', () => {
  test('over WebSocket: that operation ends with an error that says why; its socket and others go on', async () => {
    set('leaves', stream('leaving'));
    set('stays', stream('staying'));
    const leaving = await open<any>('subscription { leaving { label } }');
    const staying = await open<any>('subscription { staying { label } }');
    const core = await open<any>(AUDIT);
    await push('leaving', { label: 'a' });
    await push('staying', { label: 'b' });
    await leaving.until(({ data }) => data?.leaving.label === 'a');
    await staying.until(({ data }) => data?.staying.label === 'b');
    expect([...(remove('leaves') as SchemaSwap).changed].toSorted()).toEqual(['Subscription.leaving', 'leavingEvent']);
    expect(await leaving.ended).toMatchObject({
      completed: false,
      errors: [{ message: expect.stringContaining('Subscription.leaving') as unknown, extensions: { code: 'SCHEMA_CHANGED', coordinates: ['Subscription.leaving', 'leavingEvent'] } }],
    });
    expect(streams.get('leaving')?.map(({ stopped }) => stopped)).toEqual([true]);
    await push('staying', { label: 'c' });
    await staying.until(({ data }) => data?.staying.label === 'c');
    expect([staying.received.length, core.received.length, streams.get('staying')?.length]).toEqual([2, 0, 1]);
  });

  test('over server-sent events: the last result says why, then the stream completes', async () => {
    set('leaves', stream('leaving'));
    const leaving = await openSse(server.admin, 'subscription { leaving { label } }');
    await push('leaving', { label: 'a' });
    expect(await leaving.next()).toEqual({ event: 'next', data: { data: { leaving: { label: 'a' } } } });
    remove('leaves');
    expect(await leaving.next()).toMatchObject({ event: 'next', data: { errors: [{ extensions: { code: 'SCHEMA_CHANGED' } }] } });
    expect(await leaving.next()).toEqual({ event: 'complete' });
    expect(await leaving.next()).toBeUndefined();
  });

  test('subscribers who share one execution end together, each with the reason, and get nothing after it', async () => {
    set('note', { name: 'note', typeDefs: 'extend type AuditEvent { swapNote: String }', resolvers: {} });
    const noted = 'subscription { auditEvents(filter: { types: ["user.created"] }) { target { id } swapNote } }';
    const shared = async (): Promise<number> => Number(/^polity_\w+\{execution="shared"\} (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1] ?? 0);
    const before = await shared();
    const leaving = [await open<any>(noted), await open<any>(noted)];
    const core = await open<any>(AUDIT);
    const create = async (name: string): Promise<string> =>
      (await server.admin.mutate<{ user: { id: string } }>('createUser', { email: `${name}@example.com`, displayName: name }, 'user { id }')).user.id;
    // They share once they have caught up.
    for (const name of ['shared1', 'shared2', 'shared3']) {
      const id = await create(name);
      for (const each of [...leaving, core]) await each.until(({ data }) => data?.auditEvents.target.id === id);
    }
    expect(await shared()).toBeGreaterThan(before);
    remove('note');
    for (const each of leaving) expect(await each.ended).toMatchObject({ errors: [{ extensions: { code: 'SCHEMA_CHANGED', coordinates: ['AuditEvent.swapNote'] } }] });
    const last = await create('shared4');
    await core.until(({ data }) => data?.auditEvents.target.id === last);
    expect([...leaving, core].map(({ received }) => received.length)).toEqual([3, 3, 4]);
  });

  test.each([
    ['a field of what it selects', 'label: String', '', 'other: String', '', 'changingEvent.label'],
    ['the type of a field', 'label: String', '', 'label: String!', '', 'changingEvent.label'],
    ['the guard of a field', 'label: String', '', 'label: String @authenticated', '', 'changingEvent.label'],
    ['a given argument', 'label: String', '(kind: String)', 'label: String', '', 'Subscription.changing(kind:)'],
  ])('%s', async (_what, fields, argument, nextFields, nextArgument, coordinate) => {
    const code = stream('changing', fields, argument);
    set('changes', code);
    const subscription = await open<any>(`subscription { changing${argument === '' ? '' : '(kind: "x")'} { label } }`);
    await opened('changing');
    set('changes', { ...code, typeDefs: stream('changing', nextFields, nextArgument).typeDefs });
    expect(await subscription.ended).toMatchObject({ errors: [{ extensions: { code: 'SCHEMA_CHANGED', coordinates: [coordinate] } }] });
  });

  test('what is only added, or not selected, ends nothing; other code behind the stream does', async () => {
    const code = stream('changing', 'label: String spare: String', '(spare: Int)');
    set('changes', code);
    const subscription = await open<any>('subscription { changing { label } }');
    await opened('changing');
    set('changes', { ...code, typeDefs: stream('changing', 'label: String added: String', '(added: Int)').typeDefs });
    await push('changing', { label: 'still here' });
    await subscription.until(({ data }) => data?.changing.label === 'still here');
    set('changes', stream('changing', 'label: String added: String', '(added: Int)'));
    expect(await subscription.ended).toMatchObject({ errors: [{ extensions: { coordinates: ['Subscription.changing'] } }] });
  });
});

describe('what does not fit', () => {
  const misfits: readonly (readonly [string, SchemaFragment, string])[] = [
    ['SDL that cannot be read', { ...query('wrong'), typeDefs: 'extend type Query {' }, 'line 1'],
    ['a field that exists', query('me'), 'Query.me'],
    ['a field of another owner', query('there'), 'Query.there'],
    ['a root field without a guard', { ...query('wrong'), typeDefs: 'extend type Query { wrong: String }' }, 'Query.wrong'],
    ['an unknown type', { ...query('wrong'), typeDefs: 'extend type Query { wrong: Nowhere @public }' }, 'Query.wrong'],
    ['a guard that cannot withhold', { ...query('wrong'), typeDefs: 'extend type Query { wrong: [String] @public @listSize(slicingArguments: ["none"]) }' }, 'Query.wrong'],
  ];

  test.each(misfits)('%s leaves everything as it was', async (_what, wrong, coordinate) => {
    set('good', query('there'), stream('running'));
    const subscription = await open<any>('subscription { running { label } }');
    await opened('running');
    const { version, current } = server.server.schema;
    const refusal = (() => {
      try {
        return set('bad', query('partOfIt'), { ...wrong, name: 'wrong' });
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toMatchObject({ code: 'CAPABILITY_INVALID', message: expect.stringContaining(coordinate) as unknown });
    expect([server.server.schema.version, server.server.schema.current === current, server.server.schema.owners]).toEqual([version, true, ['good']]);
    expect(await server.admin.data('{ there }')).toEqual({ there: 'there' });
    expect(codesOf(await server.admin.send('{ partOfIt }'))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    await push('running', { label: 'on' });
    await subscription.until(({ data }) => data?.running.label === 'on');
  });

  test('what another owner stands on cannot be taken away', async () => {
    set('base', { name: 'base', typeDefs: 'extend type Query { base: Base @public } type Base { x: Int }', resolvers: { Query: { base: () => ({ x: 1 }) } } });
    set('above', { name: 'above', typeDefs: 'extend type Base { y: Int }', resolvers: { Base: { y: () => 2 } } });
    expect(() => remove('base')).toThrow(expect.objectContaining({ code: 'CAPABILITY_INVALID', details: { problems: [expect.objectContaining({ fragment: 'above', coordinate: 'Base' })] } }));
    expect(await server.admin.data('{ base { x y } }')).toEqual({ base: { x: 1, y: 2 } });
    remove('above');
    expect(remove('base')?.schema.raw.getType('Base')).toBeUndefined();
    expect(remove('base')).toBeUndefined();
  });
});

test('those who add at the same time lose nothing of each other, and fifty fragments compose in bounded time', async () => {
  const took: number[] = [];
  const names = Array.from({ length: 50 }, (_, index) => `many${index}`);
  await Promise.all(Array.from({ length: 10 }, async (_, owner) => {
    await new Promise((resolve) => { setImmediate(resolve); });
    took.push(set(`owner${owner}`, ...names.slice(owner * 5, owner * 5 + 5).map((name) => query(name))).composedMs);
  }));
  const answer = await server.admin.data<Record<string, string>>(`{ ${names.join(' ')} }`);
  expect(Object.values(answer)).toEqual(names);
  // One extension of the core for all of them: the tenth owner's takes about as long as the first one's, not ten times as long.
  expect(Math.min(...took.slice(5))).toBeLessThan(3 * Math.max(...took.slice(0, 5)));
});

test('introspection and the download follow', async () => {
  const fieldsOf = async (): Promise<string[]> =>
    (await server.admin.data<{ __schema: { queryType: { fields: { name: string }[] } } }>('{ __schema { queryType { fields { name } } } }')).__schema.queryType.fields.map(({ name }) => name);
  const download = async (etag = ''): Promise<{ status: number; text: string; etag: string }> => {
    const response = await fetch(`${server.url}/graphql/schema.graphql`, { headers: { ...server.admin.headers, 'if-none-match': etag } });
    return { status: response.status, text: await response.text(), etag: response.headers.get('etag') ?? '' };
  };
  const before = await download();
  expect([(await fieldsOf()).includes('shown'), before.text.includes('shown: String')]).toEqual([false, false]);
  set('guest', query('shown'));
  const during = await download(before.etag);
  expect([(await fieldsOf()).includes('shown'), during.status, during.text.includes('shown: String @public')]).toEqual([true, 200, true]);
  remove('guest');
  expect([(await fieldsOf()).includes('shown'), await download()]).toEqual([false, before]);
  expect((await download(before.etag)).status).toBe(304);
});

test('a swap is written down: version, duration and owner in the log, outcome and version in the metrics', async () => {
  const metrics = async (): Promise<string> => (await fetch(`${server.url}/metrics`)).text();
  const swaps = async (outcome: string): Promise<number> => Number(new RegExp(`polity_schema_swaps_total\\{outcome="${outcome}"\\} (\\d+)`).exec(await metrics())?.[1] ?? 0);
  const [swapped, refused] = [await swaps('swapped'), await swaps('refused')];
  const { version: core } = server.server.schema;
  lines.splice(0);
  const { version } = set('guest', query('written'));
  expect(() => set('guest', query('me'))).toThrow('exists in the core schema');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'info', message: 'schema swapped', owner: 'guest', version, previous_version: core, composed_ms: expect.any(Number) as unknown, swapped_ms: expect.any(Number) as unknown, changed_count: 0 },
    { level: 'warn', message: 'schema refused', owner: 'guest' },
  ]);
  expect([await swaps('swapped') - swapped, await swaps('refused') - refused]).toEqual([1, 1]);
  expect((await metrics()).match(/^polity_schema_info.*$/gm)).toEqual([`polity_schema_info{version="${version}"} 1`]);
  remove('guest');
  expect(server.server.schema.version).toBe(core);
});
