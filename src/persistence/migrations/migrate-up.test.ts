import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { currentSchemaVersion, inspectRoles, migratePlan, migrateStatus, migrateUp, migrateVerify } from './index.js';

const ALPHA = '-- phase: expand\nCREATE TABLE thing (id int PRIMARY KEY);\n';
const BETA = '-- phase: expand\nCREATE TABLE other (id int);\n';

/** The transactions that last wrote what a second run must leave alone. */
const WRITERS = `
  SELECT xmin::text FROM sys_kernel.migration
  UNION ALL SELECT xmin::text FROM pg_namespace
  UNION ALL SELECT xmin::text FROM pg_database WHERE datname = current_database()
  UNION ALL SELECT pg_db_role_setting.xmin::text FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase AND datname = current_database()`;

let folder: string;
let database: TestDatabase;

async function write(files: Record<string, string | undefined>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (content === undefined) await rm(file);
    else await writeFile(file, content);
  }
}

const up = (url = database.ownerUrl): ReturnType<typeof migrateUp> => migrateUp({ url, migrationsDir: folder });

async function rows<Row extends object>(sql: string, url = database.ownerUrl): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const problemsOf = async (): Promise<string[]> =>
  (await migrateVerify({ url: database.ownerUrl, migrationsDir: folder })).problems.map(({ code, file }) => `${code} ${file}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-migrations-'));
  database = await createEmptyDatabase();
  await write({ 'sys_alpha/0001_base.sql': ALPHA, 'sys_beta/0002_other.sql': BETA });
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('migrateUp', () => {
  it('brings an empty database up, each schema owned by its role', async () => {
    const result = await up();
    expect(result).toMatchObject({ currentVersion: 2, rolesEnforced: true });
    expect(result.applied.map(({ file }) => file)).toEqual(['sys_alpha/0001_base.sql', 'sys_beta/0002_other.sql']);
    expect(await rows("SELECT schemaname, tablename, tableowner FROM pg_tables WHERE tablename IN ('thing', 'other') ORDER BY 1")).toEqual([
      { schemaname: 'sys_alpha', tablename: 'thing', tableowner: 'polity_sys_alpha' },
      { schemaname: 'sys_beta', tablename: 'other', tableowner: 'polity_sys_beta' },
    ]);
    expect(await rows('SELECT version, schema, name, phase FROM sys_kernel.migration ORDER BY 1')).toEqual([
      { version: 1, schema: 'sys_alpha', name: 'base', phase: 'expand' },
      { version: 2, schema: 'sys_beta', name: 'other', phase: 'expand' },
    ]);
    expect(await currentSchemaVersion(database.ownerUrl)).toBe(2);
  });

  it('does nothing the second time', async () => {
    await up();
    const before = await rows(WRITERS);
    expect(await up()).toMatchObject({ applied: [], currentVersion: 2, rolesEnforced: true });
    expect(await rows(WRITERS)).toEqual(before);
  });

  it('sets what a database must have', async () => {
    await up();
    expect(await rows("SELECT current_setting('TimeZone') AS zone, current_setting('jit') AS jit, current_setting('DateStyle') AS dates")).toEqual([
      { zone: 'UTC', jit: 'off', dates: 'ISO, YMD' },
    ]);
    expect(await rows("SELECT current_setting('TimeZone') AS zone", database.appUrl)).toEqual([{ zone: 'UTC' }]);
    await expect(rows('CREATE TABLE public.mine ()', database.appUrl)).rejects.toThrow('permission denied');
    await expect(rows('CREATE TEMPORARY TABLE mine ()', database.appUrl)).rejects.toThrow('permission denied');
  });

  it('lets the server read the ledger and not write it', async () => {
    await up();
    expect(await currentSchemaVersion(database.appUrl)).toBe(2);
    await expect(rows('DELETE FROM sys_kernel.migration', database.appUrl)).rejects.toThrow('permission denied');
  });

  it('is refused by PostgreSQL when a schema reaches into another', async () => {
    await write({ 'sys_beta/0003_reach.sql': '-- phase: expand\nCREATE TABLE mine (id int);\n\nALTER TABLE sys_alpha.thing ADD COLUMN x int;\n' });
    await expect(up()).rejects.toMatchObject({
      code: 'MIGRATION_INVALID',
      message: expect.stringMatching(/^migrations\/sys_beta\/0003_reach\.sql.*permission denied for schema sys_alpha/),
      details: { file: 'sys_beta/0003_reach.sql', sqlState: '42501' },
    });
    await write({ 'sys_beta/0003_reach.sql': '-- phase: expand\nSELECT * FROM thing;\n' });
    await expect(up()).rejects.toThrow('relation "thing" does not exist');
  });

  it('is refused when a migration leaves its role from within', async () => {
    await write({ 'sys_beta/0003_leave.sql': "-- phase: expand\nDO $$ BEGIN EXECUTE 'RESET ROLE'; CREATE TABLE sys_alpha.hers (); END $$;\n" });
    await expect(up()).rejects.toThrow("it left the role of the schema's owner");
    expect(await rows("SELECT to_regclass('sys_alpha.hers') AS made")).toEqual([{ made: null }]);
  });

  it('rolls all of a failed file back, keeps those before it, and names the line', async () => {
    await write({ 'sys_alpha/0003_half.sql': '-- phase: expand\n-- Größe\nCREATE TABLE half (id int);\nCREATE TABLE broken (id nothing);\n' });
    await expect(up()).rejects.toThrow('migrations/sys_alpha/0003_half.sql:4: type "nothing" does not exist');
    expect(await rows("SELECT to_regclass('sys_alpha.half') AS made")).toEqual([{ made: null }]);
    expect(await currentSchemaVersion(database.ownerUrl)).toBe(2);
    await write({ 'sys_alpha/0003_half.sql': '-- phase: expand\nCREATE TABLE half (id int);\n' });
    expect(await up()).toMatchObject({ currentVersion: 3 });
  });

  it('runs once when two run at the same time', async () => {
    const results = await Promise.all([up(), up(), up()]);
    expect(results.map(({ applied }) => applied.length).sort((a, b) => a - b)).toEqual([0, 0, 2]);
  });

  it('makes roles once when two databases are migrated at the same time', async () => {
    const schema = `sys_r${randomUUID().slice(0, 8)}`;
    await write({ [`${schema}/0003_new.sql`]: BETA });
    const others = await Promise.all([createEmptyDatabase(), createEmptyDatabase(), createEmptyDatabase()]);
    const results = await Promise.all(others.map(({ ownerUrl }) => up(ownerUrl)));
    expect(results.map(({ rolesEnforced }) => rolesEnforced)).toEqual([true, true, true]);
    await Promise.all(others.map((other) => other.drop()));
    await rows(`DROP ROLE polity_${schema}`);
  });

  it('gives up on a table in use without changing anything', async () => {
    await up();
    await write({ 'sys_alpha/0003_column.sql': '-- phase: expand\nALTER TABLE thing ADD COLUMN name text;\n' });
    const user = new Client({ connectionString: database.ownerUrl });
    await user.connect();
    await user.query('BEGIN; SELECT * FROM sys_alpha.thing');
    await expect(migrateUp({ url: database.ownerUrl, migrationsDir: folder, lockTimeoutMs: 50 })).rejects.toMatchObject({ details: { sqlState: '55P03' } });
    await user.end();
    expect(await up()).toMatchObject({ currentVersion: 3 });
  });
});

describe('refused before anything is changed', () => {
  it('a changed file', async () => {
    await up();
    await write({ 'sys_alpha/0001_base.sql': `${ALPHA}-- changed\n`, 'sys_beta/0003_next.sql': BETA.replace('other', 'next') });
    await expect(up()).rejects.toMatchObject({
      code: 'MIGRATION_INVALID',
      details: { problems: [{ code: 'checksum_mismatch', file: 'sys_alpha/0001_base.sql' }] },
    });
    expect(await currentSchemaVersion(database.ownerUrl)).toBe(2);
    expect(await migrateVerify({ url: database.ownerUrl, migrationsDir: folder })).toMatchObject({ ok: false });
  });

  it('a file that is not changed when line ends are', async () => {
    await up();
    await write({ 'sys_alpha/0001_base.sql': ALPHA.replaceAll('\n', '\r\n') });
    expect(await problemsOf()).toEqual([]);
  });

  it('a missing, a renamed and a late file', async () => {
    await write({ 'sys_beta/0005_last.sql': BETA.replace('other', 'last') });
    await up();
    await write({
      'sys_alpha/0001_base.sql': undefined,
      'sys_beta/0002_other.sql': undefined,
      'sys_beta/0002_another.sql': BETA,
      'sys_beta/0003_late.sql': BETA.replace('other', 'late'),
    });
    expect(await problemsOf()).toEqual([
      'renamed sys_beta/0002_another.sql',
      'missing_file sys_alpha/0001_base.sql',
      'out_of_order sys_beta/0003_late.sql',
    ]);
    await expect(up()).rejects.toThrow('sys_beta/0003_late.sql');
  });

  it('a misnamed, a doubled, a phaseless and a self-committing file', async () => {
    await write({
      'sys_alpha/3_short.sql': ALPHA,
      'other/0003_place.sql': ALPHA,
      'sys_alpha/0002_same.sql': ALPHA,
      'sys_alpha/0004_phaseless.sql': 'CREATE TABLE x ();\n-- phase: expand\n',
      'sys_alpha/0005_commit.sql': '-- phase: expand\nCREATE TABLE x ();\nCOMMIT;\n',
      'sys_alpha/README.md': 'passed over',
    });
    expect((await problemsOf()).sort()).toEqual([
      'duplicate_version sys_beta/0002_other.sql',
      'forbidden_statement sys_alpha/0005_commit.sql',
      'misnamed other/0003_place.sql',
      'misnamed sys_alpha/3_short.sql',
      'phase_missing sys_alpha/0004_phaseless.sql',
    ]);
    await expect(up()).rejects.toMatchObject({ code: 'MIGRATION_INVALID' });
    expect(await currentSchemaVersion(database.ownerUrl)).toBe(0);
  });
});

describe('a release on the schema of the next', () => {
  it('reports what only the next knows, and is no error', async () => {
    await write({ 'sys_beta/0009_future.sql': BETA.replace('other', 'future') });
    await up();
    await write({ 'sys_beta/0009_future.sql': undefined });
    expect(await migrateVerify({ url: database.appUrl, migrationsDir: folder })).toMatchObject({
      ok: true,
      problems: [{ code: 'unknown_later_version', severity: 'notice', file: 'sys_beta/0009_future.sql' }],
    });
    expect(await migrateStatus({ url: database.appUrl, migrationsDir: folder })).toMatchObject({
      currentVersion: 9, latestVersion: 2, pending: [], unknownLater: [{ version: 9 }],
    });
    expect(await up()).toMatchObject({ applied: [], currentVersion: 9 });
  });
});

describe('migratePlan', () => {
  it('names the steps to come and those that take something away', async () => {
    await up();
    await write({
      'sys_alpha/0003_add.sql': '-- phase: expand\nALTER TABLE thing ADD COLUMN name text;\n',
      'sys_alpha/0004_drop.sql': '-- Nobody reads it since 1.4.\n-- phase: contract\nALTER TABLE thing DROP COLUMN name;\n',
    });
    const plan = await migratePlan({ url: database.appUrl, migrationsDir: folder });
    expect(plan.steps.map(({ file }) => file)).toEqual(['sys_alpha/0003_add.sql', 'sys_alpha/0004_drop.sql']);
    expect(plan.contract.map(({ file }) => file)).toEqual(['sys_alpha/0004_drop.sql']);
    expect(await up()).toMatchObject({ currentVersion: 4 });
  });

  it('plans for a database that has nothing yet', async () => {
    expect((await migratePlan({ url: database.ownerUrl, migrationsDir: folder })).steps).toHaveLength(2);
  });
});

describe('roles', () => {
  const audit = '-- phase: expand\nCREATE TABLE event (id int);\nGRANT USAGE ON SCHEMA sys_audit TO polity_app;\nGRANT SELECT, INSERT ON event TO polity_app;\n';
  let login: string;

  beforeEach(async () => {
    login = `login_${randomUUID().slice(0, 8)}`;
    await write({ 'sys_audit/0003_log.sql': audit });
  });

  /** A login that owns the database and is no superuser. */
  async function asLogin(attributes: string): Promise<string> {
    await rows(`CREATE ROLE ${login} LOGIN ${attributes}`);
    await rows(`ALTER DATABASE ${database.name} OWNER TO ${login}`);
    const url = new URL(database.ownerUrl);
    url.username = login;
    return url.href;
  }

  async function dropLogin(): Promise<void> {
    await rows(`REASSIGN OWNED BY ${login} TO polity; DROP OWNED BY ${login}; DROP ROLE ${login}`);
  }

  it('are enforced for the server', async () => {
    await up();
    expect(await inspectRoles(database.appUrl)).toEqual({ enforced: true, login: 'polity_app', role: 'polity_app', problems: [] });
  });

  it('name what the server may do beyond its share', async () => {
    await up();
    await rows(`
      GRANT UPDATE (id), DELETE ON sys_audit.event TO polity_app;
      GRANT CREATE ON SCHEMA sys_alpha TO polity_app;
      ALTER TABLE sys_beta.other OWNER TO polity_app;
      ALTER SCHEMA sys_beta OWNER TO polity_sys_alpha`);
    const { enforced, problems } = await inspectRoles(database.appUrl);
    expect(enforced).toBe(false);
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'schema_owner_differs: schema sys_beta belongs to polity_sys_alpha, not to polity_sys_beta',
      'app_role_owns: polity_app owns table sys_beta.other',
      'app_role_may_create: polity_app may create objects in schema sys_alpha',
      'audit_log_changeable: polity_app has DELETE, UPDATE on sys_audit.event',
    ]);
  });

  it('say when the server signs in as somebody who could do more', async () => {
    await up();
    expect(await inspectRoles(database.ownerUrl)).toMatchObject({
      enforced: false, login: 'polity', role: 'polity_app', problems: [{ code: 'login_may_step_back', subject: 'polity' }],
    });
  });

  it('can be had by an owner who is no superuser and may create roles', async () => {
    const schema = `sys_n${randomUUID().slice(0, 8)}`;
    await rm(folder, { recursive: true });
    await write({ [`${schema}/0001_base.sql`]: ALPHA });
    // In a cluster that others have used, the roles are there already and somebody has to give them.
    const url = await asLogin('CREATEROLE');
    await rows(`GRANT polity_sys_kernel TO ${login}`);
    const result = await migrateUp({ url, migrationsDir: folder });
    expect(result).toMatchObject({ currentVersion: 1, rolesEnforced: true });
    expect(await rows(`SELECT tableowner FROM pg_tables WHERE schemaname = '${schema}'`)).toEqual([{ tableowner: `polity_${schema}` }]);
    await write({ [`${schema}/0002_more.sql`]: BETA });
    expect(await migrateUp({ url, migrationsDir: folder })).toMatchObject({ currentVersion: 2, rolesEnforced: true });
    await dropLogin();
    await rows(`DROP SCHEMA ${schema} CASCADE; DROP ROLE polity_${schema}`);
  });

  it('give way to the connected role where they cannot be had, and that shows', async () => {
    const lines: string[] = [];
    const schema = `sys_q${randomUUID().slice(0, 8)}`;
    await write({ [`${schema}/0004_new.sql`]: BETA });
    const url = await asLogin('');
    const result = await migrateUp({ url, migrationsDir: folder, log: (line) => lines.push(line) });
    expect(result).toMatchObject({ currentVersion: 4, rolesEnforced: false });
    expect(lines[0]).toMatch(new RegExp(`^Roles are not enforced: .*polity_${schema}`));
    expect(await migrateUp({ url, migrationsDir: folder })).toMatchObject({ applied: [], rolesEnforced: false });
    const { enforced, role, problems } = await inspectRoles(url);
    expect({ enforced, role }).toEqual({ enforced: false, role: login });
    expect(new Set(problems.map(({ code }) => code))).toEqual(
      new Set(['owner_role_missing', 'schema_owner_differs', 'app_role_owns', 'app_role_may_create', 'audit_log_changeable']),
    );
    await dropLogin();
  });
});
