import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { Database } from './database.js';
import { isDatabaseUnavailable } from './database-errors.js';
import { sql } from './sql.js';
import type { Transaction } from './transaction.js';

describe('a transaction that loses its connection', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    const quiet = { statementTimeoutMs: 10_000, onError: () => undefined, applicationName: 'releasing' };
    database = Database.open({ ...quiet, url: testDatabase.appUrl, max: 1, entities: [] });
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  const endOwnConnection = async (transaction: Transaction): Promise<void> => void (await transaction.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`));
  const works = (): Promise<object[]> => database.transaction((transaction) => transaction.query(sql`SELECT 1 AS one`));

  it.each([
    ['in a statement', endOwnConnection],
    ['and does not notice before its end', (transaction: Transaction) => endOwnConnection(transaction).catch(() => undefined)],
  ])('%s gives its place in the pool back', async (_where, work) => {
    const error = await database.transaction(work).then(() => undefined, (thrown: unknown) => thrown);
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(await works()).toEqual([{ one: 1 }]);
    expect(database.pool.totalCount).toBe(1);
  });

  it('at its begin gives its place in the pool back', async () => {
    const client = await database.pool.connect();
    await client.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    // In the pool again before its end is heard.
    client.release();
    await database.transaction(async () => undefined).catch(() => undefined);
    expect(await works()).toEqual([{ one: 1 }]);
  });
});
