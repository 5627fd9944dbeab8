import { PolityError } from '../../../kernel/errors/index.js';
import { reach, reachName, rightsEnd, type Caller, type Reach } from '../contracts/index.js';
import type { EventFeed, IndexedEvent } from './event-feed.js';
import { WINDOW } from './log-windows.js';

/** Events behind the present up to which the log is read as it is, together with whoever else is there. */
const NEAR = 4 * WINDOW;

/** What a stream gives: an event for the caller as it is now, or why the stream ends. */
export type StreamItem<Event> = { readonly event: Event } | { readonly failure: PolityError };

/** What one stream is made of. */
export interface EventStreamOptions<Event extends IndexedEvent> {
  readonly feed: EventFeed<Event>;
  /**
   * Finds events of the past beyond an index for the caller as it is now, in another way than reading the log from there: for those who
   * come from far behind. All before `through` were found.
   */
  readonly search?: (caller: Caller, beyond: number) => Promise<{ readonly events: readonly Event[]; readonly through: number }>;
  /** Key without which there is no stream. */
  readonly key: string;
  /** Which events are wanted: the same text for the same wishes. */
  readonly wish: string;
  /** Whether the subscriber wants the event, and the reach of its caller's key covers it. */
  readonly admits: (held: Reach, event: Event) => boolean;
  readonly caller: Caller;
  /** The caller as it is now: at once and the same when it is known not to have changed; undefined when it ended. */
  readonly callerNow: (caller: Caller, now: number) => Caller | Promise<Caller | undefined>;
  readonly now: () => number;
  /** Index to continue after; from now on when absent. */
  readonly after?: number;
  readonly cursorOf: (index: number) => string;
  /** Events that may wait for the reader. */
  readonly mostQueued: number;
  readonly onEnd?: () => void;
}

/** Hands over events in the place of a stream. */
export interface EventRelay {
  /** The stream has handed over everything up to the present, and waits: it may be parked. */
  idle(): void;
  /** The stream is over. */
  ended(): void;
}

/**
 * Events in log order, replayed from a cursor and then live, with nothing lost between. Each is held against the caller's rights at
 * the moment it is handed over: rights that shrank narrow the stream, and an ended caller ends it. Whoever reads too slowly is sent
 * away with the cursor to resume from.
 *
 * Written by hand and not as a generator: a generator's `return` waits for the event that it is waiting for.
 */
export class EventStream<Event extends IndexedEvent> implements AsyncIterableIterator<StreamItem<Event>> {
  private current: Caller;
  /** When something of the rights of the caller runs out by itself. */
  private rightsUntil = 0;
  private held: Reach;
  private relay: EventRelay | undefined;
  private readonly queue: Event[] = [];
  /** Everything up to here was queued, or was not for this stream. */
  private readTo: number;
  /** Everything up to here was handed over, or was not for this stream. */
  private sentTo: number;
  private live = false;
  private stale = false;
  private over = false;
  private failure: PolityError | undefined;
  private checking: Promise<void> | undefined;
  private wakeUp: () => void = () => undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly stopListening: () => void;

  private constructor(
    private readonly options: EventStreamOptions<Event>,
    private readonly unfollow: () => void,
  ) {
    const { after, feed, caller, key, now } = options;
    this.current = caller;
    this.held = reach(caller, key, now());
    this.readTo = after ?? feed.position - 1;
    this.sentTo = this.readTo;
    this.stopListening = feed.listen((events) => this.take(events));
    this.live = this.readTo >= feed.position - 1;
  }

  /** Opens a stream; it holds its place in the feed until {@link return} or its end. */
  static async open<Event extends IndexedEvent>(options: EventStreamOptions<Event>): Promise<EventStream<Event>> {
    const unfollow = await options.feed.follow();
    return new EventStream(options, unfollow);
  }

  /** The caller as last read. */
  get caller(): Caller {
    return this.current;
  }

  get feed(): EventFeed<Event> {
    return this.options.feed;
  }

  /** Everything up to here was handed over, or was not for this stream, when it is idle. */
  get position(): number {
    return this.readTo;
  }

  /** Milliseconds since the epoch, by the clock of this stream. */
  now(): number {
    return this.options.now();
  }

  /** Gives the stream somebody who may hand over its events. */
  attach(relay: EventRelay): void {
    this.relay = relay;
  }

  /** What a caller gets of the feed in this stream: the same name for all streams of a feed that give the same events. */
  shareFor(caller: Caller): { readonly name: string; readonly admits: (event: Event) => boolean } {
    const { key, wish, admits, now } = this.options;
    const held = reach(caller, key, now());
    return { name: JSON.stringify([wish, key, reachName(held)]), admits: (event) => admits(held, event) };
  }

  /** Stops taking events while it is idle: its relay hands them over. */
  park(): void {
    this.live = false;
  }

  /**
   * Takes up again after the last event that its relay dealt with, with the caller read anew.
   *
   * @param sent - the last event that was handed over
   */
  resume(position: number, sent: number): void {
    if (this.over) return;
    this.readTo = position;
    this.sentTo = sent;
    this.live = position >= this.options.feed.position - 1;
    this.stale = true;
    this.wakeUp();
  }

  /** Says that the caller may have changed: it is read again before anything more is handed over, and at once when nothing is. */
  recheck(): void {
    this.stale = true;
    void this.check();
  }

  /** Looks whether the caller is as it was, and rechecks it when that is not known. */
  look(): void {
    const now = this.options.now();
    const known = now >= this.rightsUntil ? undefined : this.options.callerNow(this.current, now);
    if (known === this.current) return;
    // The check waits for the same, and says what became of it.
    if (known instanceof Promise) known.catch(() => undefined);
    this.recheck();
  }

  next(): Promise<IteratorResult<StreamItem<Event>>> {
    const result = this.tail.then(() => this.nextItem());
    this.tail = result.catch(() => undefined);
    return result;
  }

  async return(): Promise<IteratorResult<StreamItem<Event>>> {
    this.end();
    this.failure = undefined;
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<StreamItem<Event>>> {
    this.end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async nextItem(): Promise<IteratorResult<StreamItem<Event>>> {
    while (!this.over) {
      if (this.stale || this.checking !== undefined) await this.check();
      else {
        const event = this.queue.shift();
        if (event !== undefined) {
          this.sentTo = event.index;
          if (this.options.admits(this.heldNow(), event)) return { value: { event }, done: false };
        } else if (this.live) await this.wait();
        else await this.replay();
      }
    }
    return this.finish();
  }

  private wait(): Promise<void> {
    return new Promise((resolve) => {
      this.wakeUp = resolve;
      this.relay?.idle();
    });
  }

  private async replay(): Promise<void> {
    try {
      const { events, through } = await this.behind();
      this.queue.push(...events);
      this.readTo = Math.max(this.readTo, through - 1);
      // No await between the look and the switch: the feed hands out what lies beyond, and nothing lies between.
      if (!this.over && this.readTo >= this.options.feed.position - 1) this.live = true;
    } catch (cause) {
      this.end(new PolityError('SERVICE_UNAVAILABLE', 'The log cannot be read now.', { cause, details: this.resumption() }));
    }
  }

  private async behind(): Promise<{ readonly events: readonly Event[]; readonly through: number }> {
    const { feed, search, admits } = this.options;
    const from = this.readTo + 1;
    const recent = feed.handedOut(from)?.slice(0, WINDOW);
    if (recent === undefined && search !== undefined && feed.position - from > NEAR) return search(this.current, this.readTo);
    const { events, next } = recent === undefined ? await feed.past(from) : { events: recent, next: (recent.at(-1)?.index ?? feed.position - 1) + 1 };
    return { events: events.filter((event) => admits(this.heldNow(), event)), through: next };
  }

  private take(events: readonly Event[]): void {
    if (!this.live || this.over) return;
    const held = this.heldNow();
    for (const event of events) {
      if (event.index <= this.readTo) continue;
      this.readTo = event.index;
      if (!this.options.admits(held, event)) continue;
      if (this.queue.length >= this.options.mostQueued) {
        return this.end(new PolityError('STREAM_OVERFLOW', 'Events came faster than they were read; resume from the cursor.', { details: this.resumption() }));
      }
      this.queue.push(event);
    }
    if (this.queue.length > 0) this.wakeUp();
    else this.sentTo = this.readTo;
  }

  private check(): Promise<void> {
    this.checking ??= this.readCallers().finally(() => {
      this.checking = undefined;
    });
    return this.checking;
  }

  // What changes while the caller is read is read again.
  private async readCallers(): Promise<void> {
    do {
      this.stale = false;
      await this.readCaller();
    } while (this.stale && !this.over);
  }

  private async readCaller(): Promise<void> {
    const now = this.options.now();
    try {
      const fresh = await this.options.callerNow(this.current, now);
      if (fresh === undefined || (fresh.expiresAt !== undefined && fresh.expiresAt <= now)) {
        return this.end(new PolityError('UNAUTHENTICATED', 'The credential of this stream has ended.', { details: this.resumption() }));
      }
      this.current = fresh;
      const { instance, spaces, groups } = this.hold(now);
      if (!instance && spaces.size === 0 && groups.length === 0) {
        this.end(new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${this.options.key}.`, { details: { permission: this.options.key, ...this.resumption() } }));
      }
    } catch (cause) {
      // Rights that cannot be read are rights that are not there.
      this.end(new PolityError('SERVICE_UNAVAILABLE', 'The rights of this stream cannot be read now.', { cause, details: this.resumption() }));
    }
  }

  // Grants run out between two readings of the caller.
  private heldNow(): Reach {
    const now = this.options.now();
    return now < this.rightsUntil ? this.held : this.hold(now);
  }

  private hold(now: number): Reach {
    this.rightsUntil = rightsEnd(this.current, now);
    this.held = reach(this.current, this.options.key, now);
    return this.held;
  }

  private resumption(): { cursor?: string } {
    return this.sentTo < 0 ? {} : { cursor: this.options.cursorOf(this.sentTo) };
  }

  private end(failure?: PolityError): void {
    if (this.over) return;
    this.over = true;
    this.failure = failure;
    this.queue.length = 0;
    this.stopListening();
    this.unfollow();
    this.options.onEnd?.();
    this.relay?.ended();
    this.wakeUp();
  }

  private finish(): IteratorResult<StreamItem<Event>> {
    const { failure } = this;
    this.failure = undefined;
    return failure === undefined ? { value: undefined, done: true } : { value: { failure }, done: false };
  }
}
