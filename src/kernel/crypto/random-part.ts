import { randomFillSync } from 'node:crypto';
import { invariant } from '../errors/index.js';

const POOL_BYTES = 4_096;
const MOST_BYTES = 64;
const pool = Buffer.alloc(POOL_BYTES);
let next = POOL_BYTES;

/**
 * A few bytes of the system's cryptographic generator, such as a salt or an initialisation vector. They are drawn many at a time, as
 * `randomUUID` does, because the call costs more than the bytes; what was given is no longer held. Keys come from `randomBytes`.
 *
 * @param size - at most 64
 */
export function randomPart(size: number): Buffer {
  invariant(size <= MOST_BYTES, `At most ${MOST_BYTES} bytes at once.`);
  if (next + size > POOL_BYTES) {
    randomFillSync(pool);
    next = 0;
  }
  const part = Buffer.from(pool.subarray(next, next + size));
  pool.fill(0, next, next + size);
  next += size;
  return part;
}
