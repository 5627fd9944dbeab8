import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoopbackHost } from '../config/index.js';
import { PolityError } from '../kernel/errors/index.js';
import { demoSetupRef, type Demo } from '../system/admin/index.js';
import { systemContext } from '../system/shared/contracts/index.js';
import type { Platform } from './platform.js';

/** What `demo.json` holds. */
export interface DemoFile extends Demo {
  /** Address of the server that made it. */
  readonly url: string;
}

/** Whether this start may make a demo: an embedded database, only reachable from this machine, not in production. */
function mayHaveDemo({ settings, addresses }: Platform): boolean {
  return addresses.embedded && !settings.production && isLoopbackHost(settings.http.host);
}

/** Makes the demo of a first start and keeps it in `$POLITY_DATA_DIR/demo.json` (mode 0600). Does nothing on an instance that has an admin. */
export async function ensureDemo(platform: Platform, url: string): Promise<void> {
  if (!mayHaveDemo(platform)) return;
  const demo = await platform.container.get(demoSetupRef).createDemo(systemContext(platform.container.process, Date.now()));
  if (demo === undefined) return;
  const file = demoFile(platform);
  await writeFile(`${file}.new`, `${JSON.stringify({ ...demo, url }, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** The demo of this data folder, while its administrator can still sign in. */
export async function readDemo(platform: Platform): Promise<DemoFile | undefined> {
  if (!mayHaveDemo(platform) || !(await platform.container.get(demoSetupRef).demoPresent())) return undefined;
  try {
    return JSON.parse(await readFile(demoFile(platform), 'utf8')) as DemoFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws PolityError `SETTINGS_INVALID` when others could reach an instance whose demo administrator can still sign in. */
export async function refuseDemo(platform: Platform): Promise<void> {
  const { settings } = platform;
  if (!settings.production && isLoopbackHost(settings.http.host)) return;
  if (!(await platform.container.get(demoSetupRef).demoPresent())) return;
  throw new PolityError('SETTINGS_INVALID', 'This database still holds the demo administrator. Run: polity admin remove-demo');
}

function demoFile({ settings }: Platform): string {
  return join(settings.database.dataDir, 'demo.json');
}
