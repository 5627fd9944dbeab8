/** A value as JSON says it exactly: times and numbers beyond 2^53 as strings, undefined members left out. What is so already is given as it is. */
export function jsonValue(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
    case 'object':
      if (value === null) return value;
      if (value instanceof Date) return value.toISOString();
      return Array.isArray(value) ? jsonArray(value) : jsonObject(value as Record<string, unknown>);
    default:
      return value;
  }
}

function jsonArray(value: readonly unknown[]): readonly unknown[] {
  const parts = value.map((part) => (part === undefined ? null : jsonValue(part)));
  return parts.every((part, index) => part === value[index]) ? value : parts;
}

function jsonObject(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keys = Object.keys(value);
  let isSame = isPlain(value);
  const parts: unknown[] = [];
  for (const key of keys) {
    const part = value[key];
    const own = jsonValue(part);
    if (own !== part || own === undefined) isSame = false;
    parts.push(own);
  }
  return isSame ? value : Object.fromEntries(keys.flatMap((key, index) => (parts[index] === undefined ? [] : [[key, parts[index]]])));
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
