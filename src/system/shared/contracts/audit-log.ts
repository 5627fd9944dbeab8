import { createServiceRef } from '../../../kernel/services/index.js';
import type { Transaction } from '../../../persistence/index.js';
import type { Actor } from './caller.js';
import type { RequestContext } from './request-context.js';

/** How much harm the thing that happened can do. */
export type AuditRisk = 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL';

/** Personal values of an event, sealed under the subject's key before they are stored. */
export interface PersonalFields {
  /** User id whose key seals the fields; absent for unknown persons (a key of the instance is used). */
  readonly subject?: string;
  /** An identifier typed by a person, such as the e-mail of a failed sign-in. */
  readonly identifier?: string;
  /** Changed personal values by field name. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** What a service says happened. Ids, keys, paths and statuses only; personal values go to `personal`. */
export interface AuditEntry {
  /** A registered event type, such as `group.created`. */
  readonly type: string;
  /** Where it is not that of the type: a decision has the risk of its action. */
  readonly risk?: AuditRisk;
  /** Space of the target; `''` for the instance. */
  readonly spaceId: string;
  /** Group of the target, when it belongs to one: group admins see it by this. */
  readonly groupId?: string;
  /** Who acts, where it is not the caller's own actor: a decision that a backend asks for about its user. */
  readonly actor?: Actor;
  /** `<type>.<action>` of a decision; the event type otherwise. */
  readonly action?: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly decision?: 'ALLOW' | 'DENY';
  readonly denyCode?: string;
  /** The assignment that an ALLOW comes from; `''` where it comes from none that is stored. */
  readonly assignmentId?: string;
  readonly traceId?: string;
  /** Field → [before, after]; only fields that are not personal. */
  readonly changes?: Readonly<Record<string, readonly [unknown, unknown]>>;
  /** More facts; redacted by key (anything that looks secret). */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly personal?: PersonalFields;
}

/** The audit log as other capabilities see it. */
export interface AuditLog {
  /** Adds an event to a transaction: both commit, or neither does. Gives the event's id. */
  record(transaction: Transaction, context: RequestContext, entry: AuditEntry): string;
  /** Writes events that belong to no change (denials, failed sign-ins, decisions); resolves when they are durable. Group commit. */
  recordNow(context: RequestContext, entries: readonly AuditEntry[]): Promise<readonly string[]>;
}

/** The audit log of the process. */
export const auditLogRef = createServiceRef<AuditLog>({ id: 'audit.log', scope: 'process' });
