/** What the text form of an Argon2id hash holds. */
export interface PasswordHash {
  /** Memory in KiB. */
  readonly memory: number;
  /** Passes over the memory. */
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly key: Uint8Array;
}

const PHC_FORM = /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** What a stored hash may cost at most and must cost at least; anything else never verifies. */
const BOUNDS = {
  memory: [19_456, 1_048_576],
  passes: [1, 10],
  parallelism: [1, 16],
} as const;

const within = (value: number, [least, most]: readonly [number, number]): boolean => value >= least && value <= most;

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');

/** The PHC string of an Argon2id hash, version 1.3 of the algorithm. */
export function formatPasswordHash({ memory, passes, parallelism, salt, key }: PasswordHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(key)}`;
}

/**
 * Reads a PHC string.
 *
 * @returns `undefined` when it is no Argon2id hash, its cost is out of bounds (memory 19456 to 1048576 KiB, 1 to 10 passes,
 * parallelism 1 to 16), or salt (8 to 64 bytes) or key (16 to 64) have another length
 */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, memory, passes, parallelism, salt, key] = PHC_FORM.exec(text) ?? [];
  if (salt === undefined || key === undefined) return undefined;
  const parsed: PasswordHash = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
  const bounded =
    within(parsed.memory, BOUNDS.memory) && within(parsed.passes, BOUNDS.passes) && within(parsed.parallelism, BOUNDS.parallelism);
  return bounded ? parsed : undefined;
}
