/** A value as JSON says it exactly: times and numbers beyond 2^53 as strings, undefined members left out. */
export function jsonValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) && !Number.isSafeInteger(value) && Number.isInteger(value) ? String(value) : value;
  if (Array.isArray(value)) return value.map((part) => (part === undefined ? null : jsonValue(part)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, jsonValue(part)]])));
}
