import { type ClientBase, escapeIdentifier } from 'pg';
import { LEDGER_SCHEMA } from './ledger.js';
import { APP_ROLE, ownerRole } from './role-names.js';

/** The schemas among the given that exist and belong to another role than their own. */
export async function foreignSchemas(client: ClientBase, schemas: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ schema: string; owner: string }>(
    'SELECT nspname AS schema, pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = ANY ($1)',
    [schemas],
  );
  return rows.filter(({ schema, owner }) => owner !== ownerRole(schema)).map(({ schema }) => schema);
}

/** Creates missing schemas, each owned by its role, or by the connected role where roles are not enforced. */
export async function ensureSchemas(client: ClientBase, schemas: readonly string[], rolesEnforced: boolean): Promise<void> {
  const { rows } = await client.query<{ nspname: string }>('SELECT nspname FROM pg_namespace WHERE nspname = ANY ($1)', [schemas]);
  const existing = new Set(rows.map(({ nspname }) => nspname));
  for (const schema of schemas.filter((name) => !existing.has(name))) {
    const owner = rolesEnforced ? ` AUTHORIZATION ${escapeIdentifier(ownerRole(schema))}` : '';
    await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)}${owner}`);
  }
}

/** Lets the runner write the ledger and the server's role read it: the server checks on start what it runs on. */
export async function grantLedger(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ missing: boolean }>(
    `SELECT NOT has_table_privilege(oid, '${LEDGER_SCHEMA}.migration', 'SELECT') OR NOT has_schema_privilege(oid, '${LEDGER_SCHEMA}', 'USAGE') AS missing
     FROM pg_roles WHERE rolname = '${APP_ROLE}'`,
  );
  if (rows[0]?.missing) {
    await client.query(`GRANT USAGE ON SCHEMA ${LEDGER_SCHEMA} TO ${APP_ROLE}; GRANT SELECT ON ${LEDGER_SCHEMA}.migration TO ${APP_ROLE}`);
  }
}
