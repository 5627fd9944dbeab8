import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { masterKeyFingerprint } from '../kernel/crypto/index.js';
import { runRecorded, type Outcome } from './testing/recorded-io.js';

const masterKey = randomBytes(32);
let root: string;
let folder: string;
let source: TestDatabase;
let target: TestDatabase;

const backup = (database: TestDatabase, args: string[], key = masterKey): Promise<Outcome> =>
  runRecorded(['backup', ...args], { DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl, POLITY_MASTER_KEY: key.toString('base64') });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polity-cli-backup-'));
  folder = join(root, 'backup');
  source = await createTestDatabase();
  target = await createEmptyDatabase();
  const client = new Client({ connectionString: source.ownerUrl });
  await client.connect();
  await client.query(`INSERT INTO sys_kernel.instance VALUES (true, 'inst_1', $1)`, [masterKeyFingerprint(masterKey)]);
  await client.query(`INSERT INTO sys_identity.users (id, email) VALUES ('user_1', 'one@example.org')`);
  await client.end();
});

afterAll(async () => {
  await source.drop();
  await target.drop();
  await rm(root, { recursive: true });
});

test('a backup is made, verified and restored, and no secret is shown', async () => {
  const created = await backup(source, ['create', '--out', folder]);
  expect(created.code).toBe(0);
  const digest = /digest ([0-9a-f]{64})\n$/.exec(created.out)?.[1];
  expect(digest).toBeDefined();
  expect(created.err).toContain('sys_identity.users: 1 rows');

  expect((await runRecorded(['backup', 'verify', folder, '--digest', digest!])).out).toContain('is whole');
  const described = JSON.parse((await runRecorded(['backup', 'verify', folder, '--json'])).out) as Record<string, unknown>;
  expect(described).toMatchObject({ digest, instance: { id: 'inst_1' }, logHeads: { audit: 0, outbox: 0 } });

  expect(await backup(target, ['restore', folder], randomBytes(32))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('wrapped by the master key') });
  const restored = await backup(target, ['restore', folder, '--digest', digest!]);
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining('Restored') });
  expect(await backup(target, ['restore', folder])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('not empty') });

  const everything = created.out + created.err + restored.out + restored.err + (await readFile(join(folder, 'manifest.json'), 'utf8'));
  for (const secret of [masterKey.toString('base64'), masterKey.toString('hex')]) expect(everything).not.toContain(secret);
});

const backupEvents = async ({ ownerUrl }: TestDatabase): Promise<{ type: string; risk: string; target_id: string; body: Record<string, unknown> }[]> => {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const { rows } = await client.query<{ type: string; risk: string; target_id: string; body: Record<string, unknown> }>(
    `SELECT type, risk, target_id, convert_from(body, 'UTF8')::json AS body FROM sys_audit.event WHERE type LIKE 'backup.%' ORDER BY seq`);
  await client.end();
  return rows;
};

test('both are in the audit log of the database that they concern', async () => {
  const { digest, createdAt } = JSON.parse((await runRecorded(['backup', 'verify', folder, '--json'])).out) as { digest: string; createdAt: string };
  const event = (type: string): unknown => ({
    type, risk: 'CRITICAL', target_id: digest,
    body: expect.objectContaining({ credential: { kind: 'system' }, details: expect.objectContaining({ takenAt: createdAt, auditIndex: 0, rows: expect.any(Number) }) }),
  });
  expect(await backupEvents(source)).toEqual([event('backup.created')]);
  // What a backup says of itself is not in it.
  expect(await backupEvents(target)).toEqual([event('backup.restored')]);
});

test('without the event there is no backup', async () => {
  const client = new Client({ connectionString: source.ownerUrl });
  await client.connect();
  await client.query(`
    CREATE FUNCTION public.refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the log is closed'; END $$;
    CREATE TRIGGER refuse_event BEFORE INSERT ON sys_audit.event FOR EACH ROW EXECUTE FUNCTION public.refuse_event()`);
  const unlogged = join(root, 'unlogged');
  expect(await backup(source, ['create', '--out', unlogged])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('the log is closed') });
  await client.query('DROP TRIGGER refuse_event ON sys_audit.event');
  await client.end();
  expect(await readdir(root)).toEqual(['backup']);
});

test('a folder in use is refused in one line', async () => {
  expect(await backup(source, ['create', '--out', root])).toEqual({ code: 1, out: '', err: `polity: ${root} is not empty; name a new folder\n` });
});

test('a damaged backup exits 1 and names the file', async () => {
  const path = join(folder, 'sys_identity.users.copy.gz');
  const bytes = await readFile(path);
  bytes[12] = bytes[12]! ^ 0x02;
  await writeFile(path, bytes);
  expect(await runRecorded(['backup', 'verify', folder])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('sys_identity.users.copy.gz is damaged') });
});
