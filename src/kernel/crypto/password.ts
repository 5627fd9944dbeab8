import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { invalid, PolityError, type InputPath } from '../errors/index.js';
import { ConcurrencyGate } from './concurrency-gate.js';
import { constantTimeEqual } from './hash.js';
import { formatPasswordHash, parsePasswordHash, type PasswordHash } from './password-hash-format.js';

const derive = promisify(argon2);

/** Cost of new hashes: 64 MiB, 3 passes, 2 lanes, about 0.2 s. */
const COST = { memory: 65_536, passes: 3, parallelism: 2 } as const;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const MAXIMUM_PASSWORD_BYTES = 1024;

/** Each hash takes a core and 64 MiB; more at once would let a burst of sign-ins starve every other request. */
const gate = new ConcurrencyGate(2, 16, () => new PolityError('AUTH_RATE_LIMITED', 'Too many password checks at this moment.', { details: { retryAfterSeconds: 1 } }));

/** Stands in for the hash of an unknown user, so that the answer takes as long. No password verifies against it. */
const DUMMY: PasswordHash = { ...COST, salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(KEY_BYTES) };

/** One spelling for passwords that look the same: Unicode NFC, as in RFC 8265, section 4. */
const toBytes = (password: string): Uint8Array => Buffer.from(password.normalize('NFC'), 'utf8');

const deriveKey = (message: Uint8Array, { memory, passes, parallelism, salt, key }: PasswordHash): Promise<Uint8Array> =>
  gate.run(() => derive('argon2id', { message, nonce: salt, memory, passes, parallelism, tagLength: key.length }));

/**
 * Hashes a password with Argon2id (RFC 9106).
 *
 * @param path - the input that holds the password
 * @returns a PHC string, `$argon2id$v=19$m=65536,t=3,p=2$…`
 * @throws PolityError `VALIDATION_FAILED` when the password is empty, longer than 1024 bytes or not well-formed text,
 * `AUTH_RATE_LIMITED` when two hashes are running and 16 are waiting
 */
export async function hashPassword(password: string, path: InputPath = ['input', 'password']): Promise<string> {
  const message = toBytes(password);
  if (message.length === 0) throw invalid(path, 'A password must not be empty.');
  if (message.length > MAXIMUM_PASSWORD_BYTES) throw invalid(path, `A password has at most ${MAXIMUM_PASSWORD_BYTES} bytes.`);
  if (!password.isWellFormed()) throw invalid(path, 'A password must not contain half of a surrogate pair.');
  const salt = randomBytes(SALT_BYTES);
  return formatPasswordHash({ ...COST, salt, key: await deriveKey(message, { ...DUMMY, salt }) });
}

/**
 * Whether a password matches a stored hash.
 *
 * @param stored - PHC string of the user, or `undefined` for an unknown user; that, and a hash which is malformed or out of bounds,
 * costs the same time as a wrong password and gives false
 * @throws PolityError `AUTH_RATE_LIMITED` when two hashes are running and 16 are waiting
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parsed = stored === undefined ? undefined : parsePasswordHash(stored);
  const message = toBytes(password);
  const acceptable = message.length <= MAXIMUM_PASSWORD_BYTES && password.isWellFormed();
  const expected = parsed ?? DUMMY;
  const key = await deriveKey(acceptable ? message : Buffer.alloc(0), expected);
  return constantTimeEqual(key, expected.key) && parsed !== undefined && acceptable;
}

/** Whether a stored hash is weaker than a new one would be, and should be made again while the password is at hand. */
export function needsRehash(stored: string): boolean {
  const parsed = parsePasswordHash(stored);
  return (
    parsed === undefined ||
    parsed.memory < COST.memory ||
    parsed.passes < COST.passes ||
    parsed.salt.length < SALT_BYTES ||
    parsed.key.length < KEY_BYTES
  );
}
