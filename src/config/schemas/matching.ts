import { z } from 'zod';

/** Text of a fixed form; `form` completes "must be …". */
export const matching = (pattern: RegExp, form: string) => z.string().regex(pattern, `must be ${form}`);
