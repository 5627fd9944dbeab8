import { withConnection } from './connection.js';
import { readLedger } from './ledger.js';

/** Newest applied version of a database, 0 where none is. */
export async function currentSchemaVersion(url: string): Promise<number> {
  const applied = await withConnection(url, readLedger);
  return applied.at(-1)?.version ?? 0;
}
