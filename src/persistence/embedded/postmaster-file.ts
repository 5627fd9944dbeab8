import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `postmaster.pid` of a cluster says; a server writes it line by line while it starts. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | undefined;
  readonly socketDir: string | undefined;
  readonly ready: boolean;
}

/** Path of the pid file in a cluster. */
export const postmasterFile = (cluster: string): string => join(cluster, 'postmaster.pid');

/** Reads the pid file. Its lines: pid, data directory, start time, port, socket directory, address, shared memory, state. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(postmasterFile(cluster), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  return {
    pid: Number.parseInt(lines[0] ?? '', 10),
    port: lines[3] ? Number(lines[3]) : undefined,
    socketDir: lines[4] || undefined,
    ready: lines[7] === 'ready',
  };
}
