import { randomBytes } from 'node:crypto';

/** Length of the random part of a token, in bytes. */
const RANDOM_BYTES = 32;

/**
 * A secret that nobody can guess: the prefix and 64 hexadecimal digits.
 *
 * @param prefix - what stands before the digits, separator included: `ply_rt_`, or `ply_ak_<key id>.`
 */
export function randomToken<Prefix extends string>(prefix: Prefix): `${Prefix}${string}` {
  return `${prefix}${randomBytes(RANDOM_BYTES).toString('hex')}`;
}
