import { canonicalJson } from '../../../../kernel/crypto/index.js';
import { invariant } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { sql, type Sql, type SqlExecutor, type Transaction } from '../../../../persistence/index.js';
import type { EventRegistry, Outbox, OutboxEvent } from '../../../shared/contracts/index.js';
import { jsonValue } from '../write/json-value.js';
import { isLifecycleType } from './lifecycle-type.js';

/** What {@link OutboxService} runs on. */
export interface OutboxOptions {
  /** For events that belong to no change. */
  readonly database: SqlExecutor;
  readonly registry: Pick<EventRegistry, 'isPublished'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told after the commit. */
  readonly onWritten: () => void;
}

interface OutboxRow extends OutboxEvent {
  readonly id: string;
  readonly json: string;
  readonly occurredAt: string;
}

/** Writes domain and lifecycle events, with a change in its transaction or by themselves. */
export class OutboxService implements Outbox {
  private readonly pending = new WeakMap<Transaction, OutboxRow[]>();

  constructor(private readonly options: OutboxOptions) {}

  publish(transaction: Transaction, event: OutboxEvent): void {
    const row = this.row(event);
    const present = this.pending.get(transaction);
    if (present !== undefined) {
      present.push(row);
      return;
    }
    this.pending.set(transaction, [row]);
    transaction.onLast(async () => {
      const rows = this.pending.get(transaction) ?? [];
      this.pending.delete(transaction);
      await transaction.query(insertion(rows));
      transaction.onCommitted(() => this.options.onWritten());
    });
  }

  async publishNow(event: OutboxEvent): Promise<void> {
    await this.options.database.query(insertion([this.row(event)]));
    this.options.onWritten();
  }

  private row(event: OutboxEvent): OutboxRow {
    invariant(this.options.registry.isPublished(event.type) || isLifecycleType(event.type), `No capability declares that it publishes ${event.type}.`);
    const json = Buffer.from(canonicalJson(jsonValue(event.payload))).toString('utf8');
    return { ...event, id: newId('evt'), json, occurredAt: new Date(this.options.now()).toISOString() };
  }
}

function insertion(rows: readonly OutboxRow[]): Sql {
  return sql`
    INSERT INTO sys_kernel.outbox_event (id, type, space_id, subject_type, subject_id, payload, occurred_at)
    SELECT n.id, n.type, n.space_id, n.subject_type, n.subject_id, n.payload::jsonb, n.occurred_at
    FROM unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ type }) => type)}::text[], ${rows.map(({ spaceId }) => spaceId)}::text[],
      ${rows.map(({ subject }) => subject.type)}::text[], ${rows.map(({ subject }) => subject.id)}::text[], ${rows.map(({ json }) => json)}::text[],
      ${rows.map(({ occurredAt }) => occurredAt)}::timestamptz[]) AS n (id, type, space_id, subject_type, subject_id, payload, occurred_at)`;
}
