/** Field → [before, after] of what an update really changes; the audit event shows it. */
export type Changes = Record<string, readonly [unknown, unknown]>;

/** Assigns the given fields to an entity and says which of them changed. Absent (`undefined`) fields stay. */
export function assignChanges<Entity extends object>(entity: Entity, fields: Partial<Entity>): Changes {
  const changes: Changes = {};
  for (const [field, after] of Object.entries(fields)) {
    const before = (entity as Record<string, unknown>)[field];
    if (after === undefined || JSON.stringify(before ?? null) === JSON.stringify(after)) continue;
    changes[field] = [plain(before), plain(after)];
    (entity as Record<string, unknown>)[field] = after;
  }
  return changes;
}

// Times are strings in an audit event, as they are in JSON.
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
