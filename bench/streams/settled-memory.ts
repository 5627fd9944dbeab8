import { setTimeout as sleep } from 'node:timers/promises';
import { residentOf } from '../support/cpu.js';
import { at } from '../support/paths.js';

/** Arguments of Node for a process whose memory is measured. */
export const COLLECTABLE: readonly string[] = ['--expose-gc', '--import', at('bench/support/collect-on-signal.mjs')];

/** Resident memory of a process after it has collected its garbage, in MiB: without that it would tell what was made, not what is kept. */
export async function settledMemory(pid: number): Promise<number> {
  for (let time = 0; time < 2; time += 1) {
    process.kill(pid, 'SIGUSR2');
    await sleep(1_000);
  }
  return residentOf(pid);
}
