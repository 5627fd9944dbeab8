import { invariant } from '../errors/index.js';

/** Where a capability stands on its way up, and how it ended. */
export type CapabilityState =
  | 'discovered'
  | 'validated'
  | 'migrated'
  | 'registered'
  | 'starting'
  | 'ready'
  | 'degraded'
  | 'failed'
  | 'stopped';

/** The only moves there are. `failed -> validated` is a retry; `stopped` is final. */
export const CAPABILITY_TRANSITIONS: Readonly<Record<CapabilityState, readonly CapabilityState[]>> = Object.freeze({
  discovered: ['validated', 'failed', 'stopped'],
  validated: ['migrated', 'failed', 'stopped'],
  migrated: ['registered', 'failed', 'stopped'],
  registered: ['starting', 'stopped'],
  starting: ['ready', 'degraded', 'failed'],
  ready: ['degraded', 'stopped'],
  degraded: ['ready', 'stopped'],
  failed: ['validated', 'stopped'],
  stopped: [],
});

/**
 * @throws PolityError `INTERNAL_ERROR` for a move that is not in {@link CAPABILITY_TRANSITIONS}
 */
export function assertTransition(capabilityId: string, from: CapabilityState, to: CapabilityState): void {
  invariant(CAPABILITY_TRANSITIONS[from].includes(to), `"${capabilityId}" cannot go from ${from} to ${to}.`);
}

/** Whether a capability in this state serves. */
export function isUp(state: CapabilityState): boolean {
  return state === 'ready' || state === 'degraded';
}
