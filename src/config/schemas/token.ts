import { z } from 'zod';
import { Secret } from '../secret.js';

/** Shortest shared secret that is accepted anywhere, in characters. */
export const MINIMUM_TOKEN_LENGTH = 32;

/** A shared secret typed by an operator: 32 to 512 printable ASCII characters without blanks. */
export const tokenText = z
  .string()
  .regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without blanks')
  .min(MINIMUM_TOKEN_LENGTH, `must be at least ${MINIMUM_TOKEN_LENGTH} characters long`)
  .max(512, 'must be at most 512 characters long')
  .transform((text) => new Secret(text));
