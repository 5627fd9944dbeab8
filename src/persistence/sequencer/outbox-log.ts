import { sql } from '../sql.js';
import type { SqlExecutor } from '../transaction.js';
import type { LogHead, SequencedLog, UnsequencedRow } from './sequenced-log.js';
import { unsequencedRows, type LogTables } from './unsequenced-rows.js';

const TABLES: LogTables = { events: 'sys_kernel.outbox_event', batches: 'sys_kernel.outbox_batch', columns: 'e.seq' };
const CHANNEL = 'polity_outbox';

/** Domain and lifecycle events. */
export const outboxLog: SequencedLog = {
  channel: CHANNEL,
  head: sql`
    SELECT h.next_index, h.snapshot::text AS snapshot, h.system_identifier <> c.system_identifier::text AS restored
    FROM sys_kernel.outbox_head h, pg_control_system() c`,
  lock: sql`
    SELECT h.next_index, h.snapshot::text AS snapshot,
      h.system_identifier <> (SELECT c.system_identifier::text FROM pg_control_system() c) AS restored
    FROM sys_kernel.outbox_head h FOR UPDATE OF h`,
  unsequenced: (head: LogHead) => unsequencedRows(TABLES, head),
  appendIn: (transaction) => (firstIndex, rows) => append(transaction, firstIndex, rows),
};

async function append(transaction: SqlExecutor, firstIndex: number, rows: readonly UnsequencedRow[]): Promise<void> {
  await transaction.query(sql`
    UPDATE sys_kernel.outbox_head SET next_index = ${firstIndex + rows.length}, snapshot = pg_current_snapshot(),
      system_identifier = (SELECT c.system_identifier::text FROM pg_control_system() c)`);
  if (rows.length === 0) return;
  const seqs = rows.map(({ seq }) => seq);
  await transaction.query(sql`
    INSERT INTO sys_kernel.outbox_batch (first_index, count, seqs, min_seq, max_seq, snapshot)
    SELECT ${firstIndex}::bigint, cardinality(s.seqs), s.seqs, (SELECT min(q) FROM unnest(s.seqs) q), (SELECT max(q) FROM unnest(s.seqs) q), pg_current_snapshot()
    FROM (SELECT ${seqs}::bigint[] AS seqs) s`);
  await transaction.query(sql`SELECT pg_notify(${CHANNEL}, '')`);
}
