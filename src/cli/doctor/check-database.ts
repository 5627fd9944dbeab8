import { sql, type SqlExecutor } from '../../persistence/index.js';
import { broken, type Finding, ok, warning } from './finding.js';

const OLDEST = 150_000;
const LOOSE_MS = 1_000;
const WRONG_MS = 30_000;

/** Whether the database answers, what it is, and whether its clock is ours. Throws when it does not answer. */
export async function checkDatabase(database: SqlExecutor): Promise<Finding[]> {
  const before = Date.now();
  const [server] = await database.query<{ number: number; version: string; now: number }>(sql`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
      (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`);
  const after = Date.now();
  const { number, version, now } = server!;
  const reached = number < OLDEST
    ? broken('database_version', `PostgreSQL ${version} is too old; 15 or later is needed`)
    : ok('database_version', `PostgreSQL ${version} answers in ${after - before} ms`);
  return [reached, judgeClock(now - (before + after) / 2, (after - before) / 2)];
}

/**
 * @param difference - the database's clock minus ours, in milliseconds
 * @param doubt - how far the measurement may be wrong, in milliseconds
 */
export function judgeClock(difference: number, doubt: number): Finding {
  const sure = Math.max(0, Math.abs(difference) - doubt);
  const message = `the clock of the database is ${Math.abs(Math.round(difference))} ms ${difference < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (sure > WRONG_MS) return broken('clock_difference', `${message}: tokens and expiries are judged wrongly; synchronize both by NTP`);
  return sure > LOOSE_MS ? warning('clock_difference', `${message}; synchronize both by NTP`) : ok('clock_difference', message);
}
