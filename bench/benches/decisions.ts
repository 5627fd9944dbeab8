import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Loaded, Measured } from '../decisions/child.js';
import { WORKLOAD_URL } from '../decisions/contenders/polity.js';
import { storeWorkload } from '../decisions/store-workload.js';
import { makeWorkload, SIZES, type SizeName } from '../decisions/workload.js';
import { startCluster, type Cluster } from '../support/cluster.js';
import { loadText } from '../support/machine.js';
import { at } from '../support/paths.js';
import { prepareDatabase, productionSettings } from '../support/polity.js';
import { say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { median } from '../support/statistics.js';

const ROUNDS = 5;
const REFERENCE = 'interned reference';
const CACHED = 'casl, ability cached';
const MEASURED = [REFERENCE, 'polity', 'polity, one id', 'polity, explained', CACHED, 'casl, ability per check', 'cedar-wasm, sliced', 'casbin'];
/** What takes minutes to load, or crashes the runtime. */
const LEFT_OUT: Readonly<Partial<Record<SizeName, readonly string[]>>> = { L: ['casbin'] };

interface Contestant {
  readonly name: string;
  readonly child: ChildProcess;
  readonly loaded: Loaded;
  readonly rounds: Measured[];
}

/** Decisions in process over the workload of 1,000, 100,000 and 1,000,000 grants, read from PostgreSQL. */
export const decisions: Bench = {
  name: 'decisions',
  title: 'decisions in process, against the interned reference, CASL, Cedar and Casbin',
  async run() {
    const verdicts: Verdict[] = [];
    for (const size of Object.keys(SIZES) as SizeName[]) verdicts.push(...(await measureSize(size)));
    return verdicts;
  },
};

async function measureSize(size: SizeName): Promise<Verdict[]> {
  const workload = makeWorkload(size);
  const grants = workload.roles * 20 + workload.users * 8;
  const cluster = await startCluster();
  const contestants: Contestant[] = [];
  try {
    await prepareDatabase(productionSettings(cluster.database));
    await storeWorkload(cluster.database.owner, workload);
    for (const name of MEASURED.filter((each) => LEFT_OUT[size]?.includes(each) !== true)) contestants.push(await start(name, size, cluster));
    for (let round = 0; round < ROUNDS; round += 1) for (const each of contestants) each.rounds.push(await measure(each.child));
    const rate = (name: string): number => median(contestants.find((each) => each.name === name)?.rounds.map(({ perCpuSecond }) => perCpuSecond) ?? []);
    sayTable([`${size}: ${grants.toLocaleString('en')} grants`, 'per CPU-s', 'of reference', 'p50 µs', 'p99 µs', 'load ms', 'bytes/grant', 'wrong'], contestants.map(({ name, loaded, rounds }) => [
      name, Math.round(rate(name)).toLocaleString('en'), (rate(name) / rate(REFERENCE)).toPrecision(2), median(rounds.map(({ p50Us }) => p50Us)), median(rounds.map(({ p99Us }) => p99Us)),
      Math.round(loaded.loadMs).toString(), (loaded.bytes / grants).toFixed(0), String(loaded.wrong),
    ]));
    say(`  load average ${loadText()}`);
    return verdictsOf(size, grants, contestants, rate);
  } finally {
    for (const { child } of contestants) await stop(child);
    await cluster.stop();
  }
}

// Every bar is "at most": a rate is turned around.
function verdictsOf(size: SizeName, grants: number, contestants: readonly Contestant[], rate: (name: string) => number): Verdict[] {
  const own = contestants.find(({ name }) => name === 'polity') as Contestant;
  const atMost = (name: string, measured: number, most: number, unit: string): Verdict => ({ name: `decisions ${size}: ${name}`, measured, most, unit });
  return [
    atMost('wrong answers of all contenders', contestants.reduce((sum, { loaded }) => sum + loaded.wrong, 0), 0, 'answers'),
    atMost('CPU against the interned reference', rate(REFERENCE) / rate('polity'), 1 / 0.45, '×'),
    atMost('CPU of explain against no trace', rate('polity') / rate('polity, explained'), 2, '×'),
    ...(size === 'S' ? [] : [atMost('CPU against CASL with cached abilities', rate(CACHED) / rate('polity'), 1 / 3, '×')]),
    ...(size === 'L' ? [atMost('load from PostgreSQL', own.loaded.loadMs, 3_000, 'ms'), atMost('memory', own.loaded.bytes / grants, 120, 'bytes per grant')] : []),
  ];
}

async function start(name: string, size: SizeName, cluster: Cluster): Promise<Contestant> {
  const child = fork(at('bench/decisions/child.ts'), [name, size], {
    execArgv: ['--expose-gc', '--max-old-space-size=6144', '--import', at('test/support/typescript-hooks.mjs')],
    env: { PATH: process.env['PATH'] ?? '', [WORKLOAD_URL]: cluster.database.server },
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} at ${size} ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  const [loaded] = (await Promise.race([once(child, 'message'), ended])) as [Loaded];
  return { name, child, loaded, rounds: [] };
}

async function measure(child: ChildProcess): Promise<Measured> {
  const answered = once(child, 'message');
  child.send('round');
  const [measured] = (await answered) as [Measured];
  return measured;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
