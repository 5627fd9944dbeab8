import { createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { isId } from '../../../../kernel/ids/index.js';
import type { HeldKey, Jwks, Keyring, VerifiedToken } from '../../../shared/contracts/index.js';
import { NODE_SKEW_MS, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE } from './token-profile.js';
import { tokenRefusal } from './token-refusal.js';

const ASK_AGAIN_MS = 1_000;

/** Verification of our own tokens, and the keys by which others can verify them. */
export class NativeTokens implements Jwks {
  private readonly publicKeys = new WeakMap<HeldKey, KeyObject>();
  private askedAgainAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly keyring: () => Keyring,
    private readonly now: () => number,
    private readonly settings: { readonly issuer: string; readonly accessTokenTtlMs: number },
  ) {}

  get issuer(): string {
    return this.settings.issuer;
  }

  async jwks(): Promise<{ keys: Readonly<Record<string, unknown>>[] }> {
    const keys = await this.keys(this.now());
    return { keys: keys.map(({ kid, publicJwk }) => ({ kty: 'OKP', crv: 'Ed25519', x: publicJwk?.['x'], kid, alg: TOKEN_ALGORITHM, use: 'sig' })) };
  }

  /** True while tokens signed by the key are accepted. */
  async accepts(kid: string, now: number): Promise<boolean> {
    return (await this.keys(now)).some((key) => key.kid === kid);
  }

  /** @throws PolityError `UNAUTHENTICATED` */
  async verify(token: string, kid: string | undefined, now: number): Promise<VerifiedToken> {
    const key = (await this.keys(now)).find((held) => held.kid === kid) ?? (await this.newKey(kid, now));
    if (key === undefined) throw tokenRefusal();
    const { payload } = await jwtVerify(token, this.publicKeyOf(key), {
      algorithms: [TOKEN_ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: this.settings.issuer,
      audience: TOKEN_AUDIENCE,
      requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
      currentDate: new Date(now),
    }).catch((cause: unknown) => {
      throw tokenRefusal(cause);
    });
    const { sub, sid, iat, exp } = payload;
    const wellFormed = typeof sub === 'string' && typeof sid === 'string' && typeof iat === 'number' && typeof exp === 'number';
    if (!wellFormed || iat * 1000 > now + NODE_SKEW_MS) throw tokenRefusal();
    return { kind: 'session', userId: sub, sessionId: sid, issuer: this.settings.issuer, expiresAt: exp * 1000 };
  }

  // Another node may have rotated. Anybody can send an unknown key id, so the database is asked at most once a second.
  private async newKey(kid: string | undefined, now: number): Promise<HeldKey | undefined> {
    if (kid === undefined || !isId(kid) || Math.abs(now - this.askedAgainAt) < ASK_AGAIN_MS) return undefined;
    this.askedAgainAt = now;
    return (await this.keys(now, kid)).find((held) => held.kid === kid);
  }

  // A retired key counts until the last token that it can have signed has expired.
  private async keys(now: number, kid?: string): Promise<readonly HeldKey[]> {
    const held = await this.keyring().accepted('token_signing', kid);
    return held.filter(({ retiredAt }) => retiredAt === undefined || retiredAt + NODE_SKEW_MS + this.settings.accessTokenTtlMs > now);
  }

  private publicKeyOf(key: HeldKey): KeyObject {
    const known = this.publicKeys.get(key);
    if (known !== undefined) return known;
    const made = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: key.publicJwk?.['x'] as string } });
    this.publicKeys.set(key, made);
    return made;
  }
}
