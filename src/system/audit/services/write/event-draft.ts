import { invalid, invariant } from '../../../../kernel/errors/index.js';
import { isId, newId } from '../../../../kernel/ids/index.js';
import type { AuditEntry, AuditRisk, Caller, EventRegistry, RequestContext, RequestInfo } from '../../../shared/contracts/index.js';

const LONGEST = { action: 400, targetType: 200, targetId: 1_000, denyCode: 100, traceId: 128, groupId: 128 } as const;

/** What happened, by whom, in which request: everything of an event but its body. */
export interface EventDraft {
  readonly id: string;
  readonly occurredAt: string;
  readonly risk: AuditRisk;
  readonly entry: AuditEntry;
  readonly caller: Caller;
  readonly request: RequestInfo;
}

/**
 * Takes an entry down at the moment it is stated: what the context says later does not change it.
 *
 * @throws PolityError `INTERNAL_ERROR` for a type that no capability registered; `VALIDATION_FAILED` for a text that a column cannot hold
 */
export function draftEvent(context: Pick<RequestContext, 'caller' | 'request'>, entry: AuditEntry, registry: EventRegistry, now: number): EventDraft {
  const declared = registry.auditEventType(entry.type);
  invariant(declared !== undefined, `No capability registered the audit event type ${entry.type}.`);
  assertFits(entry);
  return {
    id: newId('audit'),
    occurredAt: new Date(now).toISOString(),
    risk: entry.risk ?? declared.risk,
    entry,
    caller: context.caller,
    request: context.request,
  };
}

function assertFits({ spaceId, action, target, denyCode, traceId, groupId }: AuditEntry): void {
  if (spaceId !== '' && !isId(spaceId)) throw invalid(['spaceId'], 'This is no id of a Space.');
  const texts = { action, targetType: target.type, targetId: target.id, denyCode, traceId, groupId };
  for (const [name, text] of Object.entries(texts)) {
    const most = LONGEST[name as keyof typeof LONGEST];
    if (text !== undefined && Buffer.byteLength(text) > most) throw invalid([name], `At most ${most} bytes.`);
  }
}
