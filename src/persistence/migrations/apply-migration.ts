import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { record } from './ledger.js';
import { migrationFailed } from './migration-error.js';
import type { MigrationFile } from './migration-file.js';

/** How a file is run. */
export interface Frame {
  /** Role to run it under; undefined where roles are not enforced. */
  readonly role: string | undefined;
  /** Longest wait for a lock, milliseconds. While a change of a table waits, everybody who uses the table waits behind it. */
  readonly lockTimeoutMs: number;
}

const ROLE_WAS_LEFT = 'it left the role of the schema\'s owner';

/**
 * Runs one file and writes it down, both or neither. Only the file's own schema is on the search path, and the role owns nothing
 * else, so PostgreSQL refuses what reaches further.
 *
 * @throws PolityError `MIGRATION_INVALID` with PostgreSQL's message and the line
 */
export async function applyMigration(client: ClientBase, file: MigrationFile, { role, lockTimeoutMs }: Frame): Promise<void> {
  const since = performance.now();
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL search_path TO ${escapeIdentifier(file.schema)}`);
    if (role !== undefined) await client.query(`SET LOCAL ROLE ${escapeIdentifier(role)}`);
    await client.query(file.sql);
    if (role !== undefined) {
      const { rows } = await client.query<{ kept: boolean }>(`SELECT current_user = ${escapeLiteral(role)} AS kept`);
      if (!rows[0]?.kept) throw new Error(ROLE_WAS_LEFT);
      await client.query('SET LOCAL ROLE NONE');
    }
    await record(client, file, Math.round(performance.now() - since));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw migrationFailed(file.file, file.sql, error);
  }
}
