import { buildSchema, getOperationAST, parse } from 'graphql';
import { compiled, costSchema } from '../../../../test/support/cost-fixture.js';
import { compileCost, costOf, MOST_COST } from './index.js';

const schema = costSchema(/* GraphQL */ `
  scalar Dear @cost(weight: 4)
  enum Rare @cost(weight: 6) { YES NO }
  enum Plain { YES NO }
  interface Named { name: String peers(first: Int): [Named] @listSize(slicingArguments: ["first"], assumedSize: 2, requireOneSlicingArgument: false) }
  type Thing { name: String inner: Thing other: Thing twin: [Thing] @listSize(assumedSize: 2) dear: Dear rare: Rare }
  type Heavy implements Named @cost(weight: 7) { name: String peers(first: Int): [Named] thing: Thing }
  type Light implements Named { name: String peers(first: Int): [Named] things: [Thing] }
  union Any = Heavy | Light | Thing
  input Filter { text: String costly: String @cost(weight: 3) nested: Filter many: [Filter!] }
  type Query {
    number: Int
    thing: Thing
    numbers: [Int]
    things: [Thing]
    grid: [[Thing]]
    priced: Int @cost(weight: 5)
    pricedThing: Thing @cost(weight: 5)
    pricedList: [Int] @cost(weight: 2)
    cheap: Thing @cost(weight: -3)
    heavy: Heavy
    heavies: [Heavy]
    named: Named
    any: Any
    dear: Dear
    dears: [Dear]
    rare: Rare
    plain: Plain
    argued(a: Int @cost(weight: 3), b: Int @cost(weight: -1), free: Int): Int
    listed(a: [Int] @cost(weight: 2)): Int
    dearly(value: Dear, rare: Rare): Int
    filtered(filter: Filter): Int
    filteredDear(filter: Filter @cost(weight: 9)): Int
  }
  type Mutation { act: Int make(filter: Filter): Thing }
  type Subscription { happened: Thing counted: Int }
`);
const estimate = (source: string, variables?: Record<string, unknown>): number => compiled(schema, source).estimate(variables);

describe('what operations, objects and scalars cost', () => {
  test.each<[string, string, number]>([
    ['a scalar of a query: nothing', '{ number }', 0],
    ['an enum: nothing', '{ plain }', 0],
    ['an object: 1', '{ thing { name } }', 1],
    ['an object with three more inside each other: 4', '{ thing { inner { inner { inner { name } } } } }', 4],
    ['two objects with one inside each: 4', '{ thing { inner { name } other { name inner { name } } } }', 4],
    ['a mutation of a scalar: 10', 'mutation { act }', 10],
    ['a mutation of an object: 11', 'mutation { make { name } }', 11],
    ['two fields of a mutation: the mutation once', 'mutation { a: make { name } b: make { name } }', 12],
    ['a subscription of a scalar: nothing', 'subscription { counted }', 0],
    ['a subscription: what one event selects', 'subscription { happened { inner { name } } }', 2],
    ['aliases: each', '{ a: thing { name } b: thing { name } c: thing { name } }', 3],
    ['introspection: its own rule', '{ __typename __schema { types { name fields { name } } } __type(name: "Thing") { name } }', 0],
    ['__typename inside: nothing', '{ thing { __typename } }', 1],
  ])('%s', (_name, source, cost) => {
    expect([estimate(source), compiled(schema, source).fixed]).toEqual([cost, cost]);
  });
});

describe('@cost', () => {
  test.each<[string, string, number]>([
    ['on a field of a scalar', '{ priced }', 5],
    ['on a field of an object takes the place of its type', '{ pricedThing { name } }', 5],
    ['on a field leaves what is selected of it', '{ pricedThing { inner { name } } }', 6],
    ['on a list is for each item', '{ pricedList }', 200],
    ['on an object type', '{ heavy { name } }', 7],
    ['on an object type in a list', '{ heavies { name } }', 700],
    ['on a scalar', '{ dear thing { dear } }', 9],
    ['on a scalar in a list', '{ dears }', 400],
    ['on an enum', '{ rare }', 6],
    ['below nothing makes nothing cheaper than nothing', '{ cheap { name } }', 0],
    ['below nothing takes from what is inside', '{ cheap { inner { inner { inner { inner { name } } } } } }', 1],
    ['below nothing takes nothing from fields beside it', '{ cheap { name } thing { name } }', 1],
  ])('%s', (_name, source, cost) => {
    expect(estimate(source)).toBe(cost);
  });
});

describe('arguments', () => {
  test.each<[string, string, number]>([
    ['with a weight', '{ argued(a: 1) }', 3],
    ['with a weight, not given', '{ argued }', 0],
    ['with a weight, null', '{ argued(a: null) }', 0],
    ['without a weight', '{ argued(free: 1) }', 0],
    ['together', '{ argued(a: 1, b: 2, free: 3) }', 2],
    ['below nothing', '{ argued(b: 2) }', 0],
    ['in a list: each item', '{ listed(a: [1, 2, 3]) }', 6],
    ['a single value for a list', '{ listed(a: 1) }', 2],
    ['an empty list', '{ listed(a: []) }', 0],
    ['of a scalar and an enum with weights', '{ dearly(value: "x", rare: YES) }', 10],
    ['an input object: 1', '{ filtered(filter: {}) }', 1],
    ['an input object with a dear field', '{ filtered(filter: { text: "x", costly: "y" }) }', 4],
    ['input objects in each other', '{ filtered(filter: { nested: { nested: { costly: "x" } } }) }', 6],
    ['input objects in lists', '{ filtered(filter: { many: [{}, { costly: "x" }] }) }', 6],
    ['an input object with a weight of its own', '{ filteredDear(filter: { costly: "x" }) }', 12],
    ['of a mutation', 'mutation { make(filter: { costly: "x" }) { name } }', 15],
  ])('%s', (_name, source, cost) => {
    expect(estimate(source)).toBe(cost);
  });
  test.each<[string, string, Record<string, unknown> | undefined, number]>([
    ['by a variable', 'query ($a: Int) { argued(a: $a) }', { a: 1 }, 3],
    ['by a variable that is absent', 'query ($a: Int) { argued(a: $a) }', undefined, 0],
    ['by a variable that is null', 'query ($a: Int) { argued(a: $a) }', { a: null }, 0],
    ['by a variable with a default', 'query ($a: Int = 1) { argued(a: $a) }', {}, 3],
    ['lists by a variable', 'query ($a: [Int]) { listed(a: $a) }', { a: [1, 2] }, 4],
    ['input objects by a variable', 'query ($f: Filter) { filtered(filter: $f) }', { f: { nested: { costly: 'x' }, many: [{}] } }, 6],
    ['variables inside input objects', 'query ($c: String, $n: Filter) { filtered(filter: { costly: $c, nested: $n }) }', { c: 'x', n: {} }, 5],
    ['absent variables inside input objects', 'query ($c: String, $n: Filter) { filtered(filter: { costly: $c, nested: $n }) }', {}, 1],
    ['names of Object.prototype are no values', 'query ($f: Filter) { filtered(filter: $f) }', { f: JSON.parse('{"__proto__": {"costly": "x"}}') }, 1],
  ])('%s', (_name, source, variables, cost) => {
    expect(estimate(source, variables)).toBe(cost);
  });
  test('nested without end cost the most there is', () => {
    const deep = JSON.parse(`${'{"nested":'.repeat(50_000)}{}${'}'.repeat(50_000)}`) as object;
    expect(estimate('query ($f: Filter) { filtered(filter: $f) }', { f: deep })).toBe(MOST_COST);
    const list = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown[];
    expect(estimate('query ($a: [Int]) { listed(a: $a) }', { a: list })).toBe(MOST_COST);
  });
});

describe('@skip and @include', () => {
  test.each<[string, string, number]>([
    ['@skip(if: true)', '{ thing @skip(if: true) { name } }', 0],
    ['@skip(if: false)', '{ thing @skip(if: false) { name } }', 1],
    ['@include(if: false)', '{ thing @include(if: false) { name } }', 0],
    ['@include(if: true)', '{ thing @include(if: true) { name } }', 1],
    ['both', '{ thing @include(if: true) @skip(if: true) { name } }', 0],
    ['on an inline fragment', '{ ... @skip(if: true) { thing { name } } }', 0],
    ['on a spread', '{ ...F @include(if: false) } fragment F on Query { thing { name } }', 0],
    ['inside', '{ thing { inner @skip(if: true) { name } } }', 1],
    ['on one of two that are one', '{ thing @skip(if: true) { inner { name } } thing { name } }', 1],
    ['on everything: the mutation alone', 'mutation { act @skip(if: true) }', 10],
    ['both of one variable exclude each other', 'query ($v: Boolean!) { thing @include(if: $v) @skip(if: $v) { name } }', 0],
  ])('are folded: %s', (_name, source, cost) => {
    expect(compiled(schema, source).fixed).toBe(cost);
  });
  test.each<[string, string, Record<string, unknown> | undefined, number]>([
    ['@include: true', 'query ($v: Boolean!) { thing @include(if: $v) { name } }', { v: true }, 1],
    ['@include: false', 'query ($v: Boolean!) { thing @include(if: $v) { name } }', { v: false }, 0],
    ['@skip: true', 'query ($v: Boolean!) { thing @skip(if: $v) { name } }', { v: true }, 0],
    ['@skip: false', 'query ($v: Boolean!) { thing @skip(if: $v) { name } }', { v: false }, 1],
    ['a default', 'query ($v: Boolean = false) { thing @include(if: $v) { name } }', undefined, 0],
    ['what is no Boolean counts', 'query ($v: Boolean!) { a: thing @include(if: $v) { name } b: thing @skip(if: $v) { name } }', { v: 'no' }, 2],
    ['one of two selections of a field', 'query ($v: Boolean!) { thing @include(if: $v) { inner { name } } thing { name } }', { v: false }, 1],
    ['both of them', 'query ($v: Boolean!) { thing @include(if: $v) { inner { name } } thing { name } }', { v: true }, 2],
    ['either of two variables', 'query ($v: Boolean!, $w: Boolean!) { thing @include(if: $v) { name } thing @include(if: $w) { name } }', { v: false, w: true }, 1],
    ['fragments that are spread twice', 'query ($v: Boolean!, $w: Boolean!) { ...F @include(if: $v) ...F @include(if: $w) } fragment F on Query { thing { name } }', { v: true, w: true }, 1],
    ['fragments whose fields have conditions too', 'query ($v: Boolean!, $w: Boolean!) { ...F @include(if: $v) } fragment F on Query { thing @include(if: $w) { name } }', { v: true, w: false }, 0],
  ])('are evaluated: %s', (_name, source, variables, cost) => {
    expect([estimate(source, variables), compiled(schema, source).fixed]).toEqual([cost, undefined]);
  });
});

describe('fields under one key', () => {
  test.each<[string, string, number]>([
    ['count once', '{ thing { name } thing { dear } }', 5],
    ['count what is selected of each', '{ thing { inner { name } } thing { other { name } } }', 3],
    ['count once through fragments', '{ thing { ...F ...F inner { name } } } fragment F on Thing { inner { name other { name } } }', 3],
    ['count once through inline fragments', '{ ... { thing { name } } ... on Query { thing { inner { name } } } }', 2],
    ['count twice under two keys', '{ thing { name } again: thing { name } }', 2],
  ])('%s', (_name, source, cost) => {
    expect(estimate(source)).toBe(cost);
  });
});

describe('interfaces and unions cost what the dearest of their types does', () => {
  test.each<[string, string, number]>([
    ['an interface', '{ named { name } }', 7],
    ['with a list of one type', '{ named { ... on Light { things { name } } } }', 101],
    ['with a field of each: never both', '{ named { ... on Heavy { thing { name } } ... on Light { things { name } } } }', 101],
    ['with fields of the interface beside', '{ named { name ... on Heavy { thing { inner { inner { name } } } } } }', 10],
    ['a union', '{ any { __typename } }', 7],
    ['a union with a fragment', '{ any { ...F } } fragment F on Thing { inner { name } twin { name } }', 7],
    ['a union through an interface', '{ any { ... on Named { name } ... on Thing { inner { inner { inner { inner { inner { inner { inner { name } } } } } } } } } }', 8],
    ['what an interface says of a list holds for its types', '{ named { peers(first: 3) { name } } }', 28],
    ['interfaces in interfaces', '{ named { peers(first: 2) { peers(first: 2) { name } } } }', 49],
  ])('%s', (_name, source, cost) => {
    expect(estimate(source)).toBe(cost);
  });
});

describe('what it takes to price', () => {
  const names = Array.from({ length: 24 }, (_, index) => `T${index}`);
  const wide = costSchema(`interface Node { up: Node list(first: Int): [Node] } type Query { node: Node } ${names.map((name) => `type ${name} implements Node { up: Node list(first: Int): [Node] @listSize(slicingArguments: ["first"]) }`).join(' ')}`);
  const nested = (depth: number, field: string, inner: string): string => `${`${field} { `.repeat(depth)}${inner}${' }'.repeat(depth)}`;

  test('does not multiply over the types of an interface, neither when compiled nor with variables', () => {
    const began = performance.now();
    expect(compiled(wide, `{ node { ${nested(14, 'up', '__typename')} } }`).estimate()).toBe(15);
    expect(compiled(wide, `query ($first: Int) { node { ${nested(14, 'list(first: $first)', '__typename')} } }`).estimate({ first: 1 })).toBe(15);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
  test('is bounded: what takes too much costs the most there is', () => {
    // At each level another type chooses another chain of selections, so that every choice of types is a selection of its own.
    const chain = (depth: number): string => nested(depth, 'up', '__typename');
    const level = (depth: number): string => (depth === 0 ? '__typename' : `${names.slice(0, 6).map((name) => `... on ${name} { ${chain(depth)} }`).join(' ')} up { ${level(depth - 1)} }`);
    const began = performance.now();
    const cost = compiled(wide, `{ node { ${level(9)} } }`);
    expect([cost.estimate(), cost.fixed, cost.actual({})]).toEqual([MOST_COST, MOST_COST, MOST_COST]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
  test('is done once for a schema and an operation', () => {
    const document = parse('query A { thing { name } } query B { number }');
    const [one, other] = [getOperationAST(document, 'A'), getOperationAST(document, 'B')] as const;
    if (one === null || other === null || one === undefined || other === undefined) throw new Error('both are there');
    expect(costOf(schema, document, one)).toBe(costOf(schema, document, one));
    expect([costOf(schema, document, one).estimate(), costOf(schema, document, other).estimate()]).toEqual([1, 0]);
    expect(costOf(wide, document, one)).not.toBe(costOf(schema, document, one));
  });
  test('needs a root type', () => {
    const document = parse('mutation { act }');
    expect(compileCost(buildSchema('type Query { a: Int }'), document, document.definitions[0] as never).estimate()).toBe(10);
  });
});
