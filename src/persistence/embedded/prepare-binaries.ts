import { cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canRun } from './access.js';
import { type Account, giveTo } from './account.js';
import type { PostgresBinaries } from './binaries.js';

/** One line of `pg-symlinks.json`; both paths begin with `native/`. */
interface PackagedLink {
  readonly source: string;
  readonly target: string;
}

const exists = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false);

/**
 * Makes the library links that an npm package cannot carry; its install script, which is not allowed to run, would make them.
 *
 * @returns false where the folder cannot be written
 */
async function makeLinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as PackagedLink[]) {
    const link = join(native, target.replace(/^native\//, ''));
    if (await exists(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

/** Copies the binaries into the home, under their version, and drops copies of other versions. */
async function copyBinaries({ native, version }: PostgresBinaries, home: string, account: Account | undefined): Promise<string> {
  const name = `native-${version}`;
  const copy = join(home, name);
  if (await exists(copy)) return copy;
  for (const entry of await readdir(home)) {
    if (entry.startsWith('native-')) await rm(join(home, entry), { recursive: true, force: true });
  }
  const unfinished = await mkdtemp(join(home, 'native-unfinished-'));
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await makeLinks(unfinished);
  await giveTo(account, unfinished);
  await rename(unfinished, copy);
  return copy;
}

/**
 * Makes the binaries ready to run: links made, and copied beside the data where the account cannot run them in place.
 * To be called under the folder's lock while no server of the folder runs.
 *
 * @returns the `native` folder to run from
 */
export async function prepareBinaries(binaries: PostgresBinaries, home: string, account: Account | undefined): Promise<string> {
  const runnable = account === undefined || (await canRun(account, binaries.native));
  return runnable && (await makeLinks(binaries.native)) ? binaries.native : copyBinaries(binaries, home, account);
}
