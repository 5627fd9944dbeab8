import { notFound, type InputPath } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { QuestionActor, ResourceFact } from '../../engine/index.js';
import type { ConditionOutcomes } from '../condition-outcomes.js';
import { resourcesThen } from '../past/resources-then.js';
import type { FirstRecordedDecision, RecordedDecision } from '../recorded-decision.js';

const EVENTS_AT_ONCE = 500;

/** Which decisions of the log are looked at: the newest first. */
export interface RecordedSpan {
  readonly spaceId: string;
  readonly since: Date;
  readonly until: Date;
  /** Only decisions that were recorded before this one: many can have the same time. */
  readonly beforeEventId?: string | undefined;
  readonly most: number;
}

/** A recorded question with all that it takes to ask it again. */
export interface RecordedQuestion {
  readonly auditEventId: string;
  readonly occurredAt: Date;
  readonly actor: QuestionActor;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | undefined;
  /** The Resource as it was then. */
  readonly resource: ResourceFact | undefined;
  readonly isInline: boolean;
  /** Nothing came along that conditions could have read and that is not stored: they can be evaluated again. */
  readonly isInputKnown: boolean;
  /** What conditions gave then, by the id of their permission or assignment. */
  readonly outcomes: ConditionOutcomes;
  /** Conditions of assignments as they were then. */
  readonly conditions: ReadonlyMap<string, string | undefined>;
}

/** Recorded questions of a span. */
export interface RecordedQuestions {
  readonly questions: readonly RecordedQuestion[];
  /** Decisions about the past, those over facts that came with the request, and those whose body is no longer kept. */
  readonly unreadable: number;
  /** There is no older decision in the span. */
  readonly isWhole: boolean;
  /** The oldest that was looked at. */
  readonly oldest: { readonly auditEventId: string; readonly occurredAt: Date } | undefined;
}

interface EventRow {
  readonly seq: number;
  readonly id: string;
  readonly occurredAt: Date;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly body: Buffer | null;
}

type Record = RecordedDecision | FirstRecordedDecision;

/** A decision of the log, and where it stands. */
export interface RecordedEvent {
  readonly spaceId: string;
  /** Path of the Group of its target, as it is now. */
  readonly groupPath: string | undefined;
  /** Undefined for a decision that cannot be asked again. */
  readonly question: RecordedQuestion | undefined;
}

/** One decision by its event; undefined when there is no such decision. */
export async function recordedEvent(executor: SqlExecutor, auditEventId: string): Promise<RecordedEvent | undefined> {
  const [row] = await executor.query<EventRow & { readonly spaceId: string; readonly groupPath: string | null }>(sql`
    SELECT e.seq, e.id, e.occurred_at AS "occurredAt", e.decision, e.deny_code AS "denyCode", e.body, e.space_id AS "spaceId", g.path AS "groupPath"
    FROM sys_audit.event e LEFT JOIN sys_identity.groups g ON g.space_id = e.space_id AND g.id = e.group_id
    WHERE e.id = ${auditEventId} AND e.type = 'authorization.decision'`);
  if (row === undefined) return undefined;
  const [question] = await completed(executor, row.spaceId, readable([row]));
  return { spaceId: row.spaceId, groupPath: row.groupPath ?? undefined, question };
}

/**
 * Reads decisions about the present out of the log, part by part.
 *
 * @throws PolityError `AUDIT_EVENT_NOT_FOUND` at `path` when the Space has no decision with the id to begin before
 */
export async function recordedQuestions(executor: SqlExecutor, span: RecordedSpan, path: InputPath): Promise<RecordedQuestions> {
  const questions: RecordedQuestion[] = [];
  let unreadable = 0;
  let oldest: EventRow | undefined;
  let before = span.beforeEventId === undefined ? null : await seqOf(executor, span.spaceId, span.beforeEventId, path);
  for (let left = span.most; ;) {
    const wanted = Math.min(EVENTS_AT_ONCE, left + 1);
    const rows: EventRow[] = await readEvents(executor, span, before, wanted);
    const taken = rows.slice(0, left);
    const read = readable(taken);
    questions.push(...(await completed(executor, span.spaceId, read)));
    unreadable += taken.length - read.length;
    oldest = taken.at(-1) ?? oldest;
    left -= taken.length;
    if (taken.length < rows.length || rows.length < wanted) {
      return { questions, unreadable, isWhole: taken.length === rows.length, oldest: oldest === undefined ? undefined : { auditEventId: oldest.id, occurredAt: oldest.occurredAt } };
    }
    before = oldest?.seq ?? null;
  }
}

function readEvents(executor: SqlExecutor, { spaceId, since, until }: RecordedSpan, before: number | null, most: number): Promise<EventRow[]> {
  return executor.query<EventRow>(sql`
    SELECT e.seq, e.id, e.occurred_at AS "occurredAt", e.decision, e.deny_code AS "denyCode", e.body FROM sys_audit.event e
    WHERE e.space_id = ${spaceId} AND e.type = 'authorization.decision' AND e.occurred_at >= ${since} AND e.occurred_at <= ${until}
      AND (${before}::bigint IS NULL OR e.seq < ${before}::bigint)
    ORDER BY e.seq DESC LIMIT ${most}`);
}

async function seqOf(executor: SqlExecutor, spaceId: string, auditEventId: string, path: InputPath): Promise<number> {
  const [event] = await executor.query<Pick<EventRow, 'seq'>>(sql`
    SELECT e.seq FROM sys_audit.event e WHERE e.id = ${auditEventId} AND e.space_id = ${spaceId} AND e.type = 'authorization.decision'`);
  if (event === undefined) throw notFound('AuditEvent', path);
  return event.seq;
}

function readable(rows: readonly EventRow[]): { readonly row: EventRow; readonly record: Record }[] {
  return rows.flatMap((row) => {
    const record = row.body === null ? undefined : recordOf(row.body);
    return record === undefined || isAboutPast(record) || record.contextMode === 'inline' ? [] : [{ row, record }];
  });
}

function recordOf(body: Buffer): Record | undefined {
  const { details } = JSON.parse(body.toString('utf8')) as { details?: Record };
  return details?.recordVersion === 1 || details?.recordVersion === 2 ? details : undefined;
}

function isAboutPast(record: Record): boolean {
  return record.recordVersion === 2 && record.asOf !== undefined;
}

async function completed(executor: SqlExecutor, spaceId: string, read: readonly { readonly row: EventRow; readonly record: Record }[]): Promise<RecordedQuestion[]> {
  const [resources, conditions] = await Promise.all([
    resourcesThen(executor, spaceId, read.map(({ record }) => ({ id: record.resource.id, rev: record.revision.space }))),
    conditionsThen(executor, spaceId, read.map(({ record }) => record)),
  ]);
  return read.map(({ row, record }, at): RecordedQuestion => ({
    auditEventId: row.id,
    occurredAt: row.occurredAt,
    actor: record.actor,
    resourceType: record.resource.type,
    resourceId: record.resource.id,
    action: record.action,
    decision: row.decision,
    denyCode: row.denyCode ?? undefined,
    resource: record.contextMode === 'stored' ? resources[at] : record.inline?.resource,
    isInline: record.contextMode !== 'stored',
    isInputKnown: record.recordVersion === 2 && record.inputHash === undefined,
    outcomes: outcomesOf(record),
    conditions: conditions[at] as ReadonlyMap<string, string | undefined>,
  }));
}

function outcomesOf(record: Record): ConditionOutcomes {
  return record.recordVersion === 2 ? (record.conditions ?? {}) : {};
}

// The condition of an assignment may be another one now; what the old one gave says nothing of it. That of a Permission never changes.
async function conditionsThen(executor: SqlExecutor, spaceId: string, records: readonly Record[]): Promise<ReadonlyMap<string, string | undefined>[]> {
  const asked = records.flatMap((record, at) => Object.keys(outcomesOf(record)).map((id) => ({ at, id, rev: record.revision.space })));
  const found = records.map(() => new Map<string, string | undefined>());
  if (asked.length === 0) return found;
  const rows = await executor.query<{ at: number; id: string; condition: string | null }>(sql`
    SELECT a.at, a.id, n.body ->> 'condition' AS condition
    FROM unnest(${asked.map(({ at }) => at)}::int[], ${asked.map(({ id }) => id)}::text[], ${asked.map(({ rev }) => rev)}::bigint[]) AS a (at, id, rev)
    CROSS JOIN LATERAL (
      SELECT v.body FROM sys_authz.fact_version v
      WHERE v.kind = 'member_role' AND v.id = a.id AND v.space_id = ${spaceId} AND v.rev <= a.rev ORDER BY v.rev DESC LIMIT 1) AS n`);
  for (const { at, id, condition } of rows) found[at]?.set(id, condition ?? undefined);
  return found;
}
