import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isPostmasterOf } from './live-postmaster.js';

const POLL_MS = 3;
const FAST_MS = 30_000;
const IMMEDIATE_MS = 10_000;

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

async function isGone(cluster: string, pid: number, waitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + waitMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!(await isPostmasterOf(cluster, pid))) return true;
  }
  return false;
}

/**
 * Stops the server of a cluster and waits until it is gone: a fast shutdown, which ends sessions and writes everything down, and,
 * where that hangs, an immediate one, after which the next start recovers.
 *
 * @throws EmbeddedPostgresError `STOP_FAILED`
 */
export async function stopPostmaster(cluster: string, pid: number): Promise<void> {
  if (!(await isPostmasterOf(cluster, pid))) return;
  signal(pid, 'SIGINT');
  if (await isGone(cluster, pid, FAST_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await isGone(cluster, pid, IMMEDIATE_MS)) return;
  throw new EmbeddedPostgresError('STOP_FAILED', `The server of ${cluster}, process ${pid}, does not stop.`);
}
