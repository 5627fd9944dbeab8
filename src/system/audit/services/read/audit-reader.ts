import { invalid } from '../../../../kernel/errors/index.js';
import { isId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, sql, some, boundedCount, type LogSequencer, type Sql, type SqlExecutor, type UnsequencedEvent } from '../../../../persistence/index.js';
import { reach, type AuditLog, type Keyring, type RequestContext } from '../../../shared/contracts/index.js';
import { encodeCursor, toSlice, type ListPage, type PageInput } from '../../../shared/services/index.js';
import { personalHash } from '../personal-seal.js';
import { PERSONAL_FILTERS, type PersonalFilter } from '../write/event-row.js';
import { assertFilter, filterPredicate, type EventFilter } from './event-filter.js';
import { EVENT_COLUMNS, eventsAt, type EventRecord, type PlacedEvent } from './event-record.js';
import { indexOf, readLogPage, type LogSelection, type Place } from './log-page.js';
import { READ_KEY, READ_PERSONAL_KEY, visiblePredicate, visibleSelection } from './visible-events.js';

/** Name that cursors of the audit log carry: lists and streams share them. */
export const AUDIT_CURSOR = 'auditEvents';

/** Equality filters on sealed values. */
export type PersonalValues = Readonly<Partial<Record<PersonalFilter, string | null>>>;

/** What {@link AuditReader.list} is asked for. */
export interface AuditQuery {
  readonly filter: EventFilter;
  readonly personal: PersonalValues;
  readonly oldestFirst: boolean;
}

/** What {@link AuditReader} runs on. */
export interface AuditReaderOptions {
  readonly database: SqlExecutor;
  readonly keyring: Keyring;
  readonly sequencer: Pick<LogSequencer<UnsequencedEvent>, 'sequenced'>;
  readonly auditLog: () => AuditLog;
}

/** Reads the audit log in its order. Every reading leaves an event itself. */
export class AuditReader {
  constructor(private readonly options: AuditReaderOptions) {}

  /** Events that the caller may read. A filter on personal values needs the right to read those too. */
  async list(context: RequestContext, query: AuditQuery, page: PageInput): Promise<ListPage<PlacedEvent>> {
    const { database } = this.options;
    const slice = toSlice(AUDIT_CURSOR, 1, page);
    const beyond = slice.position === undefined ? undefined : indexIn(slice.position, slice.backward ? 'before' : 'after');
    assertFilter({ ...query.filter, ...query.personal });
    const selection = await this.select(context, query);
    await this.options.sequencer.sequenced();
    const descending = query.oldestFirst === slice.backward;
    const { places } = await readLogPage(database, selection, { descending, beyond, limit: slice.limit + 1 });
    const hasMore = places.length > slice.limit;
    const events = await this.load(places.slice(0, slice.limit));
    if (slice.backward) events.reverse();
    await this.recordReading(context, query, events.length);
    const edges = events.map((node) => ({ node, cursor: cursorOf(node.index) }));
    return {
      edges,
      pageInfo: {
        hasNextPage: slice.backward ? slice.position !== undefined : hasMore,
        hasPreviousPage: slice.backward ? hasMore : slice.position !== undefined,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      totalCount: async () => (await boundedCount(database, { from: raw('sys_audit.event e'), where: selection.where })) ?? null,
    };
  }

  /** Events by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(PlacedEvent | undefined)[]> {
    const asked = ids.filter(isId);
    const visible = visiblePredicate(reach(context.caller, READ_KEY, context.request.now));
    const where = every([sql`e.id = ANY (${asked})`, visible]);
    let rows = await this.find(where);
    if (rows.some(({ index }) => index === null)) {
      // Written a moment ago: it gets its place now.
      await this.options.sequencer.sequenced();
      rows = await this.find(where);
    }
    const found = new Map(rows.flatMap((row) => (row.index === null ? [] : [[row.id, row as PlacedEvent] as const])));
    if (asked.length > 0) {
      await this.options.auditLog().recordNow(context, asked.map((id) => ({
        type: 'audit.read', spaceId: found.get(id)?.spaceId ?? '', target: { type: 'AuditEvent', id }, details: { operation: 'detail', count: found.has(id) ? 1 : 0 },
      })));
    }
    return ids.map((id) => found.get(id));
  }

  /** Events of the given places, in their order. */
  async load(places: readonly Place[]): Promise<PlacedEvent[]> {
    if (places.length === 0) return [];
    const rows = await this.options.database.query<EventRecord>(sql`
      SELECT r.* FROM ${eventsAt(sql`unnest(${places.map(({ seq }) => seq)}::bigint[]) s (seq)`)}`);
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    return places.flatMap(({ seq, index }) => {
      const row = bySeq.get(seq);
      return row === undefined ? [] : [{ ...row, index }];
    });
  }

  private find(where: Sql): Promise<(EventRecord & { readonly index: number | null })[]> {
    return this.options.database.query(sql`
      SELECT ${EVENT_COLUMNS}, p.index FROM sys_audit.event e LEFT JOIN LATERAL (${indexOf('e.seq')}) p ON TRUE WHERE ${where}`);
  }

  private async select(context: RequestContext, { filter, personal }: AuditQuery): Promise<LogSelection> {
    const hidden = await this.personalPredicates(personal);
    const keys = hidden.length === 0 ? [READ_KEY] : [READ_KEY, READ_PERSONAL_KEY];
    return visibleSelection(context.caller, context.request.now, keys, every([filterPredicate(filter), ...hidden]));
  }

  // Values are compared by the hashes that any accepted key gives: those of before a rotation stay found.
  private async personalPredicates(personal: PersonalValues): Promise<Sql[]> {
    const wanted = PERSONAL_FILTERS.flatMap((field) => {
      const value = personal[field];
      return value === undefined || value === null ? [] : [{ field, value }];
    });
    if (wanted.length === 0) return [];
    const keys = await this.options.keyring.accepted('audit_filter');
    return wanted.map(({ field, value }) => sql`e.id IN (SELECT h.event_id FROM sys_audit.event_personal h
      WHERE h.field = ${field} AND ${some(keys.map((key) => sql`h.hash = ${Buffer.from(personalHash(key, field, value))}`))})`);
  }

  private async recordReading(context: RequestContext, { filter, personal, oldestFirst }: AuditQuery, count: number): Promise<void> {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== null));
    const values = Object.fromEntries(Object.entries(personal).filter(([, value]) => value !== undefined && value !== null));
    const spaceId = filter.spaceId ?? onlySpace(context);
    await this.options.auditLog().recordNow(context, [{
      type: 'audit.read',
      spaceId: spaceId === '' || isId(spaceId) ? spaceId : '',
      target: { type: 'AuditLog', id: 'audit' },
      details: { operation: 'list', filter: given, personalFilters: Object.keys(values), oldestFirst, count },
      personal: Object.keys(values).length === 0 ? undefined : { values },
    }]);
  }
}

/** Cursor of a place in the audit log. */
export function cursorOf(index: number): string {
  return encodeCursor(AUDIT_CURSOR, [String(index)]);
}

/** Index in a decoded cursor. @throws PolityError `CURSOR_INVALID` */
export function indexIn([text]: readonly unknown[], argument: string): number {
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) throw invalid([argument], 'This cursor does not belong to this list.', 'CURSOR_INVALID');
  return Number(text);
}

// The reader of one Space leaves a trace that the admins of that Space see.
function onlySpace(context: RequestContext): string {
  const { instance, spaces, groups } = reach(context.caller, READ_KEY, context.request.now);
  const ids = new Set([...spaces, ...groups.map(({ spaceId }) => spaceId)]);
  return instance || ids.size !== 1 ? '' : ([...ids][0] ?? '');
}

/** The reader of the process. */
export const auditReaderRef = createServiceRef<AuditReader>({ id: 'audit.reader', scope: 'process' });
