import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from './database.js';

describe('createTestDatabase', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const ask = async (url: string, sql: string): Promise<unknown> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<{ answer: unknown }>(`SELECT (${sql}) AS answer`);
      return rows[0]?.answer;
    } finally {
      await client.end();
    }
  };

  it('gives a migrated database', async () => {
    expect(await ask(database.ownerUrl, 'SELECT count(*)::int FROM sys_kernel.migration')).toBeGreaterThan(0);
  });

  it('gives an address for the role that owns nothing', async () => {
    expect(await ask(database.appUrl, 'SELECT current_user')).toBe('polity_app');
    await expect(ask(database.appUrl, "SELECT set_config('role', 'polity', false)")).rejects.toThrow('permission denied');
  });

  it('gives each its own, and drops it', async () => {
    const other = await createTestDatabase();
    expect(other.name).not.toBe(database.name);
    await other.drop();
    await expect(ask(other.ownerUrl, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});
