import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { currentSchemaVersion, migrateUp } from '../migrations/index.js';
import { readTables } from './catalog.js';
import { createBackup, restoreBackup, type BackupManifest } from './index.js';
import { loadBackup } from './load-backup.js';
import { readManifest } from './manifest-file.js';
import { assertPristine } from './pristine.js';
import { withBackupSession } from './session.js';
import { inReferenceOrder } from './table-order.js';
import { fillEveryTable } from './testing/fill-every-table.js';

const PACKAGED = fileURLToPath(new URL('../../../migrations', import.meta.url));
const ADDED = '-- phase: expand\nALTER TABLE extra ADD COLUMN later text NOT NULL DEFAULT \'filled\';\n';

let root: string;
let folder: string;
let manifest: BackupManifest;
let source: TestDatabase;
const databases: TestDatabase[] = [];
const silent = (): void => undefined;

async function track(made: Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await made;
  databases.push(database);
  return database;
}

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Rows over all tables that the migrations do not make themselves. */
const rowsIn = (url: string): Promise<void> => withBackupSession(url, silent, async (client) => assertPristine(client, await readTables(client)));

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polity-restore-'));
  folder = join(root, 'backup');
  source = await track(createTestDatabase());
  const client = new Client({ connectionString: source.ownerUrl });
  await client.connect();
  await fillEveryTable(client, source.appUrl);
  await client.end();
  manifest = await createBackup({ url: source.ownerUrl, folder, productVersion: '0.1.0' });
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  await rm(root, { recursive: true });
});

test('a migrated database holds only the rows that count as none', async () => {
  const fresh = await track(createTestDatabase());
  await expect(rowsIn(fresh.ownerUrl)).resolves.toBeUndefined();
});

test('each table counts when it has a row', async () => {
  for (const { schema, name } of manifest.tables) {
    if (name === 'migration') continue;
    await withBackupSession(source.ownerUrl, silent, async (client) => {
      const [table] = (await readTables(client)).filter((candidate) => candidate.schema === schema && candidate.name === name);
      await expect(assertPristine(client, [table!])).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY', message: expect.stringContaining(`${schema}.${name}`) });
    });
  }
});

test('the foreign keys of the schema form no circle', async () => {
  await withBackupSession(source.ownerUrl, silent, async (client) => {
    const order = inReferenceOrder(await readTables(client)).map(({ name }) => name);
    expect(order).toHaveLength(manifest.tables.length);
    expect(order.indexOf('users')).toBeLessThan(order.indexOf('sessions'));
    expect(order.indexOf('user_members')).toBeLessThan(order.indexOf('sessions'));
  });
});

test('a damaged backup is found before anything is written', async () => {
  const damaged = join(root, 'damaged');
  await cp(folder, damaged, { recursive: true });
  const path = join(damaged, 'sys_resource.resources.copy.gz');
  const bytes = await readFile(path);
  bytes[20] = bytes[20]! ^ 0x10;
  await writeFile(path, bytes);
  const target = await track(createEmptyDatabase());
  await expect(restoreBackup({ url: target.ownerUrl, folder: damaged })).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(await currentSchemaVersion(target.ownerUrl)).toBe(0);
});

test('a load that fails in the middle leaves nothing, and the next one works', async () => {
  const target = await track(createTestDatabase());
  const halfway = join(root, 'halfway');
  await cp(folder, halfway, { recursive: true });
  // Damaged between the check and the load, in a table that comes after many others.
  await cp(join(folder, 'sys_authz.roles.copy.gz'), join(halfway, 'sys_admin.api_key_secrets.copy.gz'));
  const load = (from: string): Promise<void> =>
    withBackupSession(target.ownerUrl, silent, async (client) => loadBackup(client, from, await readManifest(from), silent));
  const before = await ask(target.ownerUrl, `SELECT last_value, is_called FROM sys_audit.event_seq`);
  await expect(load(halfway)).rejects.toThrow('column');
  await expect(rowsIn(target.ownerUrl)).resolves.toBeUndefined();
  expect(await ask(target.ownerUrl, `SELECT last_value, is_called FROM sys_audit.event_seq`)).toEqual(before);
  expect(await ask(target.ownerUrl, `SELECT to_regclass('sys_audit.event_2001_02') AS partition`)).toEqual([{ partition: null }]);
  expect(await ask(target.ownerUrl, `SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'`)).toEqual([]);
  await load(folder);
  expect(await ask(target.ownerUrl, 'SELECT id FROM sys_authz.roles ORDER BY id')).toEqual([{ id: 'role_1' }, { id: 'role_2' }]);
});

test('data that breaks a foreign key is refused with the table, and leaves nothing', async () => {
  const broken = await track(createTestDatabase());
  await ask(broken.ownerUrl, `SET session_replication_role = replica; INSERT INTO sys_identity.passwords VALUES ('user_nobody', 'x')`);
  const from = join(root, 'broken');
  await createBackup({ url: broken.ownerUrl, folder: from, productVersion: '0.1.0' });
  const target = await track(createEmptyDatabase());
  await expect(restoreBackup({ url: target.ownerUrl, folder: from })).rejects.toMatchObject({ code: 'RESTORE_FAILED', message: expect.stringContaining('passwords') });
  await expect(rowsIn(target.ownerUrl)).resolves.toBeUndefined();
});

test('another master key is refused before anything is written', async () => {
  const target = await track(createEmptyDatabase());
  await expect(restoreBackup({ url: target.ownerUrl, folder, masterKeyFingerprint: 'cd'.repeat(32) })).rejects.toMatchObject({ code: 'MASTER_KEY_DIFFERS' });
  expect(await currentSchemaVersion(target.ownerUrl)).toBe(0);
});

test('a database in use is refused', async () => {
  const target = await track(createTestDatabase());
  const server = new Client({ connectionString: target.appUrl });
  await server.connect();
  await server.query('BEGIN; SELECT FROM sys_identity.users');
  await expect(restoreBackup({ url: target.ownerUrl, folder })).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY', message: expect.stringContaining('stop the servers') });
  await server.end();
});

describe('between releases', () => {
  /** The migrations of this release and some that come after them. */
  async function release(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const migrationsDir = join(root, name);
    await cp(PACKAGED, migrationsDir, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(migrationsDir, 'sys_extra'), { recursive: true });
      await writeFile(join(migrationsDir, 'sys_extra', file), text);
    }
    return migrationsDir;
  }
  const TABLE = { '9000_extra.sql': '-- phase: expand\nCREATE TABLE extra (id int PRIMARY KEY);\n' };
  let older: string;
  let newer: string;
  let from: string;

  beforeAll(async () => {
    older = await release('older', TABLE);
    newer = await release('newer', { ...TABLE, '9001_later.sql': ADDED });
    const database = await track(createEmptyDatabase());
    await migrateUp({ url: database.ownerUrl, migrationsDir: older });
    await ask(database.ownerUrl, 'INSERT INTO sys_extra.extra VALUES (7)');
    from = join(root, 'from-older');
    await createBackup({ url: database.ownerUrl, folder: from, productVersion: '0.1.0' });
  });

  test('a backup of an older release is restored at its version and then migrated', async () => {
    const target = await track(createEmptyDatabase());
    const result = await restoreBackup({ url: target.ownerUrl, folder: from, migrationsDir: newer });
    expect(result).toMatchObject({ schemaVersion: 9001, manifest: { schemaVersion: 9000 } });
    expect(await ask(target.ownerUrl, 'SELECT * FROM sys_extra.extra')).toEqual([{ id: 7, later: 'filled' }]);
  });

  test('a database that is migrated further is refused', async () => {
    const target = await track(createEmptyDatabase());
    await migrateUp({ url: target.ownerUrl, migrationsDir: newer });
    await expect(restoreBackup({ url: target.ownerUrl, folder: from, migrationsDir: newer })).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
  });

  test('a backup of a later release is refused', async () => {
    const target = await track(createEmptyDatabase());
    await expect(restoreBackup({ url: target.ownerUrl, folder: from })).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN', message: expect.stringContaining('newer release') });
    expect(await currentSchemaVersion(target.ownerUrl)).toBe(0);
  });

  test('a backup made with a changed migration is refused', async () => {
    const changed = await release('changed', { '9000_extra.sql': '-- phase: expand\nCREATE TABLE extra (id text PRIMARY KEY);\n' });
    const target = await track(createEmptyDatabase());
    await expect(restoreBackup({ url: target.ownerUrl, folder: from, migrationsDir: changed })).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
  });
});

test('an owner who is no superuser can back up and restore', async () => {
  const role = `owner_${source.name.slice(-8)}`;
  const target = await track(createEmptyDatabase());
  await ask(target.ownerUrl, `CREATE ROLE ${role} LOGIN CREATEROLE; ALTER DATABASE ${target.name} OWNER TO ${role}`);
  const owners = ['sys_kernel', 'sys_audit', 'sys_authz', 'sys_identity', 'sys_resource', 'sys_admin'].map((schema) => `polity_${schema}`);
  await ask(target.ownerUrl, `GRANT ${owners.join(', ')} TO ${role}`);
  const url = new URL(target.ownerUrl);
  url.username = role;
  try {
    await restoreBackup({ url: url.href, folder });
    const again = await createBackup({ url: url.href, folder: join(root, 'by-owner'), productVersion: '0.1.0' });
    expect(again.tables.map(({ name, sha256 }) => [name, sha256])).toEqual(manifest.tables.map(({ name, sha256 }) => [name, sha256]));
  } finally {
    await target.drop();
    await ask(source.ownerUrl, `DROP ROLE ${role}`);
  }
});
