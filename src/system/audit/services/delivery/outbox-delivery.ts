import { invariant } from '../../../../kernel/errors/index.js';
import type { EventDelivery, HealthReport } from '../../../../kernel/lifecycle/index.js';
import type { EventSubscription } from '../../../../kernel/registries/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { EventFeed } from '../../../shared/services/index.js';
import type { PlacedOutboxEvent } from '../streams/lifecycle-events.js';
import { createCursors, stuckSubscriptions } from './delivery-cursor.js';
import { SubscriptionWorker, type SubscriptionWorkerOptions } from './subscription-worker.js';

/** What {@link OutboxDelivery} runs on. */
export interface OutboxDeliveryOptions extends SubscriptionWorkerOptions {
  /** Tells of new events, whoever ordered them. */
  readonly feed: Pick<EventFeed<PlacedOutboxEvent>, 'follow' | 'listen'>;
}

interface Subscriber {
  readonly unfollow: () => void;
  readonly workers: SubscriptionWorker[];
}

/**
 * Delivers the outbox to the capabilities of this node: at least once, in order per subscription, by one node at a time. A handler that
 * fails is tried again and holds up nothing but its own subscription, which is never skipped past.
 */
export class OutboxDelivery implements EventDelivery {
  private readonly subscribers = new Map<string, Subscriber>();

  constructor(private readonly options: OutboxDeliveryOptions) {
    options.feed.listen((events) => {
      const types = new Set(events.map(({ type }) => type));
      for (const worker of this.workers()) if (types.has(worker.eventType)) worker.wake();
    });
  }

  async prepare(subscriptions: readonly EventSubscription[]): Promise<void> {
    const owner = subscriptions[0]?.owner;
    if (owner === undefined || this.subscribers.has(owner)) return;
    await createCursors(this.options.statements, subscriptions);
    this.subscribers.set(owner, { unfollow: await this.options.feed.follow(), workers: [] });
  }

  begin(subscriptions: readonly EventSubscription[]): void {
    for (const subscription of subscriptions) {
      const subscriber = this.subscribers.get(subscription.owner);
      invariant(subscriber !== undefined, 'Deliveries are prepared before they begin.');
      const worker = new SubscriptionWorker(subscription, this.options);
      subscriber.workers.push(worker);
      worker.wake();
    }
  }

  async end(owner: string): Promise<void> {
    const subscriber = this.subscribers.get(owner);
    this.subscribers.delete(owner);
    await Promise.all(subscriber?.workers.map((worker) => worker.stop()) ?? []);
    subscriber?.unfollow();
  }

  async health(owner: string): Promise<HealthReport> {
    // A subscription that a release before this one had stands still for good, and harms nobody.
    const eventTypes = this.subscribers.get(owner)?.workers.map(({ eventType }) => eventType) ?? [];
    const [first, ...others] = await stuckSubscriptions(this.options.statements, owner, eventTypes, this.options.pace.stuckAfter);
    if (first === undefined) return { status: 'ok' };
    const more = others.length === 0 ? '' : `, and ${others.length} more of its subscriptions stand still`;
    return { status: 'degraded', detail: `The event ${first.eventId} (${first.eventType}, place ${first.position}) could not be handled ${first.attempts} times; those behind it wait${more}.` };
  }

  /** Subscriptions of this node whose event has failed too often. */
  get stuck(): number {
    return [...this.workers()].filter(({ stuck }) => stuck).length;
  }

  private *workers(): Iterable<SubscriptionWorker> {
    for (const { workers } of this.subscribers.values()) yield* workers;
  }
}

/** Delivery of the outbox in this process. */
export const outboxDeliveryRef = createServiceRef<OutboxDelivery>({ id: 'platform.outbox_delivery', scope: 'process' });
