import { hmacSha256, open, randomToken, seal, sha256 } from '../../../../kernel/crypto/index.js';
import type { RequestInfo } from '../../../shared/contracts/index.js';

const FORM = /^ply_rt_[0-9a-f]{64}$/;

/** Makes a refresh token: `ply_rt_` and 64 hexadecimal digits. */
export function newRefreshToken(): string {
  return randomToken('ply_rt_');
}

/** What is stored of a refresh token, or undefined for a text that is none. A token is random enough for a plain hash. */
export function refreshTokenHash(token: string): Buffer | undefined {
  return FORM.test(token) ? Buffer.from(sha256(token)) : undefined;
}

/** Seals the successor under the token that it replaces: who has only the database opens nothing. */
export function sealSuccessor(token: string, successor: string): Buffer {
  return Buffer.from(seal(hmacSha256(Buffer.from(token), 'polity refresh successor v1'), Buffer.from(successor), sha256(token)));
}

/** Gives back what {@link sealSuccessor} was given. */
export function openSuccessor(token: string, sealed: Uint8Array): string {
  return Buffer.from(open(hmacSha256(Buffer.from(token), 'polity refresh successor v1'), sealed, sha256(token))).toString();
}

/** Names the client of a rotation: address and agent, keyed by the token, so that neither can be guessed from the database. */
export function clientHash(token: string, { ip, userAgent }: Pick<RequestInfo, 'ip' | 'userAgent'>): Buffer {
  return Buffer.from(hmacSha256(Buffer.from(token), JSON.stringify(['client', ip ?? null, userAgent ?? null])));
}
