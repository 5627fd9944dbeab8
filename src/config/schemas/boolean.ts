import { z } from 'zod';

const words = new Map([
  ...['1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'off'].map((word) => [word, false] as const),
]);

/** A switch: 1, true, yes, on or 0, false, no, off, in any case. */
export const booleanText = z.string().transform((text, context) => {
  const value = words.get(text.toLowerCase());
  if (value !== undefined) return value;
  context.addIssue('must be 1, true, yes or on, or else 0, false, no or off');
  return z.NEVER;
});
