import { z } from 'zod';
import { Secret } from '../secret.js';

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Headers as `name=value`, separated by commas; values may be percent-encoded. */
export const headerList = z.string().transform((text, context): Secret<readonly (readonly [name: string, value: string])[]> => {
  const headers = text.split(',').map((part) => read(part));
  if (headers.every((header) => header !== undefined)) return new Secret(headers);
  context.addIssue('must be headers as name=value, separated by commas');
  return z.NEVER;
});

function read(part: string): readonly [string, string] | undefined {
  const at = part.indexOf('=');
  const name = part.slice(0, at).trim();
  try {
    const value = decodeURIComponent(part.slice(at + 1).trim());
    return at > 0 && NAME.test(name) && /^[\t\x20-\x7e]*$/.test(value) ? [name, value] : undefined;
  } catch {
    return undefined;
  }
}
