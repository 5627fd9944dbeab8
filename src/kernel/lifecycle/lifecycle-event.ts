import type { CapabilityState } from './capability-state.js';

/** Something that happened to the kernel as a whole. */
export interface KernelEvent {
  /** `kernel.started` comes once, when the last capability came up. */
  readonly type: 'kernel.started' | 'kernel.stopped';
  /** Milliseconds of the kernel's clock. */
  readonly at: number;
}

/** A move of one capability that others may want to know of. */
export interface CapabilityEvent {
  readonly type: 'capability.ready' | 'capability.degraded' | 'capability.failed' | 'capability.stopped';
  readonly capabilityId: string;
  readonly from: CapabilityState;
  readonly to: CapabilityState;
  readonly reason: string | undefined;
  /** Milliseconds of the kernel's clock. */
  readonly at: number;
}

/** What the kernel tells the outside. */
export type LifecycleEvent = KernelEvent | CapabilityEvent;

/**
 * Takes lifecycle events, one at a time and in order. A throw or rejection means: not taken, offer it again. Only
 * {@link Kernel.stop} waits for it, so it bounds its own waiting.
 */
export type PublishLifecycleEvent = (event: LifecycleEvent) => void | Promise<void>;

/** The event of arriving in a state; the states on the way up have none. */
export function capabilityEventType(to: CapabilityState): CapabilityEvent['type'] | undefined {
  return to === 'ready' || to === 'degraded' || to === 'failed' || to === 'stopped' ? `capability.${to}` : undefined;
}
