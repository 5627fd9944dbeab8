import type { Plan } from '../../graphql/index.js';
import { authenticatorRef, rightsEnd, type Authenticator, type Caller, type RequestContext } from '../../system/shared/contracts/index.js';
import type { EventRelay, EventStream, IndexedEvent } from '../../system/shared/services/index.js';
import type { Frame } from './frame.js';
import type { Seat } from './frame-sink.js';
import type { SharedView } from './shared-view.js';

/** A subscription that may share. */
export interface Subscription {
  readonly source: EventStream<IndexedEvent>;
  /** Its caller and its clock are moved on by the guard of the stream. */
  readonly context: RequestContext;
  readonly plan: Plan;
  /** Coerced by graphql-js. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly seat: Seat;
}

/** Finds the view of a subscription for its caller as it is now; undefined when it has to be executed alone. */
export type FindView = (subscription: Subscription) => SharedView | undefined;

/**
 * A subscription in and out of the shared lane. Alone, it is pulled, checked and executed event by event; when nothing is left to pull, it
 * joins those who see the same. Whatever is not as it was when it joined sends it back to where it was: another caller, rights that ran
 * out, a reader that falls behind, a field that is denied for the first time. So the lane decides nothing but that nothing changed.
 */
export class LaneMember implements EventRelay {
  private readonly authenticator: Authenticator;
  private caller: Caller | undefined;
  private rightsUntil = 0;
  private position = -1;
  private sent = -1;
  private stopSharing: (() => void) | undefined;

  constructor(
    private readonly subscription: Subscription,
    private readonly find: FindView,
  ) {
    this.authenticator = subscription.context.services.get(authenticatorRef);
  }

  idle(): void {
    const { source, context } = this.subscription;
    const { caller } = context;
    const now = source.now();
    if (this.stopSharing !== undefined || !this.isKnown(caller, now)) return;
    (context as { request: RequestContext['request'] }).request = { ...context.request, now };
    const view = this.find(this.subscription);
    if (view === undefined) return;
    const { name, admits } = source.shareFor(caller);
    this.caller = caller;
    this.rightsUntil = rightsEnd(caller, now);
    this.position = source.position;
    this.sent = source.position;
    this.stopSharing = view.join(this, name, admits);
    source.park();
  }

  ended(): void {
    this.stopSharing?.();
    this.stopSharing = undefined;
  }

  /** Goes on alone, after what it has got. */
  leave(): void {
    if (this.stopSharing === undefined) return;
    this.ended();
    this.subscription.source.resume(this.position, this.sent);
  }

  /** Takes its share of the events up to an index; gives how many it got. */
  take(frames: readonly Frame[], last: number): number {
    if (this.position >= last || this.stopSharing === undefined) return 0;
    const { context, seat } = this.subscription;
    const now = this.subscription.source.now();
    const fresh = frames[0] !== undefined && frames[0].index > this.position ? frames : frames.filter(({ index }) => index > this.position);
    const isAsItWas = this.caller !== undefined && context.caller === this.caller && now < this.rightsUntil && this.isKnown(this.caller, now);
    const written = isAsItWas && fresh.every(({ denied }) => denied.length === 0 || seat.results.hasRecorded(denied)) ? seat.sink.write(fresh) : undefined;
    const reached = fresh[(written ?? 0) - 1]?.index;
    if (reached !== undefined) {
      this.sent = reached;
      this.position = reached;
    }
    if (written === fresh.length) this.position = last;
    else this.leave();
    return written ?? 0;
  }

  private isKnown(caller: Caller, now: number): boolean {
    const known = this.authenticator.current(caller, now);
    // Whoever checks the caller waits for the same, and is told.
    if (known instanceof Promise) known.catch(() => undefined);
    return known === caller;
  }
}
