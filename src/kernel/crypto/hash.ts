import { createHmac, hash, timingSafeEqual } from 'node:crypto';

const LEAF_PREFIX = Buffer.of(0x00);

/** SHA-256; text is taken as UTF-8. 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return hash('sha256', data, 'buffer');
}

/** Hash of a leaf of a Merkle tree: SHA-256 of a zero byte and the data (RFC 6962, section 2.1). 32 bytes. */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(Buffer.concat([LEAF_PREFIX, data]));
}

/** HMAC-SHA-256 (RFC 2104); text is taken as UTF-8. 32 bytes. */
export function hmacSha256(key: Uint8Array, data: Uint8Array | string): Uint8Array {
  return createHmac('sha256', key).update(data).digest();
}

/** Whether two byte strings or texts are equal, in a time that depends on their length only. */
export function constantTimeEqual(left: Uint8Array | string, right: Uint8Array | string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
