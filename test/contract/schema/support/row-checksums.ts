import type { Client } from 'pg';

/** Columns that a use of a credential moves, not a change. */
const MOVING = new Set(['sessions.last_used_at', 'api_keys.last_used_at']);

/** Rows that are not looked at. */
const IGNORED: Readonly<Record<string, string>> = {
  // Counts failed sign-ins, which is what a failed sign-in does.
  'sys_identity.sign_in_throttle': 'true',
  // Read from the decision log by and by, whoever asks for what.
  'sys_authz.assignment_use': 'true',
  'sys_authz.assignment_use_position': 'true',
  // What an operation costs is spent when it begins.
  'sys_kernel.rate_budgets': 'true',
  // Keys that seal the personal fields of an event are made when the first event of their subject is written.
  'sys_kernel.key': "purpose NOT IN ('token_signing', 'decision_receipt', 'review_signing', 'api_key')",
};

/** Checksums of all tables but the audit log, by name: what an operation changed shows as a difference of two. */
export class RowChecksums {
  private constructor(
    private readonly owner: Client,
    private readonly statement: string,
  ) {}

  static async of(owner: Client): Promise<RowChecksums> {
    const { rows } = await owner.query<{ schema: string; table: string; columns: string[] }>(`
      SELECT c.table_schema AS schema, c.table_name AS table, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
      FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
      WHERE t.table_type = 'BASE TABLE' AND c.table_schema IN ('sys_kernel', 'sys_identity', 'sys_authz', 'sys_resource', 'sys_admin')
      GROUP BY 1, 2 ORDER BY 1, 2`);
    const parts = rows.filter(({ table }) => !table.startsWith('migration')).map(({ schema, table, columns }) => {
      const name = `${schema}.${table}`;
      const shown = columns.filter((column) => !MOVING.has(`${table}.${column}`)).map((column) => `"${column}"`).join(', ');
      return `SELECT '${name}' AS name, count(*)::int AS rows, md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) AS sum
        FROM (SELECT ${shown} FROM ${name} WHERE NOT (${IGNORED[name] ?? 'false'})) r`;
    });
    return new RowChecksums(owner, parts.join(' UNION ALL '));
  }

  async read(): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.owner.query<{ name: string; rows: number; sum: string }>(this.statement);
    return new Map(rows.map(({ name, rows: count, sum }) => [name, `${count} ${sum}`]));
  }
}

/** Names of the tables in which two readings differ. */
export function changedTables(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name);
}
