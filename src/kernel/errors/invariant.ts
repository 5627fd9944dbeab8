import { PolityError } from './polity-error.js';

/**
 * States what must be true whatever the caller sent; a failure is our bug.
 *
 * @throws PolityError `INTERNAL_ERROR`
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new PolityError('INTERNAL_ERROR', message);
}
