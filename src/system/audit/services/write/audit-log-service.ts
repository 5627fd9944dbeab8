import type { Transaction } from '../../../../persistence/index.js';
import type { AuditEntry, AuditLog, EventRegistry, Keyring, RequestContext } from '../../../shared/contracts/index.js';
import { buildEvent } from './build-event.js';
import { draftEvent, type EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import type { GroupCommit } from './group-commit.js';
import { insertEvents } from './insert-events.js';

/** What {@link AuditLogService} runs on. */
export interface AuditLogOptions {
  readonly keyring: Keyring;
  readonly registry: EventRegistry;
  /** Writes events that belong to no change; on connections that no caller's transaction waits for. */
  readonly decisions: Pick<GroupCommit<EventRow>, 'write'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told after the commit which types were written. */
  readonly onWritten: (types: readonly string[]) => void;
}

/** Writes the audit log: with a change in its transaction, or by itself in a group commit. */
export class AuditLogService implements AuditLog {
  private readonly drafts = new WeakMap<Transaction, EventDraft[]>();

  constructor(private readonly options: AuditLogOptions) {}

  record(transaction: Transaction, context: RequestContext, entry: AuditEntry): string {
    const draft = this.draft(context, entry);
    const present = this.drafts.get(transaction);
    if (present !== undefined) present.push(draft);
    else {
      this.drafts.set(transaction, [draft]);
      transaction.onLast(() => this.writeLast(transaction));
    }
    return draft.id;
  }

  async recordNow(context: RequestContext, entries: readonly AuditEntry[]): Promise<readonly string[]> {
    if (entries.length === 0) return [];
    const rows = await this.build(entries.map((entry) => this.draft(context, entry)));
    await this.options.decisions.write(rows);
    this.options.onWritten(rows.map(({ type }) => type));
    return rows.map(({ id }) => id);
  }

  private draft(context: RequestContext, entry: AuditEntry): EventDraft {
    return draftEvent(context, entry, this.options.registry, this.options.now());
  }

  private build(drafts: readonly EventDraft[]): Promise<EventRow[]> {
    return Promise.all(drafts.map((draft) => buildEvent(draft, this.options.keyring)));
  }

  private async writeLast(transaction: Transaction): Promise<void> {
    const drafts = this.drafts.get(transaction) ?? [];
    // Whoever records after this gets a statement of its own.
    this.drafts.delete(transaction);
    const rows = await this.build(drafts);
    await transaction.query(insertEvents(rows));
    transaction.onCommitted(() => this.options.onWritten(rows.map(({ type }) => type)));
  }
}
