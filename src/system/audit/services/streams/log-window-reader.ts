import { raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import { eventsAt } from '../read/event-record.js';
import { WINDOW, type IndexedEvent, type LogRead } from '../../../shared/services/index.js';

/** Tables of a log, fixed in our code. */
export interface ReadableLog {
  readonly events: string;
  readonly batches: string;
  readonly head: string;
  /** Columns over the event table as `e`. */
  readonly columns: Sql;
}

/** Index that the next event of a log will get. */
export async function endOf(executor: SqlExecutor, log: ReadableLog): Promise<number> {
  const [row] = await executor.query<{ end: number }>(sql`SELECT next_index AS "end" FROM ${raw(log.head)}`);
  return row?.end ?? 0;
}

/** Reads what stands in a log from an index on, whoever may see it. */
export async function readLog<Event extends IndexedEvent>(executor: SqlExecutor, log: ReadableLog, from: number): Promise<LogRead<Event>> {
  const events = await executor.query<Event>(sql`
    SELECT s.index, r.*
    FROM ${eventsAt(sql`(
      SELECT u.seq, b.first_index + u.place - 1 AS index
      FROM ${raw(log.batches)} b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place)
      WHERE b.first_index >= coalesce((SELECT max(f.first_index) FROM ${raw(log.batches)} f WHERE f.first_index <= ${from}), 0)
        AND b.first_index < ${from + WINDOW}
    ) s`, log.events, log.columns)}
    WHERE s.index >= ${from} AND s.index < ${from + WINDOW} ORDER BY s.index`);
  return { events, next: (events.at(-1)?.index ?? from - 1) + 1 };
}
