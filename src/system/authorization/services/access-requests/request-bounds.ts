import { invalid } from '../../../../kernel/errors/index.js';

const DAY_MS = 86_400_000;

/** How long after the question a Role that was asked for may end, at most. */
export const LONGEST_GRANT_MS = 90 * DAY_MS;

/** How long a request waits for an answer. */
export const LAPSE_MS = 14 * DAY_MS;

/** Requests of one Member that may wait at once: whoever decides them has to read them all. */
export const MOST_PENDING = 50;

/**
 * When a request lapses: after {@link LAPSE_MS}, or at the end that it asks for when that comes first.
 *
 * @throws PolityError `VALIDATION_FAILED` for an end that has passed or lies too far away
 */
export function lapseOf(wantedUntil: Date, now: number): Date {
  const path = ['input', 'expiresAt'];
  if (wantedUntil.getTime() <= now) throw invalid(path, 'The end must lie in the future.');
  if (wantedUntil.getTime() > now + LONGEST_GRANT_MS) throw invalid(path, `The end may lie at most ${LONGEST_GRANT_MS / DAY_MS} days ahead.`);
  return new Date(Math.min(now + LAPSE_MS, wantedUntil.getTime()));
}
