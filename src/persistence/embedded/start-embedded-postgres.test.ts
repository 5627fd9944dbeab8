import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { scratchRoot } from '../../../test/support/scratch-root.js';
import { giveTo } from './account.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './index.js';
import { commandLine } from './process-facts.js';

const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;
const src = (path: string): string => new URL(path, import.meta.url).href;

let base: string;
let dataDir: string;
let pristine: string;
const started: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

async function makeBase(): Promise<string> {
  const folder = await mkdtemp(join(scratchRoot(), 'polity-embedded-'));
  await chmod(folder, 0o755);
  return folder;
}

async function start(folder = dataDir, extraSettings?: Record<string, string>): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, fsync: false, ...(extraSettings && { extraSettings }) });
  started.push(postgres);
  return postgres;
}

/** Another process that starts the cluster, says the socket folder and stays until its input ends; then it stops its use. */
async function startInChild(folder = dataDir): Promise<ChildProcess> {
  const program = `
    import { startEmbeddedPostgres } from '${src('./index.ts')}';
    const postgres = await startEmbeddedPostgres({ dataDir: process.env.DATA_DIR, fsync: false });
    console.log(postgres.created);
    process.stdin.resume().on('end', () => postgres.stop());`;
  const child = spawn(process.execPath, ['--import', src('../../../test/support/typescript-hooks.mjs'), '--input-type=module', '-e', program], {
    env: { DATA_DIR: folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

const finish = async (child: ChildProcess): Promise<void> => {
  child.stdin!.end();
  await once(child, 'exit');
};

const kill = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

async function ask(postgres: EmbeddedPostgres, sql: string, database = 'postgres'): Promise<unknown> {
  const client = new Client({ connectionString: postgres.url(database) });
  await client.connect();
  const { rows } = await client.query<{ answer: unknown }>(`SELECT (${sql}) AS answer`);
  await client.end();
  return rows[0]?.answer;
}

const postmasterPid = async (cluster = join(dataDir, 'pg')): Promise<number> =>
  Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10);

const runs = async (pid: number): Promise<boolean> => (await commandLine(pid)) !== undefined;

beforeAll(async () => {
  // initdb takes most of a second; a stopped cluster is copied instead where its making is not the subject.
  base = await makeBase();
  pristine = join(base, 'pristine');
  await (await startEmbeddedPostgres({ dataDir: pristine, fsync: false })).stop();
});

afterAll(() => rm(base, { recursive: true, force: true }));

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(base, 'case-')), 'data');
  await chmod(join(dataDir, '..'), 0o755);
  await cp(pristine, dataDir, { recursive: true });
});

afterEach(async () => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) await kill(child);
  for (const postgres of started.splice(0)) await postgres.stop();
});

describe('start', () => {
  it('makes the cluster the first time, and only then', async () => {
    const folder = join(base, 'first');
    const first = await start(folder);
    expect(first.created).toBe(true);
    await first.stop();
    const second = await start(folder);
    expect(second.created).toBe(false);
    expect(await ask(second, 'SELECT current_user')).toBe('polity');
  });

  it('listens on a private socket only', async () => {
    const postgres = await start();
    expect(await ask(postgres, "SELECT current_setting('listen_addresses')")).toBe('');
    expect((await stat(postgres.socketDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'pg.log'))).mode & 0o077).toBe(0);
  });

  it('sets what Polity relies on, and what the caller adds', async () => {
    const postgres = await start(dataDir, { max_connections: '17' });
    const setting = (name: string): Promise<unknown> => ask(postgres, `SELECT current_setting('${name}')`);
    expect(await setting('jit')).toBe('off');
    expect(await setting('fsync')).toBe('off');
    expect(await setting('synchronous_commit')).toBe('on');
    expect(await setting('max_prepared_transactions')).toBe('0');
    expect(await setting('max_connections')).toBe('17');
    expect(await setting('server_encoding')).toBe('UTF8');
    expect(await setting('TimeZone')).toBe('UTC');
    expect(await ask(postgres, "SELECT 'a' < 'B'")).toBe(false);
  });

  it('creates a database once, however many ask at the same time', async () => {
    const postgres = await start();
    const made = await Promise.all([1, 2, 3].map(() => postgres.ensureDatabase('Odd "name"')));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await ask(postgres, 'SELECT current_database()', 'Odd "name"')).toBe('Odd "name"');
  });

  it('empties a log that has grown past its bound', async () => {
    await writeFile(join(dataDir, 'pg.log'), 'old line\n');
    await truncate(join(dataDir, 'pg.log'), 11 * 1024 * 1024);
    await start();
    expect((await stat(join(dataDir, 'pg.log'))).size).toBeLessThan(10_000);
  });

  it('says why the server did not come up', async () => {
    await expect(start(dataDir, { max_connections: 'many' })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringMatching(/DATABASE_URL[^]*max_connections/),
    });
  });
});

describe('joining', () => {
  it('uses the live server, and the last user stops it', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    const pid = await postmasterPid();
    expect(await ask(second, 'SELECT 1')).toBe(1);
    await first.stop();
    await first.stop();
    expect(await runs(pid)).toBe(true);
    expect(await ask(second, 'SELECT 1')).toBe(1);
    await second.stop();
    expect(await runs(pid)).toBe(false);
    expect(existsSync(join(dataDir, 'pg', 'postmaster.pid'))).toBe(false);
  });

  it('lets two processes make one cluster', async () => {
    const folder = join(base, 'two-processes');
    const [child, other] = await Promise.all([startInChild(folder), startInChild(folder)]);
    const pid = await postmasterPid(join(folder, 'pg'));
    await finish(child);
    expect(await runs(pid)).toBe(true);
    await finish(other);
    expect(await runs(pid)).toBe(false);
  });

  it('joins the server that a killed process left, and stops it at the end', async () => {
    const child = await startInChild();
    const pid = await postmasterPid();
    await kill(child);
    expect(await runs(pid)).toBe(true);
    const postgres = await start();
    expect(await postmasterPid()).toBe(pid);
    expect(await ask(postgres, 'SELECT 1')).toBe(1);
    await postgres.stop();
    expect(await runs(pid)).toBe(false);
  });

  it('keeps the server out of reach of the signals of the terminal', async () => {
    await start();
    const fields = (await readFile(`/proc/${await postmasterPid()}/stat`, 'utf8')).split(') ')[1]!.split(' ');
    expect(Number(fields[3])).toBe(await postmasterPid());
  });
});

describe('what a crash leaves', () => {
  it('starts over a pid file whose process is dead', async () => {
    await start();
    process.kill(await postmasterPid(), 'SIGKILL');
    const postgres = await start();
    expect(await ask(postgres, 'SELECT 1')).toBe(1);
  });

  it('starts over a pid file whose pid another process now has', async () => {
    const stranger = spawn('/bin/sleep', ['60'], { stdio: 'ignore', ...(process.getuid?.() === 0 && { uid: 65534, gid: 65534 }) });
    children.push(stranger);
    await writeFile(join(dataDir, 'pg', 'postmaster.pid'), `${stranger.pid}\n${join(dataDir, 'pg')}\n1\n5432\n/nowhere\n\n 1 1\nready   \n`);
    const postgres = await start();
    expect(await ask(postgres, 'SELECT 1')).toBe(1);
    expect(await runs(stranger.pid!)).toBe(true);
  });

  it('starts over an empty pid file', async () => {
    await writeFile(join(dataDir, 'pg', 'postmaster.pid'), '');
    expect(await ask(await start(), 'SELECT 1')).toBe(1);
  });

  it('starts beside the original of a copied folder', async () => {
    const original = await start();
    const copy = join(dataDir, '..', 'copy');
    await cp(dataDir, copy, { recursive: true, filter: (path) => !path.includes('.s.PGSQL') });
    const other = await start(copy);
    expect(other.socketDir).not.toBe(original.socketDir);
    expect(await ask(original, 'SELECT 1')).toBe(1);
  });

  it('drops the half of a cluster that a killed initdb left', async () => {
    const folder = join(base, 'half');
    await mkdir(join(folder, 'pg.unfinished-abc'), { recursive: true });
    await chmod(folder, 0o755);
    expect((await start(folder)).created).toBe(true);
    expect(existsSync(join(folder, 'pg.unfinished-abc'))).toBe(false);
  });
});

describe('folders', () => {
  it('refuses a cluster of another version and says how to move it', async () => {
    await writeFile(join(dataDir, 'pg', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      message: expect.stringMatching(/polity backup create[^]*polity backup restore/),
    });
  });

  it('refuses a folder that holds something else', async () => {
    const folder = join(dataDir, '..', 'other');
    await mkdir(join(folder, 'pg', 'photos'), { recursive: true });
    await expect(start(folder)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
  });

  it('puts the socket of a long path elsewhere, and finds it again', async () => {
    const folder = join(dataDir, '..', 'long'.repeat(25));
    await cp(dataDir, folder, { recursive: true });
    const first = await start(folder);
    expect(first.socketDir.startsWith(folder)).toBe(false);
    expect((await stat(first.socketDir)).mode & 0o777).toBe(0o700);
    expect(await ask(first, 'SELECT 1')).toBe(1);
    await first.stop();
    expect((await start(folder)).socketDir).toBe(first.socketDir);
    await started.at(-1)!.stop();
    await rm(first.socketDir, { recursive: true });
  });
});

describeAsRoot('as root', () => {
  it('keeps the cluster in the state folder where its account cannot enter', async () => {
    const closed = await mkdtemp(join(base, 'closed-'));
    const folder = join(closed, 'data');
    const first = await start(folder);
    const home = (await readFile(join(folder, 'pg.location'), 'utf8')).trim();
    expect(home.startsWith(closed)).toBe(false);
    expect(first.created).toBe(true);
    expect(await ask(first, 'SELECT 1')).toBe(1);
    await first.stop();
    const second = await start(folder);
    expect(second.created).toBe(false);
    await second.stop();
    const copy = join(closed, 'copy');
    await cp(folder, copy, { recursive: true });
    await expect(start(copy)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    await rm(home, { recursive: true });
    await expect(start(folder)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    await rmdir(dirname(home)).catch(() => undefined);
  });

  it('does not lose sight of a cluster when the folders above it are closed', async () => {
    await chmod(join(dataDir, '..'), 0o700);
    await expect(start()).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE', message: expect.stringContaining('chmod o+x') });
  });

  it('runs as the owner of a cluster that a user other than root made', async () => {
    await giveTo({ uid: 12345, gid: 12345 }, join(dataDir, 'pg'));
    await start();
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(12345);
  });
});
