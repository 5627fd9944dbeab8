import { notFound, PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { every, raw, sql, type Database, type Sql } from '../../../../persistence/index.js';
import { reach, type RequestContext } from '../../../shared/contracts/index.js';
import { listPage, type ListPage, type MutationResult, type Mutations, type PageInput } from '../../../shared/services/index.js';
import { equals } from '../support/index.js';
import { endSessions } from './end-sessions.js';
import { SESSION_COLUMNS, type SessionRow } from './session-row.js';

const ORDER = [
  { expression: 's.created_at', direction: 'DESC', type: 'timestamptz' },
  { expression: 's.id', direction: 'DESC', type: 'text' },
] as const;

const NO_SESSION = 'This credential has no session to end: an API key is revoked, and a token of another issuer ends there.';

/** Filters of {@link Sessions.list}. */
export interface SessionFilter {
  readonly userId?: string | null;
  /** True for open ones only. */
  readonly open?: boolean | null;
}

/** Input of {@link Sessions.endAll}; without a User the caller's own. */
export interface EndAllSessions {
  readonly userId?: string | null;
  /** Leaves the session that asks open. */
  readonly exceptCurrent?: boolean | null;
}

/** Sessions: every User's own, and all of them for those who hold `sessions:*` on the instance. */
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
  ) {}

  /** Open sessions of the caller, newest first. */
  async mine(context: RequestContext, page: PageInput): Promise<ListPage<SessionRow>> {
    return this.page('mySessions', every([own(context), isOpen(context)]), page);
  }

  /** Sessions of all Users, newest first, for holders of `sessions:read` on the instance. */
  async list(context: RequestContext, filter: SessionFilter, page: PageInput): Promise<ListPage<SessionRow>> {
    const open = filter.open === true ? [isOpen(context)] : filter.open === false ? [sql`NOT ${isOpen(context)}`] : [];
    return this.page('sessions', every([mayRead(context) ? raw('TRUE') : raw('FALSE'), ...equals('s.user_id', filter.userId), ...open]), page);
  }

  /** Sessions by id that the caller may read, in the order of the ids; undefined for absent and forbidden alike. */
  async byIds(context: RequestContext, ids: readonly string[]): Promise<(SessionRow | undefined)[]> {
    const rows = await this.database.query<SessionRow>(sql`
      SELECT ${SESSION_COLUMNS} FROM sys_identity.sessions s WHERE s.id = ANY (${ids}) AND ${mayRead(context) ? raw('TRUE') : own(context)}`);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id));
  }

  /**
   * Ends the session that asks; when it has ended meanwhile, nothing changes.
   *
   * @throws PolityError `SESSION_NOT_FOUND` for credentials without a session: who signs out with one would believe that it is over
   */
  async signOut(context: RequestContext, input: object): Promise<MutationResult<{ session: SessionRow }>> {
    return this.mutations.run<{ session?: SessionRow }>(context, { name: 'signOut' }, input, async (scope) => {
      const { kind, credentialId } = context.caller;
      if (kind !== 'session') throw new PolityError('SESSION_NOT_FOUND', NO_SESSION, { path: ['input'] });
      const ended = await endSessions(scope, sql`s.id = ${credentialId}`, 'sign_out', context.request.now);
      if (ended.length === 0) scope.unchanged();
      return { session: ended[0] };
    });
  }

  /** Ends one session: an own one, or with `sessions:manage` on the instance any. */
  async end(context: RequestContext, input: { readonly id: string }): Promise<MutationResult<{ session: SessionRow }>> {
    return this.mutations.run(context, { name: 'endSession' }, input, async (scope) => {
      const visible = mayRead(context) ? raw('TRUE') : own(context);
      const [session] = await scope.transaction.query<SessionRow>(sql`
        SELECT ${SESSION_COLUMNS} FROM sys_identity.sessions s WHERE s.id = ${input.id} AND ${visible}`);
      if (session === undefined) throw notFound('Session', ['input', 'id']);
      const mine = isPerson(context) && session.userId === context.caller.userId;
      if (!mine) scope.require('sessions:manage', {});
      const [ended] = await endSessions(scope, sql`s.id = ${session.id}`, mine ? 'ended_by_user' : 'ended_by_admin', context.request.now);
      if (ended === undefined) scope.unchanged();
      return { session: ended ?? session };
    });
  }

  /** Ends all open sessions of the caller, or with `sessions:manage` on the instance those of any User. */
  async endAll(context: RequestContext, input: EndAllSessions): Promise<MutationResult<{ endedCount: number }>> {
    return this.mutations.run(context, { name: 'endAllSessions' }, input, async (scope) => {
      const { caller, request } = context;
      const userId = input.userId ?? (isPerson(context) ? caller.userId : undefined);
      if (userId === undefined) throw notFound('User', ['input', 'userId']);
      const mine = isPerson(context) && userId === caller.userId;
      if (!mine) {
        scope.require('sessions:manage', {});
        const [user] = await scope.transaction.query(sql`SELECT 1 AS present FROM sys_identity.users WHERE id = ${userId}`);
        if (user === undefined) throw notFound('User', ['input', 'userId']);
      }
      const kept = input.exceptCurrent === true && caller.kind === 'session' ? caller.credentialId : undefined;
      const where = every([sql`s.user_id = ${userId}`, ...(kept === undefined ? [] : [sql`s.id <> ${kept}`])]);
      const ended = await endSessions(scope, where, mine ? 'ended_by_user' : 'ended_by_admin', request.now);
      if (ended.length === 0) scope.unchanged();
      return { endedCount: ended.length };
    });
  }

  private page(name: string, where: Sql, page: PageInput): Promise<ListPage<SessionRow>> {
    return listPage<SessionRow>(this.database, name, { select: SESSION_COLUMNS, from: raw('sys_identity.sessions s'), where, order: ORDER }, page);
  }
}

/** True for callers who are a User, and not a key that a User made. */
export function isPerson({ caller }: RequestContext): boolean {
  return (caller.kind === 'session' || caller.kind === 'oidc') && caller.userId !== undefined;
}

/** The User who calls. @throws PolityError `AUTHENTICATION_REQUIRED` when the caller is no User */
export function personOf(context: RequestContext): string {
  const { userId } = context.caller;
  if (!isPerson(context) || userId === undefined) throw new PolityError('AUTHENTICATION_REQUIRED', 'Only a signed-in User can do this.');
  return userId;
}

function mayRead({ caller, request }: RequestContext): boolean {
  return ['sessions:read', 'sessions:manage'].some((key) => reach(caller, key, request.now).instance);
}

function own(context: RequestContext): Sql {
  return isPerson(context) ? sql`s.user_id = ${context.caller.userId}` : raw('FALSE');
}

function isOpen({ request }: RequestContext): Sql {
  return sql`(s.ended_at IS NULL AND s.expires_at > ${new Date(request.now)})`;
}

/** The sessions of this instance. */
export const sessionsRef = createServiceRef<Sessions>({ id: 'identity.sessions', scope: 'process' });
