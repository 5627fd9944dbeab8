import { createPrivateKey, createPublicKey } from 'node:crypto';

/** PKCS #8 around a bare Ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The public half of an Ed25519 seed as JWK (RFC 8037) with `kid`, `alg` and `use`. @param seed - 32 bytes */
export function ed25519PublicJwk(seed: Uint8Array, kid: string): Readonly<Record<string, unknown>> {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' };
}
