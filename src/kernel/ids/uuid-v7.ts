import { randomFillSync } from 'node:crypto';
import type { Clock } from '../clock/index.js';

const COUNTER_LIMIT = 0x1000;
const HALF_BYTES = 8;
const POOL = Buffer.alloc(4_096);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** First bytes of the second half: the variant of RFC 9562 in the two highest bits. */
const VARIANT = HEX.map((_, byte) => HEX[(byte & 0x3f) | 0x80] as string);

let used = POOL.length;

/** Where the next random bytes are, each used once. Drawn many at a time: the call costs more than the bytes. */
function drawn(): number {
  if (used >= POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += HALF_BYTES;
  return used - HALF_BYTES;
}

const hex = (at: number): string => HEX[POOL[at] as number] as string;

/**
 * Makes a source of UUIDv7 (RFC 9562, section 5.7), each greater than the one before: the 12 bits after the version are a counter
 * within the millisecond that starts at a random value below half its range (section 6.2, method 1). When the clock steps back or
 * the counter is used up, the source goes on from its own last millisecond.
 *
 * @returns a function giving 32 lower-case hexadecimal digits, without dashes
 */
export function createUuidV7(clock: Clock): () => string {
  let milliseconds = -1;
  let time = '';
  let counter = 0;
  return () => {
    const now = clock.now();
    counter += 1;
    if (now > milliseconds || counter >= COUNTER_LIMIT) {
      milliseconds = Math.max(now, milliseconds + 1);
      time = `${milliseconds.toString(16).padStart(12, '0')}7`;
      const at = drawn();
      counter = ((POOL[at] as number) | ((POOL[at + 1] as number) << 8)) & (COUNTER_LIMIT / 2 - 1);
    }
    const at = drawn();
    return `${time}${counter.toString(16).padStart(3, '0')}${VARIANT[POOL[at] as number] as string}${hex(at + 1)}${hex(at + 2)}${hex(at + 3)}${hex(at + 4)}${hex(at + 5)}${hex(at + 6)}${hex(at + 7)}`;
  };
}
