import type { Sql } from '../sql.js';
import type { PreparingExecutor } from '../statement-pool.js';

/** Where a log stood when its last batch was written. */
export interface LogHead {
  /** Index that the next event gets. */
  readonly nextIndex: number;
  /** `pg_snapshot` of the last batch: what it saw, and so what is sequenced. */
  readonly snapshot: string;
  /** The cluster is another one than that of the last batch: its transaction ids say nothing about the rows before. */
  readonly restored: boolean;
}

/** A row that waits for its place in a log. */
export interface UnsequencedRow {
  /** Drawn by the last statement of its transaction. */
  readonly seq: number;
}

/** What {@link LogSequencer} needs to know of one log. */
export interface SequencedLog<Row extends UnsequencedRow = UnsequencedRow> {
  /** Channel that is notified when a batch commits. */
  readonly channel: string;
  /** Reads the head without locking it. */
  readonly head: Sql;
  /** Reads and locks the head until the transaction ends: leadership, and fence against a leader that lost it. */
  readonly lock: Sql;
  /** Rows that the last batch could not see, in any order. */
  readonly unsequenced: (head: LogHead) => Sql;
  /** Begins to append, in one transaction. */
  readonly appendIn: (transaction: PreparingExecutor) => AppendBatch<Row>;
}

/** Appends one batch of rows in the order given and moves the head; the last batch of the transaction may be empty. */
export type AppendBatch<Row extends UnsequencedRow> = (firstIndex: number, rows: readonly Row[], isLast: boolean) => Promise<void>;

/** Answer of {@link SequencedLog.head}. */
export interface LogHeadRow {
  readonly next_index: number;
  readonly snapshot: string;
  readonly restored: boolean;
}
