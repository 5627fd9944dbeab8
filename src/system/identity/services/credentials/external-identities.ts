import { invalid, notFound } from '../../../../kernel/errors/index.js';
import { newId } from '../../../../kernel/ids/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, sql, type Database } from '../../../../persistence/index.js';
import { reach, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../../shared/services/index.js';
import { checkedText, equals } from '../support/index.js';
import type { CredentialSettings } from './credential-settings.js';
import { isPerson } from './sessions.js';
import { requireRightsOf } from './takeover-guard.js';

/** Subject of an OpenID Connect issuer (at most 255 ASCII characters by the standard; others use more). */
const SUBJECT = { max: 512 };

const COLUMNS = raw('e.id, e.issuer, e.subject, e.user_id AS "userId", e.created_at AS "createdAt"');

const CONSTRAINTS = {
  external_identities_issuer_subject_key: { code: 'ALREADY_EXISTS', message: 'This identity is linked to a User.', path: ['input', 'subject'] },
} as const;

/** A User's identity at a trusted issuer. */
export interface ExternalIdentityRow {
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
  readonly createdAt: Date;
}

/** Links between Users and identities of trusted issuers; the only way from a foreign token to a User. */
export class ExternalIdentities {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly settings: Pick<CredentialSettings, 'oidcIssuers'>,
  ) {}

  /** Links of one's own, and with `users:read` on the instance those of all Users. */
  async list(context: RequestContext, filter: { readonly userId?: string | null }, page: PageInput): Promise<ListPage<ExternalIdentityRow>> {
    const { caller, request } = context;
    const visible = reach(caller, 'users:read', request.now).instance ? raw('TRUE') : isPerson(context) ? sql`e.user_id = ${caller.userId}` : raw('FALSE');
    return listPage<ExternalIdentityRow>(this.database, 'externalIdentities', {
      select: COLUMNS,
      from: raw('sys_identity.external_identities e'),
      where: every([visible, ...equals('e.user_id', filter.userId)]),
      order: [{ expression: 'e.id', direction: 'ASC', type: 'text' }],
    }, page);
  }

  /** Needs `users:manage` on the instance and every right that the User holds: the link is a way into the account. */
  async link(context: RequestContext, input: { readonly userId: string; readonly issuer: string; readonly subject: string }): Promise<MutationResult<{ externalIdentity: ExternalIdentityRow }>> {
    return this.mutations.run(context, { name: 'linkExternalIdentity', constraints: CONSTRAINTS }, input, async (scope) => {
      const { transaction } = scope;
      scope.require('users:manage', {});
      if (!this.settings.oidcIssuers.some(({ issuer }) => issuer === input.issuer)) throw invalid(['input', 'issuer'], 'This issuer is not among the trusted ones.');
      const subject = checkedText(input.subject, 'subject', SUBJECT);
      const [user] = await transaction.query<{ status: string }>(sql`SELECT status FROM sys_identity.users WHERE id = ${input.userId} FOR SHARE`);
      if (user === undefined) throw notFound('User', ['input', 'userId']);
      if (user.status !== 'active') throw invalid(['input', 'userId'], 'This User is disabled.');
      await requireRightsOf(scope, context, input.userId);
      const id = newId('ei');
      const [made] = await transaction.query<ExternalIdentityRow>(sql`
        INSERT INTO sys_identity.external_identities AS e (id, issuer, subject, user_id, created_at)
        VALUES (${id}, ${input.issuer}, ${subject}, ${input.userId}, ${new Date(context.request.now)}) RETURNING ${COLUMNS}`);
      transaction.touch('');
      scope.audit({
        type: 'external_identity.linked', spaceId: '', target: { type: 'ExternalIdentity', id },
        details: { userId: input.userId, issuer: input.issuer }, personal: { subject: input.userId, values: { subject } },
      });
      return { externalIdentity: made as ExternalIdentityRow };
    });
  }

  /** Tokens of the identity are refused from now on, on every node. Needs `users:manage` on the instance. */
  async unlink(context: RequestContext, input: { readonly id: string }): Promise<MutationResult<{ externalIdentity: ExternalIdentityRow }>> {
    return this.mutations.run(context, { name: 'unlinkExternalIdentity' }, input, async (scope) => {
      scope.require('users:manage', {});
      const [gone] = await scope.transaction.query<ExternalIdentityRow>(sql`
        DELETE FROM sys_identity.external_identities e WHERE e.id = ${input.id} RETURNING ${COLUMNS}`);
      if (gone === undefined) throw invalid(['input', 'id'], 'This linked identity does not exist.');
      scope.transaction.touch('');
      scope.audit({
        type: 'external_identity.unlinked', spaceId: '', target: { type: 'ExternalIdentity', id: gone.id },
        details: { userId: gone.userId, issuer: gone.issuer }, personal: { subject: gone.userId, values: { subject: gone.subject } },
      });
      return { externalIdentity: gone };
    });
  }
}

/** Identities of trusted issuers. */
export const externalIdentitiesRef = createServiceRef<ExternalIdentities>({ id: 'identity.external_identities', scope: 'process' });
