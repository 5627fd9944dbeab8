import { hmacSha256 } from '../../../../kernel/crypto/index.js';
import { PolityError } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Keyring } from '../../../shared/contracts/index.js';

/** Bounds of {@link SignInThrottle}. */
export interface ThrottleLimits {
  readonly maxFailures: number;
  readonly windowMs: number;
  readonly lockoutMs: number;
}

/** What is counted, such as `['email', 'ann@example.com']`; stored only as a keyed hash. */
export type ThrottleSubject = readonly [kind: string, value: string];

/** One attempt that was let through; exactly one of its ends should be called, and without any it counts as failed. */
export interface Attempt {
  /** The secret was right: the first subject starts anew, the others lose this attempt. */
  succeeded(): Promise<void>;
  /** The secret was wrong; gives the kinds that are locked from now on. */
  failed(): Promise<readonly string[]>;
  /** Nothing was tried, for reasons that are not the caller's. */
  withdrawn(): Promise<void>;
}

/**
 * Counts attempts in the database, so that all nodes share one count. An attempt is counted before its secret is looked at: a burst
 * of parallel ones gets no more tries than the same number in a row.
 */
export class SignInThrottle {
  constructor(
    private readonly database: SqlExecutor,
    private readonly keyring: () => Keyring,
    private readonly limits: ThrottleLimits,
  ) {}

  /** @throws PolityError `AUTH_RATE_LIMITED` with `retryAfterSeconds` while one of the subjects is locked */
  async begin(subjects: readonly ThrottleSubject[], now: number): Promise<Attempt> {
    const keys = await this.keysOf(subjects);
    await this.refuseLocked(keys, now);
    const { maxFailures, windowMs } = this.limits;
    // Rows are taken in key order everywhere, so that two statements never wait for each other.
    const counted = await this.database.query<{ key: Buffer; failures: number }>(sql`
      INSERT INTO sys_identity.sign_in_throttle AS t (key, failures, window_started_at)
      SELECT key, 1, ${new Date(now)} FROM unnest(${keys}::bytea[]) AS key ORDER BY key
      ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.window_started_at <= ${new Date(now - windowMs)} OR t.locked_until <= ${new Date(now)} THEN 1 ELSE t.failures + 1 END,
        window_started_at = CASE WHEN t.window_started_at <= ${new Date(now - windowMs)} OR t.locked_until <= ${new Date(now)} THEN ${new Date(now)} ELSE t.window_started_at END,
        locked_until = CASE WHEN t.locked_until > ${new Date(now)} THEN t.locked_until END
      RETURNING key, failures`);
    if (counted.some(({ failures }) => failures > maxFailures)) {
      await this.takeBack(keys);
      throw limited(this.limits.lockoutMs);
    }
    return {
      succeeded: async () => {
        await this.takeBack(keys.slice(1));
        await this.database.query(sql`DELETE FROM sys_identity.sign_in_throttle WHERE key = ${keys[0]}`);
      },
      failed: () => this.lock(subjects, keys, now),
      withdrawn: () => this.takeBack(keys),
    };
  }

  /** Counts an act that is limited also when it works. @throws PolityError `AUTH_RATE_LIMITED` as {@link begin} */
  async count(subjects: readonly ThrottleSubject[], now: number): Promise<void> {
    await (await this.begin(subjects, now)).failed();
  }

  /** Removes rows that count nothing any more. */
  async sweep(executor: SqlExecutor, now: number): Promise<number> {
    const gone = await executor.query(sql`
      DELETE FROM sys_identity.sign_in_throttle
      WHERE window_started_at <= ${new Date(now - this.limits.windowMs)} AND (locked_until IS NULL OR locked_until <= ${new Date(now)}) RETURNING 1 AS gone`);
    return gone.length;
  }

  private async refuseLocked(keys: readonly Buffer[], now: number): Promise<void> {
    const [row] = await this.database.query<{ until: Date | null }>(sql`
      SELECT max(locked_until) AS until FROM sys_identity.sign_in_throttle WHERE key = ANY (${keys}::bytea[]) AND locked_until > ${new Date(now)}`);
    if (row?.until != null) throw limited(row.until.getTime() - now);
  }

  private async lock(subjects: readonly ThrottleSubject[], keys: readonly Buffer[], now: number): Promise<readonly string[]> {
    const locked = await this.database.query<{ key: Buffer }>(sql`
      WITH full_ones AS (
        SELECT key FROM sys_identity.sign_in_throttle
        WHERE key = ANY (${keys}::bytea[]) AND failures >= ${this.limits.maxFailures} AND locked_until IS NULL ORDER BY key FOR UPDATE)
      UPDATE sys_identity.sign_in_throttle t SET locked_until = ${new Date(now + this.limits.lockoutMs)}
      FROM full_ones WHERE t.key = full_ones.key AND t.locked_until IS NULL RETURNING t.key`);
    return subjects.filter((_, index) => locked.some(({ key }) => keys[index]?.equals(key))).map(([kind]) => kind);
  }

  private async takeBack(keys: readonly Buffer[]): Promise<void> {
    await this.database.query(sql`
      WITH mine AS (SELECT key FROM sys_identity.sign_in_throttle WHERE key = ANY (${keys}::bytea[]) ORDER BY key FOR UPDATE)
      UPDATE sys_identity.sign_in_throttle t SET failures = greatest(t.failures - 1, 0) FROM mine WHERE t.key = mine.key`);
  }

  private async keysOf(subjects: readonly ThrottleSubject[]): Promise<Buffer[]> {
    const { secret } = await this.keyring().current('audit_filter');
    return subjects.map((subject) => Buffer.from(hmacSha256(secret, JSON.stringify(['throttle', ...subject]))));
  }
}

/** The refusal of an attempt, with the time to wait. */
function limited(waitMs: number): PolityError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new PolityError('AUTH_RATE_LIMITED', 'Too many failed attempts; try again later.', { details: { retryAfterSeconds } });
}
