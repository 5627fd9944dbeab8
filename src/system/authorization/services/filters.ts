import { raw, sql, type Sql, type SqlExecutor } from '../../../persistence/index.js';

/** Input that names one object to change. */
export interface Change {
  readonly id: string;
  readonly expectedVersion?: number | null;
}

/** Equality of columns with the filters that are given. Columns are fixed in our code. */
export function equalities(columns: Readonly<Record<string, string | null | undefined>>): Sql[] {
  return Object.entries(columns).flatMap(([column, value]) => (value === undefined || value === null ? [] : [sql`${raw(column)} = ${value}`]));
}

/** Rows in the order of the ids; undefined for those that the statement does not give. */
export async function inOrder<Row extends { readonly id: string }>(executor: SqlExecutor, statement: Sql, ids: readonly string[]): Promise<(Row | undefined)[]> {
  const found = new Map((await executor.query<Row>(statement)).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id));
}
