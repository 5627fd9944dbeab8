import { invalid, type InputPath } from '../../../kernel/errors/index.js';
import { isId } from '../../../kernel/ids/index.js';

const KEY = /^[A-Za-z0-9._-]{1,128}$/;
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

/** Free text without control characters; absent stays absent. */
export function checkedText(value: string | null | undefined, most: number, path: InputPath): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (value.length === 0 || value.length > most || !value.isWellFormed() || /\p{Cc}/u.test(value)) {
    throw invalid(path, `This text has 1 to ${most} characters without control characters.`);
  }
  return value;
}
