import type { IndexedEvent, LogRead } from './event-feed.js';

/** Events of a window; `read` gives at most so many. */
export const WINDOW = 500;
/** How long what was read is handed to others as well. Places never change, but who may see an event may: nothing is believed longer. */
const KEPT_MS = 1_000;
const MOST_KEPT = 16;

/** Reads parts of a log once for all streams that catch up: whoever comes while a window is read, or a moment later, shares it. */
export class LogWindows<Event extends IndexedEvent> {
  private readonly kept = new Map<number, { readonly read: Promise<LogRead<Event>>; until: number }>();

  /** @param read - a bounded part of the log; `next` stands still at its end */
  constructor(private readonly read: (from: number) => Promise<LogRead<Event>>) {}

  /** Events from an index on, as far as its window goes. */
  async from(index: number): Promise<LogRead<Event>> {
    const { events, next } = await this.window(index - (index % WINDOW));
    return { events: events.filter((event) => event.index >= index), next: Math.max(next, index) };
  }

  private window(start: number): Promise<LogRead<Event>> {
    const now = performance.now();
    for (const [known, { until }] of this.kept) if (until <= now) this.kept.delete(known);
    const known = this.kept.get(start);
    if (known !== undefined) return known.read;
    const entry = { read: this.read(start), until: now + KEPT_MS };
    // What is not full yet is shared only with those who come while it is read: later there may be more.
    const settle = (isFull: boolean): void => {
      if (this.kept.get(start) === entry && !isFull) this.kept.delete(start);
      else entry.until = performance.now() + KEPT_MS;
    };
    entry.read.then(({ next }) => settle(next >= start + WINDOW), () => settle(false));
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(start, entry);
    return entry.read;
  }
}
