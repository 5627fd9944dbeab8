import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

const name = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 6 }), fc.stringMatching(/^[0-9a-z_]{0,3}$/), fc.constantFrom('__proto__', 'constructor', 'toJSON', '10', '9', '01', '', '\u007f', '\u20ac'));
const leaf = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('\\u0000', '\u0001', '"\\', '\u2028', '😀'), fc.double({ noNaN: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), fc.integer(), fc.boolean(), fc.constant(null));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('value'), { maxLength: 5 }), fc.dictionary(name, tie('value'), { maxKeys: 8 })),
}));

test('is what the library of RFC 8785 gives', () => {
  fc.assert(fc.property(value.filter((each) => !JSON.stringify(each).includes('\\u0000')), (each) => {
    expect(Buffer.from(canonicalJson(each)).toString('utf8')).toBe(canonicalize(each));
  }), { numRuns: 3_000 });
});

test('changes nothing of what it is given', () => {
  fc.assert(fc.property(value.filter((each) => !JSON.stringify(each).includes('\\u0000')), (each) => {
    const before = JSON.stringify(each);
    canonicalJson(each);
    expect(JSON.stringify(each)).toBe(before);
  }), { numRuns: 500 });
});
