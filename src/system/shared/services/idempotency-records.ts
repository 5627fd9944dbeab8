import { canonicalJson, hmacSha256, open, seal } from '../../../kernel/crypto/index.js';
import { invalid, invariant, PolityError } from '../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import type { Keyring } from '../contracts/keyring.js';

const PATH = ['input', 'idempotencyKey'];
const LONGEST_KEY = 200;
const KEPT_HOURS = 24;
const MOST_FORGOTTEN = 5_000;

/** A mutation as its caller sent it. */
export interface SentMutation {
  /** Key of the caller. */
  readonly caller: string;
  readonly operation: string;
  readonly input: object;
}

/** A first sending, whose result is to be stored; or the stored result of the first one. */
export type Claim<Result> = { readonly store: (result: object) => Promise<void> } | { readonly stored: Result };

/**
 * What mutations that were sent with an idempotency key answered, for 24 hours. A result repeats what its caller was shown, e-mail
 * addresses among it: it is sealed under a key of the instance, and what was asked is kept as a keyed hash.
 */
export class IdempotencyRecords {
  constructor(private readonly keyring: () => Pick<Keyring, 'subjectKey'>) {}

  /**
   * Claims the key of a mutation in its transaction; waits for another one that holds it. Undefined without a key.
   *
   * @throws PolityError `VALIDATION_FAILED` for a malformed key, `IDEMPOTENCY_KEY_REUSED` for one that was sent with something else
   */
  async claim<Result>(transaction: SqlExecutor, sent: SentMutation): Promise<Claim<Result> | undefined> {
    const key = (sent.input as { idempotencyKey?: string | null }).idempotencyKey;
    if (key === undefined || key === null) return undefined;
    if (key.length < 1 || key.length > LONGEST_KEY) throw invalid(PATH, `An idempotency key has 1 to ${LONGEST_KEY} characters.`);
    const { caller, operation } = sent;
    const [hashing, sealing] = await this.keys();
    const hash = Buffer.from(hmacSha256(hashing, canonicalJson(JSON.parse(JSON.stringify(sent.input)))));
    const place = Buffer.from(canonicalJson([caller, key, operation]));
    await transaction.query(sql`DELETE FROM sys_kernel.idempotency WHERE caller = ${caller} AND key = ${key} AND created_at < now() - interval '1 hour' * ${KEPT_HOURS}`);
    const claimed = await transaction.query(sql`
      INSERT INTO sys_kernel.idempotency (caller, key, operation, request_hash, result) VALUES (${caller}, ${key}, ${operation}, ${hash}, 'null')
      ON CONFLICT DO NOTHING RETURNING 1 AS claimed`);
    if (claimed.length > 0) {
      return {
        async store(result) {
          const sealed = Buffer.from(seal(sealing, Buffer.from(JSON.stringify(result)), place)).toString('base64url');
          await transaction.query(sql`UPDATE sys_kernel.idempotency SET result = to_jsonb(${sealed}::text) WHERE caller = ${caller} AND key = ${key}`);
        },
      };
    }
    const [first] = await transaction.query<{ operation: string; request_hash: Buffer; result: string }>(sql`
      SELECT operation, request_hash, result FROM sys_kernel.idempotency WHERE caller = ${caller} AND key = ${key}`);
    if (first === undefined || first.operation !== operation || !first.request_hash.equals(hash)) {
      throw new PolityError('IDEMPOTENCY_KEY_REUSED', 'This idempotency key was used for another request.', { path: PATH });
    }
    return { stored: JSON.parse(Buffer.from(open(sealing, Buffer.from(first.result, 'base64url'), place)).toString('utf8')) as Result };
  }

  /** Removes records that are over, in statements of bounded length; gives how many there were. */
  async forget(executor: SqlExecutor): Promise<number> {
    let total = 0;
    for (let last = MOST_FORGOTTEN; last === MOST_FORGOTTEN; total += last) last = await this.forgetSome(executor);
    return total;
  }

  private async forgetSome(executor: SqlExecutor): Promise<number> {
    const forgotten = await executor.query(sql`
      DELETE FROM sys_kernel.idempotency WHERE (caller, key) IN (
        SELECT caller, key FROM sys_kernel.idempotency WHERE created_at < now() - interval '1 hour' * ${KEPT_HOURS} ORDER BY created_at LIMIT ${MOST_FORGOTTEN} FOR UPDATE SKIP LOCKED)
      RETURNING 1 AS forgotten`);
    return forgotten.length;
  }

  // One key of the instance, with a key of its own for each use.
  private async keys(): Promise<readonly [hashing: Uint8Array, sealing: Uint8Array]> {
    const key = await this.keyring().subjectKey('');
    invariant(key !== undefined, 'The instance has a key of its own.');
    return [hmacSha256(key.secret, 'polity idempotency request v1'), hmacSha256(key.secret, 'polity idempotency result v1')];
  }
}
