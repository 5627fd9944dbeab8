import { sql, type Sql } from '../../../../persistence/index.js';
import type { EventRow } from './event-row.js';

/** One statement that stores events and the hashes of their personal fields; the sequence numbers are drawn by it, in order. */
export function insertEvents(rows: readonly EventRow[]): Sql {
  const column = (name: keyof EventRow): unknown[] => rows.map((row) => row[name] ?? null);
  const hashes = rows.flatMap(({ id, hashes: own }) => own.map((hash) => ({ ...hash, id })));
  return sql`
    WITH personal AS (
      INSERT INTO sys_audit.event_personal (event_id, field, hash, subject)
      SELECT * FROM unnest(${hashes.map(({ id }) => id)}::text[], ${hashes.map(({ field }) => field)}::text[],
        ${hashes.map(({ hash }) => Buffer.from(hash))}::bytea[], ${hashes.map(({ subject }) => subject)}::text[])
    )
    INSERT INTO sys_audit.event (id, type, risk, space_id, group_id, occurred_at, actor_user_id, actor_member_id, actor_user_member_id,
      credential_id, action, target_type, target_id, decision, deny_code, trace_id, request_id, body, body_hash)
    SELECT * FROM unnest(${column('id')}::text[], ${column('type')}::text[], ${column('risk')}::text[], ${column('spaceId')}::text[],
      ${column('groupId')}::text[], ${column('occurredAt')}::timestamptz[], ${column('actorUserId')}::text[], ${column('actorMemberId')}::text[],
      ${column('actorUserMemberId')}::text[], ${column('credentialId')}::text[], ${column('action')}::text[], ${column('targetType')}::text[],
      ${column('targetId')}::text[], ${column('decision')}::text[], ${column('denyCode')}::text[], ${column('traceId')}::text[],
      ${column('requestId')}::text[], ${rows.map(({ body }) => Buffer.from(body))}::bytea[], ${rows.map(({ bodyHash }) => Buffer.from(bodyHash))}::bytea[])`;
}
