import { coalesced } from './coalesced.js';
import { LogWindows } from './log-windows.js';
import { RecentEvents } from './recent-events.js';

/** An event of a log. */
export interface IndexedEvent {
  /** Place in the log: without gaps, never changed. */
  readonly index: number;
}

/** Events of a log from an index on. */
export interface LogRead<Event extends IndexedEvent> {
  readonly events: readonly Event[];
  /** Index to read from next. */
  readonly next: number;
}

/** What {@link EventFeed} reads from. */
export interface EventFeedOptions<Event extends IndexedEvent> {
  /** Index that the next event will get. */
  readonly end: () => Promise<number>;
  /** A bounded part of the log; `next` stands still at its end. */
  readonly read: (from: number) => Promise<LogRead<Event>>;
  /** Resolves when every change of rights is known that was committed before the call: nobody gets an event with rights from before it. */
  readonly settled: () => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Takes new events in log order, each once. Must not throw. */
export type EventListener<Event> = (events: readonly Event[]) => void;

/**
 * The one reader of a log in a process: what is new is read once and handed to all who listen, and what is past once for all who catch up
 * at the same time. It reads only while somebody listens.
 */
export class EventFeed<Event extends IndexedEvent> {
  private readonly listeners = new Set<EventListener<Event>>();
  private followers = 0;
  private following: Promise<void> | undefined;
  private at: number | undefined;
  private reading = false;
  private again = false;
  private readonly recent = new RecentEvents<Event>();
  private readonly windows: LogWindows<Event>;
  /** Index that the next event of the log will get, wherever this feed is. */
  readonly end: () => Promise<number>;

  constructor(private readonly options: EventFeedOptions<Event>) {
    this.windows = new LogWindows((from) => this.readSettled(from));
    this.end = coalesced(() => options.end());
  }

  /** Index of the next event that listeners will get; defined while {@link follow} is held. */
  get position(): number {
    if (this.at === undefined) throw new Error('nobody follows this feed');
    return this.at;
  }

  /** Keeps the feed reading until the given function is called. */
  async follow(): Promise<() => void> {
    this.followers++;
    try {
      this.following ??= this.options.end().then((end) => {
        this.at = end;
        this.recent.clear();
      });
      await this.following;
    } catch (error) {
      this.unfollow();
      throw error;
    }
    let held = true;
    return () => {
      if (held) this.unfollow();
      held = false;
    };
  }

  /** Adds a listener for what comes from {@link position} on. Gives the function that removes it. */
  listen(listener: EventListener<Event>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Events from an index on that this feed handed out a moment ago; undefined when some of them are not kept. */
  handedOut(from: number): readonly Event[] | undefined {
    return this.recent.from(from);
  }

  /** Events of the past from an index on, a part of them. */
  past(from: number): Promise<LogRead<Event>> {
    return this.windows.from(from);
  }

  /** Says that there may be something new. */
  wake(): void {
    if (this.at === undefined) return;
    if (this.reading) this.again = true;
    else void this.readNew();
  }

  private unfollow(): void {
    this.followers--;
    if (this.followers > 0) return;
    this.following = undefined;
    this.at = undefined;
  }

  private async readNew(): Promise<void> {
    this.reading = true;
    try {
      do {
        this.again = false;
        while (await this.step());
      } while (this.again);
    } catch (error) {
      this.options.onError(error);
    } finally {
      this.reading = false;
    }
  }

  // True when there was something new.
  private async step(): Promise<boolean> {
    const from = this.at;
    if (from === undefined) return false;
    const { events, next } = await this.readSettled(from);
    // Whoever followed meanwhile began at another place.
    if (this.at !== from || next === from) return false;
    this.at = next;
    this.recent.add(from, events);
    for (const listener of this.listeners) listener(events);
    return true;
  }

  private async readSettled(from: number): Promise<LogRead<Event>> {
    const read = await this.options.read(from);
    if (read.next !== from) await this.options.settled();
    return read;
  }
}
