import pg from 'pg';
import type { FactRow } from '../fact-row.js';

const TABLES: Readonly<Record<string, string>> = {
  user: 'sys_identity.users', space: 'sys_identity.spaces', group: 'sys_identity.groups', member: 'sys_identity.members', user_member: 'sys_identity.user_members',
  resource_type: 'sys_resource.resource_types', resource_action: 'sys_resource.resource_actions', resource_mapping: 'sys_resource.resource_mappings',
  resource: 'sys_resource.resources', permission: 'sys_authz.permissions', role: 'sys_authz.roles', role_permission: 'sys_authz.role_permissions',
  role_inheritance: 'sys_authz.role_inheritances', member_role: 'sys_authz.member_roles',
};

/** A row as it stands in its table after a transaction. */
export interface WrittenRow {
  readonly kind: string;
  readonly id: string;
  /** Space of the row, `''` for the instance. */
  readonly spaceId: string;
  /** Revision of that Space from which on the row is so. */
  readonly rev: number;
  /** All of its columns; undefined for a row that is gone. */
  readonly columns: Readonly<Record<string, unknown>> | undefined;
}

/** Writes rows of facts into the database as its owner, who may also remove them. */
export class FactWriter {
  private constructor(private readonly client: pg.Client) {}

  static async open(ownerUrl: string): Promise<FactWriter> {
    const client = new pg.Client({ connectionString: ownerUrl });
    await client.connect();
    return new FactWriter(client);
  }

  /** Writes all rows in one transaction, and reads back what they are then. */
  async write(rows: readonly FactRow[]): Promise<WrittenRow[]> {
    const last = [...new Map(rows.map((row) => [JSON.stringify([row.kind, row.id]), row])).values()];
    const spaces = [...new Set(rows.map(spaceOf))].map((id) => pg.escapeLiteral(id));
    const text = (value: unknown): string => pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value));
    const read = last.map(({ kind, id }) => `SELECT ${text(kind)} AS kind, ${text(id)} AS id, (SELECT to_jsonb(t) FROM ${TABLES[kind]} t WHERE id = ${text(id)}) AS columns`);
    const statements = [
      'BEGIN', 'SET CONSTRAINTS ALL DEFERRED',
      ...rows.map(({ kind, id, removed, body }) => {
        const columns = Object.keys(body);
        const table = TABLES[kind] as string;
        if (removed) return `DELETE FROM ${table} WHERE id = ${text(id)}`;
        return `INSERT INTO ${table} (${columns.join()}) SELECT ${columns.join()} FROM jsonb_populate_record(NULL::${table}, ${text(body)}::jsonb)
          ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join()}`;
      }),
      `SELECT sys_authz.seal(ARRAY[${spaces.join()}]::text[]) AS held`, 'SET CONSTRAINTS ALL IMMEDIATE',
      read.join(' UNION ALL '), 'COMMIT',
    ];
    try {
      const results = (await this.client.query(statements.join(';\n'))) as unknown as pg.QueryResult[];
      const [sealed, , rowsNow] = results.slice(-4) as [pg.QueryResult, pg.QueryResult, pg.QueryResult];
      const [{ held }] = sealed.rows as [{ held: Record<string, number> }];
      const columns = new Map(rowsNow.rows.map((row: { kind: string; id: string; columns: Record<string, unknown> | null }) => [JSON.stringify([row.kind, row.id]), row.columns]));
      return last.map((row) => ({
        kind: row.kind, id: row.id, spaceId: spaceOf(row), rev: held[spaceOf(row)] as number, columns: columns.get(JSON.stringify([row.kind, row.id])) ?? undefined,
      }));
    } catch (error) {
      await this.client.query('ROLLBACK');
      throw error;
    }
  }

  /** Runs statements of the owner. */
  async run(statements: string): Promise<void> {
    await this.client.query(statements);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

function spaceOf({ kind, id, body }: FactRow): string {
  const { space_id: spaceId } = body;
  return kind === 'space' ? id : typeof spaceId === 'string' ? spaceId : '';
}
