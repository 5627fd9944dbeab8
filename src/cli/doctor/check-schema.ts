import { inspectRoles, migrateStatus, migrateVerify } from '../../persistence/migrations/index.js';
import { broken, type Finding, note, ok, warning } from './finding.js';

/** Migrations: what is pending, what drifted, what a later release applied. */
export async function checkMigrations(url: string, production: boolean): Promise<Finding[]> {
  const [{ currentVersion, latestVersion, pending, unknownLater }, { problems }] = [await migrateStatus({ url }), await migrateVerify({ url })];
  const drift = problems.filter(({ severity }) => severity === 'error').map(({ file, message }) => broken('migrations_drift', `${file}: ${message}`));
  const waiting = `${pending.length} migration(s) are pending (the database is at ${currentVersion}, this release knows ${latestVersion})`;
  const state = pending.length === 0
    ? ok('migrations', `the database is at schema version ${currentVersion}`)
    : production
      ? broken('migrations_pending', `${waiting}; run polity migrate up`)
      : warning('migrations_pending', `${waiting}; the next start outside production applies them`);
  const ahead = unknownLater.length === 0 ? [] : [note('schema_ahead', `a later release applied ${unknownLater.length} migration(s); this one runs on its schema`)];
  return [state, ...drift, ...ahead];
}

/** What PostgreSQL does not enforce between the server and its data. */
export async function checkRoles(url: string): Promise<Finding[]> {
  const { enforced, role, problems } = await inspectRoles(url);
  if (enforced) return [ok('roles', `the server works as ${role}, which owns nothing`)];
  return problems.map(({ code, message }) => warning(code, message));
}
