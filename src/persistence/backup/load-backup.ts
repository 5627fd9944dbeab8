import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { from } from 'pg-copy-streams';
import { asRole } from './as-role.js';
import { BackupError } from './backup-error.js';
import type { BackupManifest, BackupSequence, BackupTable } from './backup-manifest.js';
import { type CatalogSequence, type CatalogTable, columnList, nameOf, quoted, readSequences, readTables } from './catalog.js';
import { assertPristine } from './pristine.js';
import { withQuietTriggers } from './quiet-triggers.js';
import { readTable } from './read-table.js';
import { inTransaction } from './session.js';
import { inReferenceOrder } from './table-order.js';

const LOCK_NOT_AVAILABLE = '55P03';

/** Loads all of a verified backup into a migrated, empty database of the same schema version: everything, or nothing. */
export async function loadBackup(client: Client, folder: string, manifest: BackupManifest, log: (line: string) => void): Promise<void> {
  await inTransaction(client, 'BEGIN', async () => {
    const tables = await readTables(client);
    await lockAll(client, tables);
    await assertPristine(client, tables);
    const stored = matchTables(tables, manifest.tables);
    await withQuietTriggers(client, async () => {
      for (const table of inReferenceOrder(tables)) {
        const backup = stored.get(nameOf(table))!;
        await asRole(client, table.owner, () => loadTable(client, folder, table, backup));
        log(`${nameOf(table)}: ${backup.rows} rows`);
      }
    });
    await moveSequences(client, await readSequences(client), manifest.sequences);
  });
  for (const table of manifest.tables) await client.query(`ANALYZE ${quoted(table)}`);
}

/** A server that works on this database must not write between the look and the load. */
async function lockAll(client: Client, tables: readonly CatalogTable[]): Promise<void> {
  try {
    await client.query(`LOCK TABLE ${tables.map(quoted).join(', ')} IN ACCESS EXCLUSIVE MODE`);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new BackupError('DATABASE_NOT_EMPTY', 'Somebody else uses the tables of this database; stop the servers on it', { cause: error });
  }
}

function matchTables(tables: readonly CatalogTable[], stored: readonly BackupTable[]): Map<string, BackupTable> {
  const byName = new Map(stored.map((table) => [nameOf(table), table]));
  for (const table of tables) {
    const backup = byName.get(nameOf(table));
    if (backup === undefined) throw new BackupError('SCHEMA_UNKNOWN', `The backup has no table ${nameOf(table)}`);
    if (backup.columns.toSorted().join() !== table.columns.toSorted().join()) {
      throw new BackupError('SCHEMA_UNKNOWN', `Table ${nameOf(table)} has other columns in the backup than here`);
    }
  }
  const here = new Set(tables.map(nameOf));
  const missing = stored.map(nameOf).filter((name) => !here.has(name));
  if (missing.length > 0) throw new BackupError('SCHEMA_UNKNOWN', `There is no table ${missing.join(', ')} here`);
  return byName;
}

async function loadTable(client: Client, folder: string, table: CatalogTable, backup: BackupTable): Promise<void> {
  const present = new Set(table.partitions?.map(({ name }) => name));
  for (const { name, bounds } of backup.partitions?.filter((partition) => !present.has(partition.name)) ?? []) {
    await client.query(`CREATE TABLE ${escapeIdentifier(table.schema)}.${escapeIdentifier(name)} PARTITION OF ${quoted(table)} ${bounds}`);
  }
  // What the migrations wrote here stands in the backup as it became since.
  await client.query(`DELETE FROM ${quoted(table)}`);
  await readTable(folder, backup, client.query(from(`COPY ${quoted(table)} (${columnList(backup.columns)}) FROM STDIN`)));
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${quoted(table)}`);
  if (Number(rows[0]?.count) !== backup.rows) {
    throw new BackupError('RESTORE_FAILED', `${nameOf(table)} has ${rows[0]?.count} rows after the restore, not ${backup.rows}`);
  }
}

// Not `setval`, which would stay when the transaction fails.
async function moveSequences(client: Client, sequences: readonly CatalogSequence[], stored: readonly BackupSequence[]): Promise<void> {
  for (const sequence of sequences) {
    const backup = stored.find((candidate) => nameOf(candidate) === nameOf(sequence));
    if (backup === undefined) throw new BackupError('SCHEMA_UNKNOWN', `The backup has no sequence ${nameOf(sequence)}`);
    const { rows } = await client.query<{ increment: string }>(
      `SELECT seqincrement::text AS increment FROM pg_sequence WHERE seqrelid = ${escapeLiteral(quoted(sequence))}::regclass`);
    const next = BigInt(backup.lastValue) + (backup.isCalled ? BigInt(rows[0]!.increment) : 0n);
    await asRole(client, sequence.owner, () => client.query(`ALTER SEQUENCE ${quoted(sequence)} RESTART WITH ${next}`));
  }
}
