import type { Client } from 'pg';
import { withConnection, withMigrationLock } from '../migrations/index.js';

/** How values are written as text must not depend on anybody's settings: backups of equal data are equal. */
const SETTINGS = `
  SET application_name = 'polity backup'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';
  SET bytea_output = 'hex'; SET extra_float_digits = 1; SET client_encoding = 'UTF8'; SET search_path TO pg_catalog;
  SET lock_timeout = '3s'; SET row_security = off`;

/** Runs work on a connection of its own while no migration changes the tables under it. */
export function withBackupSession<Result>(url: string, log: (line: string) => void, work: (client: Client) => Promise<Result>): Promise<Result> {
  return withConnection(url, async (client) => {
    await client.query(SETTINGS);
    return withMigrationLock(client, log, () => work(client));
  });
}

/** Runs work in one transaction that is rolled back when it throws. */
export async function inTransaction<Result>(client: Client, begin: string, work: () => Promise<Result>): Promise<Result> {
  await client.query(begin);
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
