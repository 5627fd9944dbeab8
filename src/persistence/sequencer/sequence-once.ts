import { raw, sql } from '../sql.js';
import type { PreparingExecutor, SqlTransactions } from '../statement-pool.js';
import type { LogHead, LogHeadRow, SequencedLog, UnsequencedRow } from './sequenced-log.js';

/** Rows of one batch: bounded, because their hashes are made without a pause and readers unpack it for one row. */
const MOST_PER_BATCH = 500;
/** A leader that stops in the middle gives its lock back after this long. */
const MOST_IDLE_MS = 10_000;

/**
 * Gives every row that is visible now and not sequenced yet its place, in one repeatable-read transaction of as many batches as it
 * takes: all of them see one snapshot, so none hides a row from the next look. Gives the number of rows.
 *
 * @throws driver error 40001 when another node was faster
 */
export async function sequenceOnce<Row extends UnsequencedRow>(database: SqlTransactions, log: SequencedLog<Row>): Promise<number> {
  return database.transaction(async (transaction) => {
    const head = await begin(transaction, log);
    const rows = await firstRows(transaction, log, head);
    if (rows.length === 0 && !head.restored) return 0;
    // Who gets the lock has seen the head and the rows as they still are: after any other batch it would have failed by 40001.
    await transaction.prepared(`${log.channel}_lock`, log.lock);
    return appendAll(transaction, log, head, rows);
  }, 'REPEATABLE READ');
}

/** Reads the head, and settles how the transaction runs: a batch is small, so what counts is how many statements it takes. */
async function begin<Row extends UnsequencedRow>(transaction: PreparingExecutor, log: SequencedLog<Row>): Promise<LogHead> {
  // The index on xid is right however little the planner knows; without rows in its statistics it may think otherwise.
  const [row] = await transaction.prepared<LogHeadRow>(`${log.channel}_head`, sql`
    SELECT head.*, set_config('enable_seqscan', 'off', true), set_config('statement_timeout', '0', true),
      set_config('idle_in_transaction_session_timeout', ${String(MOST_IDLE_MS)}, true)
    FROM (${log.head}) head`);
  if (row === undefined) throw new Error('the log has no head row');
  return { nextIndex: row.next_index, snapshot: row.snapshot, restored: row.restored };
}

/**
 * The rows of the first batch, and one more when there are more. Over monthly partitions this takes far longer to plan than to run,
 * so it is planned once. MATERIALIZED keeps the planner from walking the whole log in the order of `seq`.
 */
function firstRows<Row extends UnsequencedRow>(transaction: PreparingExecutor, log: SequencedLog<Row>, head: LogHead): Promise<Row[]> {
  const statement = sql`WITH rows AS MATERIALIZED (${log.unsequenced(head)}) SELECT * FROM rows ORDER BY seq LIMIT ${MOST_PER_BATCH + 1}`;
  return head.restored ? transaction.query<Row>(statement) : transaction.prepared<Row>(`${log.channel}_unsequenced`, statement);
}

async function appendAll<Row extends UnsequencedRow>(transaction: PreparingExecutor, log: SequencedLog<Row>, head: LogHead, first: readonly Row[]): Promise<number> {
  const append = log.appendIn(transaction);
  if (first.length <= MOST_PER_BATCH) {
    // A restored log stores its new snapshot even when nothing was left over: the old one means nothing here.
    await append(head.nextIndex, first, true);
    return first.length;
  }
  await transaction.query(sql`DECLARE unsequenced NO SCROLL CURSOR FOR WITH rows AS MATERIALIZED (${log.unsequenced(head)}) SELECT * FROM rows ORDER BY seq`);
  const fetch = (): Promise<Row[]> => transaction.query<Row>(raw(`FETCH ${MOST_PER_BATCH} FROM unsequenced`));
  let taken = 0;
  for (let rows = await fetch(); rows.length > 0;) {
    const following = rows.length < MOST_PER_BATCH ? [] : await fetch();
    await append(head.nextIndex + taken, rows, following.length === 0);
    taken += rows.length;
    rows = following;
  }
  return taken;
}
