/** Nesting beyond this is not read: no real data have it, and the evaluator keeps a type for each depth of lists that it meets. */
const MOST_DEPTH = 16;

/** A JSON object in an expression. A Map, so that no key of the input meets a prototype. */
export class JsonObject extends Map<string, JsonValue> {}

/** A JSON value in an expression; its numbers are doubles. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** How much there is to look at. */
export interface Size {
  /** Characters of all strings and keys. */
  readonly characters: number;
  /** Values, at every depth. */
  readonly values: number;
}

/** A value as expressions see it, with its size. */
export interface MeasuredValue<Value = unknown> extends Size {
  readonly value: Value;
}

/**
 * Takes JSON over into the values of expressions.
 *
 * @throws RangeError for nesting beyond 16 levels, TypeError for what is no JSON
 */
export function fromJson(input: unknown): MeasuredValue<JsonValue> {
  let characters = 0;
  let values = 0;
  const convert = (part: unknown, depth: number): JsonValue => {
    if (depth > MOST_DEPTH) throw new RangeError(`JSON of more than ${MOST_DEPTH} levels`);
    values += 1;
    if (typeof part === 'string') characters += part.length;
    if (part === null || typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean') return part;
    if (Array.isArray(part)) return part.map((item) => convert(item, depth + 1));
    if (typeof part !== 'object') throw new TypeError(`${typeof part} is no JSON`);
    const object = new JsonObject();
    for (const [key, field] of Object.entries(part)) {
      if (field === undefined) continue;
      characters += key.length;
      object.set(key, convert(field, depth + 1));
    }
    return object;
  };
  const value = convert(input, 0);
  return { value, characters, values };
}

/** Size of what is at a path inside a value; undefined for a path that leads nowhere. */
export function sizeAt(value: unknown, path: readonly string[]): Size | undefined {
  const [key, ...rest] = path;
  if (key !== undefined) return value instanceof JsonObject && value.has(key) ? sizeAt(value.get(key), rest) : undefined;
  let characters = typeof value === 'string' ? value.length : 0;
  let values = 1;
  const parts = value instanceof JsonObject ? [...value.keys(), ...value.values()] : value;
  for (const part of Array.isArray(parts) ? (parts as unknown[]) : []) {
    const size = sizeAt(part, []) as Size;
    characters += size.characters;
    values += size.values;
  }
  return { characters, values };
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left instanceof JsonObject && right instanceof JsonObject) {
    if (left.size !== right.size) return false;
    for (const [key, value] of left) if (!right.has(key) || !sameJson(value, right.get(key))) return false;
    return true;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameJson(item as JsonValue, right[index] as JsonValue));
  }
  return left === right;
}
