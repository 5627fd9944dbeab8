import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { PolityError } from '../../kernel/errors/index.js';

/** 'polity' in ASCII. Advisory locks belong to one database. */
const KEY = 0x706f6c697479;
const RETRY_MS = 25;
const PATIENCE_MS = 600_000;

/**
 * Runs work while no other runner works on the same database. The lock goes with the connection, so a killed runner leaves none; it
 * needs a connection of its own, which a pooler in transaction mode does not give.
 *
 * @throws PolityError `SERVICE_UNAVAILABLE` after ten minutes
 */
export async function withMigrationLock<Result>(client: ClientBase, log: (line: string) => void, work: () => Promise<Result>): Promise<Result> {
  const since = Date.now();
  for (let first = true; ; first = false) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [KEY]);
    if (rows[0]?.locked) break;
    if (first) log('Another process is migrating this database; waiting for it');
    if (Date.now() - since > PATIENCE_MS) throw new PolityError('SERVICE_UNAVAILABLE', 'Another process has been migrating this database for ten minutes.');
    await sleep(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [KEY]).catch(() => undefined);
  }
}
