import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the package: where `package.json` and `migrations/` lie, beside `src/` or above `dist/`. */
export const PACKAGE_ROOT = findRoot(import.meta.dirname);

/** Version of this release. */
export const POLITY_VERSION = (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }).version;

function findRoot(folder: string): string {
  try {
    readFileSync(join(folder, 'package.json'));
    return folder;
  } catch {
    const parent = join(folder, '..');
    if (parent === folder) throw new Error('no package.json above the code');
    return findRoot(parent);
  }
}
