import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { canonical } from './canonical.js';

const leaf = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.constant(undefined), fc.date(), fc.constantFrom('1', 1, '1n', 1n, 'null', 'undefined', '', -0, 0));
const { value } = fc.letrec((tie) => ({ value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b', 'a":1,"b'), tie('value'), { noNullPrototype: true })) }));

test('different values have different texts, equal values the same', () => {
  let equal = 0;
  fc.assert(fc.property(value, value, (one, other) => {
    if (isDeepStrictEqual(one, other)) equal += 1;
    expect(canonical(one) === canonical(other)).toBe(isDeepStrictEqual(one, other));
  }), { numRuns: 3_000 });
  expect(equal).toBeGreaterThan(20);
});

test('members come in any order', () => {
  expect(canonical({ a: 1, b: [2, { c: 3 }] })).toBe(canonical({ b: [2, { c: 3 }], a: 1 }));
});

test.each([[new Map([['a', 1]])], [Symbol('x')], [() => 1], [{ a: new Set() }], [[new Map()]]])('%p cannot be told from others like it', (odd) => {
  expect(canonical(odd)).toBeUndefined();
});
