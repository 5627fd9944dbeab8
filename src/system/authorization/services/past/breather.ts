import { setImmediate as pause } from 'node:timers/promises';

/** How long a work holds the event loop before others get their turn. */
const TURN_MS = 15;

/** Keeps a long work from holding the event loop: ask `isDue` often, and wait for `breathe` when it is. */
export class Breather {
  private since = performance.now();

  get isDue(): boolean {
    return performance.now() - this.since >= TURN_MS;
  }

  async breathe(): Promise<void> {
    await pause();
    this.since = performance.now();
  }
}
