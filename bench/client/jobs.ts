import type { Target } from './connection.js';

/** Sends bodies round and round over some connections, for some time or so many times. */
export interface LoadJob {
  readonly kind: 'load';
  readonly target: Target;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly seconds?: number;
  readonly requests?: number;
  /** Text that every answer must contain. */
  readonly contains: string;
}

/** Makes, changes and revokes objects over some connections for some time. */
export interface MutationJob {
  readonly kind: 'mutations';
  readonly target: Target;
  readonly connections: number;
  readonly seconds: number;
  readonly world: { readonly spaceId: string; readonly groupId: string; readonly roleId: string };
}

export type Job = LoadJob | MutationJob;

/** Distribution of times in milliseconds. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What a job measured. */
export interface JobResult {
  readonly requests: number;
  readonly elapsedMs: number;
  /** CPU time of the client. */
  readonly cpuMs: number;
  /** By name of the operation; a load has one, `''`. */
  readonly latencies: Readonly<Record<string, Latencies>>;
}
