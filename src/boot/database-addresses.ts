import { mkdir } from 'node:fs/promises';
import type { Settings } from '../config/index.js';
import type { Logger } from '../observability/index.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../persistence/embedded/index.js';
import { APP_ROLE } from '../persistence/migrations/index.js';

const EMBEDDED_DATABASE = 'polity';

/** Where the database of this process is, and what to do when the process ends. */
export interface DatabaseAddresses {
  /** Address for the server's role. */
  readonly server: string;
  /** Address for migrations: the owner's. */
  readonly owner: string;
  /** Whether the database is ours, embedded in the data folder. */
  readonly embedded: boolean;
  /** Whether this start made the database. */
  readonly created: boolean;
  /** Starts our own database again when it has died; another one, and one that lives, is left alone. */
  revive(): Promise<void>;
  release(): Promise<void>;
}

/** Starts or joins the embedded database, unless `DATABASE_URL` names another one. */
export async function locateDatabase(settings: Settings, logger: Logger): Promise<DatabaseAddresses> {
  const url = settings.database.url?.reveal();
  if (url !== undefined) {
    return { server: url, owner: settings.database.migrateUrl?.reveal() ?? url, embedded: false, created: false, revive: async () => undefined, release: async () => undefined };
  }
  await mkdir(settings.database.dataDir, { recursive: true });
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir: settings.database.dataDir, log: (line) => logger.debug(line) });
  let cluster = await start();
  const created = await cluster.ensureDatabase(EMBEDDED_DATABASE);
  return {
    server: cluster.url(EMBEDDED_DATABASE, APP_ROLE), owner: cluster.url(EMBEDDED_DATABASE), embedded: true, created,
    async revive() {
      const before = cluster;
      cluster = await start();
      // Ends only the use of before: the new one holds the server.
      await before.stop();
    },
    release: () => cluster.stop(),
  };
}
