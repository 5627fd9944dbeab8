import { open, seal } from './seal.js';

const key = Buffer.alloc(32, 7);
const plaintext = Buffer.from('198.51.100.7');
const failed = expect.objectContaining({ code: 'INTERNAL_ERROR' });

describe('seal and open', () => {
  test('give back what was sealed', () => {
    const sealed = seal(key, plaintext, 'audit_1/ip');
    expect(open(key, sealed, 'audit_1/ip')).toEqual(plaintext);
    expect(open(key, seal(key, Buffer.alloc(0), ''), '')).toHaveLength(0);
  });

  test('lay out version, initialisation vector, ciphertext and tag', () => {
    const sealed = seal(key, plaintext, '');
    expect(sealed[0]).toBe(1);
    expect(sealed).toHaveLength(1 + 12 + plaintext.length + 16);
    expect(Buffer.from(sealed).includes(plaintext)).toBe(false);
  });

  test('never use an initialisation vector twice', () => {
    const vectors = Array.from({ length: 500 }, () => Buffer.from(seal(key, plaintext, '').subarray(1, 13)).toString('hex'));
    expect(new Set(vectors).size).toBe(500);
  });

  test('open a value that was sealed elsewhere with AES-256-GCM', () => {
    // Made with another implementation: key 07…07, initialisation vector 000102…0b, associated data 01 || "audit_1/ip".
    const known = Buffer.from('01000102030405060708090a0b29b8d15e2838f7784782cbab6d1f7c02127abf5add5c65cfcdd4d548', 'hex');
    expect(open(key, known, 'audit_1/ip')).toEqual(plaintext);
  });

  test.each(Array.from({ length: 1 + 12 + 12 + 16 }, (_, index) => index))('refuse a change of byte %i', (index) => {
    const sealed = Buffer.from(seal(key, plaintext, 'a'));
    sealed[index] = (sealed[index] ?? 0) ^ 1;
    expect(() => open(key, sealed, 'a')).toThrow(failed);
  });

  test.each([
    ['another key', Buffer.alloc(32, 8), 'a'],
    ['other associated data', key, 'b'],
  ])('refuse %s', (_, otherKey, data) => {
    expect(() => open(otherKey, seal(key, plaintext, 'a'), data)).toThrow(failed);
  });

  test.each([0, 1, 13, 28])('refuse a value cut to %i bytes', (length) => {
    expect(() => open(key, seal(key, plaintext, 'a').subarray(0, length), 'a')).toThrow(failed);
  });

  test.each([0, 16, 31, 33])('refuse a key of %i bytes', (length) => {
    expect(() => seal(Buffer.alloc(length), plaintext, 'a')).toThrow(failed);
    expect(() => open(Buffer.alloc(length), seal(key, plaintext, 'a'), 'a')).toThrow(failed);
  });
});
