import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { POLITY_VERSION } from '../boot/version.js';

const BIN = fileURLToPath(new URL('../../bin/polity.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the built command in a process of its own. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): { child: ChildProcess; ended: Promise<Ended>; seen: () => string } {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })), seen: () => out };
}

const polity = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> => start(args, env).ended;

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'polity-bin-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

test('the built command answers by exit code, with the result alone on standard output', async () => {
  expect(await polity(['version'])).toEqual({ code: 0, out: `${POLITY_VERSION}\n`, err: '' });
  expect(await polity(['backup', 'create', '--cellar'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('--cellar') });
  expect(await polity(['settings'], { PORT: 'many' })).toMatchObject({ code: 1, out: '', err: expect.stringContaining('PORT') });
});

test('a server that it starts passes the smoke test and ends on a signal', async () => {
  const env = { DATABASE_URL: database.appUrl, POLITY_MIGRATE_DATABASE_URL: database.ownerUrl, POLITY_MASTER_KEY: randomBytes(32).toString('hex'), POLITY_DATA_DIR: folder, PORT: '0' };
  const server = start(['serve'], env);
  try {
    let url: string | undefined;
    for (let left = 400; left > 0 && url === undefined; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      url = /(http:\/\/127\.0\.0\.1:\d+)\/livez/.exec(server.seen())?.[1];
    }
    expect(url).toBeDefined();
    const smoke = await polity(['smoke', url!]);
    expect(smoke).toMatchObject({ code: 0, err: '' });
    expect(smoke.out).toContain('ok      protected admin.control_plane');
    expect(await polity(['doctor'], env)).toMatchObject({ code: 0, out: expect.stringContaining('0 broken') });
  } finally {
    server.child.kill('SIGTERM');
  }
  expect((await server.ended).code).toBe(0);
}, 60_000);
