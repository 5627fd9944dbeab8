import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { directivesSdl } from '../../../test/support/graphql-fixture.js';
import { changedCoordinates, touchedCoordinates } from './index.js';

const BASE = /* GraphQL */ `
  type Query { found: Found node: Node colour: Colour thing(where: Where, size: Int = 1, loose: Int): Thing other: String }
  interface Node { id: ID }
  type Thing implements Node { id: ID name: String inner: Inner }
  type Spare implements Node { id: ID spare: String }
  type Inner { deep: String unused: String }
  union Found = Thing | Inner
  enum Colour { RED GREEN }
  input Where { name: String inside: Inside }
  input Inside { depth: Int }
  scalar Moment
`;
const schemaOf = (sdl: string, resolvers: object = {}): GraphQLSchema => makeExecutableSchema({ typeDefs: `${directivesSdl}\n${sdl}`, resolvers: resolvers as Record<string, never> });
const base = schemaOf(BASE);

function changed(from: string, to: string): string[] {
  expect(BASE).toContain(from);
  return [...changedCoordinates(base, schemaOf(BASE.replace(from, to)))].toSorted();
}

describe('changedCoordinates', () => {
  test('of a schema that is made again there are none', () => {
    expect(changed('other', 'other')).toEqual([]);
  });
  test.each([
    ['a field', 'other: String', '', ['Query.other']],
    ['a type of a field', 'deep: String', 'deep: String!', ['Inner.deep']],
    ['a guard of a field', 'deep: String', 'deep: String @authenticated', ['Inner.deep']],
    ['a guard of a type, on all that lead to it', 'type Inner {', 'type Inner @authenticated {', ['Inner.deep', 'Inner.unused', 'Thing.inner']],
    ['a guard of an interface', 'interface Node { id: ID }', 'interface Node { id: ID @authenticated }', ['Spare.id', 'Thing.id']],
    ['an argument', ', loose: Int', '', ['Query.thing(loose:)']],
    ['a default', 'size: Int = 1', 'size: Int = 2', ['Query.thing(size:)']],
    ['a type of an argument', 'loose: Int', 'loose: Int!', ['Query.thing(loose:)']],
    ['a new argument that must be given', 'loose: Int', 'loose: Int new: Int!', ['Query.thing']],
    ['a field of an input type', 'depth: Int', 'depth: Int!', ['Inside.depth']],
    ['a new field of an input type that must be given', 'depth: Int', 'depth: Int new: Int!', ['Inside']],
    ['a value of an enum, less or more', 'RED GREEN', 'RED GREEN BLUE', ['Colour']],
    ['what can come back for a union', 'Found = Thing | Inner', 'Found = Thing', ['Found']],
    ['what can come back for an interface', 'type Spare implements Node', 'type Spare', ['Node']],
    ['a kind of a type', 'scalar Moment', 'enum Moment { NOW }', ['Moment']],
    ['a type', 'scalar Moment', '', ['Moment']],
  ])('%s', (_what, from, to, expected) => {
    expect(changed(from, to)).toEqual(expected);
  });
  test.each([
    ['a field', 'other: String', 'other: String new: String'],
    ['an argument that need not be given', 'loose: Int', 'loose: Int new: Int'],
    ['a field of an input type that need not be given', 'depth: Int', 'depth: Int new: Int = 1'],
    ['a type', 'scalar Moment', 'scalar Moment type New { x: Int }'],
  ])('not %s more', (_what, from, to) => {
    expect(changed(from, to)).toEqual([]);
  });
  test('other code behind a field, an abstract type or a scalar', () => {
    const other = (): string => 'Thing';
    const serialize = (value: unknown): unknown => value;
    const code = schemaOf(BASE, { Query: { other: { resolve: other } }, Found: { __resolveType: other } });
    expect([...changedCoordinates(base, code)]).toEqual(['Query.other', 'Found']);
    expect([...changedCoordinates(code, schemaOf(BASE, { Query: { other: { resolve: other } }, Found: { __resolveType: other } }))]).toEqual([]);
    Object.assign(code.getType('Moment') as object, { serialize });
    expect([...changedCoordinates(base, code)]).toContain('Moment');
  });
});

describe('touchedCoordinates', () => {
  const touched = (document: string, name?: string): string[] => {
    const parsed = parse(document);
    const operation = parsed.definitions.find((definition) => definition.kind === 'OperationDefinition' && definition.name?.value === name) as OperationDefinitionNode;
    return [...touchedCoordinates(base, parsed, operation)].toSorted();
  };

  test('fields and what they return, through fragments of any kind, of this operation alone', () => {
    const document = 'query A { thing { ...T } } query B { other } fragment T on Thing { ... { inner { ...I } } } fragment I on Inner { deep }';
    expect(touched(document, 'A')).toEqual(['Inner', 'Inner.deep', 'Int', 'Query', 'Query.thing', 'Query.thing(size:)', 'String', 'Thing', 'Thing.inner']);
    expect(touched(document, 'B')).toEqual(['Query', 'Query.other', 'String']);
  });
  test('a field of an interface on every type that can come back, and types that conditions name', () => {
    expect(touched('{ node { id } }')).toEqual(['ID', 'Node', 'Node.id', 'Query', 'Query.node', 'Spare', 'Spare.id', 'Thing', 'Thing.id']);
    expect(touched('{ found { ... on Inner { __typename } } }')).toEqual(['Found', 'Inner', 'Inner.__typename', 'Query', 'Query.found', 'String']);
  });
  test('arguments that are given or have a default, and the whole of their input types', () => {
    expect(touched('{ thing(where: {}) { name } }')).toEqual([
      'Inside', 'Inside.depth', 'Int', 'Query', 'Query.thing', 'Query.thing(size:)', 'Query.thing(where:)', 'String', 'Thing', 'Thing.name', 'Where', 'Where.inside', 'Where.name',
    ]);
    expect(touched('query ($in: [Inside!]!) { other }')).toEqual(['Inside', 'Inside.depth', 'Int', 'Query', 'Query.other', 'String']);
  });
});
