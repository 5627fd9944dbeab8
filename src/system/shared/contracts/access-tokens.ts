import { createServiceRef } from '../../../kernel/services/index.js';

/** What a token proves by itself: who it was made for, by whom, until when. Liveness is asked elsewhere. */
export interface VerifiedToken {
  readonly kind: 'session' | 'oidc';
  readonly userId: string;
  /** Session of a native token. */
  readonly sessionId?: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Verification of bearer tokens that are no API keys. */
export interface AccessTokens {
  /** @throws PolityError `UNAUTHENTICATED` for a bad signature, a foreign issuer or audience, a wrong algorithm, an expired or unlinked token. */
  verify(token: string, now: number): Promise<VerifiedToken>;
}

/** Provided by identity. */
export const accessTokensRef = createServiceRef<AccessTokens>({ id: 'identity.access_tokens', scope: 'process' });
