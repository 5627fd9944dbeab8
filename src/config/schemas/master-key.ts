import { z } from 'zod';
import { Secret } from '../secret.js';

/** Length of the master key, in bytes. */
export const MASTER_KEY_BYTES = 32;

const decode = (text: string): Buffer | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // The last character carries two unused bits; only one spelling of a key is accepted.
  const sameSpelling = bytes.toString('base64url') === text.replace('=', '').replaceAll('+', '-').replaceAll('/', '_');
  return sameSpelling ? bytes : undefined;
};

/** 32 bytes as 64 hexadecimal digits, base64 or base64url. */
export const masterKeyText = z.string().transform((text, context) => {
  const bytes = decode(text);
  if (bytes !== undefined) return new Secret<Uint8Array>(bytes);
  context.addIssue(`must be ${MASTER_KEY_BYTES} bytes in base64 (44 characters) or hexadecimal (64 digits)`);
  return z.NEVER;
});
