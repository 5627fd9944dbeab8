/** Nodes take of a shared budget by twentieths: so much of it may lie at a node that does not need it. */
const SHARES = 20;

/** A token bucket that fills with time. */
export interface RateBudget {
  /** Most units at once. */
  readonly size: number;
  /** Units per second. */
  readonly rate: number;
  /** Most units that one node holds before it spends them. */
  readonly share: number;
}

/**
 * The bucket of a setting; undefined where it is switched off.
 *
 * @param perMinute - units per minute; 0 switches it off
 * @param burstS - seconds of it that may be spent at once
 */
export function rateBudget(perMinute: number, burstS: number): RateBudget | undefined {
  if (perMinute === 0) return undefined;
  const rate = perMinute / 60;
  const size = Math.max(1, Math.floor(rate * burstS));
  return { size, rate, share: Math.max(1, Math.floor(size / SHARES)) };
}
