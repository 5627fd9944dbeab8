import { createServiceRef } from '../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../persistence/index.js';

/** Purposes of the keys that the instance itself holds. */
export type InstanceKeyPurpose = 'token_signing' | 'decision_receipt' | 'review_signing' | 'api_key' | 'audit_filter';

/** One unwrapped key. */
export interface HeldKey {
  readonly kid: string;
  /** 32 random bytes; for keys that sign the Ed25519 seed. */
  readonly secret: Uint8Array;
  /** Only for keys that sign. */
  readonly publicJwk?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch; absent for the current key. */
  readonly retiredAt?: number;
}

/**
 * Keys of the instance and of data subjects: stored in `sys_kernel.key`, wrapped by the master key, cached unwrapped in memory.
 * Nodes learn of rotations by reading again when a kid is unknown, and at least every minute.
 */
export interface Keyring {
  /** The key to use now; made when there is none yet (one node wins, all use its key). */
  current(purpose: InstanceKeyPurpose): Promise<HeldKey>;
  /**
   * Current and retired keys, newest first: what verification accepts. With the `kid` of something genuine (a stored row, never a
   * caller's word) that is not among the held keys, the database is asked again: another node has rotated.
   */
  accepted(purpose: InstanceKeyPurpose, kid?: string): Promise<readonly HeldKey[]>;
  /** Makes a new current key and retires the old one; gives the new kid. */
  rotate(purpose: InstanceKeyPurpose, executor: SqlExecutor): Promise<string>;
  /** Key that seals the personal data of a subject (a User id, or `''` for unknown persons); made on demand, undefined once erased. */
  subjectKey(subject: string): Promise<HeldKey | undefined>;
}

export const keyringRef = createServiceRef<Keyring>({ id: 'platform.keyring', scope: 'process' });
