import { constantTimeEqual, hmacSha256 } from '../../../../kernel/crypto/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Keyring } from '../../../shared/contracts/index.js';

/** One stored secret of a key, as read for a verification. */
export interface StoredSecret {
  /** HMAC-SHA-256 of the plaintext, in hexadecimal. */
  readonly hash: string;
  /** The keyring's key it was made with. */
  readonly kid: string;
  /** End of its overlap, in milliseconds since the epoch; null for the current secret. */
  readonly expiresAt: number | null;
}

/** The stored form of a new plaintext. */
export interface HashedSecret {
  readonly hash: Uint8Array;
  readonly kid: string;
}

const DUMMY: StoredSecret = { hash: '0'.repeat(64), kid: '', expiresAt: null };

/** Keeps and compares the secrets of API keys; a plaintext is never stored. */
export class ApiKeySecrets {
  constructor(private readonly keyring: Keyring) {}

  /** Hashes a new plaintext under the current key. */
  async hash(token: string): Promise<HashedSecret> {
    const { kid, secret } = await this.keyring.current('api_key');
    return { kid, hash: hmacSha256(secret, token) };
  }

  /**
   * The stored secret that a plaintext matches. The work is the same for an unknown key (no stored secrets) and a wrong secret:
   * one hash for each accepted key, one constant-time comparison for each stored secret or a dummy.
   */
  async match(token: string, stored: readonly StoredSecret[], now: number): Promise<StoredSecret | undefined> {
    const newest = stored[0]?.kid;
    const hashes = new Map((await this.keyring.accepted('api_key', newest)).map(({ kid, secret }) => [kid, Buffer.from(hmacSha256(secret, token)).toString('hex')]));
    const fallback = hashes.values().next().value ?? DUMMY.hash;
    let found: StoredSecret | undefined;
    for (const candidate of stored.length === 0 ? [DUMMY] : stored) {
      const equal = constantTimeEqual(hashes.get(candidate.kid) ?? fallback, candidate.hash);
      const live = candidate.expiresAt === null || candidate.expiresAt > now;
      if (equal && live && hashes.has(candidate.kid)) found = candidate;
    }
    return found;
  }

  /** Adds a secret to a key. */
  async add(executor: SqlExecutor, apiKeyId: string, { hash, kid }: HashedSecret): Promise<void> {
    await executor.query(sql`INSERT INTO sys_admin.api_key_secrets (api_key_id, hash, kid) VALUES (${apiKeyId}, ${Buffer.from(hash)}, ${kid})`);
  }

  /** Ends the secrets that a key has now: at `endsAt` at the latest, at once when that is over. */
  async retire(executor: SqlExecutor, apiKeyId: string, endsAt: Date, now: Date): Promise<void> {
    await executor.query(sql`
      UPDATE sys_admin.api_key_secrets SET expires_at = least(expires_at, ${endsAt}::timestamptz) WHERE api_key_id = ${apiKeyId}`);
    await executor.query(sql`DELETE FROM sys_admin.api_key_secrets WHERE api_key_id = ${apiKeyId} AND expires_at <= ${now}`);
  }
}
