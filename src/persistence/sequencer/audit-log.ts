import { sql } from '../sql.js';
import type { SqlExecutor } from '../transaction.js';
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
  lock: sql`SELECT next_index, snapshot::text AS snapshot, restored FROM sys_audit.lock_head()`,
  unsequenced: (head: LogHead) => unsequencedRows(TABLES, head),
  append,
};

async function append(transaction: SqlExecutor, firstIndex: number, events: readonly UnsequencedEvent[]): Promise<void> {
  const heads = await readSpaceHeads(transaction, new Set(events.map(({ space_id }) => space_id)));
  const numbers: number[] = [];
  const leaves: Uint8Array[] = [];
  for (const { space_id, body_hash } of events) {
    const last = heads.get(space_id);
    const number = (last?.number ?? 0) + 1;
    const leaf = auditLeafHash({ bodyHash: body_hash, spaceId: space_id, number, previous: last?.leaf });
    heads.set(space_id, { number, leaf });
    numbers.push(number);
    leaves.push(leaf);
  }
  const spaces = [...heads.keys()];
  const last = [...heads.values()];
  await transaction.query(sql`
    SELECT sys_audit.append_batch(${firstIndex}, ${events.map(({ seq }) => seq)}::bigint[], ${numbers}::bigint[], ${Buffer.concat(leaves)},
      ${spaces}::text[], ${last.map(({ number }) => number)}::bigint[], ${last.map(({ leaf }) => Buffer.from(leaf))}::bytea[])`);
}

async function readSpaceHeads(transaction: SqlExecutor, spaceIds: ReadonlySet<string>): Promise<Map<string, SpaceHead>> {
  const rows = await transaction.query<{ space_id: string; number: number; leaf_hash: Buffer }>(sql`
    SELECT space_id, number, leaf_hash FROM sys_audit.space_head WHERE space_id = ANY (${[...spaceIds]})`);
  return new Map(rows.map(({ space_id, number, leaf_hash }) => [space_id, { number, leaf: leaf_hash }]));
}
