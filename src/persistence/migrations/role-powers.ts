import type { ClientBase } from 'pg';
import type { RoleProblem } from './role-problem.js';

interface Finding {
  subject: string;
  detail: string;
}

const ELEVATED = `
  SELECT rolname AS subject, concat_ws(', ', CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
    CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN rolreplication THEN 'REPLICATION' END) AS detail
  FROM pg_roles WHERE rolname = $1 AND (rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)`;

const OWNS = `
  SELECT pg_describe_object(classid, objid, objsubid) AS subject, '' AS detail
  FROM pg_shdepend
  WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'
    AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      OR (classid = 'pg_database'::regclass AND objid = (SELECT oid FROM pg_database WHERE datname = current_database())))
  ORDER BY 1 LIMIT 20`;

// A member inherits or sets the role; a superuser is the business of another check.
const MAY_BECOME_OWNER = `
  SELECT rolname AS subject, '' AS detail FROM pg_roles
  WHERE rolname ~ '^polity_(sys|plg)_' AND rolname <> $1 AND pg_has_role($1::name, oid, 'MEMBER') ORDER BY 1`;

const MAY_CREATE = `
  SELECT nspname AS subject, '' AS detail FROM pg_namespace
  WHERE nspname ~ '^((sys|plg)_|public$)' AND has_schema_privilege($1::name, oid, 'CREATE') ORDER BY 1`;

const MAY_CHANGE_AUDIT = `
  SELECT format('%I.%I', nspname, relname) AS subject, string_agg(privilege, ', ' ORDER BY privilege) AS detail
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace,
    unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
  WHERE nspname = 'sys_audit' AND relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (has_table_privilege($1::name, pg_class.oid, privilege)
      OR (privilege = 'UPDATE' AND has_any_column_privilege($1::name, pg_class.oid, privilege)))
  GROUP BY 1 ORDER BY 1`;

/** What a role may do that the role of the server must not. Of a superuser only that is said: the rest follows. */
export async function excessPowers(client: ClientBase, role: string): Promise<RoleProblem[]> {
  const find = async (sql: string): Promise<Finding[]> => (await client.query<Finding>(sql, [role])).rows;
  const superuser = await find('SELECT rolname AS subject, \'\' AS detail FROM pg_roles WHERE rolname = $1 AND rolsuper');
  if (superuser.length > 0) {
    return [{ code: 'app_role_superuser', subject: role, message: `${role} is a superuser: PostgreSQL refuses it nothing` }];
  }
  return [
    ...(await find(ELEVATED)).map(({ subject, detail }) => ({
      code: 'app_role_elevated' as const, subject, message: `${role} has ${detail}`,
    })),
    ...(await find(OWNS)).map(({ subject }) => ({ code: 'app_role_owns' as const, subject, message: `${role} owns ${subject}` })),
    ...(await find(MAY_BECOME_OWNER)).map(({ subject }) => ({
      code: 'app_role_may_become_owner' as const, subject, message: `${role} is a member of ${subject}`,
    })),
    ...(await find(MAY_CREATE)).map(({ subject }) => ({
      code: 'app_role_may_create' as const, subject, message: `${role} may create objects in schema ${subject}`,
    })),
    ...(await find(MAY_CHANGE_AUDIT)).map(({ subject, detail }) => ({
      code: 'audit_log_changeable' as const, subject, message: `${role} has ${detail} on ${subject}`,
    })),
  ];
}
