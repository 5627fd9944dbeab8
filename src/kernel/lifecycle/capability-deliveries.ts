import { invariant } from '../errors/index.js';
import type { EventSubscriptions } from '../registries/index.js';
import type { EventDelivery } from './event-delivery.js';
import type { HealthReport } from './system-capability.js';

/** The lifecycle's side of event delivery: capabilities without subscriptions never touch it. */
export class CapabilityDeliveries {
  readonly #subscriptions: EventSubscriptions;
  readonly #delivery: (() => EventDelivery) | undefined;

  constructor(subscriptions: EventSubscriptions, delivery: (() => EventDelivery) | undefined) {
    this.#subscriptions = subscriptions;
    this.#delivery = delivery;
  }

  /**
   * @throws PolityError `INTERNAL_ERROR` when a capability subscribes and nothing delivers: its events would be lost in silence
   */
  async prepare(owner: string): Promise<void> {
    const subscriptions = this.#subscriptions.of(owner);
    if (subscriptions.length === 0) return;
    invariant(this.#delivery !== undefined, `"${owner}" subscribes to events and nothing delivers them.`);
    await this.#delivery().prepare(subscriptions);
  }

  begin(owner: string): void {
    this.#of(owner)?.begin(this.#subscriptions.of(owner));
  }

  async end(owner: string): Promise<void> {
    await this.#of(owner)?.end(owner);
  }

  async health(owner: string): Promise<HealthReport> {
    return (await this.#of(owner)?.health(owner)) ?? { status: 'ok' };
  }

  #of(owner: string): EventDelivery | undefined {
    return this.#subscriptions.of(owner).length === 0 ? undefined : this.#delivery?.();
  }
}
