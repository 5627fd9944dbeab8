import { copyFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { currentSchemaVersion } from '../migrations/index.js';
import { type BackupManifest, createBackup, restoreBackup, verifyBackup } from './index.js';
import { addEvent, addOutboxEvent, AWKWARD, fillEveryTable, sequenceLogs } from './testing/fill-every-table.js';

const FINGERPRINT = 'ab'.repeat(32);

let root: string;
let source: TestDatabase;
let folder: string;
let manifest: BackupManifest;
const databases: TestDatabase[] = [];

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const ask = <Row extends object>(url: string, sql: string): Promise<Row[]> => withClient(url, async (client) => (await client.query<Row>(sql)).rows);

const count = async (url: string, from: string): Promise<number> =>
  Number((await ask<{ count: string }>(url, `SELECT count(*) FROM ${from}`))[0]?.count);

async function track(made: Promise<TestDatabase>): Promise<TestDatabase> {
  const database = await made;
  databases.push(database);
  return database;
}

const backUp = (url: string, name: string): Promise<BackupManifest> => createBackup({ url, folder: join(root, name), productVersion: '0.1.0' });

/** What two equal databases have in common. */
const content = ({ tables, sequences, logHeads, instance, migrations }: BackupManifest): object => ({
  tables: Object.fromEntries(tables.map(({ schema, name, rows, bytes, sha256 }) => [`${schema}.${name}`, { rows, bytes, sha256 }])),
  // What comes next is what counts: (5, called) and (6, not called) are the same.
  next: Object.fromEntries(sequences.map(({ name, lastValue, isCalled }) => [name, BigInt(lastValue) + (isCalled ? 1n : 0n)])),
  logHeads,
  instance,
  migrations,
});

/** A copy of the backup that a test may spoil. */
async function spoil(name: string, change: (copy: string) => Promise<void>): Promise<string> {
  const copy = join(root, name);
  await cp(folder, copy, { recursive: true });
  await change(copy);
  return copy;
}

const flipByte = (file: string, at: (length: number) => number) => async (copy: string): Promise<void> => {
  const path = join(copy, file);
  const bytes = await readFile(path);
  const position = at(bytes.length);
  bytes[position] = bytes[position]! ^ 0x01;
  await writeFile(path, bytes);
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polity-backup-'));
  source = await track(createTestDatabase());
  await withClient(source.ownerUrl, (client) => fillEveryTable(client, source.appUrl));
  folder = join(root, 'backup');
  manifest = await backUp(source.ownerUrl, 'backup');
});

afterAll(async () => {
  for (const database of databases) await database.drop();
  await rm(root, { recursive: true });
});

describe('createBackup', () => {
  it('takes every table of every schema, but those that are unlogged', async () => {
    const unlogged = ['sys_kernel.rate_budgets'];
    const inCatalog = await ask<{ name: string }>(source.ownerUrl, `
      SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
      WHERE table_schema LIKE 'sys\\_%' AND table_type = 'BASE TABLE' AND table_name !~ '^event_(\\d|default)'`);
    expect(manifest.tables.map(({ schema, name }) => `${schema}.${name}`).sort()).toEqual(inCatalog.map(({ name }) => name).filter((name) => !unlogged.includes(name)).sort());
    expect(manifest.tables.filter(({ rows }) => rows === 0)).toEqual([]);
  });

  it('says what it is and where the logs stood, and holds no key', async () => {
    expect(manifest).toMatchObject({
      format: 'polity.backup',
      formatVersion: 1,
      productVersion: '0.1.0',
      schemaVersion: await currentSchemaVersion(source.ownerUrl),
      instance: { id: 'inst_1', masterKeyFingerprint: FINGERPRINT, revision: expect.any(Number) },
      logHeads: { audit: 3, outbox: 1 },
      postgres: { systemIdentifier: expect.stringMatching(/^\d+$/) },
    });
    expect(manifest.instance.revision).toBeGreaterThan(1);
  });

  it('is for its owner alone', async () => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  it('writes the same data as the same bytes', async () => {
    expect(content(await backUp(source.ownerUrl, 'again'))).toEqual(content(manifest));
  });

  it('sees one moment, whatever commits meanwhile', async () => {
    const busy = await track(createTestDatabase());
    await withClient(busy.ownerUrl, (client) => fillEveryTable(client, busy.appUrl));
    let written = 0;
    const taken = await createBackup({
      url: busy.ownerUrl,
      folder: join(root, 'busy'),
      productVersion: '0.1.0',
      log: () => (written += 1),
    });
    const writer = withClient(busy.ownerUrl, async (client) => {
      for (let round = 0; round < 20; round += 1) {
        await client.query(`INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_w${round}', 'space_1', 'w${round}', 'W')`);
      }
    });
    const during = await backUp(busy.ownerUrl, 'during');
    await writer;
    const rowsOf = (name: string): number => during.tables.find((table) => table.name === name)!.rows;
    // Each new Role is one row here and one version there, in one transaction.
    const before = (name: string): number => taken.tables.find((table) => table.name === name)!.rows;
    expect(rowsOf('roles') - before('roles')).toBe(rowsOf('fact_version') - before('fact_version'));
    expect(written).toBe(taken.tables.length);
  });

  it('leaves nothing when it fails, and touches no folder with content', async () => {
    await expect(backUp(`${source.ownerUrl}_gone`, 'failed')).rejects.toThrow('does not exist');
    expect((await readdir(root)).filter((name) => name.startsWith('failed'))).toEqual([]);
    await expect(backUp(source.ownerUrl, 'backup')).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    expect(await verifyBackup(folder)).toEqual(manifest);
  });

  it('needs a role that may read everything', async () => {
    await expect(backUp(source.appUrl, 'by-server')).rejects.toMatchObject({ code: 'NOT_ALLOWED', message: expect.stringContaining('POLITY_MIGRATE_DATABASE_URL') });
  });

  it('refuses a database that was never migrated', async () => {
    const empty = await track(createEmptyDatabase());
    await expect(backUp(empty.ownerUrl, 'empty')).rejects.toMatchObject({ code: 'NOT_A_BACKUP' });
  });
});

describe('verifyBackup', () => {
  it('accepts what was written, also by its digest', async () => {
    expect(await verifyBackup(folder, manifest.digest)).toEqual(manifest);
    await expect(verifyBackup(folder, '0'.repeat(64))).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it.each([
    ['in the header of a compressed file', 'sys_identity.users.copy.gz', () => 9],
    ['in compressed data', 'sys_identity.users.copy.gz', (length: number) => length >> 1],
    ['at the end of a file', 'sys_audit.event.copy.gz', (length: number) => length - 1],
    ['in the manifest', 'manifest.json', (length: number) => length >> 1],
    ['at the end of the manifest', 'manifest.json', (length: number) => length - 1],
  ])('finds one changed bit %s', async (_where, file, at) => {
    const copy = await spoil(`bit-${file}-${at(1_000)}`, flipByte(file, at));
    await expect(verifyBackup(copy)).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining(file) });
  });

  it('finds every changed byte of the manifest', async () => {
    const copy = await spoil('manifest-bytes', async () => undefined);
    const original = await readFile(join(folder, 'manifest.json'));
    for (let at = 0; at < original.length; at += 97) {
      const bytes = Buffer.from(original);
      bytes[at] = bytes[at]! ^ 0x04;
      await writeFile(join(copy, 'manifest.json'), bytes);
      await expect(verifyBackup(copy)).rejects.toMatchObject({ name: 'BackupError' });
    }
  });

  it('finds a file that is missing, cut off or taken from another table', async () => {
    const missing = await spoil('missing', (copy) => rm(join(copy, 'sys_kernel.key.copy.gz')));
    await expect(verifyBackup(missing)).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining('sys_kernel.key') });
    const cut = await spoil('cut', async (copy) => {
      const path = join(copy, 'sys_kernel.key.copy.gz');
      await writeFile(path, (await readFile(path)).subarray(0, -5));
    });
    await expect(verifyBackup(cut)).rejects.toMatchObject({ code: 'DAMAGED' });
    const swapped = await spoil('swapped', (copy) => copyFile(join(copy, 'sys_authz.roles.copy.gz'), join(copy, 'sys_kernel.key.copy.gz')));
    await expect(verifyBackup(swapped)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('says that a folder is none', async () => {
    await expect(verifyBackup(root)).rejects.toMatchObject({ code: 'NOT_A_BACKUP' });
    const later = await spoil('later', async (copy) => {
      const path = join(copy, 'manifest.json');
      await writeFile(path, (await readFile(path, 'utf8')).replace('"formatVersion": 1', '"formatVersion": 2'));
    });
    await expect(verifyBackup(later)).rejects.toMatchObject({ code: 'NOT_A_BACKUP', message: expect.stringContaining('format version 2') });
  });
});

describe('restoreBackup', () => {
  let target: TestDatabase;
  beforeAll(async () => {
    target = await track(createEmptyDatabase());
    await restoreBackup({ url: target.ownerUrl, folder, digest: manifest.digest, masterKeyFingerprint: FINGERPRINT });
  });

  it('gives a database that equals the source in every table, sequence and head', async () => {
    expect(content(await backUp(target.ownerUrl, 'restored'))).toEqual(content(manifest));
    const [user] = await ask<{ display_name: string }>(target.ownerUrl, `SELECT display_name FROM sys_identity.users WHERE id = 'user_1'`);
    expect(user?.display_name).toBe(AWKWARD);
  });

  it('puts events into the partitions they were in, owned by their role', async () => {
    const inPartitions = `SELECT tableoid::regclass::text AS partition, id FROM sys_audit.event ORDER BY id`;
    expect(await ask(target.ownerUrl, inPartitions)).toEqual(await ask(source.ownerUrl, inPartitions));
    const owner = `SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE oid = 'sys_audit.event_2001_02'::regclass`;
    expect(await ask(target.ownerUrl, owner)).toEqual([{ owner: 'polity_sys_audit' }]);
  });

  it('writes no fact version twice and leaves every trigger as it was', async () => {
    expect(await count(target.ownerUrl, 'sys_authz.fact_version')).toBe(await count(source.ownerUrl, 'sys_authz.fact_version'));
    const triggers = `
      SELECT tgrelid::regclass::text AS table, tgname, tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE nspname LIKE 'sys\\_%' AND NOT tgisinternal ORDER BY 1, 2`;
    expect(await ask(target.ownerUrl, triggers)).toEqual(await ask(source.ownerUrl, triggers));
  });

  it('refuses a database that holds data, and changes nothing there', async () => {
    const before = content(await backUp(target.ownerUrl, 'before-refusal'));
    await expect(restoreBackup({ url: target.ownerUrl, folder })).rejects.toMatchObject({ code: 'DATABASE_NOT_EMPTY' });
    expect(content(await backUp(target.ownerUrl, 'after-refusal'))).toEqual(before);
  });

  it('lets the server go on: facts, revisions, the append-only log', async () => {
    await withClient(target.ownerUrl, async (client) => {
      await client.query(`SET ROLE polity_app`);
      await client.query(`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_2', 'Second')`);
      await client.query(`UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_2'`);
      await addEvent(client, 'evt_new');
      await expect(client.query(`DELETE FROM sys_audit.event`)).rejects.toThrow('permission denied');
      await client.query('RESET ROLE');
      await expect(client.query(`DELETE FROM sys_audit.event`)).rejects.toThrow('append-only');
    });
    const [revision] = await ask<{ rev: string }>(target.ownerUrl, `SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    expect(Number(revision?.rev)).toBe(manifest.instance.revision + 1);
    expect(await count(target.ownerUrl, `sys_authz.fact_version WHERE id = 'space_2'`)).toBe(1);
  });

  it('takes a migrated database without data too', async () => {
    const migrated = await track(createTestDatabase());
    await restoreBackup({ url: migrated.ownerUrl, folder });
    expect(content(await backUp(migrated.ownerUrl, 'migrated'))).toEqual(content(manifest));
  });
});

describe('a restored log', () => {
  it.each(['the same cluster', 'another cluster'])('is continued where it ended, in %s', async (where) => {
    const from = await track(createTestDatabase());
    await withClient(from.ownerUrl, async (client) => {
      await fillEveryTable(client, from.appUrl);
      if (where === 'the same cluster') return;
      // As written by a cluster whose transaction ids say nothing here.
      await client.query(`UPDATE sys_audit.head SET system_identifier = '1', snapshot = '900000000:900000000:'`);
      await client.query(`UPDATE sys_kernel.outbox_head SET system_identifier = '1', snapshot = '900000000:900000000:'`);
    });
    const name = `log-${where.replaceAll(' ', '-')}`;
    const { logHeads } = await backUp(from.ownerUrl, name);
    const target = await track(createEmptyDatabase());
    await restoreBackup({ url: target.ownerUrl, folder: join(root, name) });
    await withClient(target.ownerUrl, async (client) => {
      await addEvent(client, 'evt_after');
      await addOutboxEvent(client, 'oev_after');
    });
    await sequenceLogs(target.appUrl);

    const order = (events: string, batches: string): Promise<{ id: string; index: string }[]> => ask(target.ownerUrl, `
      SELECT e.id, b.first_index + s.position - 1 AS index FROM ${batches} b, unnest(b.seqs) WITH ORDINALITY AS s (seq, position)
      JOIN ${events} e ON e.seq = s.seq ORDER BY 2`);
    expect((await order('sys_audit.event', 'sys_audit.batch')).slice(logHeads.audit).map(({ id }) => id)).toEqual(['evt_late', 'evt_after']);
    expect((await order('sys_kernel.outbox_event', 'sys_kernel.outbox_batch')).map(({ id }) => id)).toEqual(['oev_1', 'oev_late', 'oev_after']);
    expect(await ask(target.ownerUrl, 'SELECT next_index::int FROM sys_audit.head')).toEqual([{ next_index: 5 }]);
  });
});
