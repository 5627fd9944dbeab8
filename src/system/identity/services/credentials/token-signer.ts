import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { newId } from '../../../../kernel/ids/index.js';
import type { HeldKey, Keyring } from '../../../shared/contracts/index.js';
import { TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE } from './token-profile.js';

/** What a token is made for. Times in milliseconds since the epoch. */
export interface TokenGrant {
  readonly userId: string;
  readonly sessionId: string;
  readonly now: number;
  readonly expiresAt: number;
}

/** Makes access tokens. They say who and until when, never what one may. */
export class TokenSigner {
  private readonly privateKeys = new WeakMap<HeldKey, KeyObject>();

  constructor(
    private readonly keyring: () => Keyring,
    private readonly issuer: string,
  ) {}

  async sign({ userId, sessionId, now, expiresAt }: TokenGrant): Promise<string> {
    const key = await this.keyring().current('token_signing');
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: key.kid })
      .setIssuer(this.issuer)
      .setAudience(TOKEN_AUDIENCE)
      .setSubject(userId)
      .setJti(newId('req').slice('req_'.length))
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor(expiresAt / 1000))
      .sign(this.privateKeyOf(key));
  }

  private privateKeyOf(key: HeldKey): KeyObject {
    const known = this.privateKeys.get(key);
    if (known !== undefined) return known;
    const { x } = key.publicJwk as { x: string };
    const made = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(key.secret).toString('base64url') } });
    this.privateKeys.set(key, made);
    return made;
  }
}
