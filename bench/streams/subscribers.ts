import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { at } from '../support/paths.js';
import type { Counted, StreamJob } from './messages.js';

const POLL_MS = 20;
const NO_PROGRESS_MS = 6_000;

/** The process of the subscribers. */
export class Subscribers {
  private readonly child = fork(at('bench/streams/subscribers-main.ts'), { execArgv: ['--import', at('test/support/typescript-hooks.mjs')] });
  private readonly ended = once(this.child, 'exit').then(([code]) => ({ error: `the subscribers ended with ${String(code)}` }));

  /** @throws Error what went wrong in the process */
  async run(job: StreamJob): Promise<Counted | null> {
    const answered = once(this.child, 'message').then(([message]) => message as { result?: Counted | null; error?: string });
    this.child.send(job);
    const { result, error } = (await Promise.race([answered, this.ended])) as { result?: Counted | null; error?: string };
    if (result === undefined) throw new Error(error);
    return result;
  }

  async count(set: string): Promise<Counted> {
    return (await this.run({ kind: 'count', set })) as Counted;
  }

  /** Waits until the set got so many events in all, or no more come; gives what it got. */
  async arrived(set: string, deliveries: number): Promise<Counted> {
    let counted = await this.count(set);
    for (let since = performance.now(); counted.deliveries < deliveries && performance.now() - since < NO_PROGRESS_MS;) {
      await sleep(POLL_MS);
      const next = await this.count(set);
      if (next.deliveries > counted.deliveries) since = performance.now();
      counted = next;
    }
    return counted;
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await this.ended;
  }
}
