import type { Clock } from './clock.js';

/** A clock that stands still until it is told otherwise. */
export interface ManualClock extends Clock {
  /** Moves by a number of milliseconds; a negative one steps back, as a corrected machine clock does. */
  advance(milliseconds: number): void;
  /** Jumps to a moment, in milliseconds since the epoch. */
  set(moment: number): void;
}

/**
 * Makes a clock for tests.
 *
 * @param start - first moment, in milliseconds since the epoch
 */
export function manualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let moment = start;
  return {
    now: () => moment,
    advance: (milliseconds) => {
      moment += milliseconds;
    },
    set: (next) => {
      moment = next;
    },
  };
}
