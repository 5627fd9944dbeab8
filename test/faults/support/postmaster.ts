import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Process id of the server of an embedded database. */
export function postmasterPid(dataDir: string): number {
  const pointer = join(dataDir, 'pg.location');
  const home = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataDir;
  return Number.parseInt(readFileSync(join(home, 'pg', 'postmaster.pid'), 'utf8'), 10);
}
