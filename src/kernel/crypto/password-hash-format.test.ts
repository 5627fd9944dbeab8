import { formatPasswordHash, parsePasswordHash } from './password-hash-format.js';

const salt = 'c29tZXNhbHRzb21lc2FsdA';
const key = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI';
const hash = (memory: number, passes: number, parallelism: number) =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${salt}$${key}`;

describe('parsePasswordHash', () => {
  test('reads what formatPasswordHash writes', () => {
    const parsed = parsePasswordHash(hash(65_536, 3, 2));
    expect(parsed).toMatchObject({ memory: 65_536, passes: 3, parallelism: 2 });
    expect(Buffer.from(parsed?.salt ?? []).toString()).toBe('somesaltsomesalt');
    expect(Buffer.from(parsed?.key ?? []).toString()).toBe('12345678901234567890123456789012');
    expect(parsed && formatPasswordHash(parsed)).toBe(hash(65_536, 3, 2));
  });

  test.each([
    [19_456, 1, 1],
    [1_048_576, 10, 16],
  ])('accepts the bounds m=%i, t=%i, p=%i', (memory, passes, parallelism) => {
    expect(parsePasswordHash(hash(memory, passes, parallelism))).toBeDefined();
  });

  test.each([
    hash(19_455, 3, 2),
    hash(1_048_577, 3, 2),
    hash(65_536, 0, 2),
    hash(65_536, 11, 2),
    hash(65_536, 3, 0),
    hash(65_536, 3, 17),
    hash(65_536, 3, 2).replace('argon2id', 'argon2i'),
    hash(65_536, 3, 2).replace('v=19', 'v=16'),
    hash(65_536, 3, 2).replace(salt, 'c2FsdA'),
    hash(65_536, 3, 2).replace(key, 'a2V5'),
    `${hash(65_536, 3, 2)}\n`,
    `x${hash(65_536, 3, 2)}`,
    '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
    'password',
    '',
  ])('gives nothing for %s', (text) => {
    expect(parsePasswordHash(text)).toBeUndefined();
  });
});
