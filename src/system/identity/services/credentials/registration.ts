import { constantTimeEqual } from '../../../../kernel/crypto/index.js';
import { invalid, PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { toUserMistake, type MutationResult, type Mutations } from '../../../shared/services/index.js';
import { checkedText, TEXT } from '../support/index.js';
import type { Account } from './account.js';
import type { CredentialSettings } from './credential-settings.js';
import { createAccount, EMAIL_TAKEN } from './new-account.js';
import type { PasswordStore } from './password-store.js';
import type { SignInThrottle } from './sign-in-throttle.js';

/** Input of {@link Registration.register}. */
export interface Register {
  readonly email: string;
  readonly password: string;
  readonly displayName?: string | null;
  /** Registration token, or bootstrap token; by the mode. */
  readonly token?: string | null;
}

/** Self-registration of Users. It makes a User and nothing else, whatever the mode. */
export class Registration {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly throttle: SignInThrottle,
    private readonly passwords: PasswordStore,
    private readonly settings: Pick<CredentialSettings, 'registrationMode' | 'registrationToken'>,
  ) {}

  /**
   * `accepted` without a User is the answer of mode `public`, the same for new and for taken addresses; those who hold a token get
   * the User, or are told that the address is taken.
   *
   * @throws PolityError `REGISTRATION_DISABLED` in mode `off`, and in mode `bootstrap` once there is a super admin; `TOKEN_INVALID` for a
   * wrong token; `AUTH_RATE_LIMITED` for too many registrations of one address
   */
  async register(context: RequestContext, input: Register): Promise<MutationResult<{ accepted: boolean; user: Account }>> {
    await this.assertOpen();
    try {
      const email = checkedText(input.email.trim(), 'email', TEXT.email);
      const displayName = checkedText(input.displayName?.trim(), 'displayName', TEXT.name);
      // Every registration counts, also one that works; the count of an address ends with its window.
      await this.throttle.count([['register', context.request.ip ?? 'unknown']], context.request.now);
      this.assertToken(input.token);
      const hash = await this.passwords.hash(input.password, email, ['input', 'password']);
      return await this.create(context, { email, displayName, hash });
    } catch (error) {
      const mistake = toUserMistake(error);
      if (mistake === undefined) throw error;
      return { errors: [mistake] };
    }
  }

  private async create(context: RequestContext, wanted: { email: string; displayName?: string; hash: string }): Promise<MutationResult<{ accepted: boolean; user: Account }>> {
    const via = this.settings.registrationMode;
    return this.mutations.run<{ accepted: boolean; user?: Account }>(context, { name: 'register', constraints: EMAIL_TAKEN }, {}, async (scope) => {
      const user = await createAccount(scope, this.passwords, { ...wanted, now: context.request.now, via });
      if (via === 'public') {
        if (user === undefined) scope.unchanged();
        return { accepted: true };
      }
      if (user === undefined) throw invalid(['input', 'email'], EMAIL_TAKEN.users_email.message, 'ALREADY_EXISTS');
      return { accepted: true, user };
    }) as Promise<MutationResult<{ accepted: boolean; user: Account }>>;
  }

  private async assertOpen(): Promise<void> {
    const { registrationMode } = this.settings;
    if (registrationMode === 'off' || (registrationMode === 'bootstrap' && (await this.hasSuperAdmin()))) {
      throw new PolityError('REGISTRATION_DISABLED', 'Registration is switched off.');
    }
  }

  private assertToken(token: string | null | undefined): void {
    const { registrationMode, registrationToken } = this.settings;
    if (registrationMode === 'public') return;
    if (registrationToken === undefined || token === null || token === undefined || !constantTimeEqual(token, registrationToken)) {
      throw new PolityError('TOKEN_INVALID', 'This registration token is not accepted.');
    }
  }

  private async hasSuperAdmin(): Promise<boolean> {
    const [found] = await this.database.query(sql`
      SELECT 1 AS found FROM sys_admin.admin_grants g JOIN sys_identity.users u ON u.id = g.user_id
      WHERE g.level = 'instance_super_admin' AND g.status = 'active' AND u.status = 'active' LIMIT 1`);
    return found !== undefined;
  }
}

/** Self-registration. */
export const registrationRef = createServiceRef<Registration>({ id: 'identity.registration', scope: 'process' });
