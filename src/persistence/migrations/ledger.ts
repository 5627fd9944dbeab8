import type { ClientBase } from 'pg';
import type { MigrationFile, MigrationPhase } from './migration-file.js';

/** One applied migration, as the database remembers it. */
export interface AppliedMigration {
  readonly version: number;
  readonly schema: string;
  readonly name: string;
  readonly checksum: string;
  readonly phase: MigrationPhase;
  readonly appliedAt: Date;
  readonly durationMs: number;
}

/** The schema that holds the ledger. */
export const LEDGER_SCHEMA = 'sys_kernel';

/** File that an applied migration came from, relative to the migrations folder. */
export const fileOf = ({ schema, version, name }: Pick<AppliedMigration, 'schema' | 'version' | 'name'>): string =>
  `${schema}/${String(version).padStart(4, '0')}_${name}.sql`;

// By the catalog and not `to_regclass`, which fails for a role that may not look into the schema.
const HAS_LEDGER = `
  SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = '${LEDGER_SCHEMA}' AND relname = 'migration'`;

/** All applied migrations in the order of versions; none where there is no ledger yet. */
export async function readLedger(client: ClientBase): Promise<AppliedMigration[]> {
  if ((await client.query(HAS_LEDGER)).rowCount === 0) return [];
  const { rows } = await client.query<AppliedMigration>(`
    SELECT version, schema, name, checksum, phase, applied_at AS "appliedAt", duration_ms AS "durationMs"
    FROM ${LEDGER_SCHEMA}.migration ORDER BY version`);
  return rows;
}

/** Makes the ledger where it is missing. The schema's owner does not own it, so migrations do not write it. */
export async function ensureLedger(client: ClientBase): Promise<void> {
  if ((await client.query(HAS_LEDGER)).rowCount !== 0) return;
  await client.query(`
    CREATE TABLE ${LEDGER_SCHEMA}.migration (
      version int PRIMARY KEY,
      schema text NOT NULL,
      name text NOT NULL,
      checksum text NOT NULL,
      phase text NOT NULL CHECK (phase IN ('expand', 'contract')),
      applied_at timestamptz NOT NULL DEFAULT now(),
      duration_ms int NOT NULL
    )`);
}

/** Writes an applied migration down, in the transaction that applied it. */
export async function record(client: ClientBase, file: MigrationFile, durationMs: number): Promise<void> {
  await client.query(
    `INSERT INTO ${LEDGER_SCHEMA}.migration (version, schema, name, checksum, phase, duration_ms) VALUES ($1, $2, $3, $4, $5, $6)`,
    [file.version, file.schema, file.name, file.checksum, file.phase, durationMs],
  );
}
