import { z } from 'zod';

/** A number from 0 to 1. */
export const ratioText = z.string().transform((text, context) => {
  const value = /^\d(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  context.addIssue('must be a number from 0 to 1');
  return z.NEVER;
});
