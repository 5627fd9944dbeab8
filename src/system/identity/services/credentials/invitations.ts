import { invalid, PolityError } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type Database, type SqlExecutor } from '../../../../persistence/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import { toUserMistake, type MutationResult, type Mutations, type MutationScope } from '../../../shared/services/index.js';
import { checkedText, TEXT } from '../support/index.js';
import { ACCOUNT_COLUMNS, type Account } from './account.js';
import { linkHash, linkInvalid, useLink, type LinkRow } from './link-row.js';
import { createAccount } from './new-account.js';
import type { PasswordStore } from './password-store.js';
import { isPerson } from './sessions.js';
import { assertMakerStillMay } from './takeover-guard.js';

/** Input of {@link Invitations.redeem}. */
export interface RedeemInvitation {
  readonly token: string;
  /** Password of the new User; needed when nobody has the invited e-mail address. */
  readonly password?: string | null;
  /** Name of the new User and Member. */
  readonly displayName?: string | null;
}

/** What an invitation led to. */
export interface AcceptedInvitation {
  readonly user: Account;
  readonly spaceId: string;
  readonly memberId: string;
  readonly userMemberId: string;
}

/** Invitations into a Space: they make or bind a User, and give no right beyond what an invited Member already has. */
export class Invitations {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly passwords: PasswordStore,
  ) {}

  /** @throws PolityError `AUTHENTICATION_REQUIRED` when a User has the invited e-mail address and is not the caller */
  async redeem(context: RequestContext, input: RedeemInvitation): Promise<MutationResult<AcceptedInvitation>> {
    try {
      const displayName = checkedText(input.displayName?.trim(), 'displayName', TEXT.name);
      const invited = await this.invited(input.token, context.request.now);
      const hash = invited.userId === null ? await this.hashOf(input.password, invited.email) : undefined;
      if (invited.userId !== null) assertIs(context, invited.userId);
      return await this.mutations.run(context, { name: 'redeemInvitation' }, {}, (scope) => this.accept(scope, context, { ...input, displayName }, hash));
    } catch (error) {
      const mistake = toUserMistake(error);
      if (mistake === undefined) throw error;
      return { errors: [mistake] };
    }
  }

  private async accept(scope: MutationScope, context: RequestContext, input: RedeemInvitation, hash: string | undefined): Promise<AcceptedInvitation> {
    const { now } = context.request;
    const link = await useLink(scope.transaction, input.token, 'invitation', now);
    await assertMakerStillMay(scope.transaction, link, now);
    const email = link.email as string;
    const spaceId = await openSpace(scope.transaction, link);
    const known = await userWith(scope.transaction, email);
    if (known !== undefined) assertIs(context, known.id);
    // Without a hash somebody had the address a moment ago, and has it no more.
    const user = known ?? (hash === undefined ? undefined : await createAccount(scope, this.passwords, { email, displayName: input.displayName, hash, now, via: 'invitation' }));
    if (user === undefined) throw linkInvalid();
    const memberId = link.memberId ?? (await createMember(scope, spaceId, input.displayName ?? user.displayName ?? email, now));
    const userMemberId = await bind(scope, link, { userId: user.id, memberId, spaceId, now });
    scope.transaction.touch(spaceId);
    scope.audit({
      type: 'link.redeemed', spaceId, target: { type: 'OneTimeLink', id: link.id },
      details: { purpose: 'invitation', userId: user.id, memberId, userMemberId, newUser: known === undefined },
    });
    return { user, spaceId, memberId, userMemberId };
  }

  // Looked up first, so that only holders of a link can make us hash; used up in the transaction.
  private async invited(token: string, now: number): Promise<{ email: string; userId: string | null }> {
    const [found] = await this.database.query<{ email: string; userId: string | null }>(sql`
      SELECT l.email, u.id AS "userId" FROM sys_identity.one_time_links l LEFT JOIN sys_identity.users u ON lower(u.email) = lower(l.email)
      WHERE l.secret_hash = ${linkHash(token)} AND l.purpose = 'invitation' AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > ${new Date(now)}`);
    if (found === undefined) throw linkInvalid();
    return found;
  }

  private hashOf(password: string | null | undefined, email: string): Promise<string> {
    if (password === null || password === undefined) throw invalid(['input', 'password'], 'A new User needs a password.');
    return this.passwords.hash(password, email, ['input', 'password']);
  }
}

function assertIs(context: RequestContext, userId: string): void {
  if (!isPerson(context)) throw new PolityError('AUTHENTICATION_REQUIRED', 'Sign in as the invited User first.');
  if (context.caller.userId !== userId) throw linkInvalid('This invitation is for somebody else.');
}

async function userWith(executor: SqlExecutor, email: string): Promise<Account | undefined> {
  const [user] = await executor.query<Account & { status: string }>(sql`
    SELECT ${ACCOUNT_COLUMNS}, u.status FROM sys_identity.users u WHERE lower(u.email) = lower(${email}) FOR SHARE`);
  if (user !== undefined && user.status !== 'active') throw linkInvalid();
  return user;
}

async function openSpace(executor: SqlExecutor, { spaceId, memberId }: LinkRow): Promise<string> {
  const [space] = await executor.query<{ id: string }>(sql`
    SELECT s.id FROM sys_identity.spaces s WHERE s.id = ${spaceId} AND s.status = 'active'
      AND (${memberId}::text IS NULL OR EXISTS (SELECT FROM sys_identity.members m WHERE m.space_id = s.id AND m.id = ${memberId} AND m.status = 'active'))`);
  if (space === undefined) throw linkInvalid();
  return space.id;
}

async function createMember(scope: MutationScope, spaceId: string, displayName: string, now: number): Promise<string> {
  const id = newId('member');
  await scope.transaction.query(sql`
    INSERT INTO sys_identity.members (id, space_id, display_name, created_at, updated_at)
    VALUES (${id}, ${spaceId}, ${Array.from(displayName).slice(0, TEXT.name.max).join('')}, ${new Date(now)}, ${new Date(now)})`);
  scope.audit({ type: 'member.created', spaceId, target: { type: 'Member', id }, changes: { status: [null, 'active'] } });
  return id;
}

async function bind(scope: MutationScope, link: LinkRow, to: { userId: string; memberId: string; spaceId: string; now: number }): Promise<string> {
  const { transaction } = scope;
  const [bound] = await transaction.query(sql`
    SELECT 1 AS bound FROM sys_identity.user_members
    WHERE user_id = ${to.userId} AND member_id = ${to.memberId} AND status = 'active' AND (expires_at IS NULL OR expires_at > ${new Date(to.now)})`);
  if (bound !== undefined) throw invalid(['input', 'token'], 'This User is bound to the Member already.', 'ALREADY_EXISTS');
  const id = newId('um');
  await transaction.query(sql`
    INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, relation_type, is_primary, linked_at, created_at, updated_at)
    SELECT ${id}, ${to.userId}, ${to.memberId}, ${to.spaceId}, ${link.relationType},
      NOT EXISTS (SELECT FROM sys_identity.user_members WHERE user_id = ${to.userId} AND status = 'active'),
      ${new Date(to.now)}, ${new Date(to.now)}, ${new Date(to.now)}`);
  scope.audit({
    type: 'user_member.created', spaceId: to.spaceId, target: { type: 'UserMember', id },
    details: { userId: to.userId, memberId: to.memberId, relationType: link.relationType, linkId: link.id },
  });
  return id;
}

/** Redeeming of invitations. */
export const invitationsRef = createServiceRef<Invitations>({ id: 'identity.invitations', scope: 'process' });
