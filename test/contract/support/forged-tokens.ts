import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { keyringRef } from '../../../src/system/shared/contracts/index.js';
import type { TestServer } from '../../support/server.js';

/** What to change in a genuine token. */
export interface Forgery {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Sign with a key of one's own, under the name of the genuine one. */
  readonly ownKey?: true;
}

/** A token like the given one but for the changes, signed with the key of the instance: what only a thief of that key could make. */
export async function forgeToken({ server }: TestServer, token: string, { header, claims, ownKey }: Forgery): Promise<string> {
  const key = ownKey === true ? generateKeyPairSync('ed25519').privateKey : await signingKey(server.platform);
  return new SignJWT({ ...decodeJwt(token), ...claims }).setProtectedHeader({ ...decodeProtectedHeader(token), alg: 'EdDSA', ...header }).sign(key);
}

/** The token without a signature, which says so. */
export function unsignedToken(token: string): string {
  const [, payload] = token.split('.');
  return `${Buffer.from(JSON.stringify({ ...decodeProtectedHeader(token), alg: 'none' })).toString('base64url')}.${payload}.`;
}

/** The token with other claims under its old signature. */
export function altered(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header, , signature] = token.split('.');
  return `${header}.${Buffer.from(JSON.stringify({ ...decodeJwt(token), ...claims })).toString('base64url')}.${signature}`;
}

async function signingKey({ container }: TestServer['server']['platform']): Promise<KeyObject> {
  const { secret, publicJwk } = await container.get(keyringRef).current('token_signing');
  const { x } = publicJwk as { x: string };
  return createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x, d: Buffer.from(secret).toString('base64url') } });
}
