import { readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Folder for what lives as long as a test run. A cluster is thousands of small files, which a file system in memory makes and
 * removes many times faster than a disk; it is taken where it is roomy and may hold programs.
 */
export function scratchRoot(): string {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8').split('\n').find((line) => line.split(' ')[1] === MEMORY);
    const { bavail, bsize } = statfsSync(MEMORY);
    const options = mount?.split(' ')[3]?.split(',') ?? ['noexec'];
    return bavail * bsize >= NEEDED_BYTES && !options.includes('noexec') ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
