import type { Job, Latencies } from '../client/jobs.js';
import { cpuOf, cpuOfFamily } from './cpu.js';
import type { LoadClient } from './load-client.js';
import { median } from './statistics.js';

/** One round of one contender. CPU is in milliseconds per request. */
export interface Round {
  readonly requestsPerSecond: number;
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly clientCpu: number;
  readonly latencies: Readonly<Record<string, Latencies>>;
}

/** Runs one job and counts what each process used for it. */
export async function measureRound(client: LoadClient, job: Job, server: number, postmaster: number): Promise<Round> {
  const serverBefore = cpuOf(server);
  const databaseBefore = cpuOfFamily(postmaster);
  const { requests, elapsedMs, cpuMs, latencies } = await client.run(job);
  return {
    requestsPerSecond: (requests / elapsedMs) * 1_000,
    serverCpu: (cpuOf(server) - serverBefore) / requests,
    databaseCpu: (cpuOfFamily(postmaster) - databaseBefore) / requests,
    clientCpu: cpuMs / requests,
    latencies,
  };
}

/** Medians of rounds. */
export function medianOf(rounds: readonly Round[]): Omit<Round, 'latencies'> & Latencies {
  const of = (read: (round: Round) => number): number => median(rounds.map(read));
  const latency = (read: (latencies: Latencies) => number): number => of(({ latencies }) => (latencies[''] === undefined ? Number.NaN : read(latencies[''])));
  return {
    requestsPerSecond: of((round) => round.requestsPerSecond),
    serverCpu: of((round) => round.serverCpu),
    databaseCpu: of((round) => round.databaseCpu),
    clientCpu: of((round) => round.clientCpu),
    count: latency(({ count }) => count),
    p50: latency(({ p50 }) => p50),
    p95: latency(({ p95 }) => p95),
    p99: latency(({ p99 }) => p99),
  };
}
