import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/persistence/embedded/index.js';
import { watchOver } from '../../test/support/watchdog.js';
import { parentOf } from './cpu.js';

/** Role that the server works as. */
const SERVER_ROLE = 'polity_app';

/** A PostgreSQL of the suite's own: on disk, fsync on. */
export interface Cluster {
  /** Process that all others of it are children of. */
  readonly postmaster: number;
  readonly database: DatabaseAddresses;
  stop(): Promise<void>;
}

/** Addresses of the suite's database. */
export interface DatabaseAddresses {
  /** For the superuser. */
  readonly owner: string;
  /** For the server's role. */
  readonly server: string;
}

/** A data folder on disk, not made yet; what runs in it is stopped and it is removed when this process ends or asks for it. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = join(tmpdir(), `polity-bench-${randomUUID().slice(0, 8)}`);
  const watchdog = watchOver(path);
  return { path, remove: () => watchdog.release() };
}

/** Starts a cluster with one empty database. */
export async function startCluster(): Promise<Cluster> {
  const folder = scratchFolder();
  const postgres = await startEmbeddedPostgres({ dataDir: folder.path, fsync: true });
  await postgres.ensureDatabase('polity');
  const owner = postgres.url('polity');
  return {
    postmaster: await postmasterOf(owner),
    database: { owner, server: postgres.url('polity', SERVER_ROLE) },
    async stop() {
      await postgres.stop();
      folder.remove();
    },
  };
}

/** Process that the backends of a database are children of. */
export async function postmasterOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return parentOf(rows[0]?.pid ?? 0);
  } finally {
    await client.end();
  }
}
