import { sql } from '../sql.js';
import type { PreparingExecutor } from '../statement-pool.js';
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
  lock: sql`SELECT FROM sys_kernel.outbox_head FOR UPDATE`,
  unsequenced: (head: LogHead) => unsequencedRows(TABLES, head),
  appendIn: (transaction) => (firstIndex, rows) => append(transaction, firstIndex, rows),
};

async function append(transaction: PreparingExecutor, firstIndex: number, rows: readonly UnsequencedRow[]): Promise<void> {
  await transaction.prepared('polity_outbox_head_moves', sql`
    UPDATE sys_kernel.outbox_head SET next_index = ${firstIndex + rows.length}::bigint, snapshot = pg_current_snapshot(),
      system_identifier = (SELECT c.system_identifier::text FROM pg_control_system() c)`);
  if (rows.length === 0) return;
  const seqs = rows.map(({ seq }) => seq);
  await transaction.prepared('polity_outbox_append', sql`
    INSERT INTO sys_kernel.outbox_batch (first_index, count, seqs, min_seq, max_seq, snapshot)
    SELECT ${firstIndex}::bigint, cardinality(s.seqs), s.seqs, (SELECT min(q) FROM unnest(s.seqs) q), (SELECT max(q) FROM unnest(s.seqs) q), pg_current_snapshot()
    FROM (SELECT ${seqs}::bigint[] AS seqs) s`);
  await transaction.query(sql`SELECT pg_notify(${CHANNEL}, '')`);
}
