import { verifyPassword } from '../../../../kernel/crypto/index.js';
import { invalid } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, sql, type Database } from '../../../../persistence/index.js';
import type { AuditLog, RequestContext } from '../../../shared/contracts/index.js';
import { toUserMistake, type MutationResult, type Mutations, type MutationScope } from '../../../shared/services/index.js';
import { endSessions } from './end-sessions.js';
import type { PasswordStore } from './password-store.js';
import { revokeRecoveryLinks } from './recovery-links.js';
import { personOf } from './sessions.js';
import type { SignInThrottle } from './sign-in-throttle.js';

/** Input of {@link PasswordChange.change}. */
export interface NewPassword {
  readonly currentPassword: string;
  readonly newPassword: string;
}

interface Current {
  readonly email: string;
  readonly hash: string | null;
}

const wrongPassword = () => invalid(['input', 'currentPassword'], 'This is not the current password.');

/** Changes of the own password. */
export class PasswordChange {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly audit: () => AuditLog,
    private readonly throttle: SignInThrottle,
    private readonly passwords: PasswordStore,
  ) {}

  /**
   * Ends all other sessions of the User and takes back its open recovery links.
   *
   * @throws PolityError `AUTH_RATE_LIMITED` after too many wrong current passwords
   */
  async change(context: RequestContext, input: NewPassword): Promise<MutationResult<{ endedSessions: number }>> {
    const userId = personOf(context);
    try {
      const current = await this.verified(context, userId, input.currentPassword);
      const hash = await this.passwords.hash(input.newPassword, current.email, ['input', 'newPassword']);
      return await this.mutations.run(context, { name: 'changePassword' }, {}, (scope) => this.replace(scope, context, userId, current.hash, hash));
    } catch (error) {
      const mistake = toUserMistake(error);
      if (mistake === undefined) throw error;
      return { errors: [mistake] };
    }
  }

  // Throttled like a sign-in: a stolen session must not be a way to guess the password.
  private async verified(context: RequestContext, userId: string, password: string): Promise<Current> {
    const attempt = await this.throttle.begin([['password', userId]], context.request.now);
    let current: Current | undefined;
    let matches: boolean;
    try {
      [current] = await this.database.query<Current>(sql`
        SELECT u.email, p.hash FROM sys_identity.users u LEFT JOIN sys_identity.passwords p ON p.user_id = u.id WHERE u.id = ${userId}`);
      matches = await verifyPassword(password, current?.hash ?? undefined);
    } catch (error) {
      await attempt.withdrawn().catch(() => undefined);
      throw error;
    }
    if (matches && current !== undefined) {
      await attempt.succeeded();
      return current;
    }
    const locked = await attempt.failed();
    await this.audit().recordNow(context, [{ type: 'password.change_failed', spaceId: '', target: { type: 'User', id: userId }, details: { locked: locked.length > 0 } }]);
    throw wrongPassword();
  }

  private async replace(scope: MutationScope, context: RequestContext, userId: string, oldHash: string | null, hash: string): Promise<{ endedSessions: number }> {
    const { now } = context.request;
    const [unchanged] = await scope.transaction.query(sql`
      SELECT 1 AS unchanged FROM sys_identity.users u JOIN sys_identity.passwords p ON p.user_id = u.id
      WHERE u.id = ${userId} AND u.status = 'active' AND p.hash = ${oldHash} FOR NO KEY UPDATE`);
    if (unchanged === undefined) throw wrongPassword();
    await this.passwords.store(scope.transaction, userId, hash, now);
    scope.audit({ type: 'password.changed', spaceId: '', target: { type: 'User', id: userId }, details: { by: 'user' } });
    await revokeRecoveryLinks(scope, userId, now);
    const { kind, credentialId } = context.caller;
    const others = kind === 'session' ? [sql`s.id <> ${credentialId}`] : [];
    const ended = await endSessions(scope, every([sql`s.user_id = ${userId}`, ...others]), 'password_changed', now);
    return { endedSessions: ended.length };
  }
}

/** Changes of own passwords. */
export const passwordChangeRef = createServiceRef<PasswordChange>({ id: 'identity.password_change', scope: 'process' });
