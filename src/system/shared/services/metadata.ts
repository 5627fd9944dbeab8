import { PolityError } from '../../../kernel/errors/index.js';

const MOST_BYTES = 16_384;
const SECRET_LIKE = /api_?key|auth_?token|credential|password|private_?key|secret|token/i;

/** Checks metadata of an input: a JSON object of at most 16 KiB. Secret-looking keys are allowed and redacted wherever they are shown or logged. */
export function checkedMetadata(value: unknown, path: readonly string[] = ['input', 'metadata']): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new PolityError('VALIDATION_FAILED', 'Metadata is a JSON object.', { path: [...path] });
  if (Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES) throw new PolityError('VALIDATION_FAILED', 'Metadata has at most 16 KiB.', { path: [...path] });
  return value as Record<string, unknown>;
}

/** Replaces the values of secret-looking keys, at every depth; what holds none is given as it is. */
export function redacted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) {
    const parts = value.map(redacted);
    return parts.every((part, index) => part === value[index]) ? value : parts;
  }
  const object = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(object);
  const parts: unknown[] = [];
  let isSame = true;
  for (const key of keys) {
    const part = looksSecret(key) ? '[redacted]' : redacted(object[key]);
    if (part !== object[key]) isSame = false;
    parts.push(part);
  }
  return isSame ? value : Object.fromEntries(keys.map((key, index) => [key, parts[index]]));
}

const LONGEST_REMEMBERED = 64;
const MOST_REMEMBERED = 1_000;
const remembered = new Map<string, boolean>();

// The keys of audit events are few, and each event has fifty of them.
function looksSecret(key: string): boolean {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const isSecret = SECRET_LIKE.test(key);
  if (key.length <= LONGEST_REMEMBERED && remembered.size < MOST_REMEMBERED) remembered.set(key, isSecret);
  return isSecret;
}
