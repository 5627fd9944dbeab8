import { invalid } from '../../../../kernel/errors/index.js';
import { every, raw, sql, type Sql } from '../../../../persistence/index.js';
import type { AuditRisk } from '../../../shared/contracts/index.js';
import type { EventRecord } from './event-record.js';

/** Which events are wanted; absent members want all. */
export interface EventFilter {
  /** A Space, or `''` for events of the instance. */
  readonly spaceId?: string | null;
  readonly types?: readonly string[] | null;
  readonly actorUserId?: string | null;
  readonly actorMemberId?: string | null;
  readonly actorUserMemberId?: string | null;
  readonly credentialId?: string | null;
  readonly targetType?: string | null;
  readonly targetId?: string | null;
  readonly action?: string | null;
  readonly decision?: 'ALLOW' | 'DENY' | null;
  readonly denyCode?: string | null;
  readonly requestId?: string | null;
  readonly traceId?: string | null;
  readonly risk?: AuditRisk | null;
  /** Not before. */
  readonly from?: Date | null;
  /** Before. */
  readonly to?: Date | null;
}

const COLUMNS = {
  spaceId: 'space_id', actorUserId: 'actor_user_id', actorMemberId: 'actor_member_id', actorUserMemberId: 'actor_user_member_id',
  credentialId: 'credential_id', targetType: 'target_type', targetId: 'target_id', action: 'action', decision: 'decision', denyCode: 'deny_code',
  requestId: 'request_id', traceId: 'trace_id', risk: 'risk',
} as const satisfies Partial<Record<keyof EventFilter & keyof EventRecord, string>>;

const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

const LONGEST_TEXT = 1_000;
/** More than there are types of events: all but one can be asked for. */
const MOST_TYPES = 500;

/** Refuses filter values that no event can have, naming the argument. @throws PolityError `VALIDATION_FAILED` */
export function assertFilter(filter: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(filter)) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    if (texts.length > MOST_TYPES) throw invalid([name], `At most ${MOST_TYPES} values.`);
    for (const text of texts) {
      if (typeof text === 'string' && (text.length > LONGEST_TEXT || text.includes('\0') || !text.isWellFormed())) {
        throw invalid([name], `At most ${LONGEST_TEXT} characters, without NUL and half characters.`);
      }
    }
  }
}

/** The filter as a predicate over `sys_audit.event e`. */
export function filterPredicate(filter: EventFilter): Sql {
  const parts = NAMES.flatMap((name) => {
    const value = filter[name];
    return value === undefined || value === null ? [] : [sql`${raw(`e.${COLUMNS[name]}`)} = ${value}`];
  });
  if (filter.types !== undefined && filter.types !== null) parts.push(sql`e.type = ANY (${[...filter.types]})`);
  if (filter.from !== undefined && filter.from !== null) parts.push(sql`e.occurred_at >= ${filter.from}`);
  if (filter.to !== undefined && filter.to !== null) parts.push(sql`e.occurred_at < ${filter.to}`);
  return every(parts);
}

/** The same, decided in memory: for events on their way to a stream. */
export function matchesFilter(event: EventRecord, filter: EventFilter): boolean {
  const { types, from, to } = filter;
  if (types !== undefined && types !== null && !types.includes(event.type)) return false;
  if (from !== undefined && from !== null && event.occurredAt < from) return false;
  if (to !== undefined && to !== null && event.occurredAt >= to) return false;
  return NAMES.every((name) => filter[name] === undefined || filter[name] === null || filter[name] === event[name]);
}
