import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/index.js';

const COUNTER_LIMIT = 0x1000;

/**
 * Makes a source of UUIDv7 (RFC 9562, section 5.7), each greater than the one before: the 12 bits after the version are a counter
 * within the millisecond that starts at a random value below half its range (section 6.2, method 1). When the clock steps back or
 * the counter is used up, the source goes on from its own last millisecond.
 *
 * @returns a function giving 32 lower-case hexadecimal digits, without dashes
 */
export function createUuidV7(clock: Clock): () => string {
  let milliseconds = -1;
  let counter = 0;
  return () => {
    const random = randomUUID();
    const now = clock.now();
    counter += 1;
    if (now > milliseconds || counter >= COUNTER_LIMIT) {
      milliseconds = Math.max(now, milliseconds + 1);
      counter = Number.parseInt(random.slice(0, 3), 16) >> 1;
    }
    const time = milliseconds.toString(16).padStart(12, '0');
    // The second half of a random UUID is exactly what version 7 has there: the variant and 62 random bits.
    return `${time}7${counter.toString(16).padStart(3, '0')}${random.slice(19, 23)}${random.slice(24)}`;
  };
}
