import { masterKeyFingerprint, unwrapKey, wrapKey } from './master-key.js';

const masterKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const key = Buffer.alloc(32, 9);
const failed = expect.objectContaining({ code: 'INTERNAL_ERROR' });

describe('wrapKey and unwrapKey', () => {
  test('give back the key', () => {
    expect(unwrapKey(masterKey, wrapKey(masterKey, key, 'kid_1'), 'kid_1')).toEqual(key);
  });

  test('open a key that was wrapped elsewhere', () => {
    // Made with another implementation of HKDF-SHA-256 and AES-256-GCM.
    const known = '01000102030405060708090a0bca6263c2f477683831d855286fe7dea9ebe557b866f0cb5442f5eb5016ddc5af9304dc18f25d52b6495cec7d7fbe4eee';
    expect(unwrapKey(masterKey, Buffer.from(known, 'hex'), 'kid_1')).toEqual(key);
  });

  test('refuse another master key and another kid', () => {
    const wrapped = wrapKey(masterKey, key, 'kid_1');
    expect(() => unwrapKey(Buffer.alloc(32, 1), wrapped, 'kid_1')).toThrow(failed);
    expect(() => unwrapKey(masterKey, wrapped, 'kid_2')).toThrow(failed);
  });
});

describe('masterKeyFingerprint', () => {
  test('is HKDF-SHA-256 of the master key', () => {
    expect(masterKeyFingerprint(masterKey)).toBe('ad097b6536bd0da9c5365b9524d658c67b52c9aa7c4e13d9669e1764199a6c04');
  });

  test('differs between master keys and refuses other lengths', () => {
    expect(masterKeyFingerprint(key)).not.toBe(masterKeyFingerprint(masterKey));
    expect(() => masterKeyFingerprint(Buffer.alloc(16))).toThrow(failed);
  });
});
