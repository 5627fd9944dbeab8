import type { LifecycleEvent, PublishLifecycleEvent } from './lifecycle-event.js';

/** Events kept for a sink that does not take them; beyond it the oldest are dropped and counted. */
const BACKLOG_LIMIT = 1_000;

/** What the sink has not taken. */
export interface LifecycleBacklog {
  readonly waiting: number;
  readonly dropped: number;
}

/**
 * Hands events to the sink in order, at least once. The sink of a kernel that is still coming up may not be able to take them yet:
 * what it refuses stays first in line and is offered again with the next event or {@link flush}. Nobody waits for the sink.
 */
export class LifecycleAnnouncer {
  readonly #publish: PublishLifecycleEvent;
  readonly #waiting: LifecycleEvent[] = [];
  #dropped = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(publish: PublishLifecycleEvent) {
    this.#publish = publish;
  }

  announce(event: LifecycleEvent): void {
    this.#waiting.push(Object.freeze(event));
    if (this.#waiting.length > BACKLOG_LIMIT) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    void this.flush();
  }

  /** Offers what waits; resolves when all is taken or the sink refuses. Never rejects. */
  flush(): Promise<void> {
    this.#tail = this.#tail.then(() => this.#deliver());
    return this.#tail;
  }

  backlog(): LifecycleBacklog {
    return { waiting: this.#waiting.length, dropped: this.#dropped };
  }

  async #deliver(): Promise<void> {
    for (let event = this.#waiting[0]; event; event = this.#waiting[0]) {
      try {
        await this.#publish(event);
      } catch {
        return;
      }
      // The event may have been dropped for room while the sink took it.
      if (this.#waiting[0] === event) this.#waiting.shift();
    }
  }
}
