import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const askPs = (column: string, pid: number): Promise<string | undefined> =>
  run('/bin/ps', ['-ww', '-o', `${column}=`, '-p', String(pid)]).then(({ stdout }) => stdout.trim() || undefined, () => undefined);

/** Command line of a process, arguments separated by single spaces; undefined when there is no such process, or only its zombie. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return askPs('command', pid);
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replace(/\0+$/, '').replaceAll('\0', ' ') || undefined;
}

/**
 * When a process began, in a form of the operating system's: with the pid it names one process for good, because pids are given
 * out again. Undefined when there is no such process, or only its zombie.
 */
export async function startedAt(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return (await askPs('lstart', pid))?.replaceAll(/\s+/g, '-');
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may hold anything; the state and the rest follow it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
