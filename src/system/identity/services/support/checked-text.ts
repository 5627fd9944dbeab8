import { invalid } from '../../../../kernel/errors/index.js';

/** Bounds of one text field. */
export interface TextBounds {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** What the pattern means, as a sentence. */
  readonly meaning?: string;
}

/**
 * What is wrong with a text, as a sentence; undefined when it is right. PostgreSQL stores neither NUL nor half of a surrogate pair,
 * so both are the caller's mistake and no failure of the database.
 */
export function textFault(value: string, { min = 1, max, pattern, meaning }: TextBounds): string | undefined {
  if (value.includes('\0') || !value.isWellFormed()) return 'Text must be well-formed Unicode without the character NUL.';
  // PostgreSQL counts code points, JavaScript counts UTF-16 units.
  const length = value.length > max ? Array.from(value).length : value.length;
  if (length < min || length > max) return `This text has ${min} to ${max} characters.`;
  return pattern === undefined || pattern.test(value) ? undefined : (meaning ?? 'This text is malformed.');
}

/** Checks a text of an input; null and absent pass. @throws PolityError `VALIDATION_FAILED` naming the field. */
export function checkedText<Value extends string | null | undefined>(value: Value, field: string, bounds: TextBounds): Value {
  const fault = typeof value === 'string' ? textFault(value, bounds) : undefined;
  if (fault !== undefined) throw invalid(['input', field], fault);
  return value;
}
