import { isPolityError, type ErrorCode } from '../errors/index.js';
import type { CapabilityState } from './capability-state.js';

/** Why a capability failed, or what went wrong when it stopped. */
export interface CapabilityFailure {
  /** `INTERNAL_ERROR` for anything outside the closed set. */
  readonly code: ErrorCode;
  readonly message: string;
  /** What was thrown, for the log; never for an answer. */
  readonly cause: unknown;
}

/** One capability as the kernel sees it. */
export interface CapabilityStatus {
  readonly id: string;
  readonly version: string;
  readonly state: CapabilityState;
  /** Why it is in this state, or what it waits for. */
  readonly reason: string | undefined;
  /** How long `start` took, in milliseconds; absent until it was called. */
  readonly startDurationMs: number | undefined;
  readonly error: CapabilityFailure | undefined;
  /** When it came into this state, in milliseconds of the kernel's clock. */
  readonly since: number;
}

/** Describes whatever a hook threw. */
export function failureOf(thrown: unknown): CapabilityFailure {
  return Object.freeze({
    code: isPolityError(thrown) ? thrown.code : 'INTERNAL_ERROR',
    message: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
}
