import { canonicalJson } from './canonical-json.js';

const text = (value: unknown) => Buffer.from(canonicalJson(value)).toString('utf8');
const refusal = (code: string, path: (string | number)[]) => expect.objectContaining({ code, path });

describe('canonicalJson', () => {
  test('gives the bytes of RFC 8785, section 3.2.3', () => {
    // The example of section 3.2.2 without its number 1E30, which is beyond 2^53.
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(text(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    expect(Buffer.from(canonicalJson({ string: '€' })).toString('hex')).toBe('7b22737472696e67223a22e282ac227d');
  });

  test('sorts by UTF-16 code units as in RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(text(value).match(/[A-Z][A-Za-z :]+(?=")/g)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test.each<[unknown, string]>([
    // RFC 8785, appendix B
    [-0, '0'],
    [5e-324, '5e-324'],
    [-5e-324, '-5e-324'],
    [9007199254740991, '9007199254740991'],
    [-9007199254740991, '-9007199254740991'],
    [0.000001, '0.000001'],
    [9.999999999999997e-7, '9.999999999999997e-7'],
    [333333333.3333332, '333333333.3333332'],
    [333333333.33333343, '333333333.33333343'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
    [1424953923781206.25, '1424953923781206.2'],
    [null, 'null'],
    [[], '[]'],
    [Object.create(null), '{}'],
    [{ b: [{}], a: '' }, '{"a":"","b":[{}]}'],
    ['\u007f\u2028"', '"\u007f\u2028\\""'],
  ])('%p is %s', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  test.each<[string, unknown, (string | number)[]]>([
    ['undefined', undefined, []],
    ['an undefined member', { a: { b: undefined } }, ['a', 'b']],
    ['a hole of an array', { a: [1, , 3] }, ['a', 1]], // eslint-disable-line no-sparse-arrays
    ['NaN', [Number.NaN], [0]],
    ['infinity', { n: -Infinity }, ['n']],
    ['2^53', { n: 2 ** 53 }, ['n']],
    ['1E30', { numbers: [1e30] }, ['numbers', 0]],
    ['a big integer', { n: 1n }, ['n']],
    ['a function', { toJSON: () => 'x' }, ['toJSON']],
    ['a symbol', [Symbol('x')], [0]],
    ['a date', { at: new Date(0) }, ['at']],
    ['bytes', { data: Buffer.of(1) }, ['data']],
    ['a map', new Map(), []],
    ['a boxed number', [new Number(1)], [0]],
    ['a lone high surrogate', { t: 'a\ud83d' }, ['t']],
    ['a lone low surrogate', { t: '\ude00a' }, ['t']],
    ['NUL', [{ t: 'a\0b' }], [0, 't']],
    ['NUL in a key', { o: { 'a\0': 1 } }, ['o', 'a\0']],
    ['a lone surrogate in a key', { '\ud83d': 1 }, ['\ud83d']],
  ])('refuses %s and says where', (_, value, path) => {
    expect(() => canonicalJson(value)).toThrow(refusal('VALIDATION_FAILED', path));
  });

  test('puts the path of the input before the place of the fault', () => {
    expect(() => canonicalJson({ a: Number.NaN }, ['input', 'metadata'])).toThrow(
      refusal('VALIDATION_FAILED', ['input', 'metadata', 'a']),
    );
  });

  test('ends at 100 levels, and so in a cycle', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(text(nested(100))).toHaveLength(201);
    expect(() => canonicalJson(nested(101))).toThrow(/deeper than 100/);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(() => canonicalJson(cycle)).toThrow(/deeper than 100/);
  });

  test('does not depend on the order of members', () => {
    expect(canonicalJson({ a: 1, b: { d: 2, c: 3 } })).toEqual(canonicalJson({ b: { c: 3, d: 2 }, a: 1 }));
  });
});
