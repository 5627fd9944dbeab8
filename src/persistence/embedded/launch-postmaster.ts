import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './home.js';
import { asPostmaster, type Postmaster } from './live-postmaster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { readPostmasterFile } from './postmaster-file.js';
import { runAs } from './run-as.js';
import { ServerLog } from './server-log.js';

/** What one start of the server needs. */
export interface Launch {
  readonly home: Home;
  readonly native: string;
  /** Command line settings, `-c` and value by turns. */
  readonly settings: readonly string[];
  readonly logFile: string;
}

const POLL_MS = 2;
/** Recovery after a crash reads the log of all changes since the last checkpoint; this is far beyond what 1 GB of it takes. */
const PATIENCE_MS = 120_000;

/** Another server holds the folder, or processes of a dead one are still on their way out. */
const HELD = /lock file ".*" already exists|pre-existing shared memory block/;

/**
 * Starts the server, apart from this process's terminal and life, and waits until it accepts connections.
 *
 * @returns undefined where the folder is still held by another server; try again
 * @throws EmbeddedPostgresError `START_FAILED`
 */
export async function launchPostmaster({ home, native, settings, logFile }: Launch): Promise<Postmaster | undefined> {
  const log = await ServerLog.open(logFile);
  try {
    const child = spawn(join(native, 'bin', 'postgres'), ['-D', home.cluster, ...settings], {
      ...runAs(home.account),
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor],
    });
    let failure: string | undefined;
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code, signal) => (failure = `it ended with ${signal ?? code}`));
    child.unref();
    for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
      const file = await readPostmasterFile(home.cluster);
      const postmaster = file?.pid === child.pid && file !== undefined ? asPostmaster(file) : undefined;
      if (postmaster !== undefined) return postmaster;
      if (failure !== undefined) break;
      if (Date.now() > deadline) {
        failure = `it is not ready after ${PATIENCE_MS / 1000} s and goes on; start again to wait on`;
        break;
      }
    }
    const said = await log.tail();
    if (HELD.test(said)) return undefined;
    throw new EmbeddedPostgresError(
      'START_FAILED',
      `The embedded PostgreSQL did not start: ${failure}. Set DATABASE_URL to use a PostgreSQL of your own.${said && `\n${said}`}`,
    );
  } finally {
    await log.close();
  }
}
