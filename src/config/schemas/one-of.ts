import { z } from 'zod';

/** One of a closed list of words, written exactly so. */
export const oneOf = <const Word extends string>(...words: readonly Word[]) =>
  z.string().transform((text, context): Word => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    context.addIssue(`must be one of ${words.join(', ')}`);
    return z.NEVER;
  });
