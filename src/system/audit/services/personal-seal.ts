import { hmacSha256, open, seal } from '../../../kernel/crypto/index.js';
import type { HeldKey, Keyring } from '../../shared/contracts/index.js';
import type { PersonalFilter } from './write/event-row.js';

/** A personal value as the body of an event holds it. */
export interface SealedField {
  /** Key that opens it. */
  readonly kid: string;
  /** Whose key it is: a User id, or `''` for unknown persons. */
  readonly subject: string;
  /** Version, initialisation vector, ciphertext and tag of AES-256-GCM, in base64url. */
  readonly data: string;
}

/** Seals a value under the key of its subject; bound to the event and the field, it opens nowhere else. */
export function sealField(key: HeldKey, subject: string, eventId: string, field: string, value: unknown): SealedField {
  const sealed = seal(key.secret, Buffer.from(JSON.stringify(value)), placeOf(eventId, field));
  return { kid: key.kid, subject, data: Buffer.from(sealed).toString('base64url') };
}

/** Opens what {@link sealField} sealed; undefined once the subject's key is erased. */
export async function openField(keyring: Keyring, eventId: string, field: string, sealed: SealedField): Promise<unknown> {
  const key = await keyring.subjectKey(sealed.subject);
  if (key?.kid !== sealed.kid) return undefined;
  return JSON.parse(Buffer.from(open(key.secret, Buffer.from(sealed.data, 'base64url'), placeOf(eventId, field))).toString('utf8'));
}

/** Keyed hash of a personal value, for equality filters. Sign-in names are compared without case. */
export function personalHash(key: HeldKey, field: PersonalFilter, value: string): Uint8Array {
  const compared = field === 'identifier' ? value.trim().toLowerCase() : value;
  return hmacSha256(key.secret, `${field}\0${compared}`);
}

// An id holds no colon, so no two places are one text.
function placeOf(eventId: string, field: string): string {
  return `${eventId}:${field}`;
}
