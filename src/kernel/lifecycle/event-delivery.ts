import type { EventSubscription } from '../registries/index.js';
import type { HealthReport } from './system-capability.js';

/**
 * Hands events of the outbox to the handlers of capabilities. The kernel says when a capability may get events; who implements it knows
 * the outbox.
 */
export interface EventDelivery {
  /**
   * Makes sure that everything published from now on will be delivered to these subscriptions, on this node or on another; called
   * again on a retry of a start.
   */
  prepare(subscriptions: readonly EventSubscription[]): Promise<void>;
  /** Begins to deliver on this node; the capability is up. */
  begin(subscriptions: readonly EventSubscription[]): void;
  /** Resolves when no handler of the owner runs any more and none will; takes back `prepare` and `begin`. Does not reject. */
  end(owner: string): Promise<void>;
  /** Degraded while a handler of the owner keeps failing. */
  health(owner: string): Promise<HealthReport>;
}
