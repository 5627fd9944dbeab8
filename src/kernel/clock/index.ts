export type { Clock } from './clock.js';
export { manualClock, type ManualClock } from './manual-clock.js';
export { systemClock } from './system-clock.js';
