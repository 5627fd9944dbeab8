import { raw } from '../../../../persistence/index.js';
import { covers, type Reach } from '../../../shared/contracts/index.js';
import { isLifecycleType } from '../outbox/lifecycle-type.js';
import type { ReadableLog } from './log-window-reader.js';

/** Key that reads the state of the system, and so what happens to it. */
export const LIFECYCLE_KEY = 'instance:read';

/** An event of the outbox with its place. */
export interface PlacedOutboxEvent {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly spaceId: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
}

/** The outbox as streams read it. */
export const OUTBOX_LOG: ReadableLog = {
  events: 'sys_kernel.outbox_event',
  batches: 'sys_kernel.outbox_batch',
  head: 'sys_kernel.outbox_head',
  columns: raw(`e.id, e.type, e.space_id AS "spaceId", e.subject_type AS "subjectType", e.subject_id AS "subjectId", e.payload, e.occurred_at AS "occurredAt"`),
};

/** Whether an event is of the system's life, and a reach covers it. */
export function admitsLifecycle(held: Reach, event: PlacedOutboxEvent): boolean {
  return isLifecycleType(event.type) && covers(held, event.spaceId === '' ? {} : { spaceId: event.spaceId });
}
