import { invalid } from '../../../kernel/errors/index.js';

/** When an assignment counts: from its start on, and no longer at its end. */
export interface AssignmentPeriod {
  readonly startsAt?: Date | null;
  readonly expiresAt?: Date | null;
}

/**
 * Checks the period that an assignment would have. `given` is the part of it that the input names.
 *
 * @throws PolityError `VALIDATION_FAILED` when a given end has passed, or when the start does not lie before the end
 */
export function assertPeriod({ startsAt, expiresAt }: AssignmentPeriod, given: AssignmentPeriod, now: number): void {
  if (given.expiresAt && given.expiresAt.getTime() <= now) throw invalid(['input', 'expiresAt'], 'The end must lie in the future.');
  if (startsAt && expiresAt && startsAt >= expiresAt) {
    throw invalid(['input', given.startsAt ? 'startsAt' : 'expiresAt'], 'An assignment starts before it ends.');
  }
}
