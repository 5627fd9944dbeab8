import { Client } from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../test/support/database.js';
import type { MigrationFile, MigrationPhase } from '../persistence/migrations/index.js';
import { planText } from './commands/migrate.js';
import { runRecorded, type Outcome } from './testing/recorded-io.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

const migrate = (...args: string[]): Promise<Outcome> => runRecorded(['migrate', ...args], { DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl });

async function execute(sql: string): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
}

test('plan, up, status and verify follow one database from empty to drifted', async () => {
  const plan = await migrate('plan');
  expect(plan.code).toBe(0);
  expect(plan.out).toMatch(/^expand +sys_kernel\/0001_base\.sql$/m);
  expect(JSON.parse((await migrate('status', '--json')).out)).toMatchObject({ currentVersion: 0, applied: [] });

  const up = await migrate('up');
  expect(up.code).toBe(0);
  expect(up.out).toMatch(/^\d+ applied; the database is at \d+\.$/m);
  expect(up.err).toContain('Applying sys_kernel/0001_base.sql');
  expect((await migrate('up')).out).toMatch(/^0 applied/);
  expect((await migrate('plan')).out).toBe('Nothing is pending.\n');

  const status = await migrate('status');
  expect(status.out).toContain(' 0 pending.');
  expect(status.out).toMatch(/^sys_audit\/0003_log\.sql +expand +\d{4}-/m);
  expect(await migrate('verify')).toEqual({ code: 0, out: 'Files and database agree.\n', err: '' });

  await execute(`UPDATE sys_kernel.migration SET checksum = repeat('0', 64) WHERE version = 3`);
  const drifted = await migrate('verify');
  expect(drifted.code).toBe(1);
  expect(drifted.out).toMatch(/^error: sys_audit\/0003_log\.sql: .*checksum_mismatch/m);
  expect(JSON.parse((await migrate('verify', '--json')).out)).toMatchObject({ ok: false });
  expect((await migrate('plan')).code).toBe(1);
  expect(await migrate('up')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('0003_log.sql') });
});

test('a contract step is named', () => {
  const step = (version: number, phase: MigrationPhase): MigrationFile => ({ version, phase, schema: 'sys_a', name: 'x', checksum: '', sql: '', file: `sys_a/000${version}_x.sql` });
  const steps = [step(1, 'expand'), step(2, 'contract')];
  expect(planText({ steps, contract: [steps[1]!], problems: [] })).toBe(
    'expand    sys_a/0001_x.sql\nCONTRACT  sys_a/0002_x.sql\n1 contract step(s): servers of the release before this one must be gone.\n');
});
