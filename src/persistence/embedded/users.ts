import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startedAt } from './process-facts.js';

/** One use of the cluster: a process, and which of its starts. */
interface User {
  readonly pid: number;
  readonly startedAt: string;
  readonly id: string;
}

/** First line: the data folder, by which a copied list is known; then a line for each use. */
const listFile = (dataDir: string): string => join(dataDir, 'pg.users');

const parse = (line: string): User[] => {
  const [pid, started, id] = line.split(' ');
  return pid !== undefined && started !== undefined && id !== undefined ? [{ pid: Number(pid), startedAt: started, id }] : [];
};

async function readLive(dataDir: string): Promise<User[]> {
  const [folder, ...lines] = (await readFile(listFile(dataDir), 'utf8').catch(() => '')).split('\n');
  const users = folder === dataDir ? lines.flatMap(parse) : [];
  const live = await Promise.all(users.map(async (user) => (await startedAt(user.pid)) === user.startedAt));
  return users.filter((_, index) => live[index]);
}

async function write(dataDir: string, users: readonly User[]): Promise<void> {
  const file = listFile(dataDir);
  const lines = users.map((user) => `${user.pid} ${user.startedAt} ${user.id}\n`);
  await writeFile(`${file}.next`, `${dataDir}\n${lines.join('')}`);
  await rename(`${file}.next`, file);
}

/** Enters this process as a user and drops the entries of dead ones. To be called under the folder's lock. */
export async function addUser(dataDir: string, id: string): Promise<void> {
  const self: User = { pid: process.pid, startedAt: (await startedAt(process.pid)) ?? 'unknown', id };
  await write(dataDir, [...(await readLive(dataDir)), self]);
}

/**
 * Takes a use out of the list. To be called under the folder's lock.
 *
 * @returns how many uses by live processes are left
 */
export async function removeUser(dataDir: string, id: string): Promise<number> {
  const left = (await readLive(dataDir)).filter((user) => user.id !== id);
  await write(dataDir, left);
  return left.length;
}
