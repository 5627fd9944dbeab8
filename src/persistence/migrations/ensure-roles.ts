import { type ClientBase, escapeIdentifier } from 'pg';
import { APP_ROLE, ownerRole } from './role-names.js';

const INSUFFICIENT_PRIVILEGE = '42501';
const DUPLICATE_OBJECT = '42710';
const UNIQUE_VIOLATION = '23505';
/** "tuple concurrently updated" */
const INTERNAL_ERROR = 'XX000';
const ATTEMPTS = 5;

/**
 * Roles belong to the whole cluster, the runners' lock to one database: another runner may create or grant the same role now.
 * One that the connected role may not create stays missing.
 */
async function attempt(client: ClientBase, sql: string): Promise<void> {
  for (let left = ATTEMPTS; ; left -= 1) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === INSUFFICIENT_PRIVILEGE || code === DUPLICATE_OBJECT || code === UNIQUE_VIOLATION) return;
      if (code !== INTERNAL_ERROR || left === 1) throw error;
    }
  }
}

/** For each of the roles that exists, whether the connected role may become it. */
async function findRoles(client: ClientBase, roles: readonly string[]): Promise<Map<string, boolean>> {
  // Before 16 there was no SET option: every member could become the role.
  const { rows } = await client.query<{ role: string; usable: boolean }>(
    `SELECT rolname AS role,
       pg_has_role(current_user, oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS usable
     FROM pg_roles WHERE rolname = ANY ($1)`,
    [roles],
  );
  return new Map(rows.map(({ role, usable }) => [role, usable]));
}

/**
 * Creates the server's role and the owners of the schemas where they are missing, and makes the connected role a member of owners
 * that it cannot become yet.
 *
 * @returns the roles that could not be had; none where all is well
 */
export async function ensureRoles(client: ClientBase, schemas: readonly string[]): Promise<string[]> {
  const owners = schemas.map(ownerRole);
  const roles = [APP_ROLE, ...owners];
  let found = await findRoles(client, roles);
  const missing = (): string[] => roles.filter((role) => (role === APP_ROLE ? !found.has(role) : found.get(role) !== true));
  if (missing().length === 0) return [];
  for (const role of roles.filter((name) => !found.has(name))) {
    await attempt(client, `CREATE ROLE ${escapeIdentifier(role)} ${role === APP_ROLE ? 'LOGIN' : 'NOLOGIN'}`);
  }
  found = await findRoles(client, roles);
  for (const role of owners.filter((name) => found.get(name) === false)) {
    await attempt(client, `GRANT ${escapeIdentifier(role)} TO CURRENT_USER`);
  }
  found = await findRoles(client, roles);
  return missing();
}
