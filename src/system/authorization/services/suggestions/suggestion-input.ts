import { invalid } from '../../../../kernel/errors/index.js';
import type { CheckInput } from '../check-input.js';

/** Where the input of a question for suggestions stands. */
export const PATH = ['input'] as const;

const DAY_MS = 86_400_000;
/** How long a suggested assignment lasts when nobody says, and at most. */
const USUAL_DAYS = 7;
const MOST_DAYS = 90;
const USUAL_SUGGESTIONS = 10;
const MOST_SUGGESTIONS = 50;

/** Which grant would let this be allowed? */
export interface SuggestGrantsInput {
  /** A recorded denial. */
  readonly auditEventId?: string | null;
  /** A question as in `check`. */
  readonly question?: CheckInput | null;
  /** End of the assignments that are suggested. */
  readonly expiresAt?: Date | null;
  readonly limit?: number | null;
}

/** How many grants are shown. @throws PolityError `VALIDATION_FAILED` */
export function limitOf({ limit }: SuggestGrantsInput): number {
  const wanted = limit ?? USUAL_SUGGESTIONS;
  if (wanted < 1 || wanted > MOST_SUGGESTIONS) throw invalid([...PATH, 'limit'], `1 to ${MOST_SUGGESTIONS} grants can be suggested.`);
  return wanted;
}

/** When suggested assignments end. @throws PolityError `VALIDATION_FAILED` */
export function untilOf({ expiresAt }: SuggestGrantsInput, now: number): Date {
  if (expiresAt === undefined || expiresAt === null) return new Date(now + USUAL_DAYS * DAY_MS);
  if (expiresAt.getTime() <= now) throw invalid([...PATH, 'expiresAt'], 'The end must lie in the future.');
  if (expiresAt.getTime() > now + MOST_DAYS * DAY_MS) throw invalid([...PATH, 'expiresAt'], `The end may lie at most ${MOST_DAYS} days ahead.`);
  return expiresAt;
}
