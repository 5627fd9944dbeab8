import type { ClientBase } from 'pg';
import { BackupError } from './backup-error.js';
import { type CatalogTable, nameOf, quoted } from './catalog.js';

/**
 * Rows that the migrations themselves make, as conditions that are true of nothing else. A table that is not named here is empty
 * after them; a test holds this list to the migrations.
 */
const MADE_BY_MIGRATIONS: Readonly<Record<string, string>> = {
  'sys_kernel.migration': 'true',
  'sys_kernel.outbox_head': 'next_index = 0',
  'sys_audit.head': 'next_index = 0',
  'sys_authz.revision': `space_id = '' AND rev = 0`,
};

/** @throws BackupError `DATABASE_NOT_EMPTY` naming a table with rows that the migrations did not make */
export async function assertPristine(client: ClientBase, tables: readonly CatalogTable[]): Promise<void> {
  for (const table of tables) {
    const ours = MADE_BY_MIGRATIONS[nameOf(table)] ?? 'false';
    const { rows } = await client.query<{ used: boolean }>(`SELECT EXISTS (SELECT FROM ${quoted(table)} WHERE NOT (${ours})) AS used`);
    if (rows[0]?.used === true) {
      throw new BackupError('DATABASE_NOT_EMPTY', `The database is not empty: ${nameOf(table)} has rows. Restore into a new one.`);
    }
  }
}
