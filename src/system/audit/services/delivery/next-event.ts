import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { DeliveredEvent } from '../../../shared/contracts/index.js';

/** Places of the outbox that are searched at once. */
const MOST_PLACES = 500;

/** What stands in a part of the outbox. */
export interface NextEvent {
  /** The first event of the type in it. */
  readonly event: DeliveredEvent | undefined;
  /** End of the part; equal to its beginning at the end of the outbox. */
  readonly through: number;
}

interface EventRow extends Omit<DeliveredEvent, 'subject'> {
  readonly subjectType: string;
  readonly subjectId: string;
}

/** Looks for the next event of a type, from a place on, in the order of the sequencer. */
export async function nextEvent(executor: SqlExecutor, eventType: string, from: number): Promise<NextEvent> {
  // First the head, then the events: whatever is before a head that was seen is visible afterwards.
  const [head] = await executor.query<{ through: number }>(sql`SELECT greatest(${from}::bigint, least(next_index, ${from + MOST_PLACES}::bigint)) AS through FROM sys_kernel.outbox_head`);
  const through = head?.through ?? from;
  if (through === from) return { event: undefined, through };
  const [row] = await executor.query<EventRow>(sql`
    SELECT s.index, r.* FROM (
      SELECT u.seq, b.first_index + u.place - 1 AS index
      FROM sys_kernel.outbox_batch b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place)
      WHERE b.first_index >= coalesce((SELECT max(f.first_index) FROM sys_kernel.outbox_batch f WHERE f.first_index <= ${from}), 0)
        AND b.first_index < ${through}
    ) s CROSS JOIN LATERAL (
      SELECT e.id, e.type, e.space_id AS "spaceId", e.subject_type AS "subjectType", e.subject_id AS "subjectId", e.payload, e.occurred_at AS "occurredAt"
      FROM sys_kernel.outbox_event e WHERE e.seq = s.seq AND e.type = ${eventType} LIMIT 1
    ) r
    WHERE s.index >= ${from} AND s.index < ${through} ORDER BY s.index LIMIT 1`);
  return { event: row && delivered(row), through };
}

function delivered({ subjectType, subjectId, ...event }: EventRow): DeliveredEvent {
  return Object.freeze({ ...event, subject: { type: subjectType, id: subjectId } });
}
