import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { Caller } from '../shared/contracts/index.js';
import type { EventStream, StreamItem } from '../shared/services/index.js';
import { outboxRef } from '../shared/contracts/index.js';
import { auditReaderRef, cursorOf } from './services/read/audit-reader.js';
import type { EventFilter } from './services/read/event-filter.js';
import type { PlacedEvent } from './services/read/event-record.js';
import { logEngineRef } from './services/streams/log-engine.js';
import { lifecycleCursor, logStreamsRef } from './services/streams/stream-service.js';
import { everywhere, openAuditWorld, over, person, thing, type AuditWorld } from './testing/audit-world.js';

const THINGS: EventFilter = { types: ['thing.changed'] };

let store: TestDatabase;
let world: AuditWorld;
let names = 0;

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openAuditWorld(store.appUrl);
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

const reader = (...grants: Parameters<typeof person>[1][]): Caller => person(`reader${++names}`, ...(grants.length === 0 ? [everywhere()] : grants));
const open = (caller: Caller, after?: string, filter: EventFilter = THINGS): Promise<EventStream<PlacedEvent>> => world.get(logStreamsRef).auditEvents(world.as(caller), filter, after);

/** The next items, or fewer when the stream ends. */
async function take<Event>(stream: EventStream<never> | AsyncIterator<StreamItem<Event>>, count: number): Promise<StreamItem<Event>[]> {
  const items: StreamItem<Event>[] = [];
  while (items.length < count) {
    const { value, done } = await (stream as AsyncIterator<StreamItem<Event>>).next();
    if (done === true) break;
    items.push(value);
  }
  return items;
}

const targets = (items: readonly StreamItem<PlacedEvent>[]): string[] => items.map((item) => ('event' in item ? item.event.targetId : item.failure.code));

async function write(count: number, name: string, spaceId = ''): Promise<string[]> {
  const made = Array.from({ length: count }, (_, n) => `${name}_${n}`);
  for (const id of made) await world.log.recordNow(world.as(), [thing({ spaceId, target: { type: 'Thing', id } })]);
  return made;
}

describe('a stream of audit events', () => {
  test('begins with what comes after it was opened', async () => {
    await write(3, 'before');
    const stream = await open(reader());
    const made = await write(5, 'live');
    expect(targets(await take(stream, 5))).toEqual(made);
    await stream.return();
  });

  test('resumes from a cursor over pages of the past into the present, while events keep coming', async () => {
    const start = await open(reader());
    await write(1, 'mark');
    const [mark] = await take<PlacedEvent>(start, 1);
    await start.return();
    const past = await write(450, 'past');
    const stream = await open(reader(), 'event' in mark! ? cursorOf(mark.event.index) : '');
    const writing = write(150, 'present');
    const items = await take<PlacedEvent>(stream, 600);
    expect(targets(items)).toEqual([...past, ...(await writing)]);
    const indexes = items.map((item) => ('event' in item ? item.event.index : -1));
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
    expect(new Set(indexes).size).toBe(600);
    const listed = await world.get(auditReaderRef).list(world.as(reader()), { filter: THINGS, personal: {}, oldestFirst: true }, { first: 200, after: 'event' in mark! ? cursorOf(mark.event.index) : '' });
    expect(listed.edges.map(({ node }) => node.id)).toEqual(items.slice(0, 200).map((item) => ('event' in item ? item.event.id : '')));
    await stream.return();
  });

  test('loses and doubles nothing under many writers', async () => {
    const stream = await open(reader());
    const writers = Array.from({ length: 8 }, (_, w) => Promise.all([
      write(20, `w${w}`),
      (async () => {
        for (let n = 0; n < 10; n++) await world.change({ target: { type: 'Thing', id: `t${w}_${n}` } });
      })(),
    ]));
    const seen = targets(await take(stream, 240));
    await Promise.all(writers);
    expect(new Set(seen).size).toBe(240);
    for (let w = 0; w < 8; w++) expect(seen.filter((id) => id.startsWith(`w${w}_`))).toEqual(Array.from({ length: 20 }, (_, n) => `w${w}_${n}`));
    await stream.return();
  });

  test('shares its catching up: many that resume together cost what a few do', async () => {
    const start = await open(reader());
    await write(1, 'shared_mark');
    const [mark] = await take<PlacedEvent>(start, 1);
    await start.return();
    const cursor = 'event' in mark! ? cursorOf(mark.event.index) : '';
    const past = await write(120, 'shared_past');
    await sleep(1_100);
    const streams = await Promise.all(Array.from({ length: 30 }, () => open(reader(), cursor)));
    const asked = [jest.spyOn(world.statements, 'query'), jest.spyOn(world.database, 'query')];
    const caughtUp = await Promise.all(streams.map((stream) => take<PlacedEvent>(stream, 120)));
    const reads = asked.flatMap(({ mock }) => mock.calls).filter(([statement]) => JSON.stringify(statement).includes('unnest(b.seqs)'));
    expect(reads.length).toBeLessThan(15);
    const writing = write(60, 'shared_present');
    const live = await Promise.all(streams.map((stream) => take<PlacedEvent>(stream, 60)));
    const present = await writing;
    for (const [index, items] of caughtUp.entries()) expect(targets([...items, ...(live[index] ?? [])])).toEqual([...past, ...present]);
    for (const stream of streams) await stream.return();
    jest.restoreAllMocks();
  });

  test('shows only what the caller reaches', async () => {
    const stream = await open(reader(over('space_a')));
    await write(2, 'hidden', 'space_b');
    const made = await write(2, 'shown', 'space_a');
    await write(1, 'instance');
    expect(targets(await take(stream, 2))).toEqual(made);
    await stream.return();
  });

  test('is refused without the right, and with a cursor of another log', async () => {
    await expect(open(person('nobody', everywhere('users:read')))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(open(reader(), cursorOf(9_999_999))).rejects.toMatchObject({ code: 'CURSOR_INVALID', path: ['after'] });
    await expect(open(reader(), lifecycleCursor(0))).rejects.toMatchObject({ code: 'CURSOR_INVALID', path: ['after'] });
  });

  test('is narrowed when rights shrink: also for events that already wait', async () => {
    const caller = reader(over('space_a'), over('space_b'));
    const stream = await open(caller);
    await write(1, 'first', 'space_a');
    expect(targets(await take(stream, 1))).toEqual(['first_0']);
    await write(2, 'waiting', 'space_a');
    await world.get(logEngineRef).audit.sequenced();
    await sleep(100);
    world.setCaller(caller.key, { ...caller, grants: person('x', over('space_b')).grants });
    await write(1, 'after', 'space_b');
    expect(targets(await take(stream, 1))).toEqual(['after_0']);
    await stream.return();
  });

  test.each<[string, Partial<Caller> | undefined, string]>([
    ['its session ends', undefined, 'UNAUTHENTICATED'],
    ['its right is taken away', { grants: [] }, 'ADMIN_PERMISSION_REQUIRED'],
    ['its credential runs out', { expiresAt: 1 }, 'UNAUTHENTICATED'],
  ])('ends within a second when %s, message or not', async (_, change, code) => {
    for (const quiet of [false, true]) {
      const caller = reader();
      const stream = await open(caller);
      const waiting = take<PlacedEvent>(stream, 5);
      await sleep(20);
      const began = Date.now();
      world.setCaller(caller.key, change === undefined ? undefined : { ...caller, ...change }, quiet);
      const items = await waiting;
      expect(Date.now() - began).toBeLessThan(quiet ? 1000 : 200);
      expect(targets(items)).toEqual([code]);
      await write(1, 'too_late');
      expect(await take(stream, 1)).toEqual([]);
    }
  });

  test('lets a waiting reader go at once', async () => {
    const stream = await open(reader());
    const waiting = stream.next();
    const began = Date.now();
    expect(await stream.return()).toEqual({ value: undefined, done: true });
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(Date.now() - began).toBeLessThan(50);
  });

  test('sends a slow reader away with the cursor from which it loses nothing', async () => {
    const stream = await open(reader());
    const made = await write(1, 'read');
    expect(targets(await take(stream, 1))).toEqual(made);
    const flood: string[] = [];
    for (let n = 0; n < 3; n++) {
      const rows = Array.from({ length: 400 }, (_, row) => `flood${n}_${row}`);
      await world.log.recordNow(world.as(), rows.map((id) => thing({ target: { type: 'Thing', id } })));
      flood.push(...rows);
    }
    await world.get(logEngineRef).audit.sequenced();
    await sleep(300);
    const [last] = await take<PlacedEvent>(stream, 5);
    expect(last).toMatchObject({ failure: { code: 'STREAM_OVERFLOW', details: { cursor: expect.any(String) } } });
    const resumed = await open(reader(), 'failure' in last! ? String(last.failure.details?.cursor) : '');
    expect(targets(await take(resumed, 1200))).toEqual(flood);
    await resumed.return();
  });
});

describe('a stream of lifecycle events', () => {
  const publish = (type: string, id: string): Promise<void> => world.get(outboxRef).publishNow({ type, spaceId: '', subject: { type: 'Capability', id }, payload: { n: 1 } });

  test('shows the life of the system and no other events, and resumes', async () => {
    const caller = reader(everywhere('instance:read'));
    const stream = await world.get(logStreamsRef).lifecycleEvents(world.as(caller));
    await publish('capability.ready', 'one');
    await world.database.transaction(async (transaction) => {
      world.get(outboxRef).publish(transaction, { type: 'thing.changed', spaceId: '', subject: { type: 'Thing', id: 'x' }, payload: {} });
      world.get(outboxRef).publish(transaction, { type: 'capability.degraded', spaceId: '', subject: { type: 'Capability', id: 'two' }, payload: {} });
    });
    const items = await take<{ index: number; type: string; subjectId: string }>(stream as never, 2);
    expect(items).toMatchObject([{ event: { type: 'capability.ready', subjectId: 'one', payload: { n: 1 } } }, { event: { type: 'capability.degraded', subjectId: 'two' } }]);
    await stream.return();
    await publish('kernel.stopped', 'three');
    const first = items[0] as { event: { index: number } };
    const resumed = await world.get(logStreamsRef).lifecycleEvents(world.as(caller), lifecycleCursor(first.event.index));
    expect(await take(resumed as never, 2)).toMatchObject([{ event: { subjectId: 'two' } }, { event: { subjectId: 'three' } }]);
    await resumed.return();
  });

  test('needs instance:read', async () => {
    await expect(world.get(logStreamsRef).lifecycleEvents(world.as(reader()))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });

  test('an event that nobody declared is our bug, and rolls back with its change', async () => {
    await expect(publish('thing.invented', 'x')).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
    await expect(world.database.transaction(async (transaction) => {
      world.get(outboxRef).publish(transaction, { type: 'capability.failed', spaceId: '', subject: { type: 'Capability', id: 'gone' }, payload: {} });
      throw new Error('rolled back');
    })).rejects.toThrow('rolled back');
  });
});
