import type { Clock } from './clock.js';

/** The clock of the machine. It may step backwards when the machine's time is corrected. */
export const systemClock: Clock = Object.freeze({ now: () => Date.now() });
