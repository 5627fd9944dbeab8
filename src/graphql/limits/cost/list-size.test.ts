import { compiled, costSchema } from '../../../../test/support/cost-fixture.js';
import { MOST_COST } from './index.js';

const schema = costSchema(/* GraphQL */ `
  input Page { first: Int last: Int = 3 inside: Page }
  type Item { name: String dear: Int @cost(weight: 7) items: [Item] capped: [Item] @listSize(assumedSize: 4) }
  type Edge { node: Item }
  type Connection { edges: [Edge] nodes: [Item] total: Int rest: [Item] next: Connection }
  type Query {
    numbers: [Int]
    items: [Item]
    grid: [[Item]]
    five: [Item] @listSize(assumedSize: 5)
    none: [Item] @listSize(assumedSize: 0)
    bare: [Item] @listSize
    limited(limit: Int): [Item] @listSize(slicingArguments: ["limit"], assumedSize: 2, requireOneSlicingArgument: false)
    limitedOnly(limit: Int): [Item] @listSize(slicingArguments: ["limit"], requireOneSlicingArgument: false)
    withDefault(limit: Int = 6): [Item] @listSize(slicingArguments: ["limit"], assumedSize: 2, requireOneSlicingArgument: false)
    strict(first: Int, last: Int): [Item] @listSize(slicingArguments: ["first", "last"])
    lenient(first: Int, last: Int): [Item] @listSize(slicingArguments: ["first", "last"], assumedSize: 2, requireOneSlicingArgument: false)
    dotted(page: Page): [Item] @listSize(slicingArguments: ["page.first"], assumedSize: 2, requireOneSlicingArgument: false)
    deep(page: Page = { inside: { first: 8 } }): [Item] @listSize(slicingArguments: ["page.inside.first"], assumedSize: 2, requireOneSlicingArgument: false)
    defaulted(page: Page): [Item] @listSize(slicingArguments: ["page.last"], assumedSize: 2, requireOneSlicingArgument: false)
    strictDotted(page: Page): [Item] @listSize(slicingArguments: ["page.first", "page.inside.first"])
    each(ids: [Int!]): [Item] @listSize(slicingArguments: ["ids"], requireOneSlicingArgument: false)
    connection(first: Int, last: Int): Connection @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], assumedSize: 50, requireOneSlicingArgument: false)
    assumed: Connection @listSize(assumedSize: 3, sizedFields: ["edges"])
    matrix(first: Int): [[Item]] @listSize(slicingArguments: ["first"])
  }
`);
const estimate = (source: string, variables?: Record<string, unknown>): number => compiled(schema, source).estimate(variables);
const eight = '{ name dear }';

describe('a list', () => {
  test.each<[string, string, number]>([
    ['of objects has 100', '{ items { name } }', 100],
    ['of scalars costs nothing', '{ numbers }', 0],
    ['in a list: 100 and 100 in each', '{ items { items { name } } }', 10_100],
    ['of lists has 100 in each', '{ grid { name } }', 10_000],
    ['with an assumed size of 5 around a cost of 8: 40', `{ five ${eight} }`, 40],
    ['with an assumed size of 0', `{ none ${eight} }`, 0],
    ['that says nothing about its size', `{ bare ${eight} }`, 800],
    ['inside another one', '{ five { capped { name } } }', 25],
    ['with limit: 3 around a cost of 8: 24', `{ limited(limit: 3) ${eight} }`, 24],
    ['with limit: 7 around a cost of 8: 56', `{ limited(limit: 7) ${eight} }`, 56],
    ['with limit: 0', `{ limited(limit: 0) ${eight} }`, 0],
    ['with a limit below nothing', `{ limited(limit: -7) ${eight} }`, 0],
    ['without its limit', `{ limited ${eight} }`, 16],
    ['with the limit null', `{ limited(limit: null) ${eight} }`, 16],
    ['without its limit and an assumed size', `{ limitedOnly ${eight} }`, 800],
    ['whose limit has a default', `{ withDefault ${eight} }`, 48],
    ['whose limit has a default, with another', `{ withDefault(limit: 1) ${eight} }`, 8],
    ['with several slicing arguments: the larger', `{ lenient(first: 3, last: 7) ${eight} }`, 56],
    ['of lists with a slicing argument: the outer one', '{ matrix(first: 2) { name } }', 200],
    ['bounded by the length of an argument', `{ each(ids: [1, 2, 3]) ${eight} }`, 24],
    ['bounded by an argument that is a list of one', `{ each(ids: 1) ${eight} }`, 8],
  ])('%s', (_name, source, cost) => {
    expect([estimate(source), compiled(schema, source).fixed]).toEqual([cost, cost]);
  });
  test.each<[string, string, Record<string, unknown> | undefined, number]>([
    ['by a variable', 'query ($n: Int) { limited(limit: $n) { name } }', { n: 3 }, 3],
    ['by an absent variable', 'query ($n: Int) { limited(limit: $n) { name } }', undefined, 2],
    ['by a variable that is null', 'query ($n: Int) { limited(limit: $n) { name } }', { n: null }, 2],
    ['by a variable with a default', 'query ($n: Int = 4) { limited(limit: $n) { name } }', {}, 4],
    ['by a variable with a default that is null', 'query ($n: Int = 4) { limited(limit: $n) { name } }', { n: null }, 4],
    ['by an absent variable, with a default of the argument', 'query ($n: Int) { withDefault(limit: $n) { name } }', {}, 6],
    ['by an absent variable, with nothing else', 'query ($n: Int) { limitedOnly(limit: $n) { name } }', {}, 100],
    ['by two variables', 'query ($a: Int, $b: Int) { lenient(first: $a, last: $b) { name } }', { a: 3, b: 9 }, 9],
    ['by a variable and a literal', 'query ($a: Int) { lenient(first: $a, last: 5) { name } }', { a: 3 }, 5],
    ['by a variable below nothing', 'query ($n: Int) { limited(limit: $n) { name } }', { n: -2_147_483_648 }, 0],
    ['by a variable that is huge', 'query ($n: Int) { limited(limit: $n) { name } }', { n: 1e300 }, MOST_COST],
    ['by a variable that is no number', 'query ($n: Int) { limited(limit: $n) { name } }', { n: 'many' }, 2],
    ['by the length of a variable', 'query ($ids: [Int!]) { each(ids: $ids) { name } }', { ids: [1, 2, 3, 4] }, 4],
    ['by a list with variables in it', 'query ($id: Int!) { each(ids: [$id, 2]) { name } }', { id: 1 }, 2],
  ])('bounded %s', (_name, source, variables, cost) => {
    expect([estimate(source, variables), compiled(schema, source).fixed]).toEqual([cost, undefined]);
  });
  test('in lists never overflows', () => {
    const huge = 'limited(limit: 2147483647)';
    const nested = `query ($n: Int) { ${huge} { items { items { items { items { capped { name } } } } } } variable: limited(limit: $n) { items { items { items { items { items { items { name } } } } } } } }`;
    expect(estimate(nested, { n: Number.MAX_SAFE_INTEGER })).toBe(MOST_COST);
    expect(estimate(nested, { n: Infinity })).toBe(MOST_COST);
    expect(estimate(nested, { n: NaN })).toBe(MOST_COST);
    expect(estimate(nested.replace(huge, 'limited(limit: 1)'), { n: -1 })).toBe(1 + 100 + 10_000 + 1_000_000 + 100_000_000 + 400_000_000);
  });
});

// The input objects cost 1 each, beside the items.
describe('dotted slicing arguments', () => {
  test.each<[string, string, Record<string, unknown> | undefined, number, number]>([
    ['in a literal', '{ dotted(page: { first: 3 }) { name } }', undefined, 3, 1],
    ['absent in a literal', '{ dotted(page: {}) { name } }', undefined, 2, 1],
    ['null in a literal', '{ dotted(page: { first: null }) { name } }', undefined, 2, 1],
    ['of an argument that is absent', '{ dotted { name } }', undefined, 2, 0],
    ['of an argument that is null', '{ dotted(page: null) { name } }', undefined, 2, 0],
    ['in a variable', 'query ($p: Page) { dotted(page: $p) { name } }', { p: { first: 3 } }, 3, 1],
    ['absent in a variable', 'query ($p: Page) { dotted(page: $p) { name } }', { p: {} }, 2, 1],
    ['of a variable that is absent', 'query ($p: Page) { dotted(page: $p) { name } }', {}, 2, 0],
    ['of a variable that is no object', 'query ($p: Page) { dotted(page: $p) { name } }', { p: 5 }, 2, 1],
    ['as a variable in a literal', 'query ($n: Int) { dotted(page: { first: $n }) { name } }', { n: 3 }, 3, 1],
    ['with a default of the input field', '{ defaulted(page: {}) { name } }', undefined, 3, 1],
    ['with a default of the input field, by a variable', 'query ($p: Page) { defaulted(page: $p) { name } }', { p: {} }, 3, 1],
    ['with a default of the argument', '{ deep { name } }', undefined, 8, 0],
    ['with a default of the argument, by an absent variable', 'query ($p: Page) { deep(page: $p) { name } }', {}, 8, 0],
    ['two levels down', '{ deep(page: { inside: { first: 3 } }) { name } }', undefined, 3, 2],
    ['two levels down by a variable', 'query ($p: Page) { deep(page: { inside: $p }) { name } }', { p: { first: 3 } }, 3, 2],
  ])('%s', (_name, source, variables, items, inputs) => {
    expect(estimate(source, variables)).toBe(items + inputs);
  });
});

describe('a required slicing argument', () => {
  const refusal = (given: number) => expect.objectContaining({ message: `Query.strict takes exactly one of its arguments first, last; ${given} are given.`, extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });

  test('is exactly one', () => {
    expect(estimate('{ strict(first: 3) { name } }')).toBe(3);
    expect(estimate('query ($n: Int) { strict(last: $n) { name } }', { n: 4 })).toBe(4);
    expect(() => estimate('{ strict { name } }')).toThrow(refusal(0));
    expect(() => estimate('{ strict(first: null) { name } }')).toThrow(refusal(0));
    expect(() => estimate('{ strict(first: 1, last: 2) { name } }')).toThrow(refusal(2));
    expect(() => estimate('query ($n: Int) { strict(first: $n, last: 2) { name } }', {})).toThrow(refusal(2));
  });
  test('is not asked of what is left out', () => {
    expect(estimate('{ strict @skip(if: true) { name } }')).toBe(0);
    expect(estimate('query ($v: Boolean!) { strict @include(if: $v) { name } }', { v: false })).toBe(0);
    expect(() => estimate('query ($v: Boolean!) { strict @include(if: $v) { name } }', { v: true })).toThrow(refusal(0));
  });
  test('is found in input objects', () => {
    expect(estimate('{ strictDotted(page: { first: 3 }) { name } }')).toBe(4);
    expect(estimate('query ($p: Page) { strictDotted(page: $p) { name } }', { p: { inside: { first: 3 } } })).toBe(5);
    expect(() => estimate('query ($p: Page) { strictDotted(page: $p) { name } }', { p: {} })).toThrow('0 are given');
    expect(() => estimate('query ($p: Page) { strictDotted(page: $p) { name } }', { p: { first: 1, inside: { first: 1 } } })).toThrow('2 are given');
  });
});

describe('the sized fields of a connection', () => {
  test.each<[string, string, number]>([
    ['edges', '{ connection(first: 10) { edges { node { name } } } }', 21],
    ['nodes', '{ connection(last: 10) { nodes { name } } }', 11],
    ['both', '{ connection(first: 10) { edges { node { name } } nodes { name } } }', 31],
    ['under aliases', '{ connection(first: 10) { a: edges { node { name } } b: edges { node { name } } } }', 41],
    ['in fragments', '{ connection(first: 10) { ...F } } fragment F on Connection { edges { ...G } } fragment G on Edge { node { name } }', 21],
    ['without a slicing argument', '{ connection { edges { node { name } } } }', 101],
    ['with an assumed size', '{ assumed { edges { node { name } } } }', 7],
    ['not asked for', '{ connection(first: 10) { total } }', 1],
    ['and not those that are not named', '{ connection(first: 10) { rest { name } } }', 101],
    ['and not those of the next connection', '{ connection(first: 10) { next { edges { __typename } } } }', 102],
    ['and lists inside have their own', '{ connection(first: 10) { edges { node { capped { name } } } } }', 61],
  ])('%s', (_name, source, cost) => {
    expect(estimate(source)).toBe(cost);
  });
  test('follow variables', () => {
    const source = 'query ($n: Int) { connection(first: $n) { edges { node { name } } total } }';
    expect([estimate(source, { n: 200 }), estimate(source, { n: 0 }), estimate(source, {})]).toEqual([401, 1, 101]);
  });
});
