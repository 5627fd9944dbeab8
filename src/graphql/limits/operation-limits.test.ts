import { buildSchema, getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql';
import { MOST_REPETITIONS, operationLimits, type OperationLimits } from './index.js';

const schema = buildSchema('type Query { a: Query b: Query text: String list: [Query] } type Mutation { a: Query }');
const usual: OperationLimits = { maxDepth: 15, maxAliases: 50, maxDirectives: 50 };
const errors = (source: string, limits: Partial<OperationLimits> = {}): string[] =>
  validate(schema, parse(source), [...specifiedRules, ...operationLimits({ ...usual, ...limits })]).map(({ message }) => message);

const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (depth: number): string => `${'{ a '.repeat(depth - 1)}{ text }${' }'.repeat(depth - 1)}`;
const tooDeep = 'An operation may nest fields at most 15 levels deep.';

describe('depth', () => {
  test.each([[15, []], [16, [tooDeep]], [60, [tooDeep]]])('%d levels give %p', (depth, expected) => {
    expect(errors(nested(depth))).toEqual(expected);
  });
  test('counts through named and inline fragments, which add no level', () => {
    const source = (levels: number): string => `{ a { ...F } } fragment F on Query { ... { a { ...G } } } fragment G on Query ${nested(levels)}`;
    expect(errors(source(13))).toEqual([]);
    expect(errors(source(14))).toEqual([tooDeep]);
  });
  test('counts each operation of a document', () => {
    expect(errors(`query A { text } query B ${nested(16)}`)).toEqual([tooDeep]);
    expect(errors(`mutation ${nested(16)}`)).toEqual([tooDeep]);
  });
  test('a cycle of fragments ends, and is refused for what it is', () => {
    expect(errors('{ ...F } fragment F on Query { a { ...G } } fragment G on Query { b { ...F } }')).toEqual([expect.stringContaining('Cannot spread fragment "F" within itself')]);
    expect(errors('{ ...F } fragment F on Query { ...F }')).toEqual([expect.stringContaining('Cannot spread fragment "F" within itself')]);
  });
  test('an unknown fragment is refused for what it is', () => {
    expect(errors('{ ...F }')).toEqual(['Unknown fragment "F".']);
  });
});

describe('aliases', () => {
  test('are counted in the whole document', () => {
    expect(errors(`{ ${times(50, (index) => `x${index}: text`)} }`)).toEqual([]);
    expect(errors(`{ ${times(30, (index) => `x${index}: text`)} ...F } fragment F on Query { ${times(21, (index) => `y${index}: text`)} }`)).toEqual(['An operation may have at most 50 aliases.']);
  });
  test('may be forbidden', () => {
    expect(errors('{ x: text }', { maxAliases: 0 })).toEqual(['An operation may have at most 0 aliases.']);
  });
});

describe('directives', () => {
  test('are counted, known or not', () => {
    expect(errors(`{ ${times(20, () => 'text @skip(if: false)')} }`, { maxDirectives: 20 })).toEqual([]);
    expect(errors(`{ text ${times(51, () => '@x')} }`)).toContain('An operation may have at most 50 directives.');
  });
});

describe('repetitions', () => {
  const tooMany = `A field may be repeated at most ${MOST_REPETITIONS} times.`;

  test('of one field in one selection set are bounded', () => {
    expect(errors(`{ ${times(20, () => 'text')} }`)).toEqual([]);
    expect(errors(`{ ${times(21, () => 'text')} }`)).toEqual([tooMany]);
    expect(errors(`{ ${times(500, () => '__typename')} }`)).toEqual([tooMany]);
  });
  test('count under the name in the answer', () => {
    expect(errors(`{ ${times(21, () => 'x: text')} }`)).toEqual([tooMany]);
    expect(errors(`{ ${times(11, () => 'text x: text')} }`)).toEqual([]);
  });
  test('do not hide in inline fragments', () => {
    expect(errors(`{ ${times(21, () => '... { text }')} }`)).toEqual([tooMany]);
    expect(errors(`{ ${times(11, () => '... on Query { text ... { text } }')} }`)).toEqual([tooMany]);
  });
  test('are not what is selected of each of many types', () => {
    const wide = buildSchema(`interface Named { name: String } type Query { named: Named } ${times(60, (index) => `type T${index} implements Named { name: String }`)}`);
    const source = `{ named { ${times(60, (index) => `... on T${index} { name }`)} } }`;
    expect(validate(wide, parse(source), [...specifiedRules, ...operationLimits(usual)])).toEqual([]);
  });
  test('of a fragment are bounded as well', () => {
    expect(errors(`{ ${times(21, () => '...F')} } fragment F on Query { text }`)).toEqual([tooMany]);
  });
  test('start again in each selection set', () => {
    expect(errors(`{ ${times(15, () => 'text')} a { ${times(15, () => 'text')} } }`)).toEqual([]);
  });
});

describe('size', () => {
  test('fragments in fragments that would grow to thousands of fields are refused', () => {
    const doubling = times(13, (index) => `fragment F${index} on Query { a { ...F${index + 1} } b { ...F${index + 1} } }`);
    const began = performance.now();
    expect(errors(`{ ...F0 } ${doubling} fragment F13 on Query { text }`)).toEqual(['An operation may select at most 10000 fields.']);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test('tokens are bounded by the parser', () => {
  expect(() => parse(`{ ${times(4000, () => 'a')} }`, { maxTokens: 4000 })).toThrow('Document contains more that 4000 tokens');
});

test.each([
  ['usual', {}],
  ['full', { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true }],
])('the standard introspection query (%s) passes', (_name, options) => {
  expect(errors(getIntrospectionQuery(options))).toEqual([]);
});
