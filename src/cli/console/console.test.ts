import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Io } from '../io.js';
import { diffLines } from './diff-lines.js';
import { explain } from './explain.js';
import { exportTarget } from './export-target.js';
import { readSecret } from './read-secret.js';

let folder: string;
let out: string;
const io = (input: string[] = []): Io => ({
  out: (text) => void (out += text), stream: async (text) => void (out += text), err: () => undefined, stdin: Readable.from(input),
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polity-console-'));
  out = '';
});
afterEach(() => rm(folder, { recursive: true }));

describe('diffLines', () => {
  it('finds nothing in equal texts', () => {
    expect(diffLines('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  it('names removed and added lines in order', () => {
    expect(diffLines('a\nb\nc\nd\n', 'a\nc\nx\nd\n')).toEqual(['2: - b', '3: + x']);
    expect(diffLines('', 'a\n')).toEqual(['1: + a']);
    expect(diffLines('a\n', '')).toEqual(['1: - a']);
  });

  it('also where texts are too large to align', () => {
    const many = (prefix: string): string => Array.from({ length: 5_000 }, (_, line) => `${prefix}${line}`).join('\n');
    expect(diffLines(many('a'), many('b'))).toHaveLength(10_000);
  });
});

describe('readSecret', () => {
  it('takes the first line of a file or of standard input', async () => {
    const file = join(folder, 'password');
    await writeFile(file, 'correct horse\r\nbattery\n');
    expect(await readSecret(io(), file, 'password-file', 'Password')).toBe('correct horse');
    expect(await readSecret(io(['typed ', 'word\nmore']), '-', 'password-file', 'Password')).toBe('typed word');
    expect(await readSecret(io(['piped']), undefined, 'password-file', 'Password')).toBe('piped');
  });

  it('is typed unseen at a terminal', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    let shown = '';
    const typed = readSecret({ ...io(), stdin, err: (text) => void (shown += text) }, undefined, 'password-file', 'Password of Ada');
    stdin.write('seen by nobody\r');
    expect(await typed).toBe('seen by nobody');
    expect(shown).toBe('Password of Ada: \n');
  });

  it('names the option when there is nothing', async () => {
    await expect(readSecret(io(), undefined, 'password-file', 'Password')).rejects.toThrow('--password-file: standard input is empty');
    await expect(readSecret(io(), join(folder, 'none'), 'password-file', 'Password')).rejects.toThrow('--password-file');
  });
});

describe('exportTarget', () => {
  const digest = createHash('sha256').update('one\ntwo\n').digest('hex');

  it('gives a file its name when it is whole, for its owner alone', async () => {
    const file = join(folder, 'export.jsonl');
    const target = await exportTarget(io(), file);
    await target.write('one\n');
    expect(await readdir(folder)).toEqual(['export.jsonl.partial']);
    await target.write('two\n');
    await target.finish(digest);
    expect(await readFile(file, 'utf8')).toBe('one\ntwo\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(exportTarget(io(), file)).rejects.toThrow('--out');
  });

  it('refuses what was written twice, and leaves no file', async () => {
    const target = await exportTarget(io(), join(folder, 'export.jsonl'));
    await target.write('one\n');
    await target.write('one\ntwo\n');
    await expect(target.finish(digest)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await target.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it('writes to standard output', async () => {
    const target = await exportTarget(io(), undefined);
    await target.write('one\ntwo\n');
    await target.finish(digest);
    expect(out).toBe('one\ntwo\n');
  });
});

describe('explain', () => {
  it('says what speaks for itself in one line, and where a bug is', () => {
    expect(explain(Object.assign(new Error('relation "x" does not exist'), { code: '42P01' }))).toBe('relation "x" does not exist');
    expect(explain(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe('the database does not answer (ECONNREFUSED)');
    expect(explain(new TypeError('undefined is no function'))).toContain('console.test');
  });

  it('shows no password of an address', () => {
    expect(explain(Object.assign(new Error('no host in postgres://someone:hunter2@db/polity'), { code: 'X' }))).not.toContain('hunter2');
  });
});
