/** Where a field stands when its guard is decided. */
export interface GuardedField {
  readonly source: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  /** A mutation's `@can` is an audited decision. */
  readonly isMutation: boolean;
}

/** Reads a path that starts at `source` or `args`; undefined when a part is missing. Inherited properties do not count. */
export function valueAt(path: string, field: Pick<GuardedField, 'source' | 'args'>): unknown {
  const [root, ...steps] = path.split('.');
  const start: unknown = root === 'source' ? field.source : root === 'args' ? field.args : undefined;
  return steps.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined), start);
}
