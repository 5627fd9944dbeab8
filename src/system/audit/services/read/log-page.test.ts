import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { createPool, raw, sql, StatementPool } from '../../../../persistence/index.js';
import { readLogPage, type LogSelection } from './log-page.js';

const EVENTS = 200;
const SPACES = ['', 'space_a', 'space_b', 'space_rare'];

interface Made {
  readonly seq: number;
  readonly spaceId: string;
  /** When it is seen, on the clock of seq: later ones stand out of line. */
  readonly seenAt: number;
}

let store: TestDatabase;
let pool: StatementPool;
/** Events by index. */
let order: Made[];

beforeAll(async () => {
  store = await createTestDatabase();
  pool = new StatementPool(createPool({ url: store.appUrl, max: 2, applicationName: 'test', statementTimeoutMs: 10_000, onError: () => undefined }));
  const random = mulberry(20_261_120);
  const made = Array.from({ length: EVENTS }, (_, n): Made => ({
    seq: 1000 + n * 3,
    spaceId: random() < 0.01 ? 'space_rare' : SPACES[Math.floor(random() * 3)]!,
    seenAt: 1000 + n * 3 + (random() < 0.15 ? random() * 40 : 0) + (random() < 0.02 ? random() * 600 : 0),
  }));
  const batches: Made[][] = [];
  for (let from = 1000, rest = made; rest.length > 0; from += 1 + random() * 60) {
    const seen = rest.filter(({ seenAt }) => seenAt <= from);
    rest = rest.filter(({ seenAt }) => seenAt > from);
    if (seen.length > 0) batches.push(seen.sort((a, b) => a.seq - b.seq));
  }
  order = batches.flat();
  await storeLog(made, batches);
});

afterAll(async () => {
  await pool.close();
  await store.drop();
});

async function storeLog(made: readonly Made[], batches: readonly Made[][]): Promise<void> {
  const owner = new pg.Client({ connectionString: store.ownerUrl });
  await owner.connect();
  await owner.query(
    `INSERT INTO sys_audit.event (seq, id, type, risk, space_id, occurred_at, action, target_type, target_id, body_hash)
     SELECT seq, 'audit_' || seq, 't.t', 'LOW', space_id, now(), 't.t', 'T', 'x', sha256('x') FROM unnest($1::bigint[], $2::text[]) AS m (seq, space_id)`,
    [[...made, { seq: 5_000, spaceId: 'space_a' }].map(({ seq }) => seq), [...made, { spaceId: 'space_a' }].map(({ spaceId }) => spaceId)]);
  let first = 0;
  for (const batch of batches) {
    const seqs = batch.map(({ seq }) => seq);
    await owner.query(
      `INSERT INTO sys_audit.batch (first_index, count, seqs, space_numbers, leaf_hashes, min_seq, max_seq, snapshot)
       VALUES ($1, $2, $3, $3, decode(repeat('00', 32 * $2), 'hex'), $4, $5, pg_current_snapshot())`,
      [first, seqs.length, seqs, Math.min(...seqs), Math.max(...seqs)]);
    first += seqs.length;
  }
  await owner.query('UPDATE sys_audit.head SET next_index = $1', [first]);
  await owner.end();
}

const SELECTIONS: readonly [string, LogSelection, (made: Made) => boolean][] = [
  ['everything', { where: raw('TRUE') }, () => true],
  ['one Space', { where: sql`e.space_id = ${'space_a'}` }, ({ spaceId }) => spaceId === 'space_a'],
  ['two Spaces, each along its index', { where: raw('TRUE'), spaceIds: ['space_b', 'space_rare'] }, ({ spaceId }) => ['space_b', 'space_rare'].includes(spaceId)],
  ['a rare Space', { where: sql`e.space_id = ${'space_rare'}` }, ({ spaceId }) => spaceId === 'space_rare'],
  ['nothing', { where: raw('FALSE') }, () => false],
];

test('the log of this test is really out of line', () => {
  expect(order.filter(({ seq }, index) => index > 0 && seq < order[index - 1]!.seq).length).toBeGreaterThan(10);
  expect(order).toHaveLength(EVENTS);
});

describe.each(SELECTIONS)('pages of %s', (_, selection, wanted) => {
  const places = (): { seq: number; index: number }[] => order.flatMap(({ seq, ...made }, index) => (wanted({ seq, ...made }) ? [{ seq, index }] : []));

  test.each([[true, 3], [true, 40], [false, 3], [false, 40]])('descending %s, %i at a time, follow the log', async (descending, limit) => {
    const expected = descending ? places().reverse() : places();
    const found: { seq: number; index: number }[] = [];
    for (let beyond: number | undefined; ;) {
      const page = await readLogPage(pool, selection, { descending, limit, beyond });
      expect(page.end).toBe(EVENTS);
      found.push(...page.places);
      if (page.places.length < limit) break;
      beyond = page.places.at(-1)!.index;
    }
    expect(found).toEqual(expected);
  });

  test('begin at any index', async () => {
    for (let beyond = 0; beyond < EVENTS; beyond += 17) {
      const after = await readLogPage(pool, selection, { descending: false, limit: 5, beyond });
      expect(after.places).toEqual(places().filter(({ index }) => index > beyond).slice(0, 5));
      const before = await readLogPage(pool, selection, { descending: true, limit: 5, beyond });
      expect(before.places).toEqual(places().reverse().filter(({ index }) => index < beyond).slice(0, 5));
    }
  });
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
