import type { Caller } from '../../../shared/contracts/index.js';

/** A caller as the database shows it now. */
export interface CallerReading {
  readonly caller: Caller;
  /** Until when it may be believed without looking again, in milliseconds since the epoch. */
  readonly validUntil: number;
  /** The facts it was read from, as `<kind>:<id>`: a change of any of them may change the caller. */
  readonly dependsOn: readonly string[];
}

/** How long sessions live, in milliseconds. */
export interface SessionLimits {
  readonly maxAgeMs: number;
  readonly idleMs: number;
}
