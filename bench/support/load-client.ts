import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Job, JobResult } from '../client/jobs.js';
import type { Target } from '../client/connection.js';
import { at } from './paths.js';

/** The load client, a process of its own. */
export interface LoadClient {
  readonly pid: number;
  /** Runs one job. @throws Error what went wrong in it */
  run(job: Job): Promise<JobResult>;
  stop(): Promise<void>;
}

/** Starts a load client; it ends with this process. */
export function startLoadClient(): LoadClient {
  const child = fork(at('bench/client/main.ts'), { execArgv: ['--import', at('test/support/typescript-hooks.mjs')] });
  const ended = once(child, 'exit').then(([code]) => ({ error: `the load client ended with ${String(code)}` }));
  return {
    pid: child.pid as number,
    async run(job) {
      const answered = once(child, 'message').then(([message]) => message as { result?: JobResult; error?: string });
      child.send(job);
      const { result, error } = (await Promise.race([answered, ended])) as { result?: JobResult; error?: string };
      if (result === undefined) throw new Error(error);
      return result;
    },
    async stop() {
      child.disconnect();
      await ended;
    },
  };
}

/** A path at an address. */
export function targetAt(url: string, path: string, headers: Readonly<Record<string, string>>): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port), path, headers };
}

/** GraphQL over HTTP at an address. */
export function graphqlAt(url: string, headers: Readonly<Record<string, string>>): Target {
  return targetAt(url, '/graphql', headers);
}
