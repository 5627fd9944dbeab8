import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { verifyPassword } from '../kernel/crypto/index.js';
import { runRecorded, type Outcome } from './testing/recorded-io.js';

const PASSWORD = 'correct horse battery staple';
const masterKey = randomBytes(32).toString('base64');
let folder: string;
let database: TestDatabase;

const polity = (args: string[], input = ''): Promise<Outcome> => runRecorded(args, {
  DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl, POLITY_MASTER_KEY: masterKey, POLITY_DATA_DIR: folder, NODE_ENV: 'test',
}, input);

async function ask<Row extends object>(sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const eventsOf = async (type: string): Promise<number> => (await ask(`SELECT FROM sys_audit.event WHERE type = '${type}'`)).length;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-cli-platform-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('admin', () => {
  it('names the option of a bad value, and makes nobody', async () => {
    expect(await polity(['admin', 'bootstrap', '--email', 'nobody'], PASSWORD)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^polity: --email: /) });
    expect(await polity(['admin', 'bootstrap', '--email', 'ada@example.org'], 'short')).toMatchObject({ code: 1, err: expect.stringMatching(/^polity: --password-file: .*PASSWORD_TOO_WEAK/) });
    expect(await polity(['admin', 'bootstrap', '--email', 'ada@example.org'])).toMatchObject({ code: 2, err: expect.stringContaining('--password-file: standard input is empty') });
    expect(await polity(['admin', 'bootstrap', '--user-id', 'user_nobody'])).toMatchObject({ code: 1, err: expect.stringMatching(/^polity: --user-id: .*USER_NOT_FOUND/) });
    expect(await ask('SELECT FROM sys_identity.users')).toEqual([]);
  });

  it('makes the first super admin from a password file, once, as an event', async () => {
    const file = join(folder, 'password');
    await writeFile(file, `${PASSWORD}\n`);
    const args = ['admin', 'bootstrap', '--email', 'ada@example.org', '--display-name', 'Ada', '--password-file', file];
    const { code, out, err } = await polity([...args, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const made = JSON.parse(out) as { userId: string };
    expect(made).toMatchObject({ created: true, userCreated: true });
    expect(out).not.toContain(PASSWORD);
    const [stored] = await ask<{ hash: string }>(`SELECT hash FROM sys_identity.passwords WHERE user_id = '${made.userId}'`);
    expect(await verifyPassword(PASSWORD, stored!.hash)).toBe(true);
    expect(await eventsOf('admin.bootstrapped')).toBe(1);

    expect(await polity(args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('ALREADY_EXISTS') });
    expect(await polity([...args, '--if-exists', 'ok'])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing was changed') });
    expect(await eventsOf('admin.bootstrapped')).toBe(1);
  });

  it('ends a demo, and its file', async () => {
    expect(await polity(['admin', 'remove-demo'])).toEqual({ code: 0, out: 'There is no demo.\n', err: '' });
    await ask(`INSERT INTO sys_identity.users (id, email, is_demo) VALUES ('user_demo', 'demo@example.org', true)`);
    await writeFile(join(folder, 'demo.json'), '{}');
    expect(await polity(['admin', 'remove-demo'])).toMatchObject({ code: 0, out: expect.stringContaining('1 User(s) disabled') });
    expect(await ask(`SELECT status FROM sys_identity.users WHERE id = 'user_demo'`)).toEqual([{ status: 'disabled' }]);
    await expect(stat(join(folder, 'demo.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('facts', () => {
  const facts = [
    { kind: 'group', id: 'group_1', path: 'finance' },
    { kind: 'member', id: 'member_1', displayName: 'Reviewer' },
    { kind: 'role', id: 'role_1', key: 'approver', name: 'Approver' },
  ];
  let file: string;

  beforeAll(async () => {
    await ask(`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_1', 'One'), ('space_2', 'Two')`);
    file = join(folder, 'facts.jsonl');
    await writeFile(file, facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
  });

  it('imports a file after a dry run that changes nothing, and a second time without effect', async () => {
    const args = ['facts', 'import', '--space', 'space_1', '--file', file];
    expect(await polity([...args, '--dry-run'])).toMatchObject({ code: 0, out: '3 lines are right; nothing was applied.\n' });
    expect(await ask('SELECT FROM sys_identity.members')).toEqual([]);
    expect(await polity(args)).toMatchObject({ code: 0, out: '3 lines: 3 created, 0 updated, 0 unchanged.\n' });
    expect(await polity(args)).toMatchObject({ code: 0, out: '3 lines: 0 created, 0 updated, 3 unchanged.\n' });
  });

  it('names line and field of what is wrong, and the Space that is not there', async () => {
    const bad = join(folder, 'bad.jsonl');
    await writeFile(bad, `${JSON.stringify(facts[0])}\n{"kind":"member","id":"member_9"}\nno json\n`);
    const { code, out, err } = await polity(['facts', 'import', '--space', 'space_1', '--file', bad]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^polity: --file: Line 2, displayName: /m);
    expect(err).toMatch(/^polity: --file: Line 3/m);
    expect(await polity(['facts', 'import', '--space', 'space_none', '--file', file])).toMatchObject({ code: 1, err: expect.stringMatching(/^polity: --space: /) });
  });

  it('exports the same lines that another Space could import, to standard output or to a file', async () => {
    const { code, out, err } = await polity(['facts', 'export', '--space', 'space_1']);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['group_1', 'member_1', 'role_1']);
    expect(err).toMatch(/^3 lines, SHA-256 [0-9a-f]{64}\n$/);
    const target = join(folder, 'export.jsonl');
    expect(await polity(['facts', 'export', '--space', 'space_1', '--out', target])).toMatchObject({ code: 0, out: '' });
    expect(await readFile(target, 'utf8')).toBe(out);
    expect(await polity(['facts', 'import', '--space', 'space_1', '--file', target])).toMatchObject({ code: 0, out: '3 lines: 0 created, 0 updated, 3 unchanged.\n' });
    expect(await eventsOf('space.exported')).toBe(2);
  });

  it('leaves no file when there is no such Space', async () => {
    const target = join(folder, 'none.jsonl');
    expect(await polity(['facts', 'export', '--space', 'space_none', '--out', target])).toMatchObject({ code: 1, out: '' });
    for (const path of [target, `${target}.partial`]) await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('keys', () => {
  it('rotates, as an event, and shows only the name of the key', async () => {
    const first = await polity(['keys', 'rotate-signing', '--json']);
    const second = await polity(['keys', 'rotate-signing']);
    expect([first.code, second.code]).toEqual([0, 0]);
    const { kid } = JSON.parse(first.out) as { kid: string };
    expect(second.out).toMatch(/^The key is now \S+\.\n$/);
    expect(await ask(`SELECT kid FROM sys_kernel.key WHERE purpose = 'token_signing' AND retired_at IS NOT NULL AND kid = '${kid}'`)).toHaveLength(1);
    expect(await polity(['keys', 'rotate-api-key'])).toMatchObject({ code: 0 });
    expect(await polity(['keys', 'rotate-receipt'])).toMatchObject({ code: 0 });
    expect(await ask(`SELECT kid FROM sys_kernel.key WHERE purpose = 'decision_receipt'`)).toHaveLength(1);
    expect(await polity(['keys', 'rotate-review'])).toMatchObject({ code: 0 });
    expect(await ask(`SELECT kid FROM sys_kernel.key WHERE purpose = 'review_signing'`)).toHaveLength(1);
    expect(await eventsOf('key.rotated')).toBe(5);
  });
});

test('another master key is refused in one line', async () => {
  const { code, out, err } = await runRecorded(['keys', 'rotate-signing'], { DATABASE_URL: database.appUrl, POLITY_MASTER_KEY: randomBytes(32).toString('base64'), POLITY_MIGRATE_DATABASE_URL: database.ownerUrl });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^polity: The master key has the fingerprint [^\n]*\n$/);
});
