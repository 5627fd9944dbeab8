import { hashPassword } from '../../../../kernel/crypto/index.js';
import type { InputPath } from '../../../../kernel/errors/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Passwords } from '../../../shared/contracts/index.js';
import { assertPassword, type PasswordRules } from './password-rules.js';

/** Hashes of the Users' passwords, in a table of their own. */
export class PasswordStore implements Passwords {
  constructor(private readonly rules: PasswordRules) {}

  async hash(password: string, email: string, path: InputPath): Promise<string> {
    assertPassword(password, email, this.rules, path);
    return hashPassword(password, path);
  }

  async store(executor: SqlExecutor, userId: string, hash: string, now: number): Promise<void> {
    await executor.query(sql`
      INSERT INTO sys_identity.passwords (user_id, hash, changed_at) VALUES (${userId}, ${hash}, ${new Date(now)})
      ON CONFLICT (user_id) DO UPDATE SET hash = EXCLUDED.hash, changed_at = EXCLUDED.changed_at`);
  }
}
