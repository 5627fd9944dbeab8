import type { InputPath } from '../../../kernel/errors/index.js';
import { createServiceRef } from '../../../kernel/services/index.js';
import type { SqlExecutor } from '../../../persistence/index.js';

/** Passwords of Users, for those who make Users outside registration: the first admin, the demo, the command line. */
export interface Passwords {
  /**
   * Checks a new password against the rules and hashes it. Slow on purpose: call it before a transaction is opened.
   * @throws PolityError `PASSWORD_TOO_WEAK` naming the path, `AUTH_RATE_LIMITED` when too many hashes are made at this moment
   */
  hash(password: string, email: string, path: InputPath): Promise<string>;
  /** Stores the hash of a User's password, replacing an old one. Ends no session. @param now - milliseconds since the epoch */
  store(executor: SqlExecutor, userId: string, hash: string, now: number): Promise<void>;
}

/** Provided by identity. */
export const passwordsRef = createServiceRef<Passwords>({ id: 'identity.passwords', scope: 'process' });
