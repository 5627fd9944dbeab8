import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type SqlExecutor } from '../../persistence/index.js';
import { auditLog, outboxLog, type SequencedLog } from '../../persistence/sequencer/index.js';
import { demoPresent } from '../../system/admin/services/setup/demo-presence.js';
import { broken, type Finding, note, ok, warning } from './finding.js';

/** A sequencer that runs takes what was committed within a fraction of this. */
const PATIENCE_MS = 1_000;

/** Whether the master key is the one that wrapped the stored keys. @param given - fingerprint; undefined = there is none */
export async function checkMasterKey(database: SqlExecutor, given: string | undefined): Promise<Finding> {
  const [row] = await database.query<{ fingerprint: string | null }>(sql`SELECT master_key_fingerprint AS fingerprint FROM sys_kernel.instance`);
  const expected = row?.fingerprint ?? undefined;
  if (expected === undefined) return note('master_key', 'no server has started on this database yet; the first one binds it to its master key');
  if (given === undefined) return broken('master_key_missing', `there is no master key; this database needs the one with the fingerprint ${expected.slice(0, 16)}…`);
  if (given !== expected) return broken('master_key_differs', `the master key has the fingerprint ${given.slice(0, 16)}…, and this database needs ${expected.slice(0, 16)}…`);
  return ok('master_key', `the master key is that of this database (${given.slice(0, 16)}…)`);
}

/** Whether somebody administers this instance, and whether the demo's administrator still can. */
export async function checkAdministrators(database: SqlExecutor, exposed: boolean): Promise<Finding[]> {
  const [row] = await database.query<{ admins: number }>(sql`
    SELECT count(DISTINCT u.id)::int AS admins FROM sys_admin.admin_grants g JOIN sys_identity.users u ON u.id = g.user_id
    WHERE g.level = 'instance_super_admin' AND g.status = 'active' AND u.status = 'active'`);
  const { admins } = row!;
  const demo = await demoPresent(database);
  const demoText = 'the demo administrator can sign in; end it with polity admin remove-demo';
  return [
    admins === 0 ? warning('no_super_admin', 'nobody administers this instance; run polity admin bootstrap') : ok('super_admins', `${admins} super admin(s)`),
    ...(demo ? [exposed ? broken('demo_admin_present', `${demoText}: a server refuses to start like this`) : warning('demo_admin_present', demoText)] : []),
  ];
}

/** Whether audit events of this month and the next have their partition. By the catalog: the server's role may not look inside. */
export async function checkPartitions(database: SqlExecutor): Promise<Finding[]> {
  const rows = await database.query<{ name: string; present: boolean; stray: boolean }>(sql`
    SELECT m.name, to_regclass('sys_audit.' || m.name) IS NOT NULL AS present, pg_relation_size('sys_audit.event_default') > 0 AS stray
    FROM (SELECT 'event_' || to_char(now() AT TIME ZONE 'UTC' + make_interval(months => n), 'YYYY_MM') AS name FROM generate_series(0, 1) n) m`);
  const missing = rows.filter(({ present }) => !present).map(({ name }) => name);
  return [
    missing.length === 0
      ? ok('audit_partitions', 'audit events of this month and the next have their partition')
      : warning('partition_missing', `there is no partition ${missing.join(', ')}: events go to event_default; a running server makes partitions`),
    ...(rows.some(({ stray }) => stray) ? [warning('rows_in_default_partition', 'event_default holds audit events: a clock was wrong, or no partition was made in time')] : []),
  ];
}

interface Waiting {
  readonly count: number;
  readonly first: number | null;
}

async function waitingIn(database: SqlExecutor, log: SequencedLog): Promise<Waiting> {
  const [head] = await database.query<{ next_index: number; snapshot: string; restored: boolean }>(log.head);
  const { next_index: nextIndex, snapshot, restored } = head!;
  const [row] = await database.query<Waiting>(sql`
    SELECT count(*)::int AS count, min(seq)::float8 AS first FROM (${log.unsequenced({ nextIndex, snapshot, restored })}) AS waiting`);
  return row!;
}

/** Whether committed events get their place in the logs. */
export async function checkSequencer(database: SqlExecutor, patienceMs = PATIENCE_MS): Promise<Finding[]> {
  const logs = [['audit', auditLog], ['outbox', outboxLog]] as const;
  const findings: Finding[] = [];
  for (const [name, log] of logs) {
    const before = await waitingIn(database, log as SequencedLog);
    if (before.count === 0) {
      findings.push(ok(`${name}_sequencer`, `no ${name} event waits for its place`));
      continue;
    }
    await sleep(patienceMs);
    const after = await waitingIn(database, log as SequencedLog);
    const isStuck = after.first !== null && after.first === before.first;
    findings.push(isStuck
      ? warning('sequencer_lag', `${after.count} ${name} event(s) wait for their place in the log; is a server running?`)
      : ok(`${name}_sequencer`, `${name} events get their place`));
  }
  return findings;
}
