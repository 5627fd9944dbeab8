import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter } from './access.js';
import { type Account, accountFor } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Where the cluster of a data folder lives, and who runs it. */
export interface Home {
  /** The data folder, or one in the system's state folder where the account cannot enter it. */
  readonly folder: string;
  /** What PostgreSQL calls its data directory. */
  readonly cluster: string;
  readonly account: Account | undefined;
}

/** Holds the path of the home, in a data folder that the account cannot enter. */
const POINTER = 'pg.location';
/** Holds the path of the data folder, in a home outside it. */
const ORIGIN = 'origin';

const WALK_THROUGH = 0o711;

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').then((text) => text.trim(), () => undefined);

const isFolder = (path: string): Promise<boolean> => stat(path).then((file) => file.isDirectory(), () => false);

const homeIn = async (folder: string): Promise<Home> => {
  const cluster = join(folder, 'pg');
  return { folder, cluster, account: await accountFor(cluster) };
};

/** Creates the data folder where it is missing; gives its real path. */
export async function prepareDataFolder(dataDir: string): Promise<string> {
  const first = await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o755 : 0o700 });
  const folder = await realpath(dataDir);
  if (first !== undefined && process.getuid?.() === 0) await chmod(folder, WALK_THROUGH);
  return folder;
}

async function followPointer(dataDir: string, pointer: string, folder: string): Promise<Home> {
  if (!(await isFolder(folder))) {
    throw new EmbeddedPostgresError(
      'FOLDER_UNUSABLE',
      `The database of ${dataDir} was kept in ${folder}, which is gone. Remove ${pointer} to begin with an empty one.`,
    );
  }
  const origin = await readText(join(folder, ORIGIN));
  if (origin !== dataDir) {
    if (origin !== undefined && (await readText(join(origin, POINTER))) === folder) {
      throw new EmbeddedPostgresError(
        'FOLDER_UNUSABLE',
        `${dataDir} is a copy of ${origin}, which owns the database in ${folder}. ` +
          `Remove ${pointer} to begin with an empty one; \`polity backup\` carries the data over.`,
      );
    }
    await writeFile(join(folder, ORIGIN), dataDir);
  }
  return homeIn(folder);
}

async function homeOutside(dataDir: string, pointer: string, stateFolder: string, log: (line: string) => void): Promise<Home> {
  await mkdir(stateFolder, { recursive: true, mode: WALK_THROUGH });
  const prefix = `${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`;
  for (const other of await readdir(stateFolder)) {
    if (other.startsWith(prefix)) log(`An earlier database of ${dataDir} is left in ${join(stateFolder, other)}; remove it when nobody needs it.`);
  }
  const folder = await mkdtemp(join(stateFolder, prefix));
  await chmod(folder, WALK_THROUGH);
  await writeFile(join(folder, ORIGIN), dataDir);
  await writeFile(pointer, folder);
  return homeIn(folder);
}

/** Folder for state of the whole system, writable by root. */
export const SYSTEM_STATE_FOLDER = process.platform === 'darwin' ? '/var/db/polity' : '/var/lib/polity';

/**
 * Finds or makes the home of a data folder's cluster: the data folder itself, or, where the account may not enter it, a folder in
 * the system's state folder that the data folder then points to.
 *
 * @param dataDir - real path
 * @throws EmbeddedPostgresError `FOLDER_UNUSABLE`
 */
export async function resolveHome(dataDir: string, stateFolder: string, log: (line: string) => void): Promise<Home> {
  const pointer = join(dataDir, POINTER);
  const pointed = await readText(pointer);
  if (pointed !== undefined) return followPointer(dataDir, pointer, pointed);
  const home = await homeIn(dataDir);
  if (home.account === undefined || (await canEnter(home.account, dataDir))) return home;
  if (await isFolder(home.cluster)) {
    throw new EmbeddedPostgresError(
      'FOLDER_UNUSABLE',
      `PostgreSQL, running as uid ${home.account.uid}, cannot enter ${dataDir}, which holds its database. ` +
        'Let others pass through the folders above it (chmod o+x), or move the folder.',
    );
  }
  return homeOutside(dataDir, pointer, stateFolder, log);
}
