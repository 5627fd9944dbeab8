import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, some, sql, type Database, type Sql } from '../../../../persistence/index.js';
import { reach, reachPredicate, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type MutationResult, type Mutations, type MutationScope, type PageInput } from '../../../shared/services/index.js';
import { checkedText, equals, requireInSpace, TEXT } from '../support/index.js';
import type { CredentialSettings } from './credential-settings.js';
import { LINK_COLUMNS, linkHash, newLinkToken, type LinkRow } from './link-row.js';
import { isPerson } from './sessions.js';
import { requireRightsOf } from './takeover-guard.js';

const SHORTEST_S = 60;
const LONGEST_S = 30 * 86_400;
const RECOVERY_S = 86_400;
const INVITATION_S = 7 * 86_400;

/** A new link; `token` and `url` are shown this once. */
export interface IssuedLink {
  readonly link: LinkRow;
  readonly token: string;
  /** Only when the instance has a public URL. */
  readonly url?: string;
}

/** Input of {@link OneTimeLinks.createRecovery}. */
export interface CreateRecoveryLink {
  readonly userId: string;
  readonly expiresInSeconds?: number | null;
}

/** Input of {@link OneTimeLinks.createInvitation}. */
export interface CreateInvitation {
  readonly spaceId: string;
  readonly email: string;
  readonly memberId?: string | null;
  readonly relationType?: string | null;
  readonly expiresInSeconds?: number | null;
}

/** Filters of {@link OneTimeLinks.list}. */
export interface LinkFilter {
  readonly purpose?: string | null;
  readonly spaceId?: string | null;
  readonly userId?: string | null;
}

/** Links that an admin hands over by whatever way there is: recovery of a User, or invitation into a Space. */
export class OneTimeLinks {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly settings: Pick<CredentialSettings, 'publicUrl'>,
  ) {}

  /** Links that the caller could revoke, newest first. */
  async list(context: RequestContext, filter: LinkFilter, page: PageInput): Promise<ListPage<LinkRow>> {
    return listPage<LinkRow>(this.database, 'oneTimeLinks', {
      select: LINK_COLUMNS,
      from: raw('sys_identity.one_time_links l'),
      where: every([mayManage(context), ...equals('l.purpose', filter.purpose), ...equals('l.space_id', filter.spaceId), ...equals('l.user_id', filter.userId)]),
      order: [{ expression: 'l.created_at', direction: 'DESC', type: 'timestamptz' }, { expression: 'l.id', direction: 'DESC', type: 'text' }],
    }, page);
  }

  /** A link by which a User sets a new password. Needs `users:manage` on the instance, and every right that the User holds. */
  async createRecovery(context: RequestContext, input: CreateRecoveryLink): Promise<MutationResult<IssuedLink>> {
    return this.mutations.run(context, { name: 'createRecoveryLink', secrets: ['token', 'url'] }, input, async (scope) => {
      scope.require('users:manage', {});
      const [user] = await scope.transaction.query<{ status: string }>(sql`SELECT status FROM sys_identity.users WHERE id = ${input.userId} FOR SHARE`);
      if (user === undefined) throw notFound('User', ['input', 'userId']);
      if (user.status !== 'active') throw invalid(['input', 'userId'], 'This User is disabled.');
      await requireRightsOf(scope, context, input.userId);
      return this.issue(scope, context, { purpose: 'recovery', userId: input.userId, seconds: input.expiresInSeconds ?? RECOVERY_S });
    });
  }

  /**
   * A link by which the owner of an e-mail address becomes a Member of a Space. Needs `members:manage` there; for an existing Member
   * also `user_members:manage`, because the link binds a User to what that Member already may.
   */
  async createInvitation(context: RequestContext, input: CreateInvitation): Promise<MutationResult<IssuedLink>> {
    return this.mutations.run(context, { name: 'createInvitation', secrets: ['token', 'url'] }, input, async (scope) => {
      await requireInSpace(scope, context, { spaceId: input.spaceId }, 'members:manage');
      const email = checkedText(input.email.trim(), 'email', TEXT.email);
      const memberId = input.memberId ?? undefined;
      if (memberId !== undefined) {
        scope.require('user_members:manage', { spaceId: input.spaceId });
        const [member] = await scope.transaction.query(sql`
          SELECT 1 AS active FROM sys_identity.members WHERE id = ${memberId} AND space_id = ${input.spaceId} AND status = 'active'`);
        if (member === undefined) throw notFound('Member', ['input', 'memberId']);
      }
      return this.issue(scope, context, {
        purpose: 'invitation', email, memberId, spaceId: input.spaceId, relationType: input.relationType ?? 'login', seconds: input.expiresInSeconds ?? INVITATION_S,
      });
    });
  }

  /** Takes a link back that nobody has used. */
  async revoke(context: RequestContext, input: { readonly id: string }): Promise<MutationResult<{ link: LinkRow }>> {
    return this.mutations.run(context, { name: 'revokeLink' }, input, async (scope) => {
      const [link] = await scope.transaction.query<LinkRow>(sql`
        SELECT ${LINK_COLUMNS} FROM sys_identity.one_time_links l WHERE l.id = ${input.id} AND ${mayManage(context)} FOR UPDATE`);
      if (link === undefined) throw invalid(['input', 'id'], 'This link does not exist.', 'LINK_INVALID');
      if (link.purpose === 'recovery') scope.require('users:manage', {});
      else scope.require('members:manage', { spaceId: link.spaceId ?? undefined });
      if (link.usedAt !== null) throw invalid(['input', 'id'], 'This link was used.', 'LINK_INVALID');
      if (link.revokedAt !== null) {
        scope.unchanged();
        return { link };
      }
      const revokedAt = new Date(context.request.now);
      await scope.transaction.query(sql`UPDATE sys_identity.one_time_links SET revoked_at = ${revokedAt} WHERE id = ${link.id}`);
      scope.audit({ type: 'link.revoked', spaceId: link.spaceId ?? '', target: { type: 'OneTimeLink', id: link.id }, details: { purpose: link.purpose, userId: link.userId } });
      return { link: { ...link, revokedAt } };
    });
  }

  private async issue(
    scope: MutationScope,
    context: RequestContext,
    wanted: Partial<Pick<LinkRow, 'userId' | 'email' | 'spaceId' | 'memberId' | 'relationType'>> & { readonly purpose: LinkRow['purpose']; readonly seconds: number },
  ): Promise<IssuedLink> {
    const { purpose, userId = null, email = null, spaceId = null, memberId = null, relationType = null, seconds } = wanted;
    const { caller, request } = context;
    if (seconds < SHORTEST_S || seconds > LONGEST_S) throw invalid(['input', 'expiresInSeconds'], `A link lives ${SHORTEST_S} to ${LONGEST_S} seconds.`);
    const token = newLinkToken();
    const id = newId('inv');
    const [link] = await scope.transaction.query<LinkRow>(sql`
      INSERT INTO sys_identity.one_time_links AS l
        (id, purpose, secret_hash, user_id, email, space_id, member_id, relation_type, created_by_user_id, created_at, expires_at)
      VALUES (${id}, ${purpose}, ${linkHash(token)}, ${userId}, ${email}, ${spaceId}, ${memberId}, ${relationType}, ${isPerson(context) ? caller.userId : null},
        ${new Date(request.now)}, ${new Date(request.now + seconds * 1000)})
      RETURNING ${LINK_COLUMNS}`);
    scope.audit({
      type: 'link.created',
      spaceId: spaceId ?? '',
      target: { type: 'OneTimeLink', id },
      details: { purpose, userId, memberId, relationType, expiresAt: new Date(request.now + seconds * 1000).toISOString() },
      ...(email === null ? {} : { personal: { values: { email } } }),
    });
    const { publicUrl } = this.settings;
    // In the fragment, which browsers send to no server and write into no Referer.
    return { link: link as LinkRow, token, ...(publicUrl === undefined ? {} : { url: `${publicUrl}/console/${purpose}#token=${token}` }) };
  }
}

function mayManage({ caller, request }: RequestContext): Sql {
  const recovery = reach(caller, 'users:manage', request.now).instance ? raw("l.purpose = 'recovery'") : raw('FALSE');
  return some([recovery, every([raw("l.purpose = 'invitation'"), reachPredicate(reach(caller, 'members:manage', request.now), { spaceId: 'l.space_id' })])]);
}

/** The one-time links of this instance. */
export const oneTimeLinksRef = createServiceRef<OneTimeLinks>({ id: 'identity.one_time_links', scope: 'process' });
