import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Account } from './account.js';

const READ = 4;
const ENTER = 1;

const allows = (file: Stats, account: Account, wanted: number): boolean => {
  const shift = file.uid === account.uid ? 6 : file.gid === account.gid ? 3 : 0;
  return ((file.mode >> shift) & wanted) === wanted;
};

/** Whether the account may walk down to a folder and into it, by mode bits (access lists are not read). */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  for (let path = await realpath(folder); ; path = dirname(path)) {
    if (!allows(await stat(path), account, ENTER)) return false;
    if (path === dirname(path)) return true;
  }
}

/** Whether the account may run the binaries of a `native` folder where they are. */
export async function canRun(account: Account, native: string): Promise<boolean> {
  for (const folder of ['bin', 'lib', 'share/postgresql']) {
    if (!(await canEnter(account, join(native, folder)))) return false;
  }
  for (const program of ['bin/postgres', 'bin/initdb']) {
    if (!allows(await stat(join(native, program)), account, READ | ENTER)) return false;
  }
  return allows(await stat(join(native, 'share/postgresql/postgres.bki')), account, READ);
}
