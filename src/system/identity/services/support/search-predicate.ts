import { raw, some, sql, type Sql } from '../../../../persistence/index.js';

/** Rows in which one of the columns contains the text, in any case. Columns are fixed in our code. */
export function searchPredicate(columns: readonly string[], text: string): Sql {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return some(columns.map((column) => sql`${raw(column)} ILIKE ${pattern}`));
}

/** Equality of a column with a filter; nothing when the filter is absent. */
export function equals(column: string, value: string | null | undefined): readonly Sql[] {
  return value === undefined || value === null ? [] : [sql`${raw(column)} = ${value}`];
}

/** Search of a filter; nothing when it is absent or empty. */
export function contains(columns: readonly string[], text: string | null | undefined): readonly Sql[] {
  return text === undefined || text === null || text === '' ? [] : [searchPredicate(columns, text)];
}
