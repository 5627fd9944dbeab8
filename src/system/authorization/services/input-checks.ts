import { canonicalJson } from '../../../kernel/crypto/index.js';
import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { isId } from '../../../kernel/ids/index.js';

const KEY = /^[A-Za-z0-9._-]{1,128}$/;
const MOST_PROPERTY_BYTES = 16_384;
const GROUP_PATH = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** A value that must be there. @throws PolityError `VALIDATION_FAILED` naming the path. */
export function required<Value>(value: Value | null | undefined, path: InputPath): Value {
  if (value === undefined || value === null || value === '') throw invalid(path, 'This value is missing.');
  return value;
}

/** An id of the right form; absent stays absent. */
export function checkedId(value: string | null | undefined, path: InputPath): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isId(value)) throw invalid(path, 'An id has 3 to 128 characters out of A-Z, a-z, 0-9, dot, underscore and hyphen.');
  return value;
}

/** Key of a type, an action or a role. What is not registered is decided later: this only keeps out what is no key at all. */
export function checkedKey(value: string, path: InputPath): string {
  if (!KEY.test(value)) throw invalid(path, 'A key has 1 to 128 letters, digits, dots, underscores and hyphens.');
  return value;
}

/** Path of a group; absent stays absent. */
export function checkedGroupPath(value: string | null | undefined, path: InputPath): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value.length > 2_048 || !GROUP_PATH.test(value)) throw invalid(path, 'A group path is keys joined by dots.');
  return value;
}

/**
 * A JSON object that conditions read; absent stays absent.
 *
 * @throws PolityError `VALIDATION_FAILED` for anything else, for more than 16 KiB, and at the place of what has no exact JSON form
 */
export function checkedProperties(value: unknown, path: InputPath): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(path, 'This is a JSON object.');
  if (canonicalJson(value, path).byteLength > MOST_PROPERTY_BYTES) throw invalid(path, 'This JSON object has at most 16 KiB.');
  return value as Readonly<Record<string, unknown>>;
}

/** Free text without control characters; absent stays absent. */
export function checkedText(value: string | null | undefined, most: number, path: InputPath): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value.length === 0 || value.length > most || !value.isWellFormed() || /\p{Cc}/u.test(value)) {
    throw invalid(path, `This text has 1 to ${most} characters without control characters.`);
  }
  return value;
}
