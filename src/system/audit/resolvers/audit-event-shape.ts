import { bodyOf, type PlacedEvent } from '../services/read/event-record.js';
import { cursorOf } from '../services/read/audit-reader.js';
import type { AuditDecision, AuditRisk } from './audit-enums.js';
import type { AuditActor, AuditEvent } from './audit-event-types.js';

/** An event in the shape of its GraphQL type, with the record that its other fields are read from. */
export type ShapedEvent = AuditEvent & { readonly record: PlacedEvent };

/** Shapes an event. */
export function shapeEvent(record: PlacedEvent): ShapedEvent {
  const { credential, changes, details } = bodyOf(record);
  const actor: AuditActor = { userId: record.actorUserId, memberId: record.actorMemberId, userMemberId: record.actorUserMemberId };
  return {
    id: record.id,
    position: cursorOf(record.index),
    index: String(record.index),
    type: record.type,
    risk: record.risk as AuditRisk,
    occurredAt: record.occurredAt,
    spaceId: record.spaceId === '' ? null : record.spaceId,
    groupId: record.groupId,
    actor,
    credential: credential === undefined ? null : { kind: credential.kind ?? 'anonymous', id: credential.id, issuer: credential.issuer },
    action: record.action,
    target: { type: record.targetType, id: record.targetId },
    decision: record.decision as AuditDecision | null,
    denyCode: record.denyCode,
    traceId: record.traceId,
    requestId: record.requestId,
    changes: changes ?? null,
    details: details ?? null,
    record,
  };
}
