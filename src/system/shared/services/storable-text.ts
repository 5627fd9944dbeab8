import { invalid, type InputPath } from '../../../kernel/errors/index.js';

/**
 * Refuses text that PostgreSQL cannot store (NUL) or would store as other text (half of a surrogate pair), at any depth of an input.
 *
 * @throws PolityError `VALIDATION_FAILED` naming the text
 */
export function assertStorable(value: unknown, path: InputPath): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw invalid(path, 'Text holds a NUL character or half of a surrogate pair.');
  } else if (Array.isArray(value)) value.forEach((item, index) => assertStorable(item, [...path, index]));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      assertStorable(key, path);
      assertStorable(part, [...path, key]);
    }
  }
}
