import type { RetryOptions } from '../client-options.js';

/** Retry options with nothing left open. */
export type RetryPolicy = Required<RetryOptions>;

/** @throws TypeError for a negative or fractional number */
export function retryPolicyOf({ attempts = 2, baseDelayMs = 100, maxDelayMs = 5_000 }: RetryOptions = {}): RetryPolicy {
  for (const value of [attempts, baseDelayMs, maxDelayMs]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('retry takes whole numbers from 0 on');
  }
  return { attempts, baseDelayMs, maxDelayMs };
}

/** Milliseconds before repetition number `attempt` (from 0): half of it fixed, half of it jitter, so that clients do not march in step. */
export function backoffMs(attempt: number, { baseDelayMs, maxDelayMs }: RetryPolicy): number {
  const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(attempt, 30));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/** Waits; ends early, without an error, when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
  });
}
