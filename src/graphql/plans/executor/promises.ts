/** True for whatever has a `then`. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Says that a rejection is dealt with elsewhere: the same failure ends what waits for it. */
export function handledElsewhere(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
