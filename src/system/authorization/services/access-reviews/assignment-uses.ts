import { invariant, PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database, type SqlExecutor } from '../../../../persistence/index.js';

/** Batches, and events, of the log that are read by one statement. */
const BATCHES_PER_PART = 200;
const EVENTS_PER_PART = 5_000;

/** How long a question waits until all uses are read. */
const WAIT_MS = 5_000;

/** How far the log was read, and where it ended then. */
interface Reading {
  readonly next: number;
  readonly end: number;
}

/**
 * When each assignment last gave an ALLOW: read from the audit log, which holds it, by position and behind the decisions, which write
 * nothing more for it. One event costs a look-up by its sequence number; one part of the log costs one row for each assignment that it
 * names. An ALLOW from before the log said its assignment beside the body costs the parsing of its body: there facts that came with a
 * request name no stored assignment, and answers about the past allow nothing.
 */
export class AssignmentUses {
  constructor(private readonly database: Database) {}

  /** Reads the log to its end, part by part. */
  async readOn(): Promise<void> {
    for (let reading = await this.readPart(); reading.next < reading.end; reading = await this.readPart());
  }

  /**
   * Makes sure that every use is known that was in the log when this was called.
   *
   * @throws PolityError `SERVICE_UNAVAILABLE` when there is too much left to read: an assignment would look unused that is not
   */
  async upToDate(): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    let reading = await this.readPart();
    for (const { end } = reading; reading.next < end; reading = await this.readPart()) {
      if (performance.now() > deadline) throw new PolityError('SERVICE_UNAVAILABLE', 'Uses of assignments are still being read from the decision log.');
    }
  }

  // Whoever holds the position reads; other nodes wait and go on behind it.
  private readPart(): Promise<Reading> {
    return this.database.transaction(async (transaction) => {
      const at = (await position(transaction)) ?? (await begin(transaction));
      if (at.next >= at.end) return at;
      const next = await takeUses(transaction, at.next);
      invariant(next !== undefined, 'The log has a batch where its head says so.');
      await transaction.query(sql`UPDATE sys_authz.assignment_use_position SET next_index = ${next}`);
      return { next, end: at.end };
    });
  }
}

async function position(transaction: SqlExecutor): Promise<Reading | undefined> {
  const [at] = await transaction.query<Reading>(sql`
    SELECT p.next_index AS next, h.next_index AS "end" FROM sys_authz.assignment_use_position p CROSS JOIN sys_audit.head h FOR UPDATE OF p`);
  return at;
}

async function begin(transaction: SqlExecutor): Promise<Reading> {
  await transaction.query(sql`INSERT INTO sys_authz.assignment_use_position (next_index) VALUES (0) ON CONFLICT DO NOTHING`);
  const at = await position(transaction);
  invariant(at !== undefined, 'There is a position once one was made.');
  return at;
}

async function takeUses(transaction: SqlExecutor, from: number): Promise<number | undefined> {
  const [part] = await transaction.query<{ next: number | null }>(sql`
    WITH due AS MATERIALIZED (
      SELECT d.first_index, d.count, d.seqs FROM (
        SELECT b.*, sum(b.count) OVER (ORDER BY b.first_index) AS running FROM (
          SELECT first_index, count, seqs FROM sys_audit.batch WHERE first_index >= ${from} ORDER BY first_index LIMIT ${BATCHES_PER_PART}
        ) b
      ) d WHERE d.running - d.count < ${EVENTS_PER_PART}
    ), used AS (
      SELECT e.space_id, e.member_role_id, max(e.occurred_at) AS last_used_at
      FROM due CROSS JOIN LATERAL (
        SELECT o.space_id, o.occurred_at, coalesce(o.assignment_id, (
          SELECT CASE WHEN b.details ->> 'contextMode' <> 'inline' AND b.details -> 'asOf' IS NULL THEN b.details #>> '{matched,memberRoleId}' END
          FROM (SELECT convert_from(o.body, 'UTF8')::jsonb -> 'details' AS details OFFSET 0) b)) AS member_role_id
        FROM sys_audit.event o WHERE o.seq = ANY (due.seqs) AND o.type = 'authorization.decision' AND o.decision = 'ALLOW' OFFSET 0
      ) e WHERE e.member_role_id <> '' GROUP BY 1, 2
    ), stored AS (
      INSERT INTO sys_authz.assignment_use AS u (member_role_id, space_id, last_used_at)
      SELECT mr.id, mr.space_id, used.last_used_at FROM used JOIN sys_authz.member_roles mr ON mr.id = used.member_role_id AND mr.space_id = used.space_id
      ORDER BY mr.id
      ON CONFLICT (member_role_id) DO UPDATE SET last_used_at = greatest(u.last_used_at, EXCLUDED.last_used_at)
    )
    SELECT max(first_index + count)::bigint AS next FROM due`);
  return part?.next ?? undefined;
}

/** Uses of the assignments of this instance. */
export const assignmentUsesRef = createServiceRef<AssignmentUses>({ id: 'authorization.assignment_uses', scope: 'process' });
