import { hashPassword, needsRehash, verifyPassword } from '../../../../kernel/crypto/index.js';
import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database } from '../../../../persistence/index.js';
import type { AuditLog, RequestContext } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations, MutationScope } from '../../../shared/services/index.js';
import { ACCOUNT_COLUMNS, type Account } from './account.js';
import type { CredentialSettings } from './credential-settings.js';
import { openSession } from './open-session.js';
import type { PasswordStore } from './password-store.js';
import type { SessionRow } from './session-row.js';
import type { SessionTokenMaker, SessionTokens } from './session-tokens.js';
import type { SignInThrottle, ThrottleSubject } from './sign-in-throttle.js';
import { storableIdentifier } from './storable-identifier.js';

/** Input of {@link SignIn.signIn}. */
export interface Login {
  readonly email: string;
  readonly password: string;
}

/** What a session's owner gets when it begins. */
export interface StartedSession extends SessionTokens {
  readonly user: Account;
  readonly session: SessionRow;
}

interface Candidate {
  readonly id: string;
  readonly status: string;
  readonly hash: string | null;
}

/** Opens sessions for e-mail and password. */
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly audit: () => AuditLog,
    private readonly throttle: SignInThrottle,
    private readonly passwords: PasswordStore,
    private readonly tokens: SessionTokenMaker,
    private readonly settings: CredentialSettings,
  ) {}

  /**
   * A User without a usable binding signs in too, with no active Member.
   *
   * @throws PolityError `AUTHENTICATION_REQUIRED` for an unknown User, a wrong password and a disabled User alike and after the same
   * time, `AUTH_RATE_LIMITED` while the address or the name is locked, or when too many passwords are checked at this moment
   */
  async signIn(context: RequestContext, input: Login): Promise<MutationResult<StartedSession>> {
    const email = storableIdentifier(input.email);
    const { now, ip } = context.request;
    const subjects: ThrottleSubject[] = [['email', email.toLowerCase()], ...(ip === undefined ? [] : [['ip', ip] as const])];
    const attempt = await this.throttle.begin(subjects, now);
    let started: MutationResult<StartedSession> | undefined;
    let candidate: Candidate | undefined;
    try {
      candidate = await this.find(email);
      const matches = await verifyPassword(input.password, candidate?.hash ?? undefined);
      if (matches && candidate?.status === 'active') started = await this.start(context, input, candidate as Candidate & { hash: string });
    } catch (error) {
      await attempt.withdrawn().catch(() => undefined);
      throw error;
    }
    if (started !== undefined) {
      await attempt.succeeded();
      return started;
    }
    await this.recordFailure(context, email, candidate?.id, await attempt.failed());
    throw new PolityError('AUTHENTICATION_REQUIRED', 'E-mail address and password do not match.');
  }

  private async find(email: string): Promise<Candidate | undefined> {
    const [candidate] = await this.database.query<Candidate>(sql`
      SELECT u.id, u.status, p.hash FROM sys_identity.users u LEFT JOIN sys_identity.passwords p ON p.user_id = u.id WHERE lower(u.email) = lower(${email})`);
    return candidate;
  }

  // Undefined when the User was disabled, or got another password, while this one was checked.
  private async start(context: RequestContext, input: Login, { id, hash }: Candidate & { hash: string }): Promise<MutationResult<StartedSession> | undefined> {
    const fresh = needsRehash(hash) ? await hashPassword(input.password) : undefined;
    const result = await this.mutations.run(context, { name: 'signIn' }, {}, async (scope) => {
      const user = await lockUser(scope, id, hash);
      if (user === undefined) {
        scope.unchanged();
        return { started: undefined };
      }
      if (fresh !== undefined) await this.passwords.store(scope.transaction, id, fresh, context.request.now);
      const session = await openSession(scope, id, context.request, this.settings);
      const { now } = context.request;
      const refreshToken = await this.tokens.newRefreshToken(scope.transaction, session.id, now);
      return { started: { ...(await this.tokens.tokens(session, refreshToken, now, now)), user, session } };
    });
    return result.started === undefined ? undefined : { ...result.started, errors: [] };
  }

  private async recordFailure(context: RequestContext, identifier: string, userId: string | undefined, locked: readonly string[]): Promise<void> {
    const event = {
      spaceId: '',
      target: { type: 'User', id: userId ?? 'unknown' },
      personal: { ...(userId === undefined ? {} : { subject: userId }), identifier },
    };
    await this.audit().recordNow(context, [
      { ...event, type: 'session.sign_in_failed' },
      ...(locked.length === 0 ? [] : [{ ...event, type: 'session.sign_in_locked', details: { locked } }]),
    ]);
  }
}

async function lockUser({ transaction }: MutationScope, id: string, hash: string): Promise<Account | undefined> {
  const [user] = await transaction.query<Account>(sql`
    SELECT ${ACCOUNT_COLUMNS} FROM sys_identity.users u WHERE u.id = ${id} AND u.status = 'active' FOR NO KEY UPDATE`);
  const [password] = await transaction.query(sql`SELECT 1 AS same FROM sys_identity.passwords WHERE user_id = ${id} AND hash = ${hash} FOR UPDATE`);
  return password === undefined ? undefined : user;
}

/** Sign-in of this instance. */
export const signInRef = createServiceRef<SignIn>({ id: 'identity.sign_in', scope: 'process' });
