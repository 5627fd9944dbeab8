import { Client } from 'pg';
import type { TestServer } from '../../support/server.js';

/** Fields that a call may write without changing anything: when a key was used. */
const INCIDENTAL = ['last_used_at'];

/**
 * Looks at what a refused call must leave as it was: the rows of every table that holds facts, rights or credentials. The log is not
 * part of it, because refusals may be recorded; nor are sessions, which use moves.
 */
export class StateReader {
  private constructor(
    private readonly owner: Client,
    private readonly statement: string,
  ) {}

  static async open({ database }: Pick<TestServer, 'database'>): Promise<StateReader> {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname IN ('sys_identity', 'sys_resource', 'sys_authz', 'sys_admin') AND tablename NOT IN ('sessions', 'refresh_tokens', 'sign_in_throttle', 'fact_version', 'assignment_use', 'assignment_use_position')
      ORDER BY 1`);
    const without = INCIDENTAL.map((column) => ` - '${column}'`).join('');
    const parts = rows.map(({ name }) => `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(r, '' ORDER BY r)), '') AS state FROM (SELECT (to_jsonb(t)${without})::text AS r FROM ${name} t) AS rows`);
    return new StateReader(owner, parts.join(' UNION ALL '));
  }

  /** Number and checksum of the rows of each table. */
  async read(): Promise<Readonly<Record<string, string>>> {
    const { rows } = await this.owner.query<{ name: string; state: string }>(this.statement);
    return Object.fromEntries(rows.map(({ name, state }) => [name, state]));
  }

  close(): Promise<void> {
    return this.owner.end();
  }
}
