import { sql, type SqlExecutor } from '../../../../persistence/index.js';
import type { CredentialSettings } from './credential-settings.js';
import { newRefreshToken, refreshTokenHash } from './refresh-token.js';
import type { SessionRow } from './session-row.js';
import type { TokenSigner } from './token-signer.js';

/** The credentials of a session, shown once. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessTokenExpiresAt: Date;
  readonly refreshTokenExpiresAt: Date;
}

/** Hands out the tokens of sessions. */
export class SessionTokenMaker {
  constructor(
    private readonly signer: TokenSigner,
    private readonly settings: CredentialSettings,
  ) {}

  /** Stores a new refresh token of the session, as its hash. */
  async newRefreshToken(executor: SqlExecutor, sessionId: string, now: number): Promise<string> {
    const token = newRefreshToken();
    await executor.query(sql`
      INSERT INTO sys_identity.refresh_tokens (hash, session_id, created_at) VALUES (${refreshTokenHash(token)}, ${sessionId}, ${new Date(now)})`);
    return token;
  }

  /** An access token for the session together with its newest refresh token. @param madeAt - when the refresh token was made */
  async tokens(session: SessionRow, refreshToken: string, madeAt: number, now: number): Promise<SessionTokens> {
    const expiresAt = this.accessExpiry(session, now);
    return {
      accessToken: await this.signer.sign({ userId: session.userId, sessionId: session.id, now, expiresAt }),
      refreshToken,
      accessTokenExpiresAt: new Date(Math.floor(expiresAt / 1000) * 1000),
      refreshTokenExpiresAt: new Date(this.refreshExpiry(session, madeAt)),
    };
  }

  // Until then the token works even if its session is not used again.
  private refreshExpiry({ expiresAt }: Pick<SessionRow, 'expiresAt'>, madeAt: number): number {
    const { refreshTokenTtlMs, sessionIdleMs } = this.settings;
    return Math.min(expiresAt.getTime(), madeAt + refreshTokenTtlMs, madeAt + sessionIdleMs);
  }

  // A client in use refreshes at least once per access token; half of the idle time leaves it the other half to do so.
  private accessExpiry({ expiresAt }: SessionRow, now: number): number {
    const { accessTokenTtlMs, sessionIdleMs } = this.settings;
    return Math.min(expiresAt.getTime(), now + accessTokenTtlMs, now + sessionIdleMs / 2);
  }
}
