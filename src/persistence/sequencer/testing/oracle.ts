import type pg from 'pg';

/** What is wrong with a log; all zero when it is right. */
export interface Verdict {
  /** Committed events without a place. */
  readonly lost: number;
  /** Events with two places. */
  readonly twice: number;
  /** Changes of one object that do not stand in the order in which they were committed. */
  readonly reordered: number;
}

const PLACES = {
  outbox: `SELECT e.subject_id AS object, (e.payload ->> 'version')::int AS version, e.seq
    FROM sys_kernel.outbox_batch b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place)
    JOIN sys_kernel.outbox_event e ON e.seq = u.seq ORDER BY b.first_index, u.place`,
  audit: `SELECT e.target_id AS object, e.trace_id::int AS version, e.seq
    FROM sys_audit.batch b CROSS JOIN LATERAL unnest(b.seqs) WITH ORDINALITY u (seq, place)
    JOIN sys_audit.event e ON e.seq = u.seq ORDER BY b.first_index, u.place`,
};
const COMMITTED = { outbox: 'SELECT seq FROM sys_kernel.outbox_event', audit: 'SELECT seq FROM sys_audit.event' };

/** Compares a log with what was committed: the versions of each object must stand as 1, 2, 3, … */
export async function judge(client: pg.Client, log: keyof typeof PLACES): Promise<Verdict> {
  const placed = (await client.query<{ object: string; version: number; seq: string }>(PLACES[log])).rows;
  const committed = (await client.query<{ seq: string }>(COMMITTED[log])).rows;
  const seen = new Set<string>();
  const highest = new Map<string, number>();
  let twice = 0;
  let reordered = 0;
  for (const { object, version, seq } of placed) {
    if (seen.has(seq)) {
      twice++;
      continue;
    }
    seen.add(seq);
    if (version < (highest.get(object) ?? 0)) reordered++;
    highest.set(object, Math.max(version, highest.get(object) ?? 0));
  }
  return { lost: committed.filter(({ seq }) => !seen.has(seq)).length, twice, reordered };
}
