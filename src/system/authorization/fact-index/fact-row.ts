/** A version of one fact as the tables and the feed give it; columns in snake case, moments as ISO text. */
export interface FactRow {
  /** `user`, `member_role`, `group`, … */
  readonly kind: string;
  readonly id: string;
  /** The row is gone. */
  readonly removed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A text column. */
export function text(row: FactRow, column: string): string {
  const value = row.body[column];
  return typeof value === 'string' ? value : '';
}

/** A text column that may be null. */
export function optionalText(row: FactRow, column: string): string | undefined {
  const value = row.body[column];
  return typeof value === 'string' ? value : undefined;
}

/** A moment in milliseconds since the epoch, rounded down. */
export function moment(row: FactRow, column: string): number | undefined {
  const value = optionalText(row, column);
  return value === undefined ? undefined : Math.floor(Date.parse(value));
}

/** True when the row is there and counts. */
export function isActive(row: FactRow): boolean {
  return !row.removed && row.body.status === 'active';
}

// Users come after the bindings that make them known.
const ORDER = ['resource_type', 'resource_action', 'resource_mapping', 'permission', 'space', 'group', 'member', 'user_member', 'user', 'role',
  'role_permission', 'role_inheritance', 'member_role'];

/**
 * The newest row of each fact, in an order in which each stands behind what it names. Before one whose id was gone in between stands
 * the row that went: what came back under the id may belong to something else.
 */
export function inOrderOfNames(rows: Iterable<FactRow>): FactRow[] {
  const byKind = new Map<string, { readonly gone: Map<string, FactRow>; readonly newest: Map<string, FactRow> }>();
  for (const row of rows) {
    let kind = byKind.get(row.kind);
    if (kind === undefined) byKind.set(row.kind, (kind = { gone: new Map(), newest: new Map() }));
    if (row.removed && !kind.gone.has(row.id)) kind.gone.set(row.id, row);
    kind.newest.set(row.id, row);
  }
  return ORDER.flatMap((name) => {
    const kind = byKind.get(name);
    return kind === undefined ? [] : [...kind.gone.values(), ...[...kind.newest.values()].filter(({ removed }) => !removed)];
  });
}
