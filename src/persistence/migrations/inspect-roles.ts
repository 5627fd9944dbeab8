import type { ClientBase } from 'pg';
import { withConnection } from './connection.js';
import { excessPowers } from './role-powers.js';
import { APP_ROLE } from './role-names.js';
import type { RoleProblem } from './role-problem.js';

/** What PostgreSQL enforces between the server and its data. */
export interface RoleInspection {
  /** Whether it enforces all that the design asks of it. */
  readonly enforced: boolean;
  /** The role of the address. */
  readonly login: string;
  /** The role that a server with this address works as: `polity_app` where the login is it or may become it, else the login. */
  readonly role: string;
  readonly problems: readonly RoleProblem[];
}

const WHO = `
  SELECT current_user AS login, app.oid IS NOT NULL AS "appExists",
    coalesce(pg_has_role(current_user, app.oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END), false)
      AS "mayBeApp"
  FROM (VALUES ('${APP_ROLE}')) AS wanted (name) LEFT JOIN pg_roles AS app ON app.rolname = wanted.name`;

const SCHEMAS = `
  SELECT nspname AS schema, pg_get_userbyid(nspowner) AS owner, 'polity_' || nspname AS expected,
    EXISTS (SELECT FROM pg_roles WHERE rolname = 'polity_' || nspname) AS "hasRole"
  FROM pg_namespace WHERE nspname ~ '^(sys|plg)_' ORDER BY 1`;

async function schemaProblems(client: ClientBase): Promise<RoleProblem[]> {
  const { rows } = await client.query<{ schema: string; owner: string; expected: string; hasRole: boolean }>(SCHEMAS);
  return rows.flatMap(({ schema, owner, expected, hasRole }): RoleProblem[] => {
    if (!hasRole) return [{ code: 'owner_role_missing', subject: expected, message: `there is no role ${expected} to own schema ${schema}` }];
    if (owner === expected) return [];
    return [{ code: 'schema_owner_differs', subject: schema, message: `schema ${schema} belongs to ${owner}, not to ${expected}` }];
  });
}

/**
 * Finds what PostgreSQL does not enforce.
 *
 * @param url - the server's own address, `DATABASE_URL`; with an owner's address its login is reported as one that may step back
 */
export function inspectRoles(url: string): Promise<RoleInspection> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query<{ login: string; appExists: boolean; mayBeApp: boolean }>(WHO);
    const { login, appExists, mayBeApp } = rows[0]!;
    const role = mayBeApp ? APP_ROLE : login;
    const problems = await schemaProblems(client);
    if (!appExists) problems.push({ code: 'app_role_missing', subject: APP_ROLE, message: `there is no role ${APP_ROLE}; the server works as ${login}` });
    problems.push(...(await excessPowers(client, role)));
    if (role !== login) {
      const powers = await excessPowers(client, login);
      if (powers.length > 0) {
        const first = powers.slice(0, 3).map(({ message }) => message).join('; ');
        problems.push({ code: 'login_may_step_back', subject: login, message: `the login ${login} works as ${role} and could step back: ${first}` });
      }
    }
    return { enforced: problems.length === 0, login, role, problems };
  });
}
