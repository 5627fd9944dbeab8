import { z } from 'zod';

/** A comma-separated list. Blanks around items are dropped; each item is read by `read`, which throws an Error that says what is wrong. */
export const commaList = (read: (item: string) => string) =>
  z.string().transform((text, context): readonly string[] => {
    const items: string[] = [];
    for (const part of text.split(',')) {
      const item = part.trim();
      if (item === '') continue;
      try {
        items.push(read(item));
      } catch (error) {
        context.addIssue(`entry ${items.length + 1}: ${(error as Error).message}`);
        return z.NEVER;
      }
    }
    return [...new Set(items)];
  });
