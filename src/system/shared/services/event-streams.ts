import type { Authenticator, Caller } from '../contracts/index.js';
import { EventStream, type EventStreamOptions } from './event-stream.js';
import type { IndexedEvent } from './event-feed.js';

/** Longest time in which an ended caller still has a stream, whatever the messages. */
const CHECK_MS = 500;
const MOST_QUEUED = 1_000;

/** What each stream brings. */
export type StreamRequest<Event extends IndexedEvent> =
  Pick<EventStreamOptions<Event>, 'feed' | 'search' | 'key' | 'wish' | 'admits' | 'caller' | 'after' | 'cursorOf'>;

/** What {@link EventStreams} runs on. */
export interface EventStreamsOptions {
  readonly authenticator: () => Pick<Authenticator, 'current' | 'onChange'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly mostQueued?: number;
}

/** The open streams of a process, each held to the rights that its caller has now. */
export class EventStreams {
  private readonly streams = new Set<EventStream<never>>();
  private stopListening: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: EventStreamsOptions) {}

  /** Streams that are open now. */
  get count(): number {
    return this.streams.size;
  }

  /** Opens a stream of events that the caller may read. */
  async open<Event extends IndexedEvent>(request: StreamRequest<Event>): Promise<EventStream<Event>> {
    const { authenticator, now, mostQueued = MOST_QUEUED } = this.options;
    const stream: EventStream<Event> = await EventStream.open({
      ...request,
      now,
      mostQueued,
      callerNow: (caller: Caller, at: number) => (caller.kind === 'system' ? caller : authenticator().current(caller, at)),
      onEnd: () => this.remove(stream as unknown as EventStream<never>),
    });
    this.streams.add(stream as unknown as EventStream<never>);
    this.watch();
    // What changed while the stream was opened was heard by nobody.
    stream.recheck();
    return stream;
  }

  /** Ends all streams. */
  async close(): Promise<void> {
    for (const stream of this.streams) await stream.return();
  }

  private watch(): void {
    this.stopListening ??= this.options.authenticator().onChange((affects) => {
      for (const stream of this.streams) if (affects(stream.caller)) stream.recheck();
    });
    this.timer ??= setInterval(() => {
      for (const stream of this.streams) stream.look();
    }, CHECK_MS).unref();
  }

  private remove(stream: EventStream<never>): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.stopListening?.();
    this.stopListening = undefined;
  }
}
