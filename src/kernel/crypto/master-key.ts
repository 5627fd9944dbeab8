import { hkdfSync } from 'node:crypto';
import { invariant } from '../errors/index.js';
import { open, seal, SEAL_KEY_BYTES } from './seal.js';

/** Derives an independent key for one use of the master key: HKDF-SHA-256 (RFC 5869) without salt. */
function deriveKey(masterKey: Uint8Array, use: string): Uint8Array {
  invariant(masterKey.length === SEAL_KEY_BYTES, `A master key has ${SEAL_KEY_BYTES} bytes.`);
  return new Uint8Array(hkdfSync('sha256', masterKey, '', `polity master key v1: ${use}`, SEAL_KEY_BYTES));
}

function associatedData(kid: string): string {
  return `key:${kid}`;
}

/**
 * Wraps a key for storage under the master key.
 *
 * @param masterKey - 32 bytes
 * @param key - any bytes, such as a 32-byte secret or a PKCS #8 private key
 * @param kid - id of the key; a wrapped key opens under no other id
 */
export function wrapKey(masterKey: Uint8Array, key: Uint8Array, kid: string): Uint8Array {
  return seal(deriveKey(masterKey, 'wrap'), key, associatedData(kid));
}

/**
 * Gives back what {@link wrapKey} was given.
 *
 * @throws PolityError `INTERNAL_ERROR` when the master key or the kid is another one, or the bytes were altered
 */
export function unwrapKey(masterKey: Uint8Array, wrapped: Uint8Array, kid: string): Uint8Array {
  return open(deriveKey(masterKey, 'wrap'), wrapped, associatedData(kid));
}

/** Names a master key without telling anything about it: 64 hexadecimal digits. Nodes of one instance have the same. */
export function masterKeyFingerprint(masterKey: Uint8Array): string {
  return Buffer.from(deriveKey(masterKey, 'fingerprint')).toString('hex');
}
