import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { APP_ROLE, applyDatabaseDefaults } from '../../src/persistence/migrations/index.js';
import { TEMPLATE, TEMPLATE_FAILURE, TEST_CLUSTER } from './test-cluster.js';

/** A database for one test file. */
export interface TestDatabase {
  readonly name: string;
  /** Address for the superuser. */
  readonly ownerUrl: string;
  /** Address for the role that the server works as. */
  readonly appUrl: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** Superuser's address of a database in the run's cluster. */
function clusterUrl(database: string, user?: string): string {
  const cluster = process.env[TEST_CLUSTER];
  if (cluster === undefined) throw new Error(`${TEST_CLUSTER} is not set: databases are made in jest runs only`);
  const url = new URL(cluster);
  url.pathname = `/${database}`;
  if (user !== undefined) url.username = user;
  return url.href;
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(clusterUrl('postgres'), (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`));
  return {
    name,
    ownerUrl: clusterUrl(name),
    appUrl: clusterUrl(name, APP_ROLE),
    drop: () => withClient(clusterUrl('postgres'), (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** A migrated database without data, in about 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const failure = process.env[TEMPLATE_FAILURE];
  if (failure !== undefined) throw new Error(`The template was not made. ${failure}`);
  const database = await createDatabase(TEMPLATE);
  await withClient(database.ownerUrl, applyDatabaseDefaults);
  return database;
}

/** A database with nothing in it, for tests of what fills one. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}
