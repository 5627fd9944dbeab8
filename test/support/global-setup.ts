import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/persistence/embedded/index.js';
import { migrateUp } from '../../src/persistence/migrations/index.js';
import { scratchRoot } from './scratch-root.js';
import { TEMPLATE, TEMPLATE_FAILURE, TEST_CLUSTER } from './test-cluster.js';
import { watchOver } from './watchdog.js';

/**
 * One cluster for the whole run, outside `.polity/`, without fsync; and in it the migrated template that each test's database is a
 * copy of. It goes at teardown, or by the watchdog when jest is killed.
 */
export default async function globalSetup(): Promise<void> {
  const folder = join(scratchRoot(), `polity-test-${randomUUID().slice(0, 8)}`);
  const watchdog = watchOver(folder);
  const extraSettings = { max_connections: '200', max_wal_size: '256MB' };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, fsync: false, extraSettings });
  globalThis.polityTestCluster = { postgres, watchdog };
  process.env[TEST_CLUSTER] = postgres.url('postgres');

  delete process.env[TEMPLATE_FAILURE];
  await makeTemplate(postgres).catch((error: Error) => (process.env[TEMPLATE_FAILURE] = error.message));
}

async function makeTemplate(postgres: EmbeddedPostgres): Promise<void> {
  await postgres.ensureDatabase(TEMPLATE);
  await migrateUp({ url: postgres.url(TEMPLATE) });
  const client = new Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  // PostgreSQL copies a database only while nobody is connected to it.
  await client.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
  await client.end();
}
