import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { OidcIssuer } from '../../../../config/index.js';
import { PolityError } from '../../../../kernel/errors/index.js';
import { tokenRefusal } from './token-refusal.js';

/** Longest wait for an issuer's keys; a request waits for them only when a token names a key that is not known yet. */
const FETCH_TIMEOUT_MS = 3_000;
const COOLDOWN_MS = 30_000;
const KEYS_LIVE_MS = 600_000;
/** How far an issuer's clock may be ahead of ours. Expiry is not stretched by it. */
const CLOCK_TOLERANCE_S = 10;

/** An identity that a trusted issuer vouches for. */
export interface ForeignIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly expiresAt: number;
}

/** Verification of tokens of trusted OpenID Connect issuers. Key addresses come from settings, never from a token. */
export class OidcTokens {
  private readonly trusted: ReadonlyMap<string, { readonly settings: OidcIssuer; readonly keys: JWTVerifyGetKey }>;

  constructor(issuers: readonly OidcIssuer[]) {
    const options = { timeoutDuration: FETCH_TIMEOUT_MS, cooldownDuration: COOLDOWN_MS, cacheMaxAge: KEYS_LIVE_MS };
    this.trusted = new Map(issuers.map((settings) => [settings.issuer, { settings, keys: createRemoteJWKSet(new URL(settings.jwksUri), options) }]));
  }

  /** @throws PolityError `UNAUTHENTICATED`, or `SERVICE_UNAVAILABLE` when the issuer's keys cannot be had */
  async verify(token: string, claimedIssuer: string, now: number): Promise<ForeignIdentity> {
    const issuer = this.trusted.get(claimedIssuer);
    if (issuer === undefined) throw tokenRefusal();
    const { settings, keys } = issuer;
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [...settings.algorithms],
      issuer: settings.issuer,
      audience: [...settings.audience],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(now),
    }).catch((cause: unknown) => {
      throw keysUnreachable(cause)
        ? new PolityError('SERVICE_UNAVAILABLE', 'The keys of the token issuer cannot be fetched; try again.', { cause })
        : tokenRefusal(cause);
    });
    const { sub, exp } = payload;
    // PostgreSQL looks up neither NUL nor half of a surrogate pair.
    if (typeof sub !== 'string' || typeof exp !== 'number' || exp * 1000 <= now || sub.includes('\0') || !sub.isWellFormed()) throw tokenRefusal();
    return { issuer: settings.issuer, subject: sub, expiresAt: exp * 1000 };
  }
}

// A bare JOSEError is what a bad answer of the address gives; every fault of a token has a class of its own.
function keysUnreachable(error: unknown): boolean {
  return error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC';
}
