import { Client } from 'pg';
import type { TestDatabase } from '../../../support/database.js';

/** Works in the database as its owner: what no caller of the API can do. */
export async function asOwner<Result>(database: Pick<TestDatabase, 'ownerUrl'>, work: (owner: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
