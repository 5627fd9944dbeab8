import { every, join, raw, sql, type Sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { visibleUsers } from '../users.js';
import type { Fact, FactKind } from './fact.js';
import { FACT_TABLES, type NaturalKey } from './fact-tables.js';

/** Rows by id with their Space and the columns that cannot change. */
export async function storedRows(executor: SqlExecutor, kind: FactKind, ids: readonly string[]): Promise<Map<string, Record<string, unknown>>> {
  const { table, inSpace, fields } = FACT_TABLES[kind];
  const columns = ['id', ...(inSpace ? ['space_id'] : []), ...Object.values(fields).filter(({ fixed }) => fixed === true).map(({ column }) => column)];
  const rows = await executor.query<Record<string, unknown>>(sql`SELECT ${raw(columns.join(', '))} FROM ${raw(table)} WHERE id = ANY (${ids})`);
  return new Map(rows.map((row) => [row.id as string, row]));
}

/** Ids stored under a key of the facts, by line. */
export async function storedByKey(executor: SqlExecutor, spaceId: string, kind: FactKind, key: NaturalKey, facts: readonly Fact[]): Promise<Map<number, string>> {
  const { table, inSpace, fields } = FACT_TABLES[kind];
  const given = facts.filter(({ values }) => values[key.fields[0] ?? ''] !== undefined);
  if (given.length === 0) return new Map();
  const lines = JSON.stringify(given.map(({ line, values }) => ({ line, ...Object.fromEntries(key.fields.map((field) => [field, values[field]])) })));
  const same = key.fields.map((field) => {
    const column = fields[field]?.column ?? field;
    if (key.anyCase === true) return `lower(t.${column}) = lower(x."${field}")`;
    return fields[field]?.required === true || key.fields.length === 1 ? `t.${column} = x."${field}"` : `t.${column} IS NOT DISTINCT FROM x."${field}"`;
  });
  const rows = await executor.query<{ line: number; id: string }>(sql`
    SELECT x.line, t.id FROM jsonb_to_recordset(${lines}::jsonb) AS x (line int, ${raw(key.fields.map((field) => `"${field}" text`).join(', '))})
    JOIN ${raw(table)} t ON ${raw(same.join(' AND '))} WHERE ${inSpace ? sql`t.space_id = ${spaceId}` : raw('TRUE')}`);
  return new Map(rows.map(({ line, id }) => [line, id]));
}

/** Those of the ids that a line may refer to: of the same Space, and Users that the caller may read. */
export async function idsThatExist(executor: SqlExecutor, context: RequestContext, spaceId: string, kind: FactKind, ids: readonly string[]): Promise<Set<string>> {
  const { table, inSpace } = FACT_TABLES[kind];
  const where: Sql[] = [sql`u.id = ANY (${ids})`];
  if (inSpace) where.push(sql`u.space_id = ${spaceId}`);
  if (kind === 'user') where.push(visibleUsers(context));
  const rows = await executor.query<{ id: string }>(sql`SELECT u.id FROM ${raw(table)} u WHERE ${every(where)}`);
  return new Set(rows.map(({ id }) => id));
}

/** Ids of Groups by path. */
export async function groupPlaces(executor: SqlExecutor, spaceId: string, paths: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  if (paths.length === 0) return [];
  const rows = await executor.query<{ path: string; id: string }>(sql`SELECT path, id FROM sys_identity.groups WHERE space_id = ${spaceId} AND path = ANY (${paths})`);
  return rows.map(({ path, id }) => [path, id]);
}

/** How many rows a write made and how many it changed. */
export interface Written {
  readonly created: number;
  readonly updated: number;
}

/** Writes facts of one kind by one statement: new ids are inserted, others are changed where they differ. */
export async function writeFacts(executor: SqlExecutor, spaceId: string, kind: FactKind, facts: readonly Fact[]): Promise<Written> {
  const { table, inSpace } = FACT_TABLES[kind];
  const columns = columnsOf(kind);
  const names = columns.map(({ column }) => column);
  const changing = columns.filter(({ fixed, column }) => !fixed && column !== 'id').map(({ column }) => column);
  const space = inSpace ? [sql`${spaceId}`] : [];
  const rows = await executor.query<{ created: boolean }>(sql`
    INSERT INTO ${raw(table)} AS t (${raw([...(inSpace ? ['space_id'] : []), ...names].join(', '))})
    SELECT ${join([...space, raw(columns.map(({ field }) => `x."${field}"`).join(', '))], ', ')}
    FROM jsonb_to_recordset(${JSON.stringify(facts.map(({ values }) => values))}::jsonb) AS x (${raw(columns.map(({ field, type }) => `"${field}" ${type}`).join(', '))})
    ON CONFLICT (id) DO UPDATE SET ${raw(changing.map((column) => `${column} = EXCLUDED.${column}`).join(', '))}, version = t.version + 1, updated_at = now()
    WHERE (${raw(changing.map((column) => `t.${column}`).join(', '))}) IS DISTINCT FROM (${raw(changing.map((column) => `EXCLUDED.${column}`).join(', '))})
    RETURNING (xmax = 0) AS created`);
  const created = rows.filter((row) => row.created).length;
  return { created, updated: rows.length - created };
}

interface Column {
  readonly field: string;
  readonly column: string;
  readonly type: string;
  readonly fixed: boolean;
}

function columnsOf(kind: FactKind): Column[] {
  const columns = Object.entries(FACT_TABLES[kind].fields).map(([field, { column, type, fixed }]) => ({ field, column, type, fixed: fixed === true }));
  if (kind !== 'group') return columns;
  return [
    ...columns,
    { field: 'parentGroupId', column: 'parent_group_id', type: 'text', fixed: true },
    { field: 'key', column: 'key', type: 'text', fixed: true },
    { field: 'depth', column: 'depth', type: 'int', fixed: true },
  ];
}
