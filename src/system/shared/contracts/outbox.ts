import { createServiceRef } from '../../../kernel/services/index.js';
import type { Transaction } from '../../../persistence/index.js';

/** A domain or lifecycle event as its publisher states it. */
export interface OutboxEvent {
  /** Dotted lower-case type that the publisher's manifest declares. */
  readonly type: string;
  /** Space of the subject; `''` for the instance. */
  readonly spaceId: string;
  readonly subject: { readonly type: string; readonly id: string };
  /** Ids, keys and statuses; no personal data. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Events that other capabilities and plugins react to; delivered at least once, in order, by the position of the sequencer. */
export interface Outbox {
  /** Adds an event to a transaction: both commit, or neither does. */
  publish(transaction: Transaction, event: OutboxEvent): void;
  /** Publishes in a transaction of its own: lifecycle events, which belong to no change. */
  publishNow(event: OutboxEvent): Promise<void>;
}

/** An event as its subscribers get it. */
export interface DeliveredEvent extends OutboxEvent {
  /** The same at every delivery: an effect outside the database is made once by remembering it. */
  readonly id: string;
  /** Place in the outbox: without gaps, the order of deliveries. */
  readonly index: number;
  readonly occurredAt: Date;
}

/**
 * Handles an event that a capability subscribes to. What it does by the given transaction commits together with the note that the event
 * is handled, and so happens once; anything else may happen again. A rejection undoes both and the event comes again later; until it
 * is handled, no later event of its type comes to this subscriber.
 */
export type OutboxEventHandler = (event: DeliveredEvent, transaction: Transaction) => Promise<void>;

export const outboxRef = createServiceRef<Outbox>({ id: 'platform.outbox', scope: 'process' });
