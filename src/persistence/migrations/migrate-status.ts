import { inspect } from './inspect.js';
import type { AppliedMigration } from './ledger.js';
import type { MigrationFile } from './migration-file.js';
import type { MigrationOptions } from './options.js';

/** Where a database stands. */
export interface MigrationStatus {
  /** Newest applied version, 0 for an empty database. */
  readonly currentVersion: number;
  /** Newest version that this release knows. */
  readonly latestVersion: number;
  readonly applied: readonly AppliedMigration[];
  readonly pending: readonly MigrationFile[];
  /** Applied by a later release; this one runs on its schema all the same. */
  readonly unknownLater: readonly AppliedMigration[];
}

/** What is applied, what is not, and what only a later release knows. */
export async function migrateStatus(options: MigrationOptions): Promise<MigrationStatus> {
  const { files, applied, pending, unknownLater } = await inspect(options);
  return { currentVersion: applied.at(-1)?.version ?? 0, latestVersion: files.at(-1)?.version ?? 0, applied, pending, unknownLater };
}
