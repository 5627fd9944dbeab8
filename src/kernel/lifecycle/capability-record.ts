import type { CapabilityManifest } from '../manifest/index.js';
import { assertTransition, isUp, type CapabilityState } from './capability-state.js';
import { failureOf, type CapabilityFailure, type CapabilityStatus } from './capability-status.js';
import type { SystemCapability } from './system-capability.js';

/** Told of every move of a record. */
export type TransitionListener = (move: {
  readonly capabilityId: string;
  readonly from: CapabilityState;
  readonly to: CapabilityState;
  readonly reason: string | undefined;
  readonly at: number;
}) => void;

type Hooks = Pick<SystemCapability, 'register' | 'start' | 'stop' | 'health'>;

/** The kernel's own book about one capability. Hooks are taken at loading: later changes of the object do not reach the kernel. */
export class CapabilityRecord {
  readonly manifest: CapabilityManifest;
  readonly hooks: Readonly<Hooks>;
  /** Whether its migrations have run. */
  migrated = false;
  /** Whether what it registered is in force; without it no retry can help, because the registries are sealed. */
  registered = false;
  startDurationMs: number | undefined;

  readonly #clock: () => number;
  readonly #listener: TransitionListener;
  #state: CapabilityState = 'discovered';
  #since: number;
  #reason: string | undefined;
  #error: CapabilityFailure | undefined;

  constructor(manifest: CapabilityManifest, capability: SystemCapability, clock: () => number, listener: TransitionListener) {
    this.manifest = manifest;
    this.hooks = Object.freeze({
      register: capability.register.bind(capability),
      start: capability.start?.bind(capability),
      stop: capability.stop?.bind(capability),
      health: capability.health?.bind(capability),
    });
    this.#clock = clock;
    this.#listener = listener;
    this.#since = clock();
  }

  get id(): string {
    return this.manifest.id;
  }

  get state(): CapabilityState {
    return this.#state;
  }

  get up(): boolean {
    return isUp(this.#state);
  }

  /** Moves along the transition table; what was said of the previous state is forgotten. */
  moveTo(to: CapabilityState, reason?: string, error?: CapabilityFailure): void {
    const from = this.#state;
    assertTransition(this.id, from, to);
    this.#state = to;
    this.#since = this.#clock();
    this.#reason = reason;
    this.#error = error;
    this.#listener({ capabilityId: this.id, from, to, reason, at: this.#since });
  }

  /** Marks it failed; if it has failed already, the newer error counts. */
  fail(thrown: unknown): void {
    const error = failureOf(thrown);
    if (this.#state !== 'failed') return this.moveTo('failed', error.message, error);
    this.#reason = error.message;
    this.#error = error;
  }

  /** Says why it stays where it is. */
  explain(reason: string | undefined): void {
    this.#reason = reason;
  }

  status(): CapabilityStatus {
    return Object.freeze({
      id: this.id,
      version: this.manifest.version,
      state: this.#state,
      reason: this.#reason,
      startDurationMs: this.startDurationMs,
      error: this.#error,
      since: this.#since,
    });
  }
}
