import { randomToken } from '../../../../kernel/crypto/index.js';
import { isId } from '../../../../kernel/ids/index.js';

/** What every API key begins with. */
export const API_KEY_PREFIX = 'ply_ak_';

const SECRET = /^[0-9a-f]{64}$/;
const LONGEST = 'ply_'.length + 128 + 1 + 64;

/** The part of a key that may be shown: `ply_` and the key's id, which begins with `ak_`. */
export function visiblePrefix(id: string): string {
  return `ply_${id}`;
}

/** Makes the plaintext of a key: its visible prefix, a dot, 64 hexadecimal digits. */
export function newApiKeyToken(id: string): string {
  return randomToken(`${visiblePrefix(id)}.`);
}

/** Id of the key that a plaintext claims to be; undefined when it has not the form of a key. */
export function apiKeyIdOf(token: string): string | undefined {
  if (!token.startsWith(API_KEY_PREFIX) || token.length > LONGEST) return undefined;
  // The secret has no dot, an id may: the last one divides.
  const dot = token.lastIndexOf('.');
  const id = token.slice('ply_'.length, dot);
  return dot > 0 && SECRET.test(token.slice(dot + 1)) && isId(id) ? id : undefined;
}
