import { notFound } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import { sql, type Database } from '../../../persistence/index.js';
import { covers, reach, type AuditLog, type DecisionEvent, type DecisionTraces, type RequestContext } from '../../shared/contracts/index.js';
import {
  ALLOW_REASON, buildTrace, decide, DENY_REASONS, visibleFacts, type CheckedCandidate, type DecisionTrace, type DenyCode, type Question,
} from '../engine/index.js';
import { pastConditions } from './condition-outcomes.js';
import { FactHistory } from './fact-history.js';
import { FirstFactHistory } from './first-fact-history.js';
import type { FirstRecordedDecision, RecordedDecision } from './recorded-decision.js';
import type { TraceNameReader } from './trace-names.js';

interface EventRow {
  readonly id: string;
  readonly spaceId: string;
  readonly groupPath: string | null;
  readonly traceId: string | null;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly occurredAt: Date;
  readonly requestId: string | null;
  readonly body: Buffer | null;
}

/** Renders traces of recorded decisions. The outcome is the recorded one; the engine only shows again how it came about. */
export class DecisionTraceReader implements DecisionTraces {
  private readonly history: FactHistory;
  private readonly firstHistory: FirstFactHistory;

  constructor(
    private readonly database: Database,
    private readonly names: TraceNameReader,
    private readonly auditLog: () => AuditLog,
  ) {
    this.history = new FactHistory(database);
    this.firstHistory = new FirstFactHistory(database);
  }

  async render(context: RequestContext, event: DecisionEvent): Promise<DecisionTrace | undefined> {
    const recorded = event.details as unknown as RecordedDecision | FirstRecordedDecision;
    if (recorded.recordVersion !== 1 && recorded.recordVersion !== 2) return undefined;
    const question: Question = {
      actor: recorded.actor,
      resourceType: recorded.resource.type,
      resourceId: recorded.resource.id,
      action: recorded.action,
    };
    const isFirst = recorded.recordVersion === 1;
    const facts = await (isFirst ? this.firstHistory.factsOf(recorded) : this.history.factsOf(question, recorded));
    const candidates: CheckedCandidate[] = [];
    decide(question, facts, recorded.decidedAt, (candidate) => candidates.push(candidate), pastConditions(isFirst ? {} : recorded.conditions));
    const isStored = recorded.contextMode === 'stored';
    const names = recorded.contextMode === 'inline' ? {} : await this.names.read(context, recorded.actor, { group: facts.group, resource: isStored ? facts.resource : undefined });
    const header = {
      ...question,
      traceId: event.traceId,
      auditEventId: event.id,
      decision: event.decision,
      denyCode: event.denyCode,
      reason: event.decision === 'ALLOW' ? ALLOW_REASON : (DENY_REASONS[event.denyCode as DenyCode] ?? ''),
      contextMode: recorded.contextMode,
      request: event.requestId === undefined ? {} : { id: event.requestId },
      revision: recorded.revision,
    };
    const held = reach(context.caller, 'audit:read', context.request.now);
    return buildTrace(header, visibleFacts(facts, recorded.actor.spaceId, (spaceId) => covers(held, { spaceId })), candidates, names);
  }

  /**
   * The trace of one recorded decision that the caller may see in the audit log. Looking is itself an audit event.
   *
   * @throws PolityError `AUDIT_EVENT_NOT_FOUND` for an event that is absent, hidden, no decision, or whose body is no longer kept
   */
  async decisionTrace(context: RequestContext, auditEventId: string): Promise<DecisionTrace> {
    const [row] = await this.database.query<EventRow>(sql`
      SELECT e.id, e.space_id AS "spaceId", g.path AS "groupPath", e.trace_id AS "traceId", e.decision, e.deny_code AS "denyCode",
        e.occurred_at AS "occurredAt", e.request_id AS "requestId", e.body
      FROM sys_audit.event e LEFT JOIN sys_identity.groups g ON g.space_id = e.space_id AND g.id = e.group_id
      WHERE e.id = ${auditEventId} AND e.type = 'authorization.decision'`);
    const held = reach(context.caller, 'audit:read', context.request.now);
    const isVisible = row !== undefined && covers(held, row.spaceId === '' ? {} : { spaceId: row.spaceId, groupPath: row.groupPath ?? undefined });
    const trace = isVisible && row.body !== null ? await this.render(context, eventOf(row, row.body)) : undefined;
    if (row === undefined || trace === undefined) throw notFound('AuditEvent', ['auditEventId']);
    await this.auditLog().recordNow(context, [{ type: 'authorization.trace_read', spaceId: row.spaceId, target: { type: 'AuditEvent', id: row.id } }]);
    return trace;
  }
}

function eventOf(row: EventRow, body: Buffer): DecisionEvent {
  const { details = {} } = JSON.parse(body.toString('utf8')) as { details?: Record<string, unknown> };
  return {
    id: row.id,
    traceId: row.traceId ?? '',
    decision: row.decision,
    ...(row.denyCode === null ? {} : { denyCode: row.denyCode }),
    occurredAt: row.occurredAt.getTime(),
    ...(row.requestId === null ? {} : { requestId: row.requestId }),
    details,
  };
}

/** The trace reader of the process. */
export const decisionTraceReaderRef = createServiceRef<DecisionTraceReader>({ id: 'authorization.trace_reader', scope: 'process' });
