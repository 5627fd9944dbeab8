import { z } from 'zod';
import { Secret } from '../secret.js';

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};

/** A PostgreSQL connection address, `postgres://user:password@host:5432/database`. It holds a password, so it is a secret. */
export const databaseUrlText = z.string().transform((text, context) => {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null;
  if (url === null) {
    context.addIssue('must be a PostgreSQL address such as postgres://user:password@host:5432/database');
    return z.NEVER;
  }
  if (!isDecodable(text)) {
    context.addIssue('has a % that starts no escape of UTF-8; write it as %25');
    return z.NEVER;
  }
  if (url.pathname.length < 2) {
    context.addIssue('must name the database after the host');
    return z.NEVER;
  }
  return new Secret(text);
});
