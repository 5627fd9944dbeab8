import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveTo } from './account.js';
import { locateBinaries, type PostgresBinaries } from './binaries.js';
import { connectionUrl } from './connection-url.js';
import { disarmLockFiles } from './disarm-lock-files.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { ensureDatabase } from './ensure-database.js';
import { withFolderLock } from './folder-lock.js';
import { type Home, prepareDataFolder, resolveHome, SYSTEM_STATE_FOLDER } from './home.js';
import { hasCluster, initializeCluster, SUPERUSER } from './initialize-cluster.js';
import { launchPostmaster } from './launch-postmaster.js';
import { findPostmaster, type Postmaster } from './live-postmaster.js';
import { readPostmasterFile } from './postmaster-file.js';
import { prepareBinaries } from './prepare-binaries.js';
import { type ServerChoices, serverSettings } from './server-settings.js';
import { prepareSocketFolder, SOCKET_PORT } from './socket-folder.js';
import { stopPostmaster } from './stop-postmaster.js';
import { addUser, removeUser } from './users.js';

/** How to start the embedded cluster. A cluster that already runs keeps the settings it was started with. */
export interface EmbeddedPostgresOptions extends ServerChoices {
  /** The folder of `POLITY_DATA_DIR`; made where it is missing. */
  readonly dataDir: string;
  /** Told what is done and where, one line each. */
  readonly log?: (line: string) => void;
}

/** One use of an embedded cluster. The server runs until the last use, over all processes, is stopped. */
export interface EmbeddedPostgres {
  readonly socketDir: string;
  readonly port: number;
  readonly superuser: string;
  /** Whether this call made the cluster: its first start. */
  readonly created: boolean;
  /** Address of a database, for the superuser or the given user. */
  url(database: string, user?: string): string;
  /** Creates a database where it is missing; tells whether it was. */
  ensureDatabase(name: string): Promise<boolean>;
  /** Ends this use; the last one stops the server. Close the connections first. */
  stop(): Promise<void>;
}

/** Longer than the longest start by another process. */
const LOCK_WAIT_MS = 180_000;
/** For processes of a killed server to notice and leave. */
const HELD_WAIT_MS = 15_000;
const HELD_RETRY_MS = 25;

interface Start {
  readonly options: EmbeddedPostgresOptions;
  readonly home: Home;
  readonly binaries: PostgresBinaries;
  readonly logFile: string;
  /** Whether there is no cluster yet. */
  readonly create: boolean;
}

async function start({ options, home, binaries, logFile, create }: Start): Promise<Postmaster> {
  const native = await prepareBinaries(binaries, home.folder, home.account);
  if (create) await initializeCluster(home, native, options.fsync ?? true);
  else await giveTo(home.account, home.cluster);
  const socketDir = await prepareSocketFolder(home);
  const settings = serverSettings(options, socketDir, SOCKET_PORT);
  for (const deadline = Date.now() + HELD_WAIT_MS; Date.now() < deadline; await sleep(HELD_RETRY_MS)) {
    await disarmLockFiles(home.cluster, socketDir);
    const postmaster = (await launchPostmaster({ home, native, settings, logFile })) ?? (await findPostmaster(home.cluster));
    if (postmaster !== undefined) return postmaster;
  }
  throw new EmbeddedPostgresError('START_FAILED', `Another server holds ${home.cluster}; see ${logFile}.`);
}

/**
 * Starts the embedded cluster of a data folder, or joins the server that runs there already, of whichever process.
 *
 * The server outlives a killed process and is joined by the next start. It does not see the terminal's signals: the process that
 * started it drains first and then calls `stop`.
 *
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const binaries = locateBinaries();
  const dataDir = await prepareDataFolder(resolve(options.dataDir));
  const lockFile = join(dataDir, 'pg.lock');
  const use = randomUUID();

  const { home, postmaster, created } = await withFolderLock(lockFile, LOCK_WAIT_MS, async () => {
    const found = await resolveHome(dataDir, SYSTEM_STATE_FOLDER, log);
    const create = !(await hasCluster(found, binaries));
    const running = create ? undefined : await findPostmaster(found.cluster);
    const verb = create ? 'Creating' : running === undefined ? 'Starting' : 'Joining';
    log(`${verb} the embedded PostgreSQL ${binaries.major} of ${found.cluster}`);
    const logFile = join(dataDir, 'pg.log');
    const server = running ?? (await start({ options, home: found, binaries, logFile, create }));
    await addUser(dataDir, use);
    return { home: found, postmaster: server, created: create };
  });

  const { socketDir, port, pid } = postmaster;
  const url = (database: string, user: string = SUPERUSER): string => connectionUrl(socketDir, port, user, database);
  const end = async (): Promise<void> => {
    if (!existsSync(dataDir)) return stopPostmaster(home.cluster, pid);
    await withFolderLock(lockFile, LOCK_WAIT_MS, async () => {
      if ((await removeUser(dataDir, use)) > 0) return;
      await stopPostmaster(home.cluster, (await readPostmasterFile(home.cluster))?.pid ?? pid);
    });
  };
  let ending: Promise<void> | undefined;
  return {
    socketDir,
    port,
    superuser: SUPERUSER,
    created,
    url,
    ensureDatabase: (name) => ensureDatabase(url('postgres'), name),
    stop: () => (ending ??= end()),
  };
}
