import { Client } from 'pg';
import type { TestDatabase } from '../../support/database.js';
import { hasHeard } from '../../support/server.js';

/** Works in the database as its owner: what no caller of the API can do, and what time would do. */
export async function asOwner<Result>(database: Pick<TestDatabase, 'ownerUrl'>, work: (owner: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await hasHeard(database);
  }
}

/** SQLSTATE and constraint by which the database refuses a statement of its owner; undefined when it takes it. Nothing stays. */
export function refusalOf(database: Pick<TestDatabase, 'ownerUrl'>, statement: string): Promise<{ readonly code: string; readonly constraint?: string } | undefined> {
  return asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    try {
      await owner.query(statement);
      // What is checked at the commit is checked now.
      await owner.query('SET CONSTRAINTS ALL IMMEDIATE');
      return undefined;
    } catch (error) {
      const { code = '', constraint } = error as { code?: string; constraint?: string };
      return { code, constraint };
    } finally {
      await owner.query('ROLLBACK');
    }
  });
}
