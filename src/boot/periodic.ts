import type { Logger } from '../observability/index.js';

/** Work that is repeated while the process lives; one run at a time, errors are logged and do not end it. */
export class PeriodicWork {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly logger: Logger) {}

  /** Runs `work` every `everyMs` milliseconds from now on. */
  every(name: string, everyMs: number, work: () => Promise<unknown>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      const run = work()
        .then(() => undefined, (error: unknown) => this.logger.warn(`periodic work failed: ${name}`, { error }))
        .finally(() => {
          busy = false;
          this.running.delete(run);
        });
      this.running.add(run);
    }, everyMs);
    timer.unref();
    this.timers.set(name, timer);
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    for (const timer of this.timers.values()) clearInterval(timer);
    await Promise.all(this.running);
  }
}
