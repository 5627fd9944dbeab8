import { lchown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The operating system account that PostgreSQL runs as, where it is not the one of this process. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody`: it is in every passwd file, and initdb refuses an account that is not. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * Chooses the account, because PostgreSQL refuses to run as root: the owner of an existing cluster, else `nobody`.
 *
 * @returns undefined where this process is not root and PostgreSQL runs as the same account
 */
export async function accountFor(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? NOBODY : { uid: owner.uid, gid: owner.gid };
}

/**
 * Gives a folder with everything in it to the account; nothing to do where there is none. The folder itself comes last, so one that
 * the account owns is done.
 */
export async function giveTo(account: Account | undefined, folder: string): Promise<void> {
  if (account === undefined || (await stat(folder)).uid === account.uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), account.uid, account.gid);
  await lchown(folder, account.uid, account.gid);
}
