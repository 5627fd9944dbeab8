import { sql, type SqlExecutor } from '../../../../persistence/index.js';

/** Who is told of what: the key of a cursor. */
export interface SubscriptionKey {
  /** Id of a capability. */
  readonly owner: string;
  readonly eventType: string;
}

/** How far a subscriber is. */
export interface DeliveryCursor {
  readonly position: number;
  /** Failed attempts at the event at the position. */
  readonly attempts: number;
  /** Milliseconds until the next attempt; 0 when it may be made. */
  readonly waitMs: number;
}

/** Gives subscriptions without a cursor one at the present end of the outbox: what was published before is not theirs. */
export async function createCursors(executor: SqlExecutor, subscriptions: readonly SubscriptionKey[]): Promise<void> {
  await executor.query(sql`
    INSERT INTO sys_kernel.outbox_cursor (subscriber, event_type, position)
    SELECT s.owner, s.event_type, h.next_index
    FROM unnest(${subscriptions.map(({ owner }) => owner)}::text[], ${subscriptions.map(({ eventType }) => eventType)}::text[]) s (owner, event_type)
      CROSS JOIN sys_kernel.outbox_head h
    ON CONFLICT DO NOTHING`);
}

/** Reads a cursor and locks it until the transaction ends; undefined while another node holds it. */
export async function holdCursor(transaction: SqlExecutor, { owner, eventType }: SubscriptionKey): Promise<DeliveryCursor | undefined> {
  const [cursor] = await transaction.query<DeliveryCursor>(sql`
    SELECT position, attempts, coalesce(greatest(0, ceil(extract(epoch FROM retry_at - clock_timestamp()) * 1000)), 0)::int AS "waitMs"
    FROM sys_kernel.outbox_cursor WHERE subscriber = ${owner} AND event_type = ${eventType} FOR UPDATE SKIP LOCKED`);
  return cursor;
}

/** Notes that everything of the type before `position` is handled. */
export async function moveCursor(transaction: SqlExecutor, { owner, eventType }: SubscriptionKey, position: number): Promise<void> {
  await transaction.query(sql`
    UPDATE sys_kernel.outbox_cursor SET position = ${position}, attempts = 0, failed_event = NULL, retry_at = NULL
    WHERE subscriber = ${owner} AND event_type = ${eventType}`);
}

/** An attempt that failed. */
export interface FailedAttempt {
  readonly index: number;
  readonly eventId: string;
  /** Pause after the first failure, in milliseconds; each further one doubles it. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** Notes a failed attempt and when the next one is due. Undefined when another node has handled the event meanwhile. */
export async function noteFailure(executor: SqlExecutor, { owner, eventType }: SubscriptionKey, failed: FailedAttempt): Promise<DeliveryCursor | undefined> {
  const [cursor] = await executor.query<DeliveryCursor>(sql`
    UPDATE sys_kernel.outbox_cursor c SET position = ${failed.index}, attempts = c.attempts + 1, failed_event = ${failed.eventId},
      retry_at = clock_timestamp() + interval '1 millisecond' * least(${failed.longestPauseMs}::float8, ${failed.firstPauseMs}::float8 * 2 ^ least(c.attempts, 30))
    WHERE c.subscriber = ${owner} AND c.event_type = ${eventType} AND c.position <= ${failed.index}
    RETURNING c.position, c.attempts, greatest(0, ceil(extract(epoch FROM c.retry_at - clock_timestamp()) * 1000))::int AS "waitMs"`);
  return cursor;
}

/** A subscription that stands still. */
export interface StuckSubscription {
  readonly eventType: string;
  readonly eventId: string;
  readonly position: number;
  readonly attempts: number;
}

/** Those of some subscriptions of an owner whose event has failed this often. */
export function stuckSubscriptions(executor: SqlExecutor, owner: string, eventTypes: readonly string[], attempts: number): Promise<StuckSubscription[]> {
  return executor.query<StuckSubscription>(sql`
    SELECT event_type AS "eventType", failed_event AS "eventId", position, attempts
    FROM sys_kernel.outbox_cursor WHERE subscriber = ${owner} AND event_type = ANY (${eventTypes}) AND attempts >= ${attempts} ORDER BY event_type`);
}
