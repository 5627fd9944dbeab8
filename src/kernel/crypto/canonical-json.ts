import canonicalize from 'canonicalize';
import { invalid, type InputPath } from '../errors/index.js';

/** Deepest nesting that is accepted; a cycle ends here too. */
const MAXIMUM_DEPTH = 100;

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
  assertRepresentable(value, [...path], 0);
  return Buffer.from(canonicalize(value) as string, 'utf8');
}
