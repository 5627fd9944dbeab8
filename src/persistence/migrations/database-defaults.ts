import { type ClientBase, escapeIdentifier, escapeLiteral } from 'pg';
import { APP_ROLE } from './role-names.js';

/** How values read and how transactions behave must not depend on what the server's operator set for other databases. */
const SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  default_transaction_isolation: 'read committed',
  jit: 'off',
};

interface State {
  name: string;
  mine: boolean;
  settings: string[];
  open: boolean;
  temporary: boolean;
}

const STATE = `
  SELECT datname AS name,
    pg_has_role(current_user, datdba, 'USAGE') AS mine,
    coalesce((SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = pg_database.oid AND setrole = 0), '{}') AS settings,
    EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) WHERE nspname = 'public' AND grantee = 0) AS open,
    EXISTS (SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE grantee = 0 AND privilege_type = 'TEMPORARY') AS temporary
  FROM pg_database WHERE datname = current_database()`;

/**
 * Sets what a database, and not its content, must have: settings of new sessions, nothing in schema `public` for everybody, and no
 * temporary tables for everybody, which could stand in for a table that a function of an owner names. A copy of a database lacks it.
 *
 * @returns false where the connected role does not own the database and left it alone
 */
export async function applyDatabaseDefaults(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<State>(STATE);
  const [state] = rows;
  if (state === undefined || !state.mine) return false;
  const database = escapeIdentifier(state.name);
  for (const [setting, value] of Object.entries(SETTINGS)) {
    if (!state.settings.includes(`${setting}=${value}`)) await client.query(`ALTER DATABASE ${database} SET ${setting} TO ${escapeLiteral(value)}`);
  }
  if (state.open) await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  if (state.temporary) {
    await client.query(`REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`);
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
    if (rowCount !== 0) await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${APP_ROLE}`);
  }
  return true;
}
