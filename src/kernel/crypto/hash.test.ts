import { constantTimeEqual, hmacSha256, leafHash, sha256 } from './hash.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('sha256', () => {
  test.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('of %j is the value of FIPS 180-4', (text, expected) => {
    expect(hex(sha256(text))).toBe(expected);
    expect(hex(sha256(Buffer.from(text)))).toBe(expected);
  });
});

describe('leafHash', () => {
  // Leaves of the reference tree of Certificate Transparency (RFC 6962 implementations).
  test.each([
    ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    ['00', '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'],
    ['10', '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7'],
    ['2021', '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7'],
  ])('of %s', (data, expected) => {
    expect(hex(leafHash(Buffer.from(data, 'hex')))).toBe(expected);
  });

  test('differs from the plain hash of the same bytes', () => {
    expect(leafHash(Buffer.from('abc'))).not.toEqual(sha256('abc'));
  });
});

describe('hmacSha256', () => {
  // RFC 4231, test cases 1 and 2.
  test.each([
    ['0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [Buffer.from('Jefe').toString('hex'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ])('under %s', (key, data, expected) => {
    expect(hex(hmacSha256(Buffer.from(key, 'hex'), data))).toBe(expected);
  });
});

describe('constantTimeEqual', () => {
  test.each<[string | Uint8Array, string | Uint8Array, boolean]>([
    ['abc', 'abc', true],
    ['abc', Buffer.from('abc'), true],
    [Buffer.of(1, 2), new Uint8Array([1, 2]), true],
    ['', '', true],
    ['abc', 'abd', false],
    ['abc', 'abcd', false],
    ['', 'a', false],
  ])('%p and %p: %p', (left, right, expected) => {
    expect(constantTimeEqual(left, right)).toBe(expected);
  });
});
