import { percentile } from '../support/statistics.js';
import type { Job, JobResult } from './jobs.js';
import { runLoad } from './run-load.js';
import { runMutations } from './run-mutations.js';

// The load client: a process of its own, so that its CPU is counted apart. It takes one job at a time from its parent.

async function run(job: Job): Promise<JobResult> {
  const times = new Map<string, number[]>();
  const note = (operation: string, ms: number): void => {
    const known = times.get(operation);
    if (known === undefined) times.set(operation, [ms]);
    else known.push(ms);
  };
  const began = performance.now();
  const cpu = process.cpuUsage();
  if (job.kind === 'load') await runLoad(job, note);
  else await runMutations(job, note);
  const elapsedMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const latencies = Object.fromEntries([...times].map(([operation, values]) =>
    [operation, { count: values.length, p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) }]));
  return { requests: [...times.values()].reduce((sum, { length }) => sum + length, 0), elapsedMs, cpuMs: (user + system) / 1_000, latencies };
}

process.on('message', (job: Job) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
