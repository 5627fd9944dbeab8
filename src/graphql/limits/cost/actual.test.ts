import { compiled, costSchema } from '../../../../test/support/cost-fixture.js';
import { MOST_COST } from './index.js';

const schema = costSchema(/* GraphQL */ `
  scalar Dear @cost(weight: 4)
  interface Named { name: String }
  type Cheap implements Named { name: String same: String }
  type Costly implements Named @cost(weight: 9) { name: String other: String }
  type Item { name: String items: [Item] dear: Dear priced: Item @cost(weight: 5) }
  type Query { item: Item items(first: Int): [Item] @listSize(slicingArguments: ["first"]) grid: [[Item]] named: Named nameds: [Named] argued(a: [Int] @cost(weight: 2)): Item dears: [Dear] }
  type Mutation { act: Item }
  type Subscription { event: Item }
`);
const costs = (source: string, data: unknown, variables?: Record<string, unknown>): { estimated: number; actual: number } => {
  const cost = compiled(schema, source);
  return { estimated: cost.estimate(variables), actual: cost.actual(data, variables) };
};

describe('what was answered', () => {
  test.each<[string, string, unknown, { estimated: number; actual: number }]>([
    ['a list shorter than it could be', '{ items(first: 10) { name } }', { items: [{ name: 'a' }, { name: 'b' }] }, { estimated: 10, actual: 2 }],
    ['an empty list', '{ items(first: 10) { name } }', { items: [] }, { estimated: 10, actual: 0 }],
    ['a list longer than was assumed', '{ items(first: 1) { name } }', { items: [{ name: 'a' }, { name: 'b' }] }, { estimated: 1, actual: 2 }],
    ['lists in lists', '{ items(first: 2) { items { name } } }', { items: [{ items: [{ name: 'a' }] }, { items: [{ name: 'b' }, { name: 'c' }] }] }, { estimated: 202, actual: 5 }],
    ['lists of lists', '{ grid { name } }', { grid: [[{ name: 'a' }], [], null, [{ name: 'b' }, null]] }, { estimated: 10_000, actual: 2 }],
    ['null', '{ item { priced { name } } }', { item: null }, { estimated: 6, actual: 0 }],
    ['null inside', '{ item { priced { name } } }', { item: { priced: null } }, { estimated: 6, actual: 1 }],
    ['a field with a weight', '{ item { priced { name } } }', { item: { priced: { name: 'a' } } }, { estimated: 6, actual: 6 }],
    ['scalars with a weight', '{ dears item { dear } }', { dears: ['a', 'b', null], item: { dear: { any: 'thing' } } }, { estimated: 405, actual: 13 }],
    ['fields under aliases', '{ a: item { name } b: item { name } }', { a: { name: 'a' }, b: null }, { estimated: 2, actual: 1 }],
    ['nothing', '{ item { name } }', null, { estimated: 1, actual: 0 }],
    ['a mutation', 'mutation { act { name } }', { act: { name: 'a' } }, { estimated: 11, actual: 11 }],
    ['a mutation that failed', 'mutation { act { name } }', null, { estimated: 11, actual: 10 }],
    ['an event', 'subscription { event { items { name } } }', { event: { items: [{ name: 'a' }] } }, { estimated: 101, actual: 2 }],
    ['arguments, whatever came of them', '{ argued(a: [1, 2]) { name } }', { argued: null }, { estimated: 5, actual: 4 }],
    ['introspection', '{ __typename __schema { types { name } } }', { __typename: 'Query', __schema: { types: [{ name: 'A' }] } }, { estimated: 0, actual: 0 }],
  ])('%s', (_name, source, data, expected) => {
    expect(costs(source, data)).toEqual(expected);
  });
  test('follows variables', () => {
    const source = 'query ($v: Boolean!, $a: [Int] = [1]) { item @include(if: $v) { name } argued(a: $a) { name } }';
    expect(costs(source, { argued: { name: 'x' } }, { v: false })).toEqual({ estimated: 3, actual: 3 });
    expect(costs(source, { item: { name: 'x' }, argued: { name: 'x' } }, { v: true, a: [1, 2] })).toEqual({ estimated: 6, actual: 6 });
  });
  test.each<[string, string, unknown, number]>([
    ['by its name', '{ nameds { __typename name } }', { nameds: [{ __typename: 'Cheap', name: 'a' }, { __typename: 'Costly', name: 'b' }] }, 10],
    ['by its keys', '{ nameds { ... on Cheap { same } ... on Costly { other } } }', { nameds: [{ same: 'a' }, { other: 'b' }, { other: 'c' }] }, 19],
    ['with its name under another key', '{ nameds { type: __typename ... on Costly { other } } }', { nameds: [{ type: 'Costly', other: 'b' }] }, 9],
    ['that fits none', '{ named { name } }', { named: { strange: 1 } }, 0],
  ])('tells the type of an object %s', (_name, source, data, actual) => {
    expect(compiled(schema, source).actual(data)).toBe(actual);
  });
  test('never overflows', () => {
    const deep = JSON.parse(`${'{"f":'.repeat(1_000)}{}${'}'.repeat(1_000)}`) as object;
    const wide = costSchema('input F { f: F } type Query { a(f: F): [Int] @cost(weight: 2147483647) }');
    const cost = compiled(wide, 'query ($f: F) { a(f: $f) b: a(f: $f) }');
    expect([cost.estimate({ f: deep }), cost.actual({ a: [1, 2, 3], b: [1] }, { f: deep }), cost.actual({ a: [1, 2, 3] })]).toEqual([MOST_COST, MOST_COST, 3 * 2_147_483_647]);
  });
});
