import { sql } from '../sql.js';
import type { PreparingExecutor } from '../statement-pool.js';
import { auditLeafHash } from './audit-leaf.js';
import type { LogHead, SequencedLog, UnsequencedRow } from './sequenced-log.js';
import { unsequencedRows, type LogTables } from './unsequenced-rows.js';

/** An audit event that waits for its place. */
export interface UnsequencedEvent extends UnsequencedRow {
  readonly space_id: string;
  readonly body_hash: Buffer;
}

interface SpaceHead {
  readonly number: number;
  readonly leaf: Uint8Array;
}

const TABLES: LogTables = { events: 'sys_audit.event', batches: 'sys_audit.batch', columns: 'e.seq, e.space_id, e.body_hash' };

/** Audit events: each gets a leaf that continues the chain of its Space. */
export const auditLog: SequencedLog<UnsequencedEvent> = {
  channel: 'polity_audit',
  head: sql`
    SELECT h.next_index, h.snapshot::text AS snapshot, h.system_identifier <> c.system_identifier::text AS restored
    FROM sys_audit.head h, pg_control_system() c`,
  lock: sql`SELECT FROM sys_audit.lock_head()`,
  unsequenced: (head: LogHead) => unsequencedRows(TABLES, head),
  appendIn: (transaction) => {
    const chains = new SpaceChains(transaction);
    return (firstIndex, events, isLast) => append(transaction, chains, firstIndex, events, isLast);
  },
};

/** Last event of each Space that a transaction has come across; written once, however many batches there are. */
class SpaceChains {
  private readonly heads = new Map<string, SpaceHead>();
  private readonly known = new Set<string>();

  constructor(private readonly transaction: PreparingExecutor) {}

  async read(spaceIds: Iterable<string>): Promise<void> {
    const unknown = [...new Set(spaceIds)].filter((spaceId) => !this.known.has(spaceId));
    if (unknown.length === 0) return;
    const rows = await this.transaction.prepared<{ space_id: string; number: number; leaf_hash: Buffer }>('polity_audit_spaces', sql`
      SELECT space_id, number, leaf_hash FROM sys_audit.space_head WHERE space_id = ANY (${unknown})`);
    for (const { space_id, number, leaf_hash } of rows) this.heads.set(space_id, { number, leaf: leaf_hash });
    for (const spaceId of unknown) this.known.add(spaceId);
  }

  /** Adds an event to the chain of its Space and gives its place there. */
  add({ space_id, body_hash }: UnsequencedEvent): SpaceHead {
    const last = this.heads.get(space_id);
    const number = (last?.number ?? 0) + 1;
    const head = { number, leaf: auditLeafHash({ bodyHash: body_hash, spaceId: space_id, number, previous: last?.leaf }) };
    this.heads.set(space_id, head);
    return head;
  }

  entries(): [string, SpaceHead][] {
    return [...this.heads];
  }
}

async function append(transaction: PreparingExecutor, chains: SpaceChains, firstIndex: number, events: readonly UnsequencedEvent[], isLast: boolean): Promise<void> {
  await chains.read(events.map(({ space_id }) => space_id));
  const places = events.map((event) => chains.add(event));
  const heads = isLast ? chains.entries() : [];
  await transaction.prepared('polity_audit_append', sql`
    SELECT sys_audit.append_batch(${firstIndex}, ${events.map(({ seq }) => seq)}::bigint[], ${places.map(({ number }) => number)}::bigint[],
      ${Buffer.concat(places.map(({ leaf }) => leaf))}, ${heads.map(([spaceId]) => spaceId)}::text[],
      ${heads.map(([, { number }]) => number)}::bigint[], ${heads.map(([, { leaf }]) => Buffer.from(leaf))}::bytea[])`);
}
