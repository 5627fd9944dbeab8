const DAY_MS = 86_400_000;

/** Assignments of one review: so many are closed in one transaction, and named in one signed result. */
export const MOST_ITEMS = 20_000;

/** Items decided by one call. */
export const MOST_AT_ONCE = 500;

/** Reviewers, and Roles, that one review names. */
export const MOST_NAMED = 200;

/** How long a review may stay open. */
export const LONGEST_REVIEW_MS = 366 * DAY_MS;
