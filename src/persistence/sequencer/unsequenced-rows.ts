import { raw, sql, type Sql } from '../sql.js';
import type { LogHead } from './sequenced-log.js';

/** Names of a log's tables and columns, fixed in our code. */
export interface LogTables {
  readonly events: string;
  readonly batches: string;
  readonly columns: string;
}

/**
 * Rows that are visible now and were not visible in the snapshot of the last batch.
 *
 * Visibility decides, not numbers: a transaction with a low `seq` or a low transaction id may commit after a batch that took higher
 * ones. A transaction id of this snapshot's future is one that another cluster gave before a restore. Such a row may come into the
 * range one day, so what lies below the highest sequenced `seq` is also looked up.
 */
export function unsequencedRows(tables: LogTables, head: LogHead): Sql {
  const { events, batches, columns } = tables;
  const sequenced = raw(`EXISTS (SELECT FROM ${batches} b WHERE b.max_seq >= e.seq AND b.min_seq <= e.seq AND e.seq = ANY (b.seqs))`);
  if (head.restored) return sql`SELECT ${raw(columns)} FROM ${raw(events)} e WHERE NOT ${sequenced}`;
  return sql`
    SELECT ${raw(columns)} FROM ${raw(events)} e
    WHERE e.xid >= pg_snapshot_xmin(${head.snapshot}::pg_snapshot) AND e.xid < pg_snapshot_xmax(pg_current_snapshot())
      AND NOT pg_visible_in_snapshot(e.xid, ${head.snapshot}::pg_snapshot)
      AND (e.seq > (SELECT coalesce(max(max_seq), -1) FROM ${raw(batches)}) OR NOT ${sequenced})`;
}
