/** Text of a coerced value that no other value has: what JSON would confuse is marked. Undefined for values of which that cannot be said. */
export function canonical(value: unknown): string | undefined {
  if (value === undefined) return 'undefined';
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (Array.isArray(value)) return joined('[', value.map((item) => canonical(item)), ']');
  if (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) return undefined;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return joined('{', members.map(([name, member]) => prefixed(`${JSON.stringify(name)}:`, canonical(member))), '}');
}

function joined(before: string, parts: readonly (string | undefined)[], after: string): string | undefined {
  return parts.includes(undefined) ? undefined : `${before}${parts.join()}${after}`;
}

function prefixed(prefix: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${prefix}${text}`;
}
