import { raw, sql, type Sql } from '../../../../persistence/index.js';
import type { AuditRisk } from '../../../shared/contracts/index.js';
import type { SealedField } from '../personal-seal.js';

/** An audit event as it is stored. */
export interface EventRecord {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly risk: AuditRisk;
  readonly spaceId: string;
  readonly groupId: string | null;
  /** Path of the group as it is now. */
  readonly groupPath: string | null;
  readonly occurredAt: Date;
  readonly actorUserId: string | null;
  readonly actorMemberId: string | null;
  readonly actorUserMemberId: string | null;
  readonly credentialId: string | null;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly decision: 'ALLOW' | 'DENY' | null;
  readonly denyCode: string | null;
  readonly traceId: string | null;
  readonly requestId: string | null;
  /** Canonical JSON; null once retention emptied it. */
  readonly body: Buffer | null;
}

/** An event with its place in the log. */
export interface PlacedEvent extends EventRecord {
  /** Index of its leaf: the total order of the log. */
  readonly index: number;
}

/** What the body says that no column does. */
export interface EventBody {
  readonly credential?: { readonly kind?: string; readonly id?: string; readonly issuer?: string };
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly personal?: Readonly<Record<string, SealedField>>;
}

/** Columns of {@link EventRecord}, over `sys_audit.event e`. */
export const EVENT_COLUMNS = raw(`e.id, e.seq, e.type, e.risk, e.space_id AS "spaceId", e.group_id AS "groupId",
  (SELECT g.path FROM sys_identity.groups g WHERE g.space_id = e.space_id AND g.id = e.group_id) AS "groupPath", e.occurred_at AS "occurredAt",
  e.actor_user_id AS "actorUserId", e.actor_member_id AS "actorMemberId", e.actor_user_member_id AS "actorUserMemberId",
  e.credential_id AS "credentialId", e.action, e.target_type AS "targetType", e.target_id AS "targetId", e.decision, e.deny_code AS "denyCode",
  e.trace_id AS "traceId", e.request_id AS "requestId", e.body`);

/**
 * Events of a set of seqs, one look-up each whatever the planner believes of the table: a log must never be walked for a page.
 *
 * @param seqs - relation named `s` with a column `seq`
 */
export function eventsAt(seqs: Sql, table = 'sys_audit.event', columns: Sql = EVENT_COLUMNS): Sql {
  return sql`${seqs} CROSS JOIN LATERAL (SELECT ${columns} FROM ${raw(table)} e WHERE e.seq = s.seq LIMIT 1) r`;
}

/** Reads the body of an event; empty once it is dropped. */
export function bodyOf(event: Pick<EventRecord, 'body'>): EventBody {
  return event.body === null ? {} : (JSON.parse(event.body.toString('utf8')) as EventBody);
}
