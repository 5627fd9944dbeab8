import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { POLITY_VERSION } from '../boot/version.js';
import { commands } from './commands/index.js';
import { runRecorded } from './testing/recorded-io.js';

describe('the command line', () => {
  it('lists every command with one line', async () => {
    const { code, out } = await runRecorded(['help']);
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`, 'm'));
    expect(await runRecorded(['--help'])).toEqual({ code, out, err: '' });
  });

  it('explains each command, by help and by --help', async () => {
    for (const { name, options = {} } of commands) {
      const { code, out } = await runRecorded(['help', ...name.split(' ')]);
      expect(code).toBe(0);
      expect(out).toContain(`Usage: polity ${name}`);
      for (const option of Object.keys(options)) expect(out).toContain(`  --${option} `);
      expect((await runRecorded([...name.split(' '), '--help'])).out).toBe(out);
    }
  });

  it('lists the commands of a group', async () => {
    const { code, out } = await runRecorded(['help', 'backup']);
    expect(code).toBe(0);
    expect(out).toContain('backup restore');
    expect(out).not.toContain('migrate up');
  });

  it.each([
    [[], 'name a command'],
    [['nonsense'], `no command 'nonsense'`],
    [['backup', 'burn'], `no command 'backup burn'`],
    [['help', 'nonsense'], `no command 'nonsense'`],
    [['version', '--loud'], `'--loud'`],
    [['backup', 'create'], '--out is missing'],
    [['backup', 'create', '--out'], '--out'],
    [['backup', 'create', '--out='], '--out is empty'],
    [['backup', 'verify'], 'DIR is missing'],
    [['backup', 'verify', 'a', 'b'], `unexpected argument 'b'`],
    [['admin', 'bootstrap'], '--email or by --user-id'],
    [['admin', 'bootstrap', '--email', 'a@b.c', '--if-exists', 'maybe'], '--if-exists must be error or ok'],
    [['facts', 'import', '--space', 's', '--file', '/no/such/file'], '--file: /no/such/file cannot be read (ENOENT)'],
    [['smoke', 'ftp://example.org'], 'URL must be'],
    [['smoke', 'https://user:word@example.org'], 'credentials'],
    [['smoke', 'http://127.0.0.1:1', '--space', 's'], '--api-key-file, --user-id'],
  ])('refuses %j with one line and exit code 2', async (args, words) => {
    const { code, out, err } = await runRecorded(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('names every setting that is wrong, and never its value', async () => {
    const { code, out, err } = await runRecorded(['settings'], { PORT: 'many', POLITY_MASTER_KEY: 'hunter2hunter2' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('PORT');
    expect(err).toContain('POLITY_MASTER_KEY');
    expect(err).not.toContain('hunter2');
  });

  it('says in one line that the database does not answer, without its address', async () => {
    const { code, out, err } = await runRecorded(['migrate', 'status'], { DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/polity' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe('polity: the database does not answer (ECONNREFUSED)\n');
  });
});

describe('version', () => {
  it('shows the release', async () => {
    expect(await runRecorded(['version'])).toEqual({ code: 0, out: `${POLITY_VERSION}\n`, err: '' });
    expect((await runRecorded(['--version'])).out).toBe(`${POLITY_VERSION}\n`);
    expect(JSON.parse((await runRecorded(['version', '--json'])).out)).toMatchObject({ version: POLITY_VERSION });
  });
});

describe('settings', () => {
  it('shows values and sources, secrets only as set', async () => {
    const file = join(tmpdir(), `polity-url-${randomUUID()}`);
    await writeFile(file, 'postgres://owner:hunter2@db.example.org/polity');
    const env = { PORT: '4711', DATABASE_URL_FILE: file };
    const { code, out } = await runRecorded(['settings'], env);
    expect(code).toBe(0);
    expect(out).toMatch(/^PORT +4711 +environment$/m);
    expect(out).toMatch(/^DATABASE_URL +set +file$/m);
    expect(out).toMatch(/^HOST +127\.0\.0\.1 +default$/m);
    expect(out).not.toContain('hunter2');
    const rows = JSON.parse((await runRecorded(['settings', '--json'], env)).out) as { variable: string }[];
    expect(rows.find(({ variable }) => variable === 'PORT')).toMatchObject({ value: '4711', source: 'environment' });
    expect(await readFile(file, 'utf8')).toContain('hunter2');
  });
});
