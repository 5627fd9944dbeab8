import { systemClock } from '../clock/index.js';
import type { IdPrefix } from './id-prefixes.js';
import { createUuidV7 } from './uuid-v7.js';

const nextUuid = createUuidV7(systemClock);

/**
 * Makes an id: the prefix, `_`, and a UUIDv7 as 32 hexadecimal digits. Ids of one prefix made by one process sort in the order
 * they were made, byte by byte.
 */
export function newId<Prefix extends IdPrefix>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${nextUuid()}`;
}
