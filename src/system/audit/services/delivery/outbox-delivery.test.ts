import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import type { EventSubscription } from '../../../../kernel/registries/index.js';
import { sql } from '../../../../persistence/index.js';
import { outboxRef, type OutboxEventHandler } from '../../../shared/contracts/index.js';
import { openAuditWorld, type AuditWorld } from '../../testing/audit-world.js';
import { logEngineRef } from '../streams/log-engine.js';
import type { DeliveryPace } from './delivery-pace.js';
import { OutboxDelivery } from './outbox-delivery.js';

const CHANGED = 'thing.changed';
const OWNER = 'test.subscriber';
const PACE: DeliveryPace = { firstPauseMs: 20, longestPauseMs: 100, stuckAfter: 3, handlerTimeoutMs: 2_000, lookAgainMs: 50 };

/** One node: its delivery, and what it logged and counted. */
interface Node {
  readonly world: AuditWorld;
  readonly delivery: OutboxDelivery;
  readonly logged: { level: string; fields: Record<string, unknown> }[];
  readonly counted: string[];
}

let store: TestDatabase;
let owner: Client;
let nodes: readonly [Node, Node];

const openNode = async (pace = PACE): Promise<Node> => {
  const world = await openAuditWorld(store.appUrl);
  const logged: Node['logged'] = [];
  const counted: string[] = [];
  const write = (level: string) => (_message: string, fields: Record<string, unknown> = {}): void => void logged.push({ level, fields });
  const delivery = new OutboxDelivery({
    feed: world.get(logEngineRef).outboxFeed, database: world.database, statements: world.statements, pace,
    logger: { warn: write('warn'), error: write('error') }, metrics: { countEventDeliveries: (outcome) => void counted.push(outcome) },
  });
  return { world, delivery, logged, counted };
};
const to = (handler: OutboxEventHandler, eventType = CHANGED): EventSubscription => ({ owner: OWNER, eventType, handler });
const open = async ({ delivery }: Node, ...subscriptions: readonly EventSubscription[]): Promise<void> => {
  await delivery.prepare(subscriptions);
  delivery.begin(subscriptions);
};
const publish = (node: Node, id: string, type = CHANGED): Promise<void> =>
  node.world.get(outboxRef).publishNow({ type, spaceId: 'space_1', subject: { type: 'Thing', id }, payload: { n: 1 } });
/** A handler whose effect is a row, committed with the cursor. */
const noting = (before: OutboxEventHandler = async () => undefined): OutboxEventHandler => async (event, transaction) => {
  await transaction.query(sql`INSERT INTO probe.effect (subject, place) VALUES (${event.subject.id}, ${event.index})`);
  await before(event, transaction);
};
const effects = async (): Promise<string[]> => (await owner.query<{ subject: string }>('SELECT subject FROM probe.effect ORDER BY n')).rows.map(({ subject }) => subject);
const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (const deadline = performance.now() + 8_000; !(await condition());) {
    if (performance.now() > deadline) throw new Error('it did not come about');
    await sleep(5);
  }
};
const numbered = (count: number): string[] => Array.from({ length: count }, (_, position) => `t${position}`);

beforeEach(async () => {
  store = await createTestDatabase();
  owner = new Client({ connectionString: store.ownerUrl });
  await owner.connect();
  await owner.query('CREATE SCHEMA probe; GRANT USAGE ON SCHEMA probe TO polity_app');
  await owner.query('CREATE TABLE probe.effect (n bigserial, subject text, place bigint)');
  await owner.query('GRANT ALL ON probe.effect, probe.effect_n_seq TO polity_app');
  nodes = [await openNode(), await openNode()];
});

afterEach(async () => {
  for (const { world, delivery } of nodes) {
    await delivery.end(OWNER);
    await world.close();
  }
  await owner.end();
  await store.drop();
});

test('two nodes deliver what either publishes: in the order of the outbox, one at a time, each once', async () => {
  const calls: string[] = [];
  let running = 0;
  const handler = noting(async (event) => {
    expect(++running).toBe(1);
    calls.push(event.subject.id);
    await sleep(1);
    running--;
  });
  for (const node of nodes) await open(node, to(handler));
  const ids = numbered(40);
  for (const [place, id] of ids.entries()) await publish(nodes[place % 2] as Node, id);
  await until(() => calls.length === ids.length);
  expect([...calls].sort()).toEqual([...ids].sort());
  await until(async () => (await effects()).length === ids.length);
  expect(await effects()).toEqual(calls);
  const { rows } = await owner.query<{ place: string }>('SELECT place FROM probe.effect ORDER BY n');
  expect(rows.map(({ place }) => Number(place))).toEqual(rows.map(({ place }) => Number(place)).toSorted((a, b) => a - b));
  expect([...nodes[0].counted, ...nodes[1].counted]).toEqual(ids.map(() => 'handled'));
});

test('hands over the whole event, and only of the type', async () => {
  const [node] = nodes;
  const events: unknown[] = [];
  await open(node, to(async (event) => void events.push(event)));
  await publish(node, 'other', 'capability.ready');
  await publish(node, 'mine');
  await until(() => events.length > 0);
  expect(events).toEqual([{
    id: expect.stringMatching(/^evt_/), index: 1, type: CHANGED, spaceId: 'space_1', subject: { type: 'Thing', id: 'mine' }, payload: { n: 1 }, occurredAt: expect.any(Date),
  }]);
});

test('a new subscriber begins at the end, and afterwards misses nothing while no node runs it', async () => {
  const [node] = nodes;
  await publish(node, 'before');
  await node.world.get(logEngineRef).outbox.sequenced();
  await open(node, to(noting()));
  await publish(node, 'during');
  await until(async () => (await effects()).length === 1);
  await node.delivery.end(OWNER);
  await publish(node, 'between');
  await node.world.get(logEngineRef).outbox.sequenced();
  await sleep(100);
  expect(await effects()).toEqual(['during']);
  await open(nodes[1], to(noting()));
  await until(async () => (await effects()).length === 2);
  expect(await effects()).toEqual(['during', 'between']);
});

test('a handler that throws gets the event again; what it did before is undone, and others do not wait', async () => {
  const [node] = nodes;
  let attempts = 0;
  const ready: string[] = [];
  await open(node, to(noting(async () => {
    // Were the other to wait for this one, neither would ever get on.
    if (++attempts < 3 || ready.length === 0) throw new Error('not yet');
  })), to(async (event) => void ready.push(event.subject.id), 'capability.ready'));
  await publish(node, 'first');
  await until(() => attempts === 1);
  await publish(node, 'second');
  await publish(node, 'unhindered', 'capability.ready');
  await until(async () => (await effects()).length === 2);
  expect(await effects()).toEqual(['first', 'second']);
  expect(ready).toEqual(['unhindered']);
  const failures = Array.from({ length: attempts - 2 }, (_, index) => index + 1);
  expect(failures.length).toBeGreaterThanOrEqual(2);
  expect(node.logged.map(({ fields }) => [fields['attempts'], fields['subscriber']])).toEqual(failures.map((attempt) => [attempt, OWNER]));
  expect(node.logged.slice(0, 2).map(({ level }) => level)).toEqual(['warn', 'warn']);
  expect(node.counted.filter((outcome) => outcome === 'failed')).toHaveLength(failures.length);
  expect(await node.delivery.health(OWNER)).toEqual({ status: 'ok' });
});

test('an event that keeps failing is never skipped, and is named on every node', async () => {
  let heal = false;
  const handler = noting(async () => {
    if (!heal) throw new Error('poison');
  });
  for (const node of nodes) await open(node, to(handler));
  await publish(nodes[0], 'poison');
  await publish(nodes[0], 'behind');
  await until(async () => (await nodes[1].delivery.health(OWNER)).status === 'degraded');
  const { rows } = await owner.query<{ id: string }>(`SELECT id FROM sys_kernel.outbox_event WHERE subject_id = 'poison'`);
  for (const { delivery } of nodes) expect((await delivery.health(OWNER)).detail).toContain(`${rows[0]?.id} (${CHANGED}, place 0)`);
  expect(await nodes[0].delivery.health('somebody.else')).toEqual({ status: 'ok' });
  // A release that subscribes to something else does not suffer from it.
  const later = await openNode();
  await open(later, to(noting(), 'thing.removed'));
  expect(await later.delivery.health(OWNER)).toEqual({ status: 'ok' });
  await later.delivery.end(OWNER);
  await later.world.close();
  await until(() => nodes.every(({ delivery }) => delivery.stuck === 1));
  expect(nodes.flatMap(({ logged }) => logged).find(({ level }) => level === 'error')?.fields).toMatchObject({ eventId: rows[0]?.id, eventType: CHANGED });
  expect(await effects()).toEqual([]);
  heal = true;
  await until(async () => (await effects()).length === 2);
  expect(await effects()).toEqual(['poison', 'behind']);
  expect(await nodes[0].delivery.health(OWNER)).toEqual({ status: 'ok' });
});

test('a connection lost between handler and cursor brings the event again: its transaction counts once', async () => {
  const calls: string[] = [];
  await open(nodes[0], to(noting(async (event, transaction) => {
    calls.push(event.subject.id);
    if (calls.length > 1) return;
    const [me] = await transaction.query<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
    await owner.query('SELECT pg_terminate_backend($1)', [me?.pid]);
  })));
  await publish(nodes[0], 'twice');
  await until(async () => (await effects()).length === 1);
  expect(calls).toEqual(['twice', 'twice']);
  await publish(nodes[0], 'once');
  await until(async () => (await effects()).length === 2);
  expect(await effects()).toEqual(['twice', 'once']);
});

test('a handler that takes too long has failed, and what it does later is not done', async () => {
  const hasty = await openNode({ ...PACE, handlerTimeoutMs: 100 });
  const late = Promise.withResolvers<void>();
  let calls = 0;
  let refused: unknown;
  await open(hasty, to(async (event, transaction) => {
    if (++calls === 1) {
      await late.promise;
      await transaction.query(sql`INSERT INTO probe.effect (subject) VALUES ('too late')`).catch((error: unknown) => (refused = error));
      return;
    }
    await noting()(event, transaction);
  }));
  await publish(hasty, 'slow');
  await until(async () => (await effects()).length === 1);
  late.resolve();
  await until(() => refused !== undefined);
  expect(await effects()).toEqual(['slow']);
  expect(hasty.logged[0]?.fields['error']).toMatchObject({ message: 'not finished after 100 ms' });
  await hasty.delivery.end(OWNER);
  await hasty.world.close();
});

test('the end waits for the handler that runs, and nothing comes after it', async () => {
  const [node] = nodes;
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await open(node, to(noting(async () => {
    started.resolve();
    await go.promise;
  })));
  await publish(node, 'running');
  await started.promise;
  await publish(node, 'next');
  let ended = false;
  const ending = node.delivery.end(OWNER).then(() => (ended = true));
  await sleep(50);
  expect(ended).toBe(false);
  go.resolve();
  await ending;
  expect(await effects()).toEqual(['running']);
  await node.world.get(logEngineRef).outbox.sequenced();
  await sleep(300);
  expect(await effects()).toEqual(['running']);
});

test('a long stretch without its events is searched once, across the edge of a search', async () => {
  const [node, other] = nodes;
  await open(node, to(noting()));
  await node.world.database.transaction(async (transaction) => {
    for (const id of numbered(1_200)) node.world.get(outboxRef).publish(transaction, { type: 'capability.ready', spaceId: '', subject: { type: 'Capability', id }, payload: {} });
  });
  await publish(node, 'far');
  await until(async () => (await effects()).length === 1);
  await node.delivery.end(OWNER);
  const { rows } = await owner.query<{ position: string }>('SELECT position FROM sys_kernel.outbox_cursor');
  expect(rows).toEqual([{ position: '1201' }]);
  await open(other, to(noting()));
  await other.world.database.transaction(async (transaction) => {
    for (const id of numbered(700)) other.world.get(outboxRef).publish(transaction, { type: 'capability.ready', spaceId: '', subject: { type: 'Capability', id }, payload: {} });
  });
  await publish(other, 'farther');
  await until(async () => (await effects()).length === 2);
  expect(await effects()).toEqual(['far', 'farther']);
});

test('looks again when the database did not answer', async () => {
  const [node] = nodes;
  await open(node, to(noting()));
  await owner.query('ALTER TABLE sys_kernel.outbox_cursor RENAME TO away');
  await publish(node, 'kept');
  await until(() => node.logged.some(({ level }) => level === 'warn'));
  await owner.query('ALTER TABLE sys_kernel.away RENAME TO outbox_cursor');
  await until(async () => (await effects()).length === 1);
  expect(await effects()).toEqual(['kept']);
});
