import { PolityError } from '../../kernel/errors/index.js';

/** Whose budget is spent. */
export type RateScope = 'caller' | 'space' | 'anonymous';

const OWNERS: Readonly<Record<RateScope, string>> = { caller: 'of this caller', space: 'of this Space', anonymous: 'of callers without credentials at this address' };

/** The refusal of what a budget does not hold. @param seconds - until it does */
export function rateLimited(scope: RateScope, seconds: number): PolityError {
  return new PolityError('RATE_LIMITED', `The budget ${OWNERS[scope]} is spent.`, { details: { retryAfterSeconds: Math.max(1, Math.ceil(seconds)) } });
}

/** The refusal while nobody can say what a budget holds. */
export function budgetUnknown(cause: unknown): PolityError {
  return new PolityError('SERVICE_UNAVAILABLE', 'The budget of this caller cannot be read; try again.', { details: { retryAfterSeconds: 1 }, cause });
}
