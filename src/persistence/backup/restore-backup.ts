import { compare, migrateUp, readLedger, readMigrations, withConnection } from '../migrations/index.js';
import { BackupError } from './backup-error.js';
import type { BackupManifest } from './backup-manifest.js';
import { readTables } from './catalog.js';
import { loadBackup } from './load-backup.js';
import { assertPristine } from './pristine.js';
import { withBackupSession } from './session.js';
import { verifyBackup } from './verify-backup.js';

/** What is restored where. */
export interface RestoreBackupOptions {
  /** Owner's address of an empty database. */
  readonly url: string;
  readonly folder: string;
  /** Digest that the manifest must have; see {@link verifyBackup}. */
  readonly digest?: string;
  /** Fingerprint of the master key that the restored installation will be started with. */
  readonly masterKeyFingerprint?: string;
  /** Default: the package's own. */
  readonly migrationsDir?: string;
  /** Told each step, one line. */
  readonly log?: (line: string) => void;
}

/** What a restore did. */
export interface RestoreResult {
  readonly manifest: BackupManifest;
  /** Schema version afterwards: this release's, which may be newer than the backup's. */
  readonly schemaVersion: number;
}

/**
 * Brings a backup back into an empty database: brings the schema to the backup's version, loads everything in one transaction, then
 * applies what this release adds. The whole backup is verified before anything is written.
 *
 * @throws BackupError; a failed load leaves no data
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoreResult> {
  const { url, folder, migrationsDir, log = () => undefined } = options;
  const manifest = await verifyBackup(folder, options.digest);
  await assertKnownSchema(manifest, migrationsDir);
  assertMasterKey(manifest, options.masterKeyFingerprint);
  await assertEmptyDatabase(url, manifest);
  await migrateUp({ url, migrationsDir, log, upTo: manifest.schemaVersion });
  await withBackupSession(url, log, (client) => loadBackup(client, folder, manifest, log)).catch((error: unknown) => {
    throw asRestoreFailure(error);
  });
  const { currentVersion } = await migrateUp({ url, migrationsDir, log });
  return { manifest, schemaVersion: currentVersion };
}

async function assertKnownSchema({ migrations, schemaVersion }: BackupManifest, migrationsDir: string | undefined): Promise<void> {
  const { files } = await readMigrations(migrationsDir);
  const applied = migrations.map(({ appliedAt, ...migration }) => ({ ...migration, appliedAt: new Date(appliedAt) }));
  const { problems, unknownLater } = compare(files, applied);
  if (unknownLater.length > 0) {
    throw new BackupError('SCHEMA_UNKNOWN', `The backup has schema version ${schemaVersion}; this release knows ${files.at(-1)?.version ?? 0}. Use a newer release.`);
  }
  const [error] = problems.filter(({ severity }) => severity === 'error');
  if (error !== undefined) throw new BackupError('SCHEMA_UNKNOWN', `The backup was made with other migrations: ${error.file}: ${error.message}`);
}

function assertMasterKey({ instance: { masterKeyFingerprint } }: BackupManifest, given: string | undefined): void {
  if (given === undefined || masterKeyFingerprint === undefined || given === masterKeyFingerprint) return;
  throw new BackupError(
    'MASTER_KEY_DIFFERS',
    `The keys in the backup are wrapped by the master key ${masterKeyFingerprint.slice(0, 16)}…, and the one that was given is ${given.slice(0, 16)}…`,
  );
}

/** Looks before any migration runs: a database in use is not even migrated. */
function assertEmptyDatabase(url: string, { schemaVersion }: BackupManifest): Promise<void> {
  return withConnection(url, async (client) => {
    const current = (await readLedger(client)).at(-1)?.version ?? 0;
    await assertPristine(client, await readTables(client));
    if (current > schemaVersion) {
      throw new BackupError('DATABASE_NOT_EMPTY', `The database is migrated to ${current} and the backup has ${schemaVersion}. Restore into a new one.`);
    }
  });
}

function asRestoreFailure(error: unknown): unknown {
  const { code, message, table } = error as { code?: string; message: string; table?: string };
  const fromDatabase = !(error instanceof BackupError) && /^[0-9A-Z]{5}$/.test(code ?? '');
  if (!fromDatabase) return error;
  return new BackupError('RESTORE_FAILED', `PostgreSQL refused the data${table === undefined ? '' : ` of ${table}`}: ${message}`, { cause: error });
}
