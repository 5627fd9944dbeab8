import { join, raw, sql, type Sql } from './sql.js';
import type { SqlExecutor } from './transaction.js';

/** Most rows of one page. */
export const MOST_PER_PAGE = 200;
/** Rows of a page when the caller names no number. */
export const DEFAULT_PER_PAGE = 50;
/** `totalCount` is exact up to here, unknown above. */
export const MOST_COUNTED = 10_000;

/** One column of the order; the last one must make rows unique. Columns must be NOT NULL. */
export interface OrderColumn {
  /** SQL expression, fixed in our code. */
  readonly expression: string;
  readonly direction: 'ASC' | 'DESC';
  /** SQL type that cursor values are cast to. */
  readonly type: 'text' | 'bigint' | 'timestamptz' | 'integer';
}

/** A list to page through. */
export interface KeysetQuery {
  /** Column list of the row. */
  readonly select: Sql;
  readonly from: Sql;
  /** Filters and the reach of the caller. */
  readonly where: Sql;
  readonly order: readonly OrderColumn[];
}

/** The slice asked for: `first` after a position, or `last` before one. Values are those of the order columns. */
export interface KeysetSlice {
  readonly limit: number;
  readonly backward: boolean;
  readonly position?: readonly unknown[];
}

/** Rows in list order, each with the position that a cursor encodes. */
export interface KeysetPage<Row> {
  readonly rows: readonly (Row & { readonly keyset: readonly unknown[] })[];
  readonly hasMore: boolean;
}

/** Reads one page by position, never by offset: cost does not grow with depth, and rows that come or go shift nothing. */
export async function keysetPage<Row extends object>(executor: SqlExecutor, query: KeysetQuery, slice: KeysetSlice): Promise<KeysetPage<Row>> {
  const order = query.order.map((column) => ({ ...column, descending: (column.direction === 'DESC') !== slice.backward }));
  const orderBy = order.map(({ expression, descending }) => `${expression} ${descending ? 'DESC' : 'ASC'}`).join(', ');
  const keyset = order.map(({ expression }) => `(${expression})::text`).join(', ');
  const rows = await executor.query<Row & { keyset: unknown[] }>(sql`
    SELECT ${query.select}, ARRAY[${raw(keyset)}] AS keyset FROM ${query.from}
    WHERE ${query.where} ${slice.position === undefined ? raw('') : sql`AND ${beyond(order, slice.position)}`}
    ORDER BY ${raw(orderBy)} LIMIT ${slice.limit + 1}`);
  const hasMore = rows.length > slice.limit;
  const kept = hasMore ? rows.slice(0, slice.limit) : rows;
  return { rows: slice.backward ? kept.reverse() : kept, hasMore };
}

/** Counts rows, at most one above {@link MOST_COUNTED}; undefined when there are more. */
export async function boundedCount(executor: SqlExecutor, query: Pick<KeysetQuery, 'from' | 'where'>): Promise<number | undefined> {
  const [row] = await executor.query<{ count: number }>(
    sql`SELECT count(*) AS count FROM (SELECT 1 FROM ${query.from} WHERE ${query.where} LIMIT ${MOST_COUNTED + 1}) AS counted`);
  return row === undefined || row.count > MOST_COUNTED ? undefined : row.count;
}

// Spelled out as (a > x) OR (a = x AND b > y): directions may differ by column, which a row comparison cannot say.
function beyond(order: readonly (OrderColumn & { descending: boolean })[], position: readonly unknown[]): Sql {
  const alternatives = order.map((_, last) => {
    const parts = order.slice(0, last + 1).map((column, index) => {
      const operator = index < last ? '=' : column.descending ? '<' : '>';
      return sql`${raw(`${column.expression} ${operator} `)}${position[index]}${raw(`::${column.type}`)}`;
    });
    return sql`(${join(parts, ' AND ')})`;
  });
  return sql`(${join(alternatives, ' OR ')})`;
}
