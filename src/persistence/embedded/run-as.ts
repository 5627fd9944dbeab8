import type { SpawnOptions } from 'node:child_process';
import type { Account } from './account.js';

/**
 * How every PostgreSQL program is spawned: as the account, from a folder that it can enter, and with no variable of the caller's,
 * of which many (`PGPORT`, `PGOPTIONS`, `LD_LIBRARY_PATH`) would change what it does. English messages, times in UTC.
 */
export function runAs(account: Account | undefined): SpawnOptions {
  return { ...account, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
}
