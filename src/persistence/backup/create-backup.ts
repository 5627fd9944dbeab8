import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Client } from 'pg';
import { readLedger } from '../migrations/index.js';
import { BackupError } from './backup-error.js';
import { BACKUP_FORMAT, BACKUP_FORMAT_VERSION, type BackupManifest, type BackupSequence, type BackupTable } from './backup-manifest.js';
import { nameOf, quoted, readSequences, readTables } from './catalog.js';
import { writeManifest } from './manifest-file.js';
import { inTransaction, withBackupSession } from './session.js';
import { writeTable } from './write-table.js';

/** What a backup is made of. */
export interface CreateBackupOptions {
  /** Address of the database for a role that may read every table: the owner's. */
  readonly url: string;
  /** Folder of the new backup: made here, or empty. It gets all or nothing. */
  readonly folder: string;
  /** Version of this release, for the manifest. */
  readonly productVersion: string;
  /** Called before the backup can be used, to write down that it was made; when it rejects there is none. */
  readonly record?: (manifest: BackupManifest) => Promise<void>;
  /** Told each step, one line. */
  readonly log?: (line: string) => void;
}

const INSUFFICIENT_PRIVILEGE = '42501';
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

const FACTS = `
  SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt",
    current_setting('server_version') AS version, (SELECT system_identifier::text FROM pg_control_system()) AS "systemIdentifier",
    (SELECT instance_id FROM sys_kernel.instance) AS id, (SELECT master_key_fingerprint FROM sys_kernel.instance) AS "masterKeyFingerprint",
    (SELECT rev::text FROM sys_authz.revision WHERE space_id = '') AS revision,
    (SELECT next_index::text FROM sys_audit.head) AS audit, (SELECT next_index::text FROM sys_kernel.outbox_head) AS outbox`;

interface Facts {
  createdAt: string;
  version: string;
  systemIdentifier: string;
  id: string | null;
  masterKeyFingerprint: string | null;
  revision: string;
  audit: string;
  outbox: string;
}

/**
 * Copies every table of one snapshot into a folder: one compressed file each, and at last `manifest.json` with their checksums. The
 * server may go on working.
 *
 * @throws BackupError `FOLDER_UNUSABLE` or `NOT_ALLOWED`; a driver error when the database refuses
 */
export async function createBackup({ url, folder, productVersion, record, log = () => undefined }: CreateBackupOptions): Promise<BackupManifest> {
  const target = resolve(folder);
  const partial = await makeFolder(target);
  try {
    const manifest = await withBackupSession(url, log, (client) => inTransaction(client, SNAPSHOT, () => copyAll(client, partial, productVersion, log)));
    await record?.(manifest);
    await rename(partial, target);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code, message } = error as { code?: string; message: string };
    if (code !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new BackupError('NOT_ALLOWED', `A backup needs the address of the owner (POLITY_MIGRATE_DATABASE_URL): ${message}`, { cause: error });
  }
}

async function makeFolder(target: string): Promise<string> {
  const partial = `${target}.partial`;
  try {
    const found = await readdir(target).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    if (found.length > 0) throw new BackupError('FOLDER_UNUSABLE', `${target} is not empty; name a new folder`);
    await mkdir(dirname(target), { recursive: true });
    await mkdir(partial, { mode: 0o700 });
    return partial;
  } catch (error) {
    if (error instanceof BackupError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new BackupError('FOLDER_UNUSABLE', `${partial} is there: another backup writes it, or was killed; remove it then`);
    throw new BackupError('FOLDER_UNUSABLE', `${target} cannot be written (${code})`, { cause: error });
  }
}

async function copyAll(client: Client, folder: string, productVersion: string, log: (line: string) => void): Promise<BackupManifest> {
  const migrations = await readLedger(client);
  if (migrations.length === 0) throw new BackupError('NOT_A_BACKUP', 'There is nothing to back up: this database was never migrated');
  const facts = (await client.query<Facts>(FACTS)).rows[0]!;
  const tables: BackupTable[] = [];
  for (const table of await readTables(client)) {
    const written = await writeTable(client, folder, table);
    log(`${nameOf(table)}: ${written.rows} rows`);
    tables.push(written);
  }
  return writeManifest(folder, {
    format: BACKUP_FORMAT,
    formatVersion: BACKUP_FORMAT_VERSION,
    createdAt: facts.createdAt,
    productVersion,
    schemaVersion: migrations.at(-1)?.version ?? 0,
    migrations: migrations.map(({ appliedAt, ...migration }) => ({ ...migration, appliedAt: appliedAt.toISOString() })),
    postgres: { version: facts.version, systemIdentifier: facts.systemIdentifier },
    instance: { id: facts.id ?? undefined, masterKeyFingerprint: facts.masterKeyFingerprint ?? undefined, revision: Number(facts.revision) },
    logHeads: { audit: Number(facts.audit), outbox: Number(facts.outbox) },
    tables,
    // After the rows: a sequence does not belong to the snapshot, and may only be ahead of it.
    sequences: await readPositions(client),
  });
}

async function readPositions(client: Client): Promise<BackupSequence[]> {
  const positions: BackupSequence[] = [];
  for (const sequence of await readSequences(client)) {
    const { rows } = await client.query<Pick<BackupSequence, 'lastValue' | 'isCalled'>>(
      `SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${quoted(sequence)}`);
    positions.push({ schema: sequence.schema, name: sequence.name, ...rows[0]! });
  }
  return positions;
}
