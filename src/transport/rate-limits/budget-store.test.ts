import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { createPool, StatementPool } from '../../persistence/index.js';
import { DatabaseBudgets, type ShareRequest } from './budget-store.js';
import { ShareDesk } from './share-desk.js';

let database: TestDatabase;
let pools: StatementPool[];
let nodes: DatabaseBudgets[];

beforeAll(async () => {
  database = await createTestDatabase();
  pools = [1, 2].map(() => new StatementPool(createPool({ url: database.appUrl, max: 4, applicationName: 'rates-test', statementTimeoutMs: 10_000, onError: () => undefined })));
  nodes = pools.map((pool) => new DatabaseBudgets(() => pool));
});
afterAll(async () => {
  for (const pool of pools) await pool.close();
  await database.drop();
});

// So slow that a test does not see it fill.
const request = (key: string, wanted: number, least = 1): ShareRequest => ({ key, size: 1_000, rate: 1e-6, least, wanted });

test('gives what is there, or nothing where that is too little', async () => {
  const [node] = nodes as [DatabaseBudgets];
  const granted = async (wanted: number, least?: number): Promise<number[]> => (await node.take([request('a', wanted, least)])).map((grant) => grant.granted);
  expect([await granted(600), await granted(600, 500), await granted(600, 100), await granted(1)]).toEqual([[600], [0], [400], [0]]);
});

test('fills with time, on the clock of the database', async () => {
  const [node] = nodes as [DatabaseBudgets];
  await node.take([request('b', 1_000)]);
  await pools[0]?.pool.query(`UPDATE sys_kernel.rate_budgets SET counted_at = counted_at - interval '10 seconds' WHERE key = 'b'`);
  const [grant] = await node.take([{ ...request('b', 500), rate: 20 }]);
  expect(grant?.granted).toBeGreaterThanOrEqual(200);
  expect(grant?.granted).toBeLessThan(300);
});

test('nodes that take the same budgets at once, in any order, get no more than there is', async () => {
  const keys = ['x', 'y', 'z'];
  const rounds = Array.from({ length: 60 }, (_, index) => (nodes[index % 2] as DatabaseBudgets).take((index % 4 < 2 ? keys : keys.toReversed()).map((key) => request(key, 50))));
  const grants = (await Promise.all(rounds)).flat();
  for (const key of keys) expect(grants.filter((grant) => grant.key === key).reduce((sum, { granted }) => sum + granted, 0)).toBe(1_000);
});

test('budgets that are full again are forgotten', async () => {
  const [node] = nodes as [DatabaseBudgets];
  await node.take([request('old', 10), request('new', 10)]);
  await pools[0]?.pool.query(`UPDATE sys_kernel.rate_budgets SET counted_at = counted_at - interval '2 hours' WHERE key = 'old'`);
  await node.forgetFull();
  const left = await pools[0]?.pool.query<{ key: string }>(`SELECT key FROM sys_kernel.rate_budgets WHERE key IN ('old', 'new')`);
  expect(left?.rows).toEqual([{ key: 'new' }]);
});

test('a desk does not wait for a database that does not answer', async () => {
  const desk = new ShareDesk({ take: () => new Promise(() => undefined) }, 10);
  await expect(desk.ask(() => request('a', 1))).rejects.toThrow('budgets were not read in time');
});
