import { authenticatorRef, type Caller, type RequestContext } from '../../system/shared/contracts/index.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What holds a subscription to its caller's rights. */
export interface StreamGuard {
  /** Context of the subscription; its caller and its clock are moved on with every check. */
  readonly context: RequestContext;
  /** Decides the guard for the caller as the context has it now. */
  readonly stillAllowed: () => boolean | Promise<boolean>;
  /** The error that ends the stream of a caller who lost the guard: the one that a query would give. */
  readonly denial: () => Error;
}

/**
 * Holds a subscription to the caller's current rights. Before each event, whenever the caller may have changed, and when a
 * credential or grant runs out, the caller is looked at again: an ended one completes the stream, one that lost the guard ends it with
 * an error, and so does a caller that cannot be read.
 */
export function guardStream(source: AsyncIterable<unknown>, guard: StreamGuard): AsyncIterableIterator<unknown> {
  return new GuardedStream(source[Symbol.asyncIterator](), guard);
}

/** The events that a guarded stream gives; undefined for anything else. */
export function sourceBehind(stream: unknown): AsyncIterator<unknown> | undefined {
  return stream instanceof GuardedStream ? stream.events : undefined;
}

class GuardedStream implements AsyncIterableIterator<unknown> {
  private readonly context: Writable<RequestContext>;
  private readonly authenticator;
  private readonly stopListening: () => void;
  private readonly waiting = new Set<(nothing: undefined) => void>();
  private timer: NodeJS.Timeout | undefined;
  private checkedOnce = false;
  private over = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    readonly events: AsyncIterator<unknown>,
    private readonly guard: StreamGuard,
  ) {
    this.context = guard.context;
    this.authenticator = guard.context.services.get(authenticatorRef);
    this.stopListening = this.authenticator.onChange((affects) => {
      if (!this.over && affects(this.context.caller)) void this.check();
    });
    this.watchClock();
  }

  async next(): Promise<IteratorResult<unknown>> {
    // What changed while the source was being opened was heard by nobody.
    if (!this.checkedOnce) await this.check();
    this.checkedOnce = true;
    const event = this.over ? undefined : await this.take();
    if (event?.done === true) this.end();
    return event !== undefined && !this.over && (await this.check()) ? event : this.finish();
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.end();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<unknown>> {
    this.end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // The next event, or undefined when the stream ends meanwhile.
  private async take(): Promise<IteratorResult<unknown> | undefined> {
    const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<undefined>();
    this.waiting.add(interrupt);
    try {
      return await Promise.race([this.events.next(), interrupted]);
    } catch (error) {
      this.end({ error });
      return undefined;
    } finally {
      this.waiting.delete(interrupt);
    }
  }

  // Never rejects: a check that fails ends the stream with its error.
  private async check(): Promise<boolean> {
    if (this.over) return false;
    const now = Date.now();
    try {
      const caller = await this.currentCaller(now);
      if (caller === undefined) {
        this.end();
        return false;
      }
      this.context.caller = caller;
      this.context.request = { ...this.context.request, now };
      if (!(await this.guard.stillAllowed())) this.end({ error: this.guard.denial() });
      else if (!this.over) this.watchClock();
    } catch (error) {
      this.end({ error });
    }
    return !this.over;
  }

  private async currentCaller(now: number): Promise<Caller | undefined> {
    const { caller } = this.context;
    const current = caller.kind === 'anonymous' ? caller : await this.authenticator.current(caller, now);
    return current?.expiresAt !== undefined && current.expiresAt <= now ? undefined : current;
  }

  // Credentials and grants run out without an event and without a change.
  private watchClock(): void {
    clearTimeout(this.timer);
    const { caller: { expiresAt, grants }, request: { now } } = this.context;
    const moments = [expiresAt, ...grants.map((grant) => grant.expiresAt)].filter((moment) => moment !== undefined && moment > now) as number[];
    if (moments.length === 0) return;
    this.timer = setTimeout(() => void this.check(), Math.min(Math.max(Math.min(...moments) - Date.now(), 0), LONGEST_TIMER_MS));
    this.timer.unref();
  }

  private end(failure?: { readonly error: unknown }): void {
    if (this.over) return;
    this.over = true;
    this.failure = failure;
    this.stopListening();
    clearTimeout(this.timer);
    for (const interrupt of this.waiting) interrupt(undefined);
    void this.closeSource();
  }

  // Not awaited: a source that waits for its next event answers only when that comes.
  private async closeSource(): Promise<void> {
    try {
      await this.events.return?.();
    } catch {
      // The stream has ended for its reader; how its source ended changes nothing.
    }
  }

  private finish(): IteratorResult<unknown> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure.error;
    return { value: undefined, done: true };
  }
}
