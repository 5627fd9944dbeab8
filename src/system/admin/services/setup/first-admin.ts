import { constantTimeEqual, sha256 } from '../../../../kernel/crypto/index.js';
import { invalid, notFound, PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { Passwords, RequestContext } from '../../../shared/contracts/index.js';
import { toUserMistake, type MutationResult, type Mutations, type MutationScope } from '../../../shared/services/index.js';
import { generatePassword, insertAccount, prepareAccount, type AccountInput, type NewAccount } from './new-account.js';
import { findOwnSuperAdmin, findSuperAdmin, insertSuperAdmin, lockSetup } from './super-admins.js';

const CONSTRAINTS = {
  users_email: { code: 'ALREADY_EXISTS', message: 'Another User has this e-mail address.', path: ['input', 'email'] },
} as const;

/** A super admin that was made, or that was there already. */
export interface FirstAdmin {
  readonly userId: string;
  readonly adminGrantId: string;
  /** False when there was an active super admin before. */
  readonly created: boolean;
  /** Password that was made for a new User; shown once. */
  readonly generatedPassword?: string;
}

/** Input of {@link FirstAdmins.bootstrap}: an existing User by id or e-mail, or the e-mail of a new one. */
export interface BootstrapInput {
  readonly userId?: string;
  readonly email?: string;
  /** For a new User; made when absent. */
  readonly password?: string;
  readonly displayName?: string;
  /** What an active super admin means: an error, or that there is nothing to do. */
  readonly ifExists: 'error' | 'ok';
}

/** What {@link FirstAdmins} runs on. */
export interface FirstAdminsOptions {
  readonly database: SqlExecutor;
  readonly mutations: Mutations;
  /** Asked for late: made by another capability. */
  readonly passwords: () => Passwords;
  /** One-time token of the settings; absent = the mutation is closed. */
  readonly bootstrapToken: string | undefined;
  readonly passwordMinLength: number;
}

type Result = Promise<MutationResult<FirstAdmin>>;

/** Makes the first super admin. Once there is one there always is, so the door closes by itself and for good. */
export class FirstAdmins {
  constructor(private readonly options: FirstAdminsOptions) {}

  /**
   * With the one-time token of the settings, over the API.
   *
   * @throws PolityError `TOKEN_INVALID` for a wrong token, when none is configured, and when there is an active super admin: one answer
   */
  async bootstrapByToken(context: RequestContext, input: AccountInput & { readonly token: string }): Result {
    const { database, bootstrapToken } = this.options;
    // Hashes have one length, so the comparison tells nothing of the token's.
    const isRight = bootstrapToken !== undefined && constantTimeEqual(sha256(input.token), sha256(bootstrapToken));
    if (!isRight || (await findSuperAdmin(database)) !== undefined) throw tokenInvalid();
    return this.prepared(input, (account) => this.run(context, async (scope) => {
      if ((await findSuperAdmin(scope.transaction)) !== undefined) throw tokenInvalid();
      return this.createWith(scope, context, account, 'token');
    }));
  }

  /** From the command line of the server. */
  async bootstrap(context: RequestContext, input: BootstrapInput): Result {
    const { email, displayName } = input;
    const generatedPassword = input.password === undefined ? generatePassword(this.options.passwordMinLength) : undefined;
    const present = await findOwnSuperAdmin(this.options.database);
    const isNew = present === undefined && email !== undefined && input.userId === undefined && (await this.findByEmail(this.options.database, email)) === undefined;
    if (!isNew) return this.run(context, (scope) => this.bootstrapExisting(scope, input));
    return this.prepared({ email, displayName, password: input.password ?? generatedPassword ?? '' }, (account) => this.run(context, async (scope) => {
      if ((await findOwnSuperAdmin(scope.transaction)) !== undefined) return this.bootstrapExisting(scope, input);
      return { ...(await this.createWith(scope, context, account, 'console')), ...(generatedPassword === undefined ? {} : { generatedPassword }) };
    }));
  }

  private async bootstrapExisting(scope: MutationScope, input: BootstrapInput): Promise<FirstAdmin> {
    const present = await findOwnSuperAdmin(scope.transaction);
    if (present === undefined) return this.grant(scope, await this.existingUser(scope.transaction, input), 'console');
    if (input.ifExists === 'error') throw invalid(['input'], 'There is an active super admin.', 'ALREADY_EXISTS');
    scope.unchanged();
    return { userId: present.userId, adminGrantId: present.grantId, created: false };
  }

  private async existingUser(executor: SqlExecutor, { userId, email, password }: BootstrapInput): Promise<string> {
    if ((userId === undefined) === (email === undefined)) throw invalid(['input', 'userId'], 'Name a User either by id or by e-mail.');
    if (password !== undefined) throw invalid(['input', 'password'], 'This User exists and keeps its password.');
    const [user] = email === undefined
      ? await executor.query<UserState>(sql`SELECT id, status FROM sys_identity.users WHERE id = ${userId}`)
      : [await this.findByEmail(executor, email)];
    const field = email === undefined ? 'userId' : 'email';
    if (user === undefined) throw notFound('User', ['input', field]);
    if (user.status !== 'active') throw invalid(['input', field], 'This User is disabled.');
    return user.id;
  }

  private async findByEmail(executor: SqlExecutor, email: string): Promise<UserState | undefined> {
    const [user] = await executor.query<UserState>(sql`SELECT id, status FROM sys_identity.users WHERE lower(email) = lower(${email.trim()})`);
    return user;
  }

  private async createWith(scope: MutationScope, context: RequestContext, account: NewAccount, by: string): Promise<FirstAdmin> {
    await insertAccount(scope.transaction, this.options.passwords(), account, context.request.now);
    return this.grant(scope, account.userId, by, { email: account.email, displayName: account.displayName });
  }

  private async grant(scope: MutationScope, userId: string, by: string, values?: Readonly<Record<string, unknown>>): Promise<FirstAdmin> {
    const adminGrantId = await insertSuperAdmin(scope.transaction, userId);
    scope.audit({
      type: 'admin.bootstrapped',
      spaceId: '',
      target: { type: 'AdminGrant', id: adminGrantId },
      details: { userId, by, userCreated: values !== undefined },
      ...(values === undefined ? {} : { personal: { subject: userId, values } }),
    });
    return { userId, adminGrantId, created: true };
  }

  // Nothing of the input is handed on to be remembered: token and password must not outlive the call.
  private run(context: RequestContext, work: (scope: MutationScope) => Promise<FirstAdmin>): Result {
    return this.options.mutations.run(context, { name: 'bootstrapSuperAdmin', constraints: CONSTRAINTS }, {}, async (scope) => {
      await lockSetup(scope.transaction);
      return work(scope);
    });
  }

  private async prepared(input: AccountInput, work: (account: NewAccount) => Result): Result {
    let account: NewAccount;
    try {
      account = await prepareAccount(this.options.passwords(), input);
    } catch (error) {
      const mistake = toUserMistake(error);
      if (mistake === undefined) throw error;
      return { errors: [mistake] };
    }
    return work(account);
  }
}

interface UserState {
  readonly id: string;
  readonly status: string;
}

function tokenInvalid(): PolityError {
  return new PolityError('TOKEN_INVALID', 'This token does not make a first administrator.');
}

export const firstAdminsRef = createServiceRef<FirstAdmins>({ id: 'admin.first_admins', scope: 'process' });
