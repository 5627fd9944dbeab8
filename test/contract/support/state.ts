import type { TestServer } from '../../support/server.js';
import { asOwner } from './owner-sql.js';

/**
 * What a refused call must leave as it was: the rows and contents of every table that holds facts, rights or credentials, and the
 * revisions. The log is not part of it, because refusals may be recorded.
 */
export function stateOf({ database }: Pick<TestServer, 'database'>): Promise<Readonly<Record<string, string>>> {
  return asOwner(database, async (owner) => {
    const tables = await owner.query<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('sys_identity', 'sys_resource', 'sys_authz', 'sys_admin') AND tablename NOT IN ('sessions', 'refresh_tokens', 'sign_in_throttle', 'fact_version')
      ORDER BY 1`);
    const parts = tables.rows.map(({ name }) => `SELECT '${name}' AS name, count(*) || ':' || coalesce(md5(string_agg(md5(${usefulRow(name)}), '' ORDER BY t::text)), '') AS state FROM ${name} t`);
    const { rows } = await owner.query<{ name: string; state: string }>(parts.join(' UNION ALL '));
    return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
  });
}

// The last use of a key is written by every call.
function usefulRow(table: string): string {
  return table === 'sys_admin.api_keys' ? "(to_jsonb(t) - 'last_used_at')::text" : 't::text';
}
