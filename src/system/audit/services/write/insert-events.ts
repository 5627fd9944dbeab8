import { raw, sql, type Sql } from '../../../../persistence/index.js';
import type { EventRow } from './event-row.js';

/** Length of a hash in bytes, in SQL. */
const HASH = '32';

/**
 * One statement that stores events and the hashes of their personal fields; the sequence numbers are drawn by it, in order. Bytes go as
 * one value each, to be cut apart there: within an array they would go as hexadecimal text, twice as long and to be read by character.
 */
export function insertEvents(rows: readonly EventRow[]): Sql {
  const column = (name: keyof EventRow): unknown[] => rows.map((row) => row[name] ?? null);
  const hashes = rows.flatMap(({ id, hashes: own }) => own.map((hash) => ({ ...hash, id })));
  const starts: number[] = [];
  let end = 0;
  for (const { body } of rows) {
    starts.push(end + 1);
    end += body.length;
  }
  return sql`
    WITH personal AS (
      INSERT INTO sys_audit.event_personal (event_id, field, hash, subject)
      SELECT p.event_id, p.field, substr(${Buffer.concat(hashes.map(({ hash }) => hash))}::bytea, ${raw(HASH)} * (p.place - 1)::int + 1, ${raw(HASH)}), p.subject
      FROM unnest(${hashes.map(({ id }) => id)}::text[], ${hashes.map(({ field }) => field)}::text[], ${hashes.map(({ subject }) => subject)}::text[])
        WITH ORDINALITY AS p (event_id, field, subject, place)
    )
    INSERT INTO sys_audit.event (id, type, risk, space_id, group_id, occurred_at, actor_user_id, actor_member_id, actor_user_member_id,
      credential_id, action, target_type, target_id, decision, deny_code, assignment_id, trace_id, request_id, body, body_hash)
    SELECT e.id, e.type, e.risk, e.space_id, e.group_id, e.occurred_at, e.actor_user_id, e.actor_member_id, e.actor_user_member_id,
      e.credential_id, e.action, e.target_type, e.target_id, e.decision, e.deny_code, e.assignment_id, e.trace_id, e.request_id,
      substr(${Buffer.concat(rows.map(({ body }) => body))}::bytea, e.body_start, e.body_length),
      substr(${Buffer.concat(rows.map(({ bodyHash }) => bodyHash))}::bytea, ${raw(HASH)} * (e.place - 1)::int + 1, ${raw(HASH)})
    FROM unnest(${column('id')}::text[], ${column('type')}::text[], ${column('risk')}::text[], ${column('spaceId')}::text[],
      ${column('groupId')}::text[], ${column('occurredAt')}::timestamptz[], ${column('actorUserId')}::text[], ${column('actorMemberId')}::text[],
      ${column('actorUserMemberId')}::text[], ${column('credentialId')}::text[], ${column('action')}::text[], ${column('targetType')}::text[],
      ${column('targetId')}::text[], ${column('decision')}::text[], ${column('denyCode')}::text[], ${column('assignmentId')}::text[], ${column('traceId')}::text[],
      ${column('requestId')}::text[], ${starts}::int[], ${rows.map(({ body }) => body.length)}::int[])
      WITH ORDINALITY AS e (id, type, risk, space_id, group_id, occurred_at, actor_user_id, actor_member_id, actor_user_member_id,
        credential_id, action, target_type, target_id, decision, deny_code, assignment_id, trace_id, request_id, body_start, body_length, place)`;
}
