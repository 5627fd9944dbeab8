/** How patient deliveries are; times in milliseconds. */
export interface DeliveryPace {
  /** Pause after an event's first failure; each further one doubles it. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Failures of one event after which its subscriber is degraded. */
  readonly stuckAfter: number;
  /** Longest run of a handler. */
  readonly handlerTimeoutMs: number;
  /** Pause before looking again at what another node holds, or at a database that did not answer. */
  readonly lookAgainMs: number;
}

/** Degraded after half a minute of failures; then an attempt every five minutes, for ever. */
export const DELIVERY_PACE: DeliveryPace = Object.freeze({ firstPauseMs: 1_000, longestPauseMs: 300_000, stuckAfter: 6, handlerTimeoutMs: 30_000, lookAgainMs: 1_000 });
