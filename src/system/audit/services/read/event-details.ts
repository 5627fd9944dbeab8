import { createServiceRef } from '../../../../kernel/services/index.js';
import { decisionTracesRef, type Keyring, type RequestContext } from '../../../shared/contracts/index.js';
import { openField } from '../personal-seal.js';
import { bodyOf, type EventRecord } from './event-record.js';
import { mayRead, READ_PERSONAL_KEY } from './visible-events.js';

const TRACE_VERSION = '1.0';

/** Personal values of an event, opened; absent ones were never there or are erased. */
export interface OpenedPersonal {
  readonly ip?: string;
  readonly userAgent?: string;
  readonly identifier?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What one event holds beyond its columns. */
export class EventDetails {
  constructor(private readonly keyring: Keyring) {}

  /** Opens the sealed fields for callers with the right; undefined for others. */
  async personal(context: RequestContext, event: EventRecord): Promise<OpenedPersonal | undefined> {
    if (!mayRead(context.caller, READ_PERSONAL_KEY, event, context.request.now)) return undefined;
    const sealed = Object.entries(bodyOf(event).personal ?? {});
    const opened = await Promise.all(sealed.map(async ([field, value]) => [field, await openField(this.keyring, event.id, field, value)] as const));
    return Object.fromEntries(opened.filter(([, value]) => value !== undefined));
  }

  /** How it came about: the rendered trace of a decision; for a change, who did what to what, and how it went. */
  async trace(context: RequestContext, event: EventRecord): Promise<object | undefined> {
    const { details = {}, changes } = bodyOf(event);
    if (event.decision !== null && event.traceId !== null && details.recordVersion !== undefined) {
      return context.services.get(decisionTracesRef).render(context, {
        id: event.id,
        traceId: event.traceId,
        decision: event.decision,
        denyCode: event.denyCode ?? undefined,
        occurredAt: event.occurredAt.getTime(),
        requestId: event.requestId ?? undefined,
        details,
      });
    }
    if (event.body === null) return undefined;
    return {
      traceVersion: TRACE_VERSION,
      decision: event.decision ?? 'ALLOW',
      denyCode: event.denyCode,
      action: event.action,
      actor: { userId: event.actorUserId, memberId: event.actorMemberId, userMemberId: event.actorUserMemberId },
      target: { type: event.targetType, id: event.targetId },
      request: { id: event.requestId },
      changes: changes ?? null,
      details,
      createdAt: event.occurredAt.toISOString(),
    };
  }
}

/** Details of audit events. */
export const eventDetailsRef = createServiceRef<EventDetails>({ id: 'audit.event_details', scope: 'process' });
