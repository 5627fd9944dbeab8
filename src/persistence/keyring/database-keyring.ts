import { randomBytes } from 'node:crypto';
import { masterKeyFingerprint, SEAL_KEY_BYTES, unwrapKey, wrapKey } from '../../kernel/crypto/index.js';
import { invariant } from '../../kernel/errors/index.js';
import { newId } from '../../kernel/ids/index.js';
import { sql } from '../sql.js';
import type { SqlTransactions } from '../statement-pool.js';
import type { SqlExecutor } from '../transaction.js';
import { ed25519PublicJwk } from './ed25519-jwk.js';
import { KeyCache } from './key-cache.js';
import { MasterKeyMismatch } from './master-key-mismatch.js';

/** Purposes of the keys that the instance itself holds. */
export type StoredKeyPurpose = 'token_signing' | 'decision_receipt' | 'review_signing' | 'api_key' | 'audit_filter';

/** Purposes whose keys are Ed25519 seeds with a public half. */
const SIGNING: readonly StoredKeyPurpose[] = ['token_signing', 'decision_receipt', 'review_signing'];

/** One unwrapped key. */
export interface StoredKey {
  readonly kid: string;
  /** 32 random bytes; for keys that sign the Ed25519 seed. */
  readonly secret: Uint8Array;
  /** Only for keys that sign. */
  readonly publicJwk?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch; absent for the current key. */
  readonly retiredAt?: number;
}

/** What {@link DatabaseKeyring} runs on. */
export interface DatabaseKeyringOptions {
  /** Not the pool of the callers' transactions: keys are asked for by who holds one. */
  readonly database: SqlTransactions;
  /** 32 bytes. */
  readonly masterKey: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface KeyRow {
  readonly kid: string;
  readonly wrapped: Buffer | null;
  readonly retired_at: Date | null;
  readonly public_jwk: Readonly<Record<string, unknown>> | null;
}

const AGES = { most: 60_000, refresh: 30_000 };
/** After a rotation its transaction may still be open: until it has surely ended, nothing is kept. */
const UNSETTLED_MS = 10_000;
const MOST_SUBJECTS = 10_000;
const FEW_PURPOSES = 16;

/** Keys of the instance and of data subjects in `sys_kernel.key`, wrapped by the master key, held unwrapped for at most a minute. */
export class DatabaseKeyring {
  private readonly purposes: KeyCache<readonly StoredKey[]>;
  private readonly subjects: KeyCache<StoredKey | undefined>;
  private readonly rotatedAt = new Map<StoredKeyPurpose, number>();

  constructor(private readonly options: DatabaseKeyringOptions) {
    this.purposes = new KeyCache((purpose) => this.readPurpose(purpose as StoredKeyPurpose), options.now, AGES, FEW_PURPOSES);
    this.subjects = new KeyCache((subject) => this.readSubject(subject), options.now, AGES, MOST_SUBJECTS);
  }

  /**
   * Compares the master key with the one the instance was made with; the first node makes the instance.
   *
   * @throws MasterKeyMismatch
   */
  async assertMasterKey(): Promise<void> {
    const given = masterKeyFingerprint(this.options.masterKey);
    await this.options.database.query(sql`
      INSERT INTO sys_kernel.instance (instance_id, master_key_fingerprint) VALUES (${newId('inst')}, ${given}) ON CONFLICT DO NOTHING`);
    await this.options.database.query(sql`UPDATE sys_kernel.instance SET master_key_fingerprint = ${given} WHERE master_key_fingerprint IS NULL`);
    const [row] = await this.options.database.query<{ fingerprint: string }>(sql`SELECT master_key_fingerprint AS fingerprint FROM sys_kernel.instance`);
    invariant(row !== undefined, 'The instance has its row.');
    if (row.fingerprint !== given) throw new MasterKeyMismatch(row.fingerprint, given);
  }

  /** The key to use now; made when there is none yet (one node wins, all use its key). */
  async current(purpose: StoredKeyPurpose): Promise<StoredKey> {
    const key = (await this.accepted(purpose)).find(({ retiredAt }) => retiredAt === undefined);
    invariant(key !== undefined, `There is a current key for ${purpose}.`);
    return key;
  }

  /**
   * Current and retired keys, newest first: what verification accepts. With the `kid` of something genuine (a stored row, never a
   * caller's word) that is not among the held keys, the database is asked again: another node has rotated.
   */
  async accepted(purpose: StoredKeyPurpose, kid?: string): Promise<readonly StoredKey[]> {
    const rotatedAt = this.rotatedAt.get(purpose);
    if (rotatedAt !== undefined && this.options.now() - rotatedAt < UNSETTLED_MS) this.purposes.forget(purpose);
    const held = await this.purposes.get(purpose);
    if (kid === undefined || held.some((key) => key.kid === kid)) return held;
    this.purposes.forget(purpose);
    return this.purposes.get(purpose);
  }

  /** Makes a new current key and retires the old one, in the caller's transaction; gives the new kid. */
  async rotate(purpose: StoredKeyPurpose, executor: SqlExecutor): Promise<string> {
    await lockPurpose(executor, purpose);
    await executor.query(sql`UPDATE sys_kernel.key SET retired_at = now() WHERE purpose = ${purpose} AND subject IS NULL AND retired_at IS NULL`);
    const kid = await this.make(purpose, executor);
    this.rotatedAt.set(purpose, this.options.now());
    return kid;
  }

  /** Key that seals the personal data of a subject (a User id, or `''` for unknown persons); made on demand, undefined once erased. */
  subjectKey(subject: string): Promise<StoredKey | undefined> {
    return this.subjects.get(subject);
  }

  private async readPurpose(purpose: StoredKeyPurpose): Promise<readonly StoredKey[]> {
    const found = await this.rowsOf(purpose, this.options.database);
    if (found.some(({ retired_at }) => retired_at === null)) return this.unwrapAll(found);
    return this.options.database.transaction(async (transaction) => {
      await lockPurpose(transaction, purpose);
      const present = await this.rowsOf(purpose, transaction);
      if (present.some(({ retired_at }) => retired_at === null)) return this.unwrapAll(present);
      await this.make(purpose, transaction);
      return this.unwrapAll(await this.rowsOf(purpose, transaction));
    });
  }

  private rowsOf(purpose: StoredKeyPurpose, executor: SqlExecutor): Promise<KeyRow[]> {
    return executor.query<KeyRow>(sql`
      SELECT kid, wrapped, retired_at, public_jwk FROM sys_kernel.key
      WHERE purpose = ${purpose} AND subject IS NULL ORDER BY created_at DESC, kid DESC`);
  }

  private async make(purpose: StoredKeyPurpose, executor: SqlExecutor): Promise<string> {
    const kid = newId('kid');
    const secret = randomBytes(SEAL_KEY_BYTES);
    const publicJwk = SIGNING.includes(purpose) ? JSON.stringify(ed25519PublicJwk(secret, kid)) : null;
    await executor.query(sql`
      INSERT INTO sys_kernel.key (kid, purpose, wrapped, public_jwk, created_at)
      VALUES (${kid}, ${purpose}, ${wrapKey(this.options.masterKey, secret, kid)}, ${publicJwk}::jsonb, clock_timestamp())`);
    return kid;
  }

  private async readSubject(subject: string): Promise<StoredKey | undefined> {
    const found = (await this.subjectRow(subject)) ?? (await this.makeSubject(subject));
    return this.unwrapAll([found])[0];
  }

  private async makeSubject(subject: string): Promise<KeyRow> {
    const kid = newId('kid');
    await this.options.database.query(sql`
      INSERT INTO sys_kernel.key (kid, purpose, subject, wrapped)
      VALUES (${kid}, 'data_subject', ${subject}, ${wrapKey(this.options.masterKey, randomBytes(SEAL_KEY_BYTES), kid)})
      ON CONFLICT (purpose, subject) WHERE subject IS NOT NULL AND retired_at IS NULL DO NOTHING`);
    const row = await this.subjectRow(subject);
    invariant(row !== undefined, 'A subject has a key once one was made.');
    return row;
  }

  private async subjectRow(subject: string): Promise<KeyRow | undefined> {
    const [row] = await this.options.database.query<KeyRow>(sql`
      SELECT kid, wrapped, retired_at, public_jwk FROM sys_kernel.key
      WHERE purpose = 'data_subject' AND subject = ${subject} AND retired_at IS NULL`);
    return row;
  }

  // An erased key has no bytes any more and opens nothing.
  private unwrapAll(rows: readonly KeyRow[]): StoredKey[] {
    return rows.flatMap(({ kid, wrapped, retired_at, public_jwk }) => wrapped === null ? [] : [{
      kid,
      secret: unwrapKey(this.options.masterKey, wrapped, kid),
      publicJwk: public_jwk ?? undefined,
      retiredAt: retired_at?.getTime(),
    }]);
  }
}

async function lockPurpose(executor: SqlExecutor, purpose: StoredKeyPurpose): Promise<void> {
  await executor.query(sql`SELECT pg_advisory_xact_lock(hashtext(${`polity.key.${purpose}`}))`);
}
