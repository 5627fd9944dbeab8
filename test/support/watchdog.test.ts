import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchRoot } from './scratch-root.js';

const url = (path: string): string => new URL(path, import.meta.url).href;

describe('watchOver', () => {
  it('stops the server and removes the folder of a killed process', async () => {
    const folder = join(scratchRoot(), `polity-watched-${randomUUID().slice(0, 8)}`);
    const program = `
      import { startEmbeddedPostgres } from '${url('../../src/persistence/embedded/index.ts')}';
      import { watchOver } from '${url('./watchdog.ts')}';
      watchOver(process.env.FOLDER);
      const { socketDir } = await startEmbeddedPostgres({ dataDir: process.env.FOLDER, fsync: false });
      console.log(socketDir);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', url('./typescript-hooks.mjs'), '--input-type=module', '-e', program], {
      env: { FOLDER: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(existsSync(join(folder, 'pg', 'postmaster.pid'))).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let left = 100; left > 0 && existsSync(folder); left -= 1) await sleep(50);
    expect(existsSync(folder)).toBe(false);
  });
});
