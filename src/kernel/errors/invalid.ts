import type { UserErrorCode } from './error-codes.js';
import { PolityError, type InputPath } from './polity-error.js';

/**
 * The caller's mistake at one place of the input. Returned, not thrown, so that `throw invalid(…)` reads as control flow.
 *
 * @param path - from the argument down, such as `['input', 'groupId']`
 */
export function invalid(path: InputPath, message: string, code: UserErrorCode = 'VALIDATION_FAILED'): PolityError {
  return new PolityError(code, message, { path });
}
