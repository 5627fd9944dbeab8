import { invalidResponse } from './errors/index.js';

/** How much harm the thing that happened can do. */
export type AuditRisk = 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL';

/** Which audit events are wanted; absent members want all. */
export interface AuditEventFilter {
  /** A Space; an empty text for events of the instance. */
  readonly spaceId?: string;
  readonly types?: readonly string[];
  readonly actorUserId?: string;
  readonly actorMemberId?: string;
  readonly actorUserMemberId?: string;
  /** Session or API key. */
  readonly credentialId?: string;
  readonly targetType?: string;
  readonly targetId?: string;
  /** `<type>.<action>` of decisions; the event type otherwise. */
  readonly action?: string;
  readonly decision?: 'ALLOW' | 'DENY';
  readonly denyCode?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly risk?: AuditRisk;
  /** Not before this moment, RFC 3339. */
  readonly from?: string;
  /** Before this moment, RFC 3339. */
  readonly to?: string;
}

/** One event of the audit log. Null stands for what does not apply, or was not shown. */
export interface AuditEvent {
  readonly id: string;
  /** Cursor: pass it as `after` to go on behind this event. */
  readonly position: string;
  /** Place in the log, a whole number from 0. */
  readonly index: string;
  readonly type: string;
  readonly risk: AuditRisk;
  /** RFC 3339. */
  readonly occurredAt: string;
  readonly spaceId: string | null;
  readonly groupId: string | null;
  readonly actor: { readonly userId: string | null; readonly memberId: string | null; readonly userMemberId: string | null };
  readonly credential: { readonly kind: string; readonly id: string | null; readonly issuer: string | null } | null;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly decision: 'ALLOW' | 'DENY' | null;
  readonly denyCode: string | null;
  readonly traceId: string | null;
  readonly requestId: string | null;
  /** Field → [before, after]. */
  readonly changes: unknown;
  readonly details: unknown;
}

/** Something that happened to the system itself. */
export interface LifecycleEvent {
  readonly id: string;
  /** Cursor: pass it as `after` to go on behind this event. */
  readonly position: string;
  /** Such as `capability.ready`. */
  readonly type: string;
  readonly spaceId: string | null;
  readonly subject: { readonly type: string; readonly id: string };
  readonly payload: unknown;
  /** RFC 3339. */
  readonly occurredAt: string;
}

/** @throws PolityClientError `INVALID_RESPONSE` for an event that could not be resumed from */
export function readEvent<Event extends { readonly position: string }>(value: unknown): Event {
  const position = typeof value === 'object' && value !== null ? (value as { readonly position?: unknown }).position : undefined;
  if (typeof position === 'string') return value as Event;
  throw invalidResponse('The event has no position.', {});
}
