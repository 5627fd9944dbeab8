import { costSchema } from '../../../../test/support/cost-fixture.js';
import { assertCostDirectives } from './index.js';

const sdl = (field: string): string => `
  input Page { first: Int text: String ids: [Int] pages: [Page] }
  type Item { name: String }
  type Edge { node: Item }
  interface Connected { edges: [Edge] }
  type Connection implements Connected { edges: [Edge] total: Int }
  union Any = Item | Connection
  type Query { field${field} }
`;

test.each<[string, string]>([
  ['an assumed size', ': [Item] @listSize(assumedSize: 5)'],
  ['no items at all', ': [Item] @listSize(assumedSize: 0)'],
  ['slicing arguments', '(first: Int!, ids: [Int!]!): [Item!]! @listSize(slicingArguments: ["first", "ids"])'],
  ['dotted slicing arguments', '(page: Page!): [Item] @listSize(slicingArguments: ["page.first", "page.ids"])'],
  ['sized fields', '(first: Int): Connection! @listSize(slicingArguments: ["first"], sizedFields: ["edges"])'],
  ['sized fields of an interface', ': Connected @listSize(assumedSize: 3, sizedFields: ["edges"])'],
])('%s are accepted', (_name, field) => {
  expect(() => assertCostDirectives(costSchema(sdl(field)))).not.toThrow();
});

test.each<[string, string, string]>([
  ['a negative size', ': [Item] @listSize(assumedSize: -1)', 'assumedSize must not be negative, not -1'],
  ['an unknown argument', '(first: Int): [Item] @listSize(slicingArguments: ["limit"])', 'there is no argument limit'],
  ['an unknown field of an input', '(page: Page): [Item] @listSize(slicingArguments: ["page.limit"])', 'there is no argument page.limit'],
  ['a path through a scalar', '(first: Int): [Item] @listSize(slicingArguments: ["first.more"])', 'there is no argument first.more'],
  ['a path through a list', '(page: Page): [Item] @listSize(slicingArguments: ["page.pages.first"])', 'the argument page.pages.first is inside a list'],
  ['an argument of another type', '(page: Page): [Item] @listSize(slicingArguments: ["page.text"])', 'the argument page.text is neither an Int nor a list'],
  ['an empty name', '(first: Int): [Item] @listSize(slicingArguments: [""])', 'there is no argument '],
  ['a sized field that is not there', ': Connection @listSize(assumedSize: 1, sizedFields: ["nodes"])', 'Connection has no field nodes'],
  ['a sized field that is no list', ': Connection @listSize(assumedSize: 1, sizedFields: ["total"])', 'Connection.total is no list'],
  ['a sized field of a scalar', ': Int @listSize(assumedSize: 1, sizedFields: ["edges"])', 'Int has no field edges'],
  ['a sized field of a union', ': Any @listSize(assumedSize: 1, sizedFields: ["edges"])', 'Any has no field edges'],
  ['sized fields of a list', ': [Connection] @listSize(assumedSize: 1, sizedFields: ["edges"])', 'the field is a list itself and cannot have sizedFields'],
  ['no list at all', ': Item @listSize(assumedSize: 1)', 'the field is no list and names no sizedFields'],
])('%s is refused with its coordinate', (_name, field, problem) => {
  expect(() => assertCostDirectives(costSchema(sdl(field)))).toThrow(expect.objectContaining({ code: 'CAPABILITY_INVALID', message: `@listSize of Query.field: ${problem}` }));
});

test('every problem is named, on interfaces too', () => {
  const schema = costSchema('interface I { a: Int @listSize(assumedSize: -1) } type Query implements I { a: Int }');
  expect(() => assertCostDirectives(schema)).toThrow('@listSize of I.a: assumedSize must not be negative, not -1\n@listSize of I.a: the field is no list and names no sizedFields');
});
