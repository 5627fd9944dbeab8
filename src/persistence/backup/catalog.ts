import { type ClientBase, escapeIdentifier } from 'pg';

/** One table with data of ours; the partitions of a partitioned table are no tables of their own here. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  /** Role that owns it. */
  readonly owner: string;
  /** Stored columns in their order; generated ones are made again by the database. */
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Absent for a plain table. */
  readonly partitions?: readonly { readonly name: string; readonly bounds: string }[];
  /** `schema.name` of the other tables that its foreign keys point to. */
  readonly references: readonly string[];
}

/** One sequence of ours. */
export interface CatalogSequence {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
}

/** `schema.name`, as messages and the manifest name a table. */
export const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;

/** The quoted name for a statement. */
export const quoted = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/** A quoted list of columns for a statement. */
export const columnList = (columns: readonly string[]): string => columns.map(escapeIdentifier).join(', ');

// Unlogged tables hold what a crash may take: a database that is restored does without them as well.
const OURS = `n.nspname ~ '^(sys|plg)_' AND c.relpersistence = 'p'`;

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
    ARRAY(SELECT a.attname::text FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
      WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.position) AS key,
    CASE WHEN c.relkind = 'p' THEN (
      SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.relname, 'bounds', pg_get_expr(p.relpartbound, p.oid)) ORDER BY p.relname), '[]')
      FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid WHERE h.inhparent = c.oid) END AS partitions,
    ARRAY(SELECT DISTINCT rn.nspname || '.' || r.relname FROM pg_constraint f
      JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
      WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS references
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

const SEQUENCES = `
  SELECT n.nspname AS schema, c.relname AS name, pg_get_userbyid(c.relowner) AS owner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${OURS} AND c.relkind = 'S' ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

/** Every table of the capabilities' and plugins' schemas, by name. */
export async function readTables(client: ClientBase): Promise<CatalogTable[]> {
  const { rows } = await client.query<Omit<CatalogTable, 'partitions'> & { partitions: CatalogTable['partitions'] | null }>(TABLES);
  return rows.map(({ partitions, ...table }) => ({ ...table, ...(partitions === null ? {} : { partitions }) }));
}

/** Every sequence of those schemas, by name. */
export async function readSequences(client: ClientBase): Promise<CatalogSequence[]> {
  return (await client.query<CatalogSequence>(SEQUENCES)).rows;
}
