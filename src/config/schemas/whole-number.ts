import { z } from 'zod';

/** A whole number in decimal digits, from `minimum` to `maximum`, both included. */
export const wholeNumber = (minimum: number, maximum: number) =>
  z.string().transform((text, context) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    context.addIssue(`must be a whole number from ${minimum} to ${maximum}`);
    return z.NEVER;
  });
