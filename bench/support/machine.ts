import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { locateBinaries } from '../../src/persistence/embedded/binaries.js';
import { at } from './paths.js';

/** What the figures are measured on, in lines. */
export function describeMachine(): string[] {
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { version: string };
  return [
    `polity ${version} (${revision()}), ${new Date().toISOString()}`,
    `machine: ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown CPU'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB, ${process.platform} ${process.arch}`,
    `Node ${process.version}, PostgreSQL ${locateBinaries().version}`,
    `load average: ${loadText()}`,
  ];
}

/** The load averages of 1, 5 and 15 minutes. */
export function loadText(): string {
  return loadavg().map((load) => load.toFixed(2)).join(' ');
}

function revision(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: at('.'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'no git';
  }
}
