import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { toUserMistake, type MutationResult, type Mutations } from '../../../shared/services/index.js';
import { ACCOUNT_COLUMNS, type Account } from './account.js';
import { endSessions } from './end-sessions.js';
import { linkHash, linkInvalid, useLink } from './link-row.js';
import type { PasswordStore } from './password-store.js';
import { revokeRecoveryLinks } from './recovery-links.js';
import { assertMakerStillMay } from './takeover-guard.js';

/** Input of {@link PasswordRecovery.redeem}. */
export interface RedeemRecoveryLink {
  readonly token: string;
  readonly newPassword: string;
}

/** New passwords by recovery link. */
export class PasswordRecovery {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly passwords: PasswordStore,
  ) {}

  /** Sets the password of the link's User and ends all its sessions. The link stays good when the password is refused. */
  async redeem(context: RequestContext, input: RedeemRecoveryLink): Promise<MutationResult<{ user: Account }>> {
    try {
      // Looked up first, so that only holders of a link can make us hash; used up in the transaction.
      const email = await this.emailOf(input.token, context.request.now);
      const hash = await this.passwords.hash(input.newPassword, email, ['input', 'newPassword']);
      return await this.mutations.run(context, { name: 'redeemRecoveryLink' }, {}, async (scope) => {
        const { now } = context.request;
        const link = await useLink(scope.transaction, input.token, 'recovery', now);
        const [user] = await scope.transaction.query<Account>(sql`
          SELECT ${ACCOUNT_COLUMNS} FROM sys_identity.users u WHERE u.id = ${link.userId} AND u.status = 'active' FOR NO KEY UPDATE`);
        if (user === undefined) throw linkInvalid();
        await assertMakerStillMay(scope.transaction, link, now);
        await this.passwords.store(scope.transaction, user.id, hash, now);
        const target = { type: 'User', id: user.id };
        scope.audit({ type: 'link.redeemed', spaceId: '', target: { type: 'OneTimeLink', id: link.id }, details: { purpose: 'recovery', userId: user.id } });
        scope.audit({ type: 'password.changed', spaceId: '', target, details: { by: 'recovery_link', linkId: link.id } });
        await revokeRecoveryLinks(scope, user.id, now);
        await endSessions(scope, sql`s.user_id = ${user.id}`, 'password_changed', now);
        return { user };
      });
    } catch (error) {
      const mistake = toUserMistake(error);
      if (mistake === undefined) throw error;
      return { errors: [mistake] };
    }
  }

  private async emailOf(token: string, now: number): Promise<string> {
    const [found] = await this.database.query<{ email: string }>(sql`
      SELECT u.email FROM sys_identity.one_time_links l JOIN sys_identity.users u ON u.id = l.user_id
      WHERE l.secret_hash = ${linkHash(token)} AND l.purpose = 'recovery' AND l.used_at IS NULL AND l.revoked_at IS NULL
        AND l.expires_at > ${new Date(now)} AND u.status = 'active'`);
    if (found === undefined) throw linkInvalid();
    return found.email;
  }
}

/** Recovery of passwords. */
export const passwordRecoveryRef = createServiceRef<PasswordRecovery>({ id: 'identity.password_recovery', scope: 'process' });
