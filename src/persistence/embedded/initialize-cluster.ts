import { spawn } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { giveTo } from './account.js';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Home } from './home.js';
import { runAs } from './run-as.js';

/** The one superuser of an embedded cluster. */
export const SUPERUSER = 'polity';

const UNFINISHED = 'pg.unfinished-';

/**
 * Whether the home holds a cluster that the binaries can run.
 *
 * @throws EmbeddedPostgresError `VERSION_MISMATCH`, or `FOLDER_UNUSABLE` where the folder holds something else or is not readable
 */
export async function hasCluster({ cluster }: Home, { major }: Pick<PostgresBinaries, 'major'>): Promise<boolean> {
  const entries = await readdir(cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new EmbeddedPostgresError('FOLDER_UNUSABLE', `${cluster} cannot be read; it belongs to another user.`, error);
  });
  if (entries.length === 0) return false;
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) throw new EmbeddedPostgresError('FOLDER_UNUSABLE', `${cluster} is not empty and not a PostgreSQL cluster.`);
  if (Number(version) === major) return true;
  throw new EmbeddedPostgresError(
    'VERSION_MISMATCH',
    `${cluster} was made by PostgreSQL ${version.trim()}, and this version of Polity brings ${major}. To move it: run ` +
      '`polity backup create` with the version of Polity that made it, set the folder aside, then run `polity backup restore` with this one.',
  );
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}

/**
 * Makes an empty cluster. It is made under another name and renamed when complete, so a process killed on the way leaves none that
 * is half made. Signing in needs no password: the socket's folder decides who gets that far.
 *
 * @throws EmbeddedPostgresError `START_FAILED`
 */
export async function initializeCluster(home: Home, native: string, fsync: boolean): Promise<void> {
  for (const entry of await readdir(home.folder)) {
    if (entry.startsWith(UNFINISHED)) await rm(join(home.folder, entry), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(home.folder, UNFINISHED));
  await giveTo(home.account, folder);
  const child = spawn(
    join(native, 'bin', 'initdb'),
    ['-D', folder, '-U', SUPERUSER, '--no-locale', '-E', 'UTF8', '--auth-local=trust', '--auth-host=reject', '--no-instructions']
      .concat(fsync ? [] : ['--no-sync']),
    { ...runAs(home.account), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, complaint] = await Promise.all([ended, child.stderr === null ? '' : text(child.stderr)]).catch((error: Error) => [-1, error.message]);
  if (code !== 0) {
    throw new EmbeddedPostgresError('START_FAILED', `initdb failed: ${complaint} Set DATABASE_URL to use a PostgreSQL of your own.`);
  }
  await rename(folder, home.cluster);
  if (fsync) await syncFolder(home.folder);
}
