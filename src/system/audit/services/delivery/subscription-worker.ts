import type { EventSubscription } from '../../../../kernel/registries/index.js';
import type { Logger, Metrics } from '../../../../observability/index.js';
import { sql, type Database, type SqlExecutor, type Transaction } from '../../../../persistence/index.js';
import type { DeliveredEvent, OutboxEventHandler } from '../../../shared/contracts/index.js';
import { holdCursor, moveCursor, noteFailure } from './delivery-cursor.js';
import type { DeliveryPace } from './delivery-pace.js';
import { nextEvent } from './next-event.js';
import { within } from './within.js';

/** A cursor that passed this many places without an event of its type is stored, so that nobody searches them again. */
const STORED_EVERY = 500;

/** What {@link SubscriptionWorker} runs on. */
export interface SubscriptionWorkerOptions {
  readonly database: Pick<Database, 'transaction'>;
  /** Connections apart from those of transactions. */
  readonly statements: SqlExecutor;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'countEventDeliveries'>;
  readonly pace: DeliveryPace;
}

/** Milliseconds until the next look; undefined to wait for a {@link SubscriptionWorker.wake}. */
type NextLook = number | undefined;

/**
 * Delivers the events of one subscription on this node, one after the other, each in a transaction that also moves the cursor. Every
 * node runs one: whoever holds the cursor's lock delivers.
 */
export class SubscriptionWorker {
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private attempts = 0;
  /** No event of the type lies between the cursor and here. */
  private searched = 0;

  constructor(
    private readonly subscription: EventSubscription,
    private readonly options: SubscriptionWorkerOptions,
  ) {}

  get eventType(): string {
    return this.subscription.eventType;
  }

  /** Whether the event that is due has failed too often, as far as this node has seen. */
  get stuck(): boolean {
    return this.attempts >= this.options.pace.stuckAfter;
  }

  /** Says that there may be an event. */
  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.again) this.wake();
    });
  }

  /** Resolves when the handler does not run and will not. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      clearTimeout(this.timer);
      const waitMs = await this.look();
      if (waitMs === 0) this.again = true;
      else if (waitMs !== undefined && !this.stopped) this.timer = setTimeout(() => this.wake(), waitMs).unref();
    }
  }

  private async look(): Promise<NextLook> {
    let attempted: DeliveredEvent | undefined;
    try {
      const next = await this.options.database.transaction((transaction) => this.step(transaction, (event) => {
        attempted = event;
      }));
      if (attempted !== undefined) this.options.metrics.countEventDeliveries('handled');
      return next;
    } catch (error) {
      return this.failed(error, attempted).catch((failure: unknown) => {
        this.options.logger.warn('a subscription could not be looked at', { ...this.names(), error: failure });
        return this.options.pace.lookAgainMs;
      });
    }
  }

  private async step(transaction: Transaction, attempting: (event: DeliveredEvent | undefined) => void): Promise<NextLook> {
    const { pace } = this.options;
    // The transaction may be run again.
    attempting(undefined);
    // A node that hangs gives its lock back.
    await transaction.query(sql`SELECT set_config('idle_in_transaction_session_timeout', ${String(2 * pace.handlerTimeoutMs)}, true)`);
    const cursor = await holdCursor(transaction, this.subscription);
    if (cursor === undefined) return pace.lookAgainMs;
    this.attempts = cursor.attempts;
    if (cursor.waitMs > 0) return cursor.waitMs;
    const from = Math.max(cursor.position, this.searched);
    const { event, through } = await nextEvent(transaction, this.eventType, from);
    if (event === undefined) {
      if (through - cursor.position >= STORED_EVERY) await moveCursor(transaction, this.subscription, through);
      this.searched = through;
      return through === from ? undefined : 0;
    }
    attempting(event);
    await within(pace.handlerTimeoutMs, (this.subscription.handler as OutboxEventHandler)(event, transaction));
    await moveCursor(transaction, this.subscription, event.index + 1);
    this.attempts = 0;
    return 0;
  }

  private async failed(error: unknown, event: DeliveredEvent | undefined): Promise<NextLook> {
    if (event === undefined) throw error;
    const { statements, logger, metrics, pace } = this.options;
    metrics.countEventDeliveries('failed');
    const cursor = await noteFailure(statements, this.subscription, { index: event.index, eventId: event.id, ...pace });
    this.attempts = cursor?.attempts ?? 0;
    const facts = { ...this.names(), eventId: event.id, index: event.index, attempts: this.attempts, retryInMs: cursor?.waitMs, error };
    if (this.stuck) logger.error('an event keeps failing; those behind it wait', facts);
    else logger.warn('an event could not be handled', facts);
    return cursor?.waitMs ?? 0;
  }

  private names(): { readonly subscriber: string; readonly eventType: string } {
    return { subscriber: this.subscription.owner, eventType: this.eventType };
  }
}
