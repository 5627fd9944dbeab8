import type { ClientBase } from 'pg';
import { applyMigration } from './apply-migration.js';
import { checkServer } from './check-server.js';
import { compare } from './compare.js';
import { withConnection } from './connection.js';
import { applyDatabaseDefaults } from './database-defaults.js';
import { ensureRoles } from './ensure-roles.js';
import { ensureSchemas, foreignSchemas, grantLedger } from './ensure-schemas.js';
import { ensureLedger, LEDGER_SCHEMA, readLedger } from './ledger.js';
import { migrationsInvalid } from './migration-error.js';
import type { MigrationFile } from './migration-file.js';
import { withMigrationLock } from './migration-lock.js';
import type { MigrationOptions } from './options.js';
import { readMigrations } from './read-migrations.js';
import { ownerRole } from './role-names.js';

/** How to bring a database up. */
export interface MigrateUpOptions extends MigrationOptions {
  /** Told each step, one line. */
  readonly log?: (line: string) => void;
  /** Longest wait of one file for a lock on a table in use, milliseconds. Default 10,000. */
  readonly lockTimeoutMs?: number;
  /** Stop after this version; a restore needs the schema as it was. Default: the newest. */
  readonly upTo?: number;
}

/** What `migrateUp` did. */
export interface MigrateUpResult {
  readonly applied: readonly MigrationFile[];
  /** Newest applied version afterwards. */
  readonly currentVersion: number;
  /** False where the roles cannot be had and everything belongs to the connected role; `inspectRoles` says what that costs. */
  readonly rolesEnforced: boolean;
}

const DEFAULT_LOCK_TIMEOUT_MS = 10_000;

async function secureRoles(client: ClientBase, schemas: readonly string[], log: (line: string) => void): Promise<boolean> {
  const missing = await ensureRoles(client, schemas);
  const foreign = await foreignSchemas(client, schemas);
  if (missing.length > 0) log(`Roles are not enforced: the connected role can neither create nor become ${missing.join(', ')}`);
  if (foreign.length > 0) log(`Roles are not enforced: not owned by their roles are ${foreign.join(', ')}`);
  return missing.length === 0 && foreign.length === 0;
}

/**
 * Applies what is pending, each file in one transaction under the role that owns its schema. Runners on one database wait for each
 * other, and a second run does nothing.
 *
 * @throws PolityError `MIGRATION_INVALID` where files and database do not agree (nothing is changed) or PostgreSQL refuses a file
 * (the files before it stay applied)
 */
export async function migrateUp(options: MigrateUpOptions): Promise<MigrateUpResult> {
  const { url, migrationsDir, log = () => undefined, lockTimeoutMs = DEFAULT_LOCK_TIMEOUT_MS, upTo = Number.POSITIVE_INFINITY } = options;
  const { files, problems } = await readMigrations(migrationsDir);
  const schemas = [...new Set([LEDGER_SCHEMA, ...files.map(({ schema }) => schema)])];
  return withConnection(url, (client) =>
    withMigrationLock(client, log, async () => {
      await checkServer(client);
      const ledger = await readLedger(client);
      const comparison = compare(files, ledger);
      const errors = [...problems, ...comparison.problems].filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw migrationsInvalid(errors);

      const rolesEnforced = await secureRoles(client, schemas, log);
      await ensureSchemas(client, schemas, rolesEnforced);
      await ensureLedger(client);
      await grantLedger(client);
      if (!(await applyDatabaseDefaults(client))) log('The settings of the database are left as they are: it belongs to another role');
      const pending = comparison.pending.filter(({ version }) => version <= upTo);
      for (const file of pending) {
        log(`Applying ${file.file}`);
        await applyMigration(client, file, { role: rolesEnforced ? ownerRole(file.schema) : undefined, lockTimeoutMs });
      }
      const currentVersion = Math.max(ledger.at(-1)?.version ?? 0, pending.at(-1)?.version ?? 0);
      return { applied: pending, currentVersion, rolesEnforced };
    }),
  );
}
