import { isSecretName, REDACTED, redactText } from './secret-patterns.js';

/** Bounds that keep one entry from filling the log. */
const MAXIMUM = { depth: 8, entries: 100, characters: 8192 } as const;

/** Fields of an error that are shown; drivers add others that hold values of rows, such as `detail` and `parameters`. */
const ERROR_FIELDS = ['code', 'path', 'details', 'constraint', 'schema', 'table', 'column'] as const;

const shorten = (text: string): string =>
  text.length <= MAXIMUM.characters
    ? text
    : `${text.slice(0, MAXIMUM.characters)}… (${text.length - MAXIMUM.characters} more characters)`;

const errorFields = (error: Error): Record<string, unknown> => {
  const fields: Record<string, unknown> = { type: error.name, message: error.message };
  for (const name of ERROR_FIELDS) {
    const value = (error as unknown as Record<string, unknown>)[name];
    if (value !== undefined) fields[name] = value;
  }
  return { ...fields, stack: error.stack, ...(error.cause === undefined ? {} : { cause: error.cause }) };
};

const redactEntries = (entries: [string, unknown][], ancestors: readonly object[]): Record<string, unknown> =>
  Object.fromEntries(
    entries
      .slice(0, MAXIMUM.entries)
      .map(([key, value]) => [
        key,
        isSecretName(key) && value !== undefined && value !== null && typeof value !== 'boolean' ? REDACTED : visit(value, ancestors),
      ]),
  );

const visitObject = (value: object, outer: readonly object[]): unknown => {
  if (outer.includes(value)) return '[circular]';
  if (outer.length >= MAXIMUM.depth) return '[deeper]';
  const ancestors = [...outer, value];
  if (value instanceof Error) return redactEntries(Object.entries(errorFields(value)), ancestors);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return visit((value.toJSON as () => unknown)(), ancestors);
  if (value instanceof Map) return redactEntries([...value].map(([key, part]) => [String(key), part]), ancestors);
  if (value instanceof Set || Array.isArray(value)) return [...value].slice(0, MAXIMUM.entries).map((part) => visit(part, ancestors));
  return redactEntries(Object.entries(value), ancestors);
};

const visit = (value: unknown, ancestors: readonly object[]): unknown => {
  switch (typeof value) {
    case 'string':
      return shorten(redactText(value));
    case 'object':
      return value === null ? null : visitObject(value, ancestors);
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    default:
      return `[${typeof value}]`;
  }
};

/**
 * A copy of a value that may be written to a log: plain JSON, without the values of fields whose names look secret, without the
 * secrets that show inside texts (our tokens, JWTs, authorization headers, passwords of addresses), and bounded in depth and size.
 * Errors become `{type, message, code, path, details, stack, cause}`. Never throws.
 */
export const redact = (value: unknown): unknown => {
  try {
    return visit(value, []);
  } catch {
    return '[unreadable]';
  }
};
