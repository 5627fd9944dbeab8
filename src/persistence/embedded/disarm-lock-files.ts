import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { commandLine } from './process-facts.js';
import { postmasterFile } from './postmaster-file.js';
import { socketPath } from './socket-folder.js';

/** Whether a process may be a server of the cluster under another name of its folder. If in doubt it is. */
async function mayBeServerOf(cluster: string, pid: number): Promise<boolean> {
  const command = Number.isNaN(pid) ? undefined : await commandLine(pid);
  if (command === undefined || !/^(.*\/)?postgres /.test(command)) return false;
  const folder = / -D (\/.*?)(?= -c |$)/.exec(command)?.[1];
  if (folder === undefined) return true;
  const [its, ours] = await Promise.all([stat(folder).catch(() => undefined), stat(cluster)]);
  return its === undefined || (its.ino === ours.ino && its.dev === ours.dev);
}

/**
 * Lets a new server pass the lock files of one that is gone. PostgreSQL does so itself, unless another process has that pid by
 * now, which in a restarted container is the usual case: then it would refuse for ever.
 *
 * PostgreSQL passes a file whose pid is its parent's, which is ours. The file is not removed, because its line on shared memory is
 * what keeps a second server from data that processes of the first still use.
 */
export async function disarmLockFiles(cluster: string, socketDir: string): Promise<void> {
  const file = postmasterFile(cluster);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined && (await mayBeServerOf(cluster, Number.parseInt(text, 10)))) return;
  await rm(`${socketPath(socketDir)}.lock`, { force: true });
  if (text === undefined) return;
  if (text.trim() === '') await rm(file);
  else await writeFile(file, text.replace(/^[^\n]*/, String(process.pid)));
}
