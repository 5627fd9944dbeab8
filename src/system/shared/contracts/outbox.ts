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

export const outboxRef = createServiceRef<Outbox>({ id: 'platform.outbox', scope: 'process' });
