import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { masterKeyFingerprint } from '../../kernel/crypto/index.js';
import { runRecorded } from '../testing/recorded-io.js';
import { judgeClock } from './check-database.js';
import { checkNode, judgeRoom } from './check-machine.js';
import type { Finding } from './finding.js';

const masterKey = randomBytes(32);
let dataDir: string;
let database: TestDatabase;

interface Report {
  readonly code: number;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly settings: readonly { variable: string; value: string; source: string }[];
}

async function doctor(env: Readonly<Record<string, string>> = {}): Promise<Report> {
  const { code, out } = await runRecorded(['doctor', '--json'], {
    DATABASE_URL: database.appUrl, POLITY_MASTER_KEY: masterKey.toString('base64'), POLITY_DATA_DIR: dataDir, ...env,
  });
  return { code, ...(JSON.parse(out) as Omit<Report, 'code'>) };
}

const levelOf = ({ findings }: Report, code: string): string | undefined => findings.find((finding) => finding.code === code)?.level;

async function execute(sql: string, values: unknown[] = []): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(sql, values);
  await client.end();
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'polity-doctor-'));
  database = await createTestDatabase();
  await execute(`INSERT INTO sys_kernel.instance VALUES (true, 'inst_1', $1)`, [masterKeyFingerprint(masterKey)]);
});

afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true });
});

test('a sound installation is found sound, with the settings that were given', async () => {
  await execute(`
    INSERT INTO sys_identity.users (id, email) VALUES ('user_1', 'one@example.org');
    INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_1', 'user_1', 'instance_super_admin', '*')`);
  const report = await doctor();
  expect(report).toMatchObject({ code: 0, ok: true });
  for (const code of ['node_version', 'disk_space', 'database_version', 'clock_difference', 'migrations', 'roles', 'master_key', 'super_admins', 'audit_partitions', 'audit_sequencer', 'outbox_sequencer']) {
    expect([code, levelOf(report, code)]).toEqual([code, 'ok']);
  }
  expect(report.settings.find(({ variable }) => variable === 'DATABASE_URL')).toEqual({ variable: 'DATABASE_URL', value: 'set', source: 'environment' });
  expect(JSON.stringify(report)).not.toContain(database.appUrl);
});

test('warnings do not fail: demo, strays, no partition, events without a sequencer, a login that may step back', async () => {
  await execute(`
    INSERT INTO sys_identity.users (id, email, is_demo) VALUES ('user_demo', 'demo@example.org', true);
    INSERT INTO sys_audit.event (id, type, risk, space_id, occurred_at, action, target_type, target_id, body_hash)
    VALUES ('evt_1', 'x.y', 'LOW', '', '1999-01-01', 'x.y', 'X', 'x', sha256('x'))`);
  await execute(`DO $$ BEGIN EXECUTE format('DROP TABLE sys_audit.event_%s', to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')); END $$`);
  const report = await doctor({ DATABASE_URL: database.ownerUrl });
  expect(report).toMatchObject({ code: 0, ok: true });
  for (const code of ['demo_admin_present', 'partition_missing', 'rows_in_default_partition', 'sequencer_lag', 'login_may_step_back']) {
    expect([code, levelOf(report, code)]).toEqual([code, 'warning']);
  }
});

test('the demo admin is broken where others can reach the server', async () => {
  const report = await doctor({ HOST: '0.0.0.0' });
  expect(report.code).toBe(1);
  expect(levelOf(report, 'demo_admin_present')).toBe('broken');
});

test('another master key, or none, is broken', async () => {
  expect(levelOf(await doctor({ POLITY_MASTER_KEY: randomBytes(32).toString('hex') }), 'master_key_differs')).toBe('broken');
  const none = await doctor({ POLITY_MASTER_KEY: '' });
  expect(none.code).toBe(1);
  expect(levelOf(none, 'master_key_missing')).toBe('broken');
});

test('a changed migration is broken', async () => {
  await execute(`UPDATE sys_kernel.migration SET checksum = repeat('0', 64) WHERE version = 3`);
  const report = await doctor();
  expect(report.code).toBe(1);
  expect(levelOf(report, 'migrations_drift')).toBe('broken');
});

test('pending migrations wait outside production', async () => {
  const empty = await createEmptyDatabase();
  const report = await doctor({ DATABASE_URL: empty.ownerUrl });
  await empty.drop();
  expect(levelOf(report, 'migrations_pending')).toBe('warning');
});

test('a database that does not answer is broken', async () => {
  const report = await doctor({ DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/polity' });
  expect(report.code).toBe(1);
  expect(levelOf(report, 'database_unreachable')).toBe('broken');
});

test('settings that are wrong are named, one finding each', async () => {
  const report = await doctor({ PORT: 'many', POLITY_POOL_SIZE: '-1' });
  expect(report.code).toBe(1);
  expect(report.findings.filter(({ code }) => code === 'setting_invalid')).toHaveLength(2);
});

test('an embedded database that was never made is not made', async () => {
  const report = await doctor({ DATABASE_URL: '', POLITY_DATA_DIR: join(dataDir, 'new') });
  expect(report.code).toBe(0);
  expect(levelOf(report, 'database_absent')).toBe('note');
});

test('the text names what was found and how much of it', async () => {
  const { out } = await runRecorded(['doctor'], { DATABASE_URL: '', POLITY_DATA_DIR: join(dataDir, 'new'), PORT: '4711' });
  expect(out).toMatch(/^ok +node_version +Node /m);
  expect(out).toMatch(/^ {2}PORT +4711 +environment$/m);
  expect(out).toMatch(/^0 broken, 0 warning\(s\)\.$/m);
});

test.each([
  [checkNode('22.16.0'), 'broken'], [checkNode('22.17.1'), 'ok'], [checkNode('26.10.0'), 'ok'], [checkNode('20.19.0'), 'broken'],
  [judgeRoom('/', 99), 'broken'], [judgeRoom('/', 1023), 'warning'], [judgeRoom('/', 1024), 'ok'],
  [judgeClock(900, 0), 'ok'], [judgeClock(-1_500, 100), 'warning'], [judgeClock(1_500, 600), 'ok'], [judgeClock(40_000, 5), 'broken'],
])('%j is %s', ({ level }, expected) => {
  expect(level).toBe(expected);
});
