import { invalidResponse } from './errors/index.js';

/** Which audit events a stream gives. */
export interface AuditEventFilter {
  readonly [field: string]: unknown;
}

/** One event of the audit log. */
export interface AuditEvent {
  readonly id: string;
  /** Cursor: pass it as `after` to go on behind this event. */
  readonly position: string;
  readonly type: string;
}

/** One change in the life of a capability. */
export interface LifecycleEvent {
  readonly id: string;
  /** Cursor: pass it as `after` to go on behind this event. */
  readonly position: string;
  readonly type: string;
}

/** @throws PolityClientError `INVALID_RESPONSE` for an event that could not be resumed from */
export function readEvent<Event extends { readonly position: string }>(value: unknown): Event {
  const position = typeof value === 'object' && value !== null ? (value as { readonly position?: unknown }).position : undefined;
  if (typeof position === 'string') return value as Event;
  throw invalidResponse('The event has no position.', {});
}
