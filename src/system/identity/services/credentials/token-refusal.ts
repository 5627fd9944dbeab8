import { PolityError } from '../../../../kernel/errors/index.js';

/** The one answer for every token that does not verify; the reason goes to the cause, for the log. */
export function tokenRefusal(cause?: unknown): PolityError {
  return new PolityError('UNAUTHENTICATED', 'The token of this request is not accepted.', cause === undefined ? {} : { cause });
}
