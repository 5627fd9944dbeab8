import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { auditLeafHash, auditLog, createPool, LogSequencer, outboxLog, raw, sql, StatementPool, type LogHead, type SequencedLog, type Sql, type UnsequencedRow } from '../index.js';
import { judge, type Verdict } from './testing/oracle.js';
import { connected, prepareObjects, Writer } from './testing/writers.js';

const RIGHT: Verdict = { lost: 0, twice: 0, reordered: 0 };
const APPLICATION = 'sequencer';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
  await prepareObjects(database.ownerUrl);
});

afterEach(() => database.drop());

const openPool = (): StatementPool =>
  new StatementPool(createPool({ url: database.appUrl, max: 2, applicationName: APPLICATION, statementTimeoutMs: 10_000, onError: () => undefined }));

const sequencer = <Row extends UnsequencedRow>(pool: StatementPool, log: SequencedLog<Row>): LogSequencer<Row> =>
  new LogSequencer({ database: pool, log, now: Date.now, onError: () => undefined });

/** Looks until a look succeeds: a killed one leaves the work to the next. */
async function settle(one: LogSequencer): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await one.sequenced();
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(20);
    }
  }
}

/** Kills sequencers that hold the head, again and again; gives how many. */
async function killLeaders(until: Promise<unknown>): Promise<number> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  until.then(end, end);
  const client = await connected(database.ownerUrl);
  let killed = 0;
  while (!over) {
    const { rowCount } = await client.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = '${APPLICATION}' AND backend_xid IS NOT NULL LIMIT 1`);
    killed += rowCount ?? 0;
    await sleep(rowCount === 0 ? 1 : 25);
  }
  await client.end();
  return killed;
}

test('10 writers on the same objects, transactions held open, leaders killed: nothing is lost, doubled or reordered', async () => {
  const pools = [openPool(), openPool()];
  const sequencers = pools.flatMap((pool) => [sequencer(pool, outboxLog), sequencer<never>(pool, auditLog as never)]);
  for (const one of sequencers) one.start();
  const writers = await Promise.all(Array.from({ length: 10 }, () => Writer.open(database.appUrl)));
  const race = Promise.all(writers.map((writer) => writer.race(60, Math.random)));
  const poking = setInterval(() => sequencers.forEach((one) => one.poke()), 10);
  const [killed] = await Promise.all([killLeaders(race), race]).finally(() => clearInterval(poking));
  await Promise.all(writers.map((writer) => writer.close()));
  for (const one of sequencers) await settle(one as LogSequencer);
  await Promise.all(sequencers.map((one) => one.stop()));

  const client = await connected(database.ownerUrl);
  expect(await judge(client, 'outbox')).toEqual(RIGHT);
  expect(await judge(client, 'audit')).toEqual(RIGHT);
  const { rows } = await client.query<{ events: number; batches: number }>(
    'SELECT (SELECT count(*) FROM sys_audit.event)::int AS events, (SELECT count(*) FROM sys_audit.batch)::int AS batches');
  expect(rows[0]?.events).toBeGreaterThan(400);
  expect(rows[0]?.batches).toBeGreaterThan(3);
  expect(killed).toBeGreaterThan(0);
  await client.end();
  await Promise.all(pools.map((pool) => pool.close()));
});

/**
 * The two moments at which simpler selections go wrong. First a change whose `seq` is drawn before a batch and that commits after it;
 * then two changes of one object where the one with the lower transaction id comes second, and a third transaction between them is open.
 */
async function hardMoments(look: () => Promise<void>): Promise<void> {
  const [early, late, between] = await Promise.all([Writer.open(database.appUrl), Writer.open(database.appUrl), Writer.open(database.appUrl)]);
  await early.begin();
  await early.change(1);
  await late.begin();
  await late.change(2);
  await late.commit();
  await look();
  await early.commit();
  await look();

  await late.begin();
  await between.begin();
  await early.begin();
  await early.change(3);
  await early.commit();
  await late.change(3);
  await late.commit();
  await look();
  await between.commit();
  await look();
  await Promise.all([early.close(), late.close(), between.close()]);
}

const bySeq = (): Sql => sql`SELECT e.seq FROM sys_kernel.outbox_event e WHERE e.seq > (SELECT coalesce(max(max_seq), -1) FROM sys_kernel.outbox_batch)`;
const byHorizon = ({ snapshot }: LogHead): Sql => sql`
  SELECT e.seq FROM sys_kernel.outbox_event e
  WHERE e.xid >= pg_snapshot_xmin(${snapshot}::pg_snapshot) AND e.xid < pg_snapshot_xmin(pg_current_snapshot())`;

// What the horizon gets wrong depends on the oldest transaction of the whole cluster, other databases included: it reorders or it loses.
test.each<[name: string, unsequenced: SequencedLog['unsequenced'], isRight: boolean]>([
  ['what the last batch could not see is right', outboxLog.unsequenced, true],
  ['everything above the last seq loses what commits late', bySeq, false],
  ['everything below the oldest open transaction reorders or loses', byHorizon, false],
])('selection: %s', async (_, unsequenced, isRight) => {
  const pool = openPool();
  const one = sequencer(pool, { ...outboxLog, unsequenced });
  await hardMoments(() => one.sequenced());
  const client = await connected(database.ownerUrl);
  const verdict = await judge(client, 'outbox');
  expect(isDeepStrictEqual(verdict, RIGHT)).toBe(isRight);
  await client.end();
  await pool.close();
});

test.each<[name: string, unsequenced: SequencedLog['unsequenced'], wrong: 'lost' | 'reordered']>([
  ['everything above the last seq', bySeq, 'lost'],
  ['everything below the oldest open transaction', byHorizon, 'reordered'],
])('the race finds %s wrong too', async (_, unsequenced, wrong) => {
  const pool = openPool();
  const one = sequencer(pool, { ...outboxLog, unsequenced });
  one.start();
  const writers = await Promise.all(Array.from({ length: 10 }, () => Writer.open(database.appUrl)));
  const poking = setInterval(() => one.poke(), 5);
  const client = await connected(database.ownerUrl);
  let found = 0;
  for (let round = 0; round < 10 && found === 0; round++) {
    await Promise.all(writers.map((writer) => writer.race(30, Math.random)));
    await one.sequenced();
    found = (await judge(client, 'outbox'))[wrong];
  }
  clearInterval(poking);
  await one.stop();
  expect(found).toBeGreaterThan(0);
  await client.end();
  await pool.close();
  await Promise.all(writers.map((writer) => writer.close()));
});

test('a backlog larger than a batch is taken whole', async () => {
  const pool = openPool();
  await pool.query(sql`
    INSERT INTO sys_kernel.outbox_event (id, type, space_id, subject_type, subject_id, payload, occurred_at)
    SELECT 'evt_' || i, 'object.changed', '', 'Object', 'x', '{}', now() FROM generate_series(1, 1250) i`);
  await sequencer(pool, outboxLog).sequenced();
  const counts = await pool.query<{ count: number }>(sql`SELECT count FROM sys_kernel.outbox_batch ORDER BY first_index`);
  expect(counts.map(({ count }) => count)).toEqual([500, 500, 250]);
  const [head] = await pool.query<{ next: number }>(sql`SELECT next_index AS next FROM sys_kernel.outbox_head`);
  expect(head?.next).toBe(1250);
  await pool.close();
});

test('looks at an idle log without writing', async () => {
  const pool = openPool();
  const one = sequencer(pool, auditLog);
  await one.sequenced();
  // A lock, too, is a write: it would show in xmax.
  const row = async (): Promise<object | undefined> => (await pool.query(sql`SELECT ctid::text, xmin::text, xmax::text FROM sys_audit.head`))[0];
  const before = await row();
  for (let look = 0; look < 5; look++) await one.sequenced();
  expect(await row()).toEqual(before);
  expect(one.lagMs).toBe(0);
  await pool.close();
});

test('after a restore into another cluster what was sequenced stays once and what was not is found', async () => {
  const pool = openPool();
  const owner = await connected(database.ownerUrl);
  const add = (name: string, xid: string): Promise<unknown> => owner.query(`
    INSERT INTO sys_audit.event (id, xid, type, risk, space_id, occurred_at, action, target_type, target_id, body_hash)
    VALUES ('${name}', (${xid})::text::xid8, 't.t', 'LOW', '', now(), 't.t', 'T', 'x', sha256('x'))`);
  const current = 'pg_current_xact_id()::text::bigint';
  await add('sequenced_before', current);
  await sequencer(pool, auditLog).sequenced();
  // As a dump brings them: ids of transactions of another cluster, far beyond this one's, and the snapshot of that cluster.
  await add('left_over', `${current} + 1000000`);
  await owner.query("UPDATE sys_audit.head SET system_identifier = 'another', snapshot = '900000:900000:'");
  await add('written_after', current);
  await sequencer(pool, auditLog).sequenced();
  await add('later', current);
  await add('near_future', `${current} + 3`);
  await sequencer(pool, auditLog).sequenced();
  for (let burn = 0; burn < 5; burn++) await add(`burn_${burn}`, current);
  await sequencer(pool, auditLog).sequenced();
  const { rows } = await owner.query<{ id: string }>(`
    SELECT e.id FROM sys_audit.batch b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place) JOIN sys_audit.event e ON e.seq = u.seq
    ORDER BY b.first_index, u.place`);
  const ids = rows.map(({ id }) => id);
  expect(ids.slice(0, 4)).toEqual(['sequenced_before', 'left_over', 'written_after', 'later']);
  expect(new Set(ids).size).toBe(ids.length);
  await owner.end();
  await pool.close();
});

test('each leaf continues the chain of its Space', async () => {
  const pool = openPool();
  const writer = await Writer.open(database.appUrl);
  for (const object of [1, 2, 3, 1]) {
    await writer.begin();
    await writer.change(object);
    await writer.commit();
    await sequencer(pool, auditLog).sequenced();
  }
  await writer.close();
  const events = await pool.query<{ space_id: string; body_hash: Buffer }>(sql`SELECT space_id, body_hash FROM sys_audit.event ORDER BY seq`);
  const batches = await pool.query<{ space_numbers: number[]; leaf_hashes: Buffer }>(raw('SELECT space_numbers::int[] AS space_numbers, leaf_hashes FROM sys_audit.batch ORDER BY first_index'));
  const numbers = batches.flatMap(({ space_numbers }) => space_numbers);
  const leaves = batches.map(({ leaf_hashes }) => leaf_hashes.toString('hex'));
  const last = new Map<string, Uint8Array>();
  const expected = events.map(({ space_id, body_hash }, index) => {
    const leaf = auditLeafHash({ bodyHash: body_hash, spaceId: space_id, number: numbers[index]!, previous: last.get(space_id) });
    last.set(space_id, leaf);
    return Buffer.from(leaf).toString('hex');
  });
  expect(numbers).toEqual([1, 1, 2, 3]);
  expect(leaves).toEqual(expected);
  await pool.close();
});
