import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateBinaries, type PostgresBinaries } from './binaries.js';
import { prepareBinaries } from './prepare-binaries.js';

const NOBODY = { uid: 65534, gid: 65534 };
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;

describe('finding the binaries', () => {
  it('gives the major version that they are', () => {
    const { native, major } = locateBinaries();
    expect(execFileSync(join(native, 'bin', 'pg_ctl'), ['--version'], { encoding: 'utf8' })).toContain(` ${major}.`);
  });

  it('names DATABASE_URL where there are none', () => {
    const message = expect.stringContaining('DATABASE_URL');
    expect(() => locateBinaries('win32', 'x64')).toThrow(expect.objectContaining({ code: 'PLATFORM_UNSUPPORTED', message }));
    expect(() => locateBinaries('linux', 'mips')).toThrow(expect.objectContaining({ code: 'BINARIES_MISSING', message }));
  });
});

describe('preparing the binaries', () => {
  let base: string;
  let installed: PostgresBinaries;
  let links: string[];

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'polity-binaries-'));
    await chmod(base, 0o755);
    const located = locateBinaries();
    installed = { ...located, native: join(base, 'package', 'native') };
    const list = JSON.parse(await readFile(join(located.native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    links = list.map(({ target }) => target.replace('native/', ''));
    await cp(located.native, installed.native, { recursive: true, verbatimSymlinks: true });
    for (const link of links) await rm(join(installed.native, link), { force: true });
  });

  afterEach(() => rm(base, { recursive: true, force: true }));

  const version = (native: string, account?: typeof NOBODY): string =>
    execFileSync(join(native, 'bin', 'initdb'), ['--version'], { encoding: 'utf8', ...account });

  it('makes the links that the package lacks, and runs them in place', async () => {
    expect(await prepareBinaries(installed, base, undefined)).toBe(installed.native);
    expect(links.filter((link) => !existsSync(join(installed.native, link)))).toEqual([]);
    expect(version(installed.native)).toContain('initdb');
  });

  describeAsRoot('as root', () => {
    it('copies what the account cannot run, once, and drops copies of other versions', async () => {
      await chmod(join(base, 'package'), 0o700);
      const old = await prepareBinaries({ ...installed, version: '17.0.0' }, base, NOBODY);
      const copy = await prepareBinaries(installed, base, NOBODY);
      expect(copy).toBe(join(base, `native-${installed.version}`));
      expect(version(copy, NOBODY)).toContain('initdb');
      expect(existsSync(old)).toBe(false);
      expect(await prepareBinaries(installed, base, NOBODY)).toBe(copy);
    });
  });
});
