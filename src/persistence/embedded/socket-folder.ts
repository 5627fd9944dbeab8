import { chmod, lstat, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveTo } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { Home } from './home.js';

/** Number in the socket's file name; each cluster has a socket folder of its own, so all may share it. */
export const SOCKET_PORT = 5432;

/** Operating systems end a socket path after 104 (macOS) or 108 (Linux) bytes. */
const MAXIMUM_PATH_BYTES = 100;

const PRIVATE = 0o700;

/** Path of the socket file inside a folder. */
export const socketPath = (folder: string, port: number = SOCKET_PORT): string => join(folder, `.s.PGSQL.${port}`);

const fits = (folder: string): boolean => Buffer.byteLength(socketPath(folder)) <= MAXIMUM_PATH_BYTES;

/** Whether a remembered folder is still ours: in a folder that all may write, another user could have put one in its place. */
async function isOurs(folder: string, { account }: Home): Promise<boolean> {
  const file = await lstat(folder).catch(() => undefined);
  const owner = account?.uid ?? process.getuid?.();
  return file !== undefined && file.isDirectory() && file.uid === owner && (file.mode & 0o777) === PRIVATE;
}

/**
 * Finds or makes the folder of the server's socket, private to the account: in the home, or, where its path would be too long for
 * a socket, a short one among the temporary files that the home remembers.
 *
 * @throws EmbeddedPostgresError `FOLDER_UNUSABLE` where no short folder can be made
 */
export async function prepareSocketFolder(home: Home): Promise<string> {
  const inHome = join(home.folder, 'run');
  if (fits(inHome)) {
    await mkdir(inHome, { recursive: true });
    await giveTo(home.account, inHome);
    await chmod(inHome, PRIVATE);
    return inHome;
  }
  const pointer = join(home.folder, 'run.location');
  const remembered = await readFile(pointer, 'utf8').catch(() => undefined);
  if (remembered !== undefined && fits(remembered) && (await isOurs(remembered, home))) return remembered;
  const place = [tmpdir(), '/tmp'].find((folder) => fits(join(folder, 'polity-XXXXXX')));
  if (place === undefined) {
    throw new EmbeddedPostgresError('FOLDER_UNUSABLE', `The path of ${home.folder} is too long for the socket of a server.`);
  }
  const folder = await mkdtemp(join(place, 'polity-'));
  await giveTo(home.account, folder);
  await writeFile(pointer, folder);
  return folder;
}
