import type { IndexedEvent } from './event-feed.js';

/** How long events are kept. Places never change, but who may see an event may: nothing is believed longer. */
const KEPT_MS = 1_000;
const MOST_KEPT = 2_000;

/** The newest events of a log: streams that open or fall behind for a moment need no statement. */
export class RecentEvents<Event extends IndexedEvent> {
  private batches: { readonly from: number; readonly events: readonly Event[]; readonly until: number }[] = [];
  private count = 0;

  /** Adds what was read from an index on; it follows what was added before. */
  add(from: number, events: readonly Event[]): void {
    this.forgetOld();
    this.batches.push({ from, events, until: performance.now() + KEPT_MS });
    this.count += events.length;
    while (this.count > MOST_KEPT && this.batches.length > 1) this.count -= this.batches.shift()?.events.length ?? 0;
  }

  /** All events from an index on; undefined when some of them are not kept. */
  from(index: number): readonly Event[] | undefined {
    this.forgetOld();
    const first = this.batches.findLastIndex(({ from }) => from <= index);
    return first < 0 ? undefined : this.batches.slice(first).flatMap(({ events }) => events.filter((event) => event.index >= index));
  }

  clear(): void {
    this.batches = [];
    this.count = 0;
  }

  private forgetOld(): void {
    const now = performance.now();
    while ((this.batches[0]?.until ?? Infinity) <= now) this.count -= this.batches.shift()?.events.length ?? 0;
  }
}
