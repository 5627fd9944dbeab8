import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const MS_PER_TICK = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface ProcessTimes {
  readonly parent: number;
  /** Its own, in milliseconds. */
  readonly own: number;
  /** Of children that ended and were waited for, in milliseconds. */
  readonly reaped: number;
}

/** CPU time (user and system) that a process has used, in milliseconds. */
export function cpuOf(pid: number): number {
  const times = read(pid);
  if (times === undefined) throw new Error(`there is no process ${pid}`);
  return times.own;
}

/** CPU time of a process and of all children it ever had, in milliseconds: PostgreSQL is a process for each connection. */
export function cpuOfFamily(pid: number): number {
  return family(pid).reduce((sum, { own, reaped }) => sum + own + reaped, 0);
}

/** Resident memory of a process, in MiB. */
export function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Memory of a process and its children in MiB, what they share counted once. */
export function memoryOfFamily(pid: number): number {
  const kib = (member: number): number => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${member}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  return family(pid).reduce((sum, member) => sum + kib(member.pid), 0) / 1024;
}

/** Process id of the parent. */
export function parentOf(pid: number): number {
  return read(pid)?.parent ?? 0;
}

function family(pid: number): (ProcessTimes & { readonly pid: number })[] {
  const all = readdirSync('/proc').flatMap((name) => {
    const times = /^\d+$/.test(name) ? read(Number(name)) : undefined;
    return times === undefined ? [] : [{ pid: Number(name), ...times }];
  });
  const members = new Set([pid]);
  for (let size = 0; size < members.size;) {
    size = members.size;
    for (const process of all) if (members.has(process.parent)) members.add(process.pid);
  }
  return all.filter((process) => members.has(process.pid));
}

function read(pid: number): ProcessTimes | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name of the program stands in parentheses and may hold anything; fields are counted from behind it, where the state is the first.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const [parent = 0, user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = [fields[1], fields[11], fields[12], fields[13], fields[14]];
  return { parent, own: (user + system) * MS_PER_TICK, reaped: (reapedUser + reapedSystem) * MS_PER_TICK };
}
