import { createCipheriv, createDecipheriv } from 'node:crypto';
import { invariant, PolityError } from '../errors/index.js';
import { randomPart } from './random-part.js';

/** AES-256-GCM, the only layout so far. */
const VERSION = 1;
const VERSION_CHARACTER = String.fromCharCode(VERSION);
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + IV_BYTES;

/** Length of every key that seals, in bytes. */
export const SEAL_KEY_BYTES = 32;

/** Text is taken as UTF-8. The version is authenticated with it, so that no later layout can be passed off as this one. */
function authenticated(associatedData: Uint8Array | string): Uint8Array {
  return typeof associatedData === 'string' ? Buffer.from(VERSION_CHARACTER + associatedData) : Buffer.concat([Buffer.of(VERSION), associatedData]);
}

function assertKey(key: Uint8Array): void {
  invariant(key.length === SEAL_KEY_BYTES, `A sealing key has ${SEAL_KEY_BYTES} bytes.`);
}

/**
 * Encrypts and authenticates with AES-256-GCM under a random 96-bit initialisation vector (NIST SP 800-38D); one key may seal up to
 * 2^32 values.
 *
 * @param key - 32 bytes
 * @param associatedData - what the value belongs to, such as event id and field; {@link open} must be given the same
 * @returns version (1 byte, 0x01), initialisation vector (12), ciphertext, tag (16)
 */
export function seal(key: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array | string): Uint8Array {
  assertKey(key);
  const iv = randomPart(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(authenticated(associatedData));
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * Gives back what {@link seal} was given.
 *
 * @throws PolityError `INTERNAL_ERROR` when the bytes are malformed or altered, or key or associated data are not those of the seal
 */
export function open(key: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array | string): Uint8Array {
  assertKey(key);
  invariant(sealed[0] === VERSION && sealed.length >= HEADER_BYTES + TAG_BYTES, 'Not a sealed value of a known version.');
  const tagStart = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, HEADER_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(authenticated(associatedData))
    .setAuthTag(sealed.subarray(tagStart));
  const start = decipher.update(sealed.subarray(HEADER_BYTES, tagStart));
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch (cause) {
    throw new PolityError('INTERNAL_ERROR', 'A sealed value does not open: other key, other place, or altered bytes.', { cause });
  }
}
