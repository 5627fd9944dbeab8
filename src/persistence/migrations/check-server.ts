import type { ClientBase } from 'pg';
import { PolityError } from '../../kernel/errors/index.js';

const OLDEST = 150000;

/** @throws PolityError `MIGRATION_INVALID` where the server is older than PostgreSQL 15 or the database is not in UTF-8 */
export async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string; encoding: string }>(`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
      current_setting('server_encoding') AS encoding`);
  const [server] = rows;
  if (server !== undefined && server.number < OLDEST) throw new PolityError('MIGRATION_INVALID', `PostgreSQL 15 or later is needed; this is ${server.version}.`);
  if (server?.encoding !== 'UTF8') throw new PolityError('MIGRATION_INVALID', `The database must be in UTF8; it is in ${server?.encoding}.`);
}
