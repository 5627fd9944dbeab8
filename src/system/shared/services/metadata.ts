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

/** Replaces the values of secret-looking keys, at every depth. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, SECRET_LIKE.test(key) ? '[redacted]' : redacted(part)]));
}
