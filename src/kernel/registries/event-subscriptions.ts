import { PolityError } from '../errors/index.js';

/** Handles one delivered event in a transaction. Opaque here: only the event layer knows the shapes of both and what a rejection means. */
export type EventHandler = (event: never, transaction: never) => void | Promise<void>;

/** One capability's interest in one event type. */
export interface EventSubscription {
  readonly owner: string;
  readonly eventType: string;
  readonly handler: EventHandler;
}

/** Who is told of which event type: any number of owners, each at most once. */
export class EventSubscriptions {
  readonly #byType = new Map<string, readonly EventSubscription[]>();
  #sealed = false;

  /**
   * @throws PolityError `CAPABILITY_CONFLICT` when the owner has subscribed to the type; `CAPABILITY_PROTECTED` after {@link seal}
   */
  register(owner: string, eventType: string, handler: EventHandler): void {
    if (this.#sealed) {
      throw new PolityError('CAPABILITY_PROTECTED', `"${owner}" cannot subscribe to "${eventType}": the registry is sealed.`);
    }
    const present = this.to(eventType);
    if (present.some((subscription) => subscription.owner === owner)) {
      throw new PolityError('CAPABILITY_CONFLICT', `"${owner}" subscribes to "${eventType}" twice.`);
    }
    this.#byType.set(eventType, Object.freeze([...present, Object.freeze({ owner, eventType, handler })]));
  }

  /** Ends the time of subscribing, for good. */
  seal(): void {
    this.#sealed = true;
  }

  /** Subscriptions to one type, in the order of registering, which at boot is dependency order. */
  to(eventType: string): readonly EventSubscription[] {
    return this.#byType.get(eventType) ?? [];
  }

  /** Subscriptions of one owner, in the order of registering. */
  of(owner: string): readonly EventSubscription[] {
    return this.list().filter((subscription) => subscription.owner === owner);
  }

  list(): readonly EventSubscription[] {
    return [...this.#byType.values()].flat();
  }
}
