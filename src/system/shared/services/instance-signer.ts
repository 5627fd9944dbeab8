import { createPrivateKey, type KeyObject } from 'node:crypto';
import { CompactSign, SignJWT } from 'jose';
import type { HeldKey, InstanceKeyPurpose, Keyring } from '../contracts/index.js';

/** The one algorithm of what the instance signs: Ed25519 (RFC 8037). */
export const INSTANCE_ALGORITHM = 'EdDSA';

/** Purposes of keys that sign. */
export type SigningPurpose = Exclude<InstanceKeyPurpose, 'api_key' | 'audit_filter'>;

/** Signs texts with the keys of the instance. Each kind of text has a `typ` of its own, so that none passes for another. */
export class InstanceSigner {
  private readonly privateKeys = new WeakMap<HeldKey, KeyObject>();

  constructor(private readonly keyring: () => Keyring) {}

  /** A JWT in its compact form, with the claims as they are given. */
  async sign(purpose: SigningPurpose, typ: string, claims: object): Promise<string> {
    const key = await this.keyring().current(purpose);
    return new SignJWT({ ...claims }).setProtectedHeader({ alg: INSTANCE_ALGORITHM, typ, kid: key.kid }).sign(this.privateKeyOf(key));
  }

  /** A JWS in its compact form over these very bytes, and the key that signed it. */
  async signBytes(purpose: SigningPurpose, typ: string, payload: Uint8Array): Promise<{ readonly jws: string; readonly kid: string }> {
    const key = await this.keyring().current(purpose);
    return { jws: await new CompactSign(payload).setProtectedHeader({ alg: INSTANCE_ALGORITHM, typ, kid: key.kid }).sign(this.privateKeyOf(key)), kid: key.kid };
  }

  /** Public halves of every key that ever signed for a purpose, each naming it. */
  async publicKeys(purpose: SigningPurpose): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const held = await this.keyring().accepted(purpose);
    return held.map(({ kid, publicJwk }) => ({ kty: 'OKP', crv: 'Ed25519', x: publicJwk?.['x'], kid, alg: INSTANCE_ALGORITHM, use: 'sig', purpose }));
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
