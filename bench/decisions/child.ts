import { CONTENDERS } from './contenders/index.js';
import { makeWorkload, type SizeName } from './workload.js';

/** What a child says once it has loaded. */
export interface Loaded {
  readonly loadMs: number;
  /** Heap and buffers that the engine holds, in bytes. */
  readonly bytes: number;
  readonly wrong: number;
}

/** What a child says after a round. */
export interface Measured {
  readonly perCpuSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const LEAST_MS = 1_000;

/** Measures one contender at one size: loads, compares its answers, then a round for each message of the parent. */
async function main(name: string, size: SizeName): Promise<void> {
  const contender = await CONTENDERS[name]?.();
  if (contender === undefined) throw new Error(`no contender ${name}`);
  const workload = makeWorkload(size);
  const before = held();
  const began = performance.now();
  const engine = await contender.load(workload);
  const loadMs = performance.now() - began;
  const order = engine.only ?? workload.requests.map((_, n) => n);
  // A slow engine is compared on as many requests as there is time for.
  let wrong = 0;
  let compared = 0;
  for (const end = performance.now() + 30_000; compared < order.length && performance.now() < end; compared += 1) {
    const n = order[compared] as number;
    if (engine.check(n) !== (workload.expected[n] === 1)) wrong += 1;
  }
  process.send?.({ loadMs, bytes: held() - before, wrong } satisfies Loaded);
  process.on('message', () => process.send?.(measure((n) => engine.check(order[n % order.length] as number), order.length)));
  process.on('disconnect', () => process.exit(0));
}

function measure(check: (n: number) => boolean, count: number): Measured {
  const times: number[] = [];
  let made = 0;
  const cpu = process.cpuUsage();
  // Pieces grow while there is time: a check may take a hundred nanoseconds or half a second.
  for (let [piece, end] = [1, performance.now() + LEAST_MS]; performance.now() < end; piece = Math.min(piece * 2, count, 2_000)) {
    for (let n = 0; n < piece; n += 1) check(made + n);
    made += piece;
  }
  const { user, system } = process.cpuUsage(cpu);
  for (let [n, end] = [0, performance.now() + LEAST_MS]; n < Math.min(5_000, made) && performance.now() < end; n += 1) {
    const began = process.hrtime.bigint();
    check(n * 7);
    times.push(Number(process.hrtime.bigint() - began) / 1_000);
  }
  times.sort((left, right) => left - right);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
  return { perCpuSecond: (made / (user + system)) * 1_000_000, p50Us: at(0.5), p99Us: at(0.99) };
}

function held(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(arrayBuffers, external);
}

await main(process.argv[2] as string, process.argv[3] as SizeName);
