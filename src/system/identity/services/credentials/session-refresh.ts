import { constantTimeEqual } from '../../../../kernel/crypto/index.js';
import { PolityError } from '../../../../kernel/errors/index.js';
import { createServiceRef } from '../../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { RequestContext, RequestInfo } from '../../../shared/contracts/index.js';
import type { MutationResult, Mutations, MutationScope } from '../../../shared/services/index.js';
import { ACCOUNT_COLUMNS, type Account } from './account.js';
import type { CredentialSettings } from './credential-settings.js';
import { endSessions } from './end-sessions.js';
import { clientHash, openSuccessor, refreshTokenHash, sealSuccessor } from './refresh-token.js';
import { SESSION_COLUMNS, type EndedReason, type SessionRow } from './session-row.js';
import type { SessionTokenMaker } from './session-tokens.js';
import type { StartedSession } from './sign-in.js';

/** How long the same client gets the same successor for a token that it has used: two tabs wake up together. */
export const GRACE_MS = 10_000;

interface TokenRow {
  readonly createdAt: Date;
  readonly usedAt: Date | null;
  readonly successor: Buffer | null;
  readonly client: Buffer | null;
}

type Outcome = { readonly refreshed: StartedSession } | { readonly refused: 'TOKEN_INVALID' | 'SESSION_EXPIRED' };

/** Exchanges refresh tokens: each works once, and one that comes back late ends its session. */
export class SessionRefresh {
  constructor(
    private readonly mutations: Mutations,
    private readonly tokens: SessionTokenMaker,
    private readonly settings: CredentialSettings,
  ) {}

  /** @throws PolityError `TOKEN_INVALID` for an unknown or reused token, `SESSION_EXPIRED` when its session is over */
  async refresh(context: RequestContext, input: { readonly refreshToken: string }): Promise<MutationResult<StartedSession>> {
    const hash = refreshTokenHash(input.refreshToken);
    if (hash === undefined) throw refusal('TOKEN_INVALID');
    const result = await this.mutations.run<{ outcome: Outcome }>(context, { name: 'refreshSession' }, {}, async (scope) => {
      // The session's row is the lock of its family: what is read after it, nobody else changes.
      const session = await lockSession(scope.transaction, hash);
      return { outcome: session === undefined ? refuse(scope, 'TOKEN_INVALID') : await this.exchange(scope, context.request, session, input.refreshToken, hash) };
    });
    const outcome = result.outcome ?? { refused: 'TOKEN_INVALID' as const };
    if ('refused' in outcome) throw refusal(outcome.refused);
    return { ...outcome.refreshed, errors: [] };
  }

  private async exchange(scope: MutationScope, request: RequestInfo, session: SessionRow, token: string, hash: Buffer): Promise<Outcome> {
    if (session.endedAt !== null) return refuse(scope, 'SESSION_EXPIRED');
    const [row] = await scope.transaction.query<TokenRow>(sql`
      SELECT created_at AS "createdAt", used_at AS "usedAt", successor_sealed AS successor, client_hash AS client
      FROM sys_identity.refresh_tokens WHERE hash = ${hash}`);
    if (row === undefined) return refuse(scope, 'TOKEN_INVALID');
    if (row.usedAt !== null && !isRepeat(row, row.usedAt, token, request)) return this.reused(scope, request, session);
    const over = await this.timeOver(scope.transaction, session, request.now);
    if (over !== undefined || (row.usedAt === null && row.createdAt.getTime() + this.settings.refreshTokenTtlMs <= request.now)) {
      await endSessions(scope, sql`s.id = ${session.id}`, over ?? 'expired', request.now);
      return { refused: 'SESSION_EXPIRED' };
    }
    return row.usedAt === null ? this.rotate(scope, request, session, token, hash) : this.repeat(scope, request, session, token, row);
  }

  private async rotate(scope: MutationScope, request: RequestInfo, session: SessionRow, token: string, hash: Buffer): Promise<Outcome> {
    const { transaction } = scope;
    const now = new Date(request.now);
    const successor = await this.tokens.newRefreshToken(transaction, session.id, request.now);
    await transaction.query(sql`
      UPDATE sys_identity.refresh_tokens SET used_at = ${now}, successor_sealed = ${sealSuccessor(token, successor)}, client_hash = ${clientHash(token, request)}
      WHERE hash = ${hash}`);
    await transaction.query(sql`UPDATE sys_identity.sessions SET last_used_at = ${now} WHERE id = ${session.id}`);
    scope.audit({ type: 'session.refreshed', spaceId: '', target: { type: 'Session', id: session.id }, details: { userId: session.userId } });
    return this.answer(transaction, { ...session, lastUsedAt: now }, successor, request.now, request.now);
  }

  private async repeat(scope: MutationScope, request: RequestInfo, session: SessionRow, token: string, row: TokenRow): Promise<Outcome> {
    scope.unchanged();
    return this.answer(scope.transaction, session, openSuccessor(token, row.successor as Buffer), (row.usedAt as Date).getTime(), request.now);
  }

  private async reused(scope: MutationScope, request: RequestInfo, session: SessionRow): Promise<Outcome> {
    scope.audit({ type: 'session.refresh_reused', spaceId: '', target: { type: 'Session', id: session.id }, details: { userId: session.userId } });
    await endSessions(scope, sql`s.id = ${session.id}`, 'refresh_reuse', request.now);
    return { refused: 'TOKEN_INVALID' };
  }

  private async timeOver(executor: SqlExecutor, session: SessionRow, now: number): Promise<EndedReason | undefined> {
    if (session.expiresAt.getTime() <= now) return 'expired';
    if (session.lastUsedAt.getTime() + this.settings.sessionIdleMs <= now) return 'idle';
    const [user] = await executor.query(sql`SELECT 1 AS active FROM sys_identity.users WHERE id = ${session.userId} AND status = 'active'`);
    return user === undefined ? 'user_disabled' : undefined;
  }

  private async answer(executor: SqlExecutor, session: SessionRow, refreshToken: string, madeAt: number, now: number): Promise<Outcome> {
    const [user] = await executor.query<Account>(sql`SELECT ${ACCOUNT_COLUMNS} FROM sys_identity.users u WHERE u.id = ${session.userId}`);
    return { refreshed: { ...(await this.tokens.tokens(session, refreshToken, madeAt, now)), user: user as Account, session } };
  }
}

async function lockSession(executor: SqlExecutor, hash: Buffer): Promise<SessionRow | undefined> {
  const [session] = await executor.query<SessionRow>(sql`
    SELECT ${SESSION_COLUMNS} FROM sys_identity.sessions s
    WHERE s.id = (SELECT session_id FROM sys_identity.refresh_tokens WHERE hash = ${hash}) FOR NO KEY UPDATE`);
  return session;
}

function isRepeat(row: TokenRow, usedAt: Date, token: string, request: RequestInfo): boolean {
  const withinGrace = request.now - usedAt.getTime() < GRACE_MS;
  return withinGrace && row.successor !== null && row.client !== null && constantTimeEqual(row.client, clientHash(token, request));
}

function refuse(scope: MutationScope, refused: 'TOKEN_INVALID' | 'SESSION_EXPIRED'): Outcome {
  scope.unchanged();
  return { refused };
}

function refusal(code: 'TOKEN_INVALID' | 'SESSION_EXPIRED'): PolityError {
  return new PolityError(code, code === 'TOKEN_INVALID' ? 'This refresh token is not accepted.' : 'The session has ended; sign in again.');
}

/** Refreshing of sessions of this instance. */
export const sessionRefreshRef = createServiceRef<SessionRefresh>({ id: 'identity.session_refresh', scope: 'process' });
