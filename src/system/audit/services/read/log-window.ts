import { sql, type SqlExecutor } from '../../../../persistence/index.js';

/** Largest number that a point holds exactly; no index or seq comes near it. */
export const BEYOND = Number.MAX_SAFE_INTEGER;

/** A slice of the log: indexes between two bounds, both excluded. */
export interface LogWindow {
  readonly lower: number;
  readonly upper: number;
}

/** Index that the next event will get. */
export async function logEnd(executor: SqlExecutor): Promise<number> {
  const [head] = await executor.query<{ end: number }>(sql`SELECT next_index AS "end" FROM sys_audit.head`);
  return head?.end ?? 0;
}

/**
 * The `seq` at which a scan of the window must begin so as to meet all of it: the highest of its batches downwards, the lowest
 * upwards. The batch at the edge says it nearly; the ones out of line are looked up.
 */
export async function firstSeq(executor: SqlExecutor, window: LogWindow, descending: boolean): Promise<number | undefined> {
  const [row] = await executor.query<{ seq: number | null }>(descending
    ? sql`
      WITH edge AS (SELECT max_seq FROM sys_audit.batch WHERE first_index < ${window.upper} ORDER BY first_index DESC LIMIT 1)
      SELECT greatest(edge.max_seq, (SELECT max(b.max_seq) FROM sys_audit.batch b
        WHERE point(b.first_index, b.max_seq) <@ box(point(-1, edge.max_seq), point(${window.upper - 1}::float8, ${BEYOND}::float8)))) AS seq FROM edge`
    : sql`
      WITH edge AS (SELECT first_index, min_seq FROM sys_audit.batch WHERE first_index <= ${window.lower + 1} ORDER BY first_index DESC LIMIT 1)
      SELECT least(edge.min_seq, (SELECT min(b.min_seq) FROM sys_audit.batch b
        WHERE point(b.first_index, b.min_seq) <@ box(point(edge.first_index, -1), point(${BEYOND}::float8, edge.min_seq)))) AS seq FROM edge`);
  return row?.seq ?? undefined;
}
