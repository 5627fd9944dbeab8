import { type Comparison, compare } from './compare.js';
import { withConnection } from './connection.js';
import { type AppliedMigration, readLedger } from './ledger.js';
import type { MigrationFile } from './migration-file.js';
import type { MigrationOptions } from './options.js';
import { readMigrations } from './read-migrations.js';

/** Files, ledger and how they stand to each other. */
export interface Inspection extends Comparison {
  readonly files: readonly MigrationFile[];
  readonly applied: readonly AppliedMigration[];
}

/** Reads both sides and changes nothing; the server's role may do it. */
export async function inspect({ url, migrationsDir }: MigrationOptions): Promise<Inspection> {
  const { files, problems } = await readMigrations(migrationsDir);
  const applied = await withConnection(url, readLedger);
  const comparison = compare(files, applied);
  return { ...comparison, problems: [...problems, ...comparison.problems], files, applied };
}
