import canonicalize from 'canonicalize';
import { invalid, type InputPath } from '../errors/index.js';

/** Deepest nesting that is accepted; a cycle ends here too. */
const MAXIMUM_DEPTH = 100;

const [DIGIT_0, DIGIT_9] = [0x30, 0x39];

/** PostgreSQL stores neither NUL nor lone surrogates, and RFC 8785 is not defined for the latter. */
function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'Text must not contain the character NUL.';
  return text.isWellFormed() ? undefined : 'Text must not contain half of a surrogate pair.';
}

function numberFault(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'A number must be finite.';
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? 'A number beyond 2^53 must be written as a string.' : undefined;
}

function leafFault(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return textFault(value);
    case 'number':
      return numberFault(value);
    case 'boolean':
      return undefined;
    default:
      return `A value of type ${typeof value} has no JSON form.`;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Walks the value with the path of the place it stands at. A plain loop, because every audit event passes here. */
function assertRepresentable(value: unknown, path: (string | number)[], depth: number): void {
  if (value === null) return;
  if (typeof value !== 'object') {
    const fault = leafFault(value);
    if (fault !== undefined) throw invalid([...path], fault);
    return;
  }
  if (depth >= MAXIMUM_DEPTH) throw invalid([...path], `A value must not be nested deeper than ${MAXIMUM_DEPTH} levels.`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      path.push(index);
      assertRepresentable(value[index], path, depth + 1);
      path.pop();
    }
    return;
  }
  if (!isPlainObject(value)) throw invalid([...path], 'Only plain objects have a JSON form.');
  for (const [key, member] of Object.entries(value)) {
    path.push(key);
    const fault = textFault(key);
    if (fault !== undefined) throw invalid([...path], fault);
    assertRepresentable(member, path, depth + 1);
    path.pop();
  }
}

/** What the short way does not know how to say. */
const UNUSUAL = Symbol('unusual');

/**
 * The value with the members of each object in canonical order, itself where they are: then `JSON.stringify` writes canonical JSON.
 * Gives {@link UNUSUAL} for what it would write otherwise, or not at all, save for text.
 */
function arranged(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return numberFault(value) === undefined ? value : UNUSUAL;
    case 'object':
      if (value === null) return value;
      if (depth >= MAXIMUM_DEPTH) return UNUSUAL;
      return Array.isArray(value) ? arrangedArray(value, depth) : arrangedObject(value as Record<string, unknown>, depth);
    default:
      return UNUSUAL;
  }
}

function arrangedArray(value: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < value.length; index += 1) {
    const part = value[index];
    const own = arranged(part, depth + 1);
    if (own === UNUSUAL) return UNUSUAL;
    if (own !== part) (copy ??= [...value])[index] = own;
  }
  return copy ?? value;
}

function arrangedObject(value: Readonly<Record<string, unknown>>, depth: number): unknown {
  if (!isPlainObject(value)) return UNUSUAL;
  const keys = Object.keys(value);
  let isOrdered = true;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    // JavaScript puts members whose names are whole numbers first, whatever is asked for, and `__proto__` may be none.
    const first = key.charCodeAt(0);
    if ((first >= DIGIT_0 && first <= DIGIT_9) || key === '__proto__') return UNUSUAL;
    if (index > 0 && (keys[index - 1] as string) > key) isOrdered = false;
  }
  if (!isOrdered) keys.sort();
  let copy: Record<string, unknown> | undefined;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const part = value[key];
    const own = arranged(part, depth + 1);
    if (own === UNUSUAL) return UNUSUAL;
    if (copy === undefined && (own !== part || !isOrdered)) {
      copy = {};
      for (const before of keys.slice(0, index)) copy[before] = value[before];
    }
    if (copy !== undefined) copy[key] = own;
  }
  return copy ?? value;
}

/**
 * The canonical JSON of a value (RFC 8785), as UTF-8: equal values give equal bytes. Unlike `JSON.stringify` nothing is dropped or
 * converted on the way: what JSON cannot say exactly is refused.
 *
 * @param value - null, booleans, numbers up to 2^53, well-formed text, arrays and plain objects of these
 * @param path - where the value stands in the caller's input; the start of the path in errors
 * @throws PolityError `VALIDATION_FAILED` with the path of an undefined or non-JSON value, a number that is not finite or beyond
 * 2^53, text with NUL or a lone surrogate, or nesting deeper than 100 levels
 */
export function canonicalJson(value: unknown, path: InputPath = []): Uint8Array {
  const own = arranged(value, 0);
  if (own !== UNUSUAL) {
    const text = JSON.stringify(own);
    // Without an escape by number there is neither NUL nor half a surrogate pair in it.
    if (!text.includes('\\u')) return Buffer.from(text, 'utf8');
  }
  assertRepresentable(value, [...path], 0);
  return Buffer.from(canonicalize(value) as string, 'utf8');
}
