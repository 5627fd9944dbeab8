import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../../persistence/index.js';
import { holdsSomewhere, type AuditLog, type Caller, type RequestContext } from '../../../shared/contracts/index.js';
import { decodeCursor, encodeCursor, type EventStream, type EventStreams } from '../../../shared/services/index.js';
import { AUDIT_CURSOR, cursorOf, indexIn, type AuditReader } from '../read/audit-reader.js';
import { assertFilter, matchesFilter, type EventFilter } from '../read/event-filter.js';
import type { PlacedEvent } from '../read/event-record.js';
import { isWithin, READ_KEY } from '../read/visible-events.js';
import { replayAudit } from './audit-events.js';
import { admitsLifecycle, LIFECYCLE_KEY, type PlacedOutboxEvent } from './lifecycle-events.js';
import type { LogEngine } from './log-engine.js';

const LIFECYCLE_CURSOR = 'lifecycleEvents';

/** What {@link LogStreams} runs on. */
export interface LogStreamsOptions {
  readonly database: SqlExecutor;
  readonly engine: LogEngine;
  readonly reader: AuditReader;
  readonly streams: EventStreams;
  readonly auditLog: () => AuditLog;
  readonly now: () => number;
}

/** Streams of the two logs, resumed from a cursor. */
export class LogStreams {
  constructor(private readonly options: LogStreamsOptions) {}

  /** Audit events that the caller may read. Opening a stream is a reading of the log, and leaves an event. */
  async auditEvents(context: RequestContext, filter: EventFilter, after?: string | null): Promise<EventStream<PlacedEvent>> {
    const { database, engine, reader, streams, auditLog, now } = this.options;
    assertHoldsSomewhere(context.caller, READ_KEY, now());
    assertFilter({ ...filter });
    const given = after === undefined || after === null ? undefined : indexIn(decodeCursor(AUDIT_CURSOR, 1, after, 'after'), 'after');
    await auditLog().recordNow(context, [{
      type: 'audit.read', spaceId: '', target: { type: 'AuditLog', id: 'audit' }, details: { operation: 'stream', filter: { ...filter }, after: given },
    }]);
    await engine.audit.sequenced();
    return streams.open({
      feed: engine.auditFeed,
      search: async (caller, beyond) => {
        const found = await replayAudit(database, (places) => reader.load(places), filter, caller, beyond, now());
        await engine.settled();
        return found;
      },
      key: READ_KEY,
      wish: wishOf(filter),
      admits: (held, event) => matchesFilter(event, filter) && isWithin(held, event),
      caller: context.caller,
      after: await this.startAfter(given, () => engine.auditFeed.end()),
      cursorOf,
    });
  }

  /** Events of the life of the system that the caller may read. */
  async lifecycleEvents(context: RequestContext, after?: string | null): Promise<EventStream<PlacedOutboxEvent>> {
    const { engine, streams, now } = this.options;
    assertHoldsSomewhere(context.caller, LIFECYCLE_KEY, now());
    const given = after === undefined || after === null ? undefined : indexIn(decodeCursor(LIFECYCLE_CURSOR, 1, after, 'after'), 'after');
    await engine.outbox.sequenced();
    return streams.open({
      feed: engine.outboxFeed,
      key: LIFECYCLE_KEY,
      wish: '',
      admits: admitsLifecycle,
      caller: context.caller,
      after: await this.startAfter(given, () => engine.outboxFeed.end()),
      cursorOf: lifecycleCursor,
    });
  }

  // Without a cursor a stream begins with what comes after this moment. A cursor beyond the log is one of another log.
  private async startAfter(given: number | undefined, end: () => Promise<number>): Promise<number> {
    const last = (await end()) - 1;
    if (given !== undefined && given > last) throw new PolityError('CURSOR_INVALID', 'This cursor does not belong to this log.', { path: ['after'] });
    return given ?? last;
  }
}

// Values of a filter are of one type each.
function wishOf(filter: EventFilter): string {
  return JSON.stringify(Object.entries(filter).filter(([, value]) => value !== undefined && value !== null).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function assertHoldsSomewhere(caller: Caller, key: string, now: number): void {
  if (!holdsSomewhere(caller, key, now)) throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Needs the permission ${key}.`, { details: { permission: key } });
}

/** Cursor of a place in the outbox. */
export function lifecycleCursor(index: number): string {
  return encodeCursor(LIFECYCLE_CURSOR, [String(index)]);
}

/** The streams of the process. */
export const logStreamsRef = createServiceRef<LogStreams>({ id: 'audit.streams', scope: 'process' });
