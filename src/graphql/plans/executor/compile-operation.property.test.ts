import fc from 'fast-check';
import { execute, getVariableValues, GraphQLError, GraphQLObjectType, isAbstractType, isCompositeType, isLeafType, isListType, isNonNullType, isObjectType, parse, specifiedRules, validate, getNamedType, buildSchema, type ExecutionResult, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { Draw } from '../../../../test/support/guard-model.js';
import type { RequestContext } from '../../../system/shared/contracts/index.js';
import { compileOperation, type Resolver } from './index.js';

const SDL = /* GraphQL */ `
  interface Node { id: ID! name: String peer: Node peers: [Node!] }
  interface Named { name: String }
  type User implements Node & Named { id: ID! name: String age: Int score: Float! active: Boolean level: Level peer: Node peers: [Node!] must: User! musts: [User!]! grid: [[Int!]] found: [Found] echo(text: String = "none", count: Int!, where: Where): String stamp: Stamp }
  type Bot implements Node { id: ID! name: String peer: Node peers: [Node!] maker: User parts: [String]! level: Level! }
  union Found = User | Bot
  enum Level { LOW HIGH }
  scalar Stamp
  input Where { level: Level, ids: [ID!], inner: Where }
  type Query { me: User must: User! node: Node nodes: [Node] found: [Found!] text: String! numbers: [Float] bot: Bot }
  type Mutation { one: User two: User! three: Int }
`;
const COMPOSITES = ['User', 'Bot', 'Node', 'Named', 'Found'];

type Behaviour = 'property' | 'value' | 'promise' | 'method' | 'null' | 'throws' | 'rejects' | 'gives an error' | 'nonsense' | 'promised nonsense' | 'items promised' | 'one item throws' | 'getter throws';
const SYNC: readonly Behaviour[] = ['property', 'property', 'property', 'property', 'value', 'value', 'null', 'throws', 'gives an error', 'nonsense', 'method', 'getter throws'];
const ASYNC: readonly Behaviour[] = [...SYNC, 'promise', 'promise', 'rejects', 'promised nonsense', 'items promised', 'one item throws'];

/** A schema whose every field behaves as drawn, the same each time that it is asked. */
function drawSchema(draw: Draw, behaviours: readonly Behaviour[]): GraphQLSchema {
  const schema = buildSchema(SDL);
  (schema.getType('Stamp') as { serialize?: unknown }).serialize = (value: unknown) => {
    if (typeof value !== 'string') throw new TypeError('no stamp');
    return value === 'empty' ? undefined : { at: value };
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) {
      const how = draw.below(4);
      if (how === 1) type.resolveType = (value: { __typename: string }) => value.__typename;
      if (how === 2 && behaviours === ASYNC) type.resolveType = async (value: { __typename: string }) => value.__typename;
      if (how === 3 && draw.chance(4)) type.resolveType = () => 'Query';
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    if (draw.chance(5)) type.isTypeOf = (value: { __typename?: string }) => value.__typename === type.name || draw.below(1) === 1;
    for (const field of Object.values(type.getFields())) {
      const behaviour = draw.one(behaviours);
      if (behaviour === 'property') continue;
      field.resolve = resolverOf(behaviour, field.type, schema, field.name);
    }
  }
  return schema;
}

function resolverOf(behaviour: Behaviour, type: GraphQLOutputType, schema: GraphQLSchema, name: string): Resolver {
  return (source, args, _context, info) => {
    const value = name === 'echo' ? JSON.stringify([args, info.path.key, info.fieldNodes.length, info.path.typename]) : valueOf(schema, type, source as Thing | undefined, name);
    const nonsense = isLeafType(getNamedType(type)) ? { bad: true } : 7;
    switch (behaviour) {
      case 'null': return null;
      case 'throws': throw new Error(`${name} throws`);
      case 'rejects': return Promise.reject(new GraphQLError(`${name} rejects`, { extensions: { code: 'MINE' } }));
      case 'gives an error': return new Error(`${name} is an error`);
      case 'nonsense': return nonsense;
      case 'promised nonsense': return Promise.resolve(nonsense);
      case 'promise': return Promise.resolve(value);
      case 'items promised': return Array.isArray(value) ? value.map((item: unknown) => Promise.resolve(item)) : value;
      case 'one item throws': return Array.isArray(value) ? value.map((item: unknown, index) => (index === 1 ? rejected(new Error(`${name} item`)) : item)) : value;
      default: return value;
    }
  };
}

// graphql-js forgets those that come after an item that failed.
function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => undefined);
  return promise;
}

interface Thing { readonly __typename: string; readonly depth: number; readonly [field: string]: unknown }

function thing(schema: GraphQLSchema, typename: string, depth: number): Thing {
  const type = schema.getType(typename) as GraphQLObjectType;
  const made: Record<string, unknown> = { __typename: typename, depth };
  for (const field of Object.values(type.getFields())) {
    const salt = (field.name.length + depth) % 9;
    const read = (): unknown => valueOf(schema, field.type, made as Thing, field.name);
    if (salt === 7) made[field.name] = read;
    else if (salt === 8) Object.defineProperty(made, field.name, { get: () => { throw new Error(`${field.name} cannot be read`); } });
    else Object.defineProperty(made, field.name, { get: read });
  }
  return made as Thing;
}

function valueOf(schema: GraphQLSchema, type: GraphQLOutputType, source: Thing | undefined, name: string): unknown {
  const depth = source?.depth ?? 0;
  if (isNonNullType(type)) return valueOf(schema, type.ofType, source, name);
  if (isListType(type)) return [0, 1, 2].map((index) => (index === 1 && name.length % 2 === 0 ? null : valueOf(schema, type.ofType, source, `${name}${index}`)));
  if (isCompositeType(type)) {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type as GraphQLObjectType];
    return thing(schema, (possible[(depth + name.length) % possible.length] as GraphQLObjectType).name, depth + 1);
  }
  switch (getNamedType(type).name) {
    case 'Int': return depth === 3 ? 2.5 : depth;
    case 'Float': return depth === 2 ? Number.NaN : depth / 4;
    case 'Boolean': return depth === 4 ? 'yes' : depth % 2 === 0;
    case 'Level': return depth === 5 ? 'NEITHER' : 'HIGH';
    case 'Stamp': return depth % 3 === 0 ? 'empty' : 'now';
    case 'ID': return depth === 3 ? 12 : `id${depth}`;
    default: return depth === 4 ? 13 : `${name}${depth}`;
  }
}

function drawOperation(draw: Draw, schema: GraphQLSchema): string {
  const fragments: string[] = [];
  const condition = (): string => (draw.chance(5) ? ` @${draw.one(['skip', 'include'])}(if: ${draw.one(['true', 'false', '$a', '$b'])})` : '');
  const selection = (type: GraphQLCompositeType, depth: number): string => {
    const parts = draw.chance(3) ? ['__typename'] : [];
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    for (let count = fields.length === 0 ? 0 : 1 + draw.below(4); count > 0; count--) {
      const field = draw.one(fields);
      const target = getNamedType(field.type);
      const given = field.name === 'echo' ? '(count: $n, where: { level: $level, ids: ["a"], inner: { ids: $ids } })' : '';
      const alias = draw.chance(6) ? `x_${field.name}: ` : draw.chance(40) ? '__proto__: ' : '';
      if (isLeafType(target)) parts.push(`${alias}${field.name}${given}${condition()}`);
      else if (depth > 0) parts.push(`${alias}${field.name}${condition()} { ${selection(target as GraphQLCompositeType, depth - 1)} }`);
    }
    const fitting = COMPOSITES.filter((name) => overlap(schema, type, schema.getType(name) as GraphQLCompositeType));
    if (depth > 0 && fitting.length > 0 && draw.chance(2)) parts.push(`... on ${fragment(draw.one(fitting), depth)}`.replace(' {', `${condition()} {`));
    if (depth > 0 && fitting.length > 0 && draw.chance(3)) {
      const name = `F${fragments.push('') - 1}`;
      fragments[Number(name.slice(1))] = `fragment ${name} on ${fragment(draw.one(fitting), depth)}`;
      parts.push(`...${name}${condition()}`);
      if (draw.chance(2)) parts.push(`... { ...${name}${condition()} }`);
    }
    return parts.length === 0 ? '__typename' : parts.join(' ');
  };
  const fragment = (name: string, depth: number): string => `${name} { ${selection(schema.getType(name) as GraphQLCompositeType, depth - 1)} }`;
  const type = draw.chance(4) ? 'mutation' : 'query';
  const root = (type === 'mutation' ? schema.getMutationType() : schema.getQueryType()) as GraphQLObjectType;
  const body = selection(root, 4);
  return `${type} Q($a: Boolean! = true, $b: Boolean!, $n: Int!, $level: Level, $ids: [ID!] = ["x"]) { ${body} unused: __typename @include(if: $a) @skip(if: $b) ${type === 'query' ? 'me { echo(count: $n, where: { level: $level, ids: $ids }) }' : ''} } ${fragments.join(' ')}`;
}

function overlap(schema: GraphQLSchema, one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
  const possible = (type: GraphQLCompositeType): readonly GraphQLObjectType[] => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
  return possible(one).some((type) => possible(other).includes(type));
}

/**
 * Data and errors as text. Where things run at the same time, which of the failures below a position makes it null depends on who is
 * first, in both executors; of those only the position is told.
 */
function shown({ data, errors = [] }: ExecutionResult, isOrdered: boolean): { data: string; errors: string[] } {
  const told = errors.map((error) => {
    const lost = isOrdered ? undefined : nulledAbove(data, error.path ?? []);
    return lost === undefined ? JSON.stringify([error.toJSON(), error.originalError?.message]) : `null at ${lost.join('.')}`;
  });
  return { data: JSON.stringify(data), errors: isOrdered ? told : [...new Set(told)].toSorted() };
}

function nulledAbove(data: unknown, path: readonly (string | number)[]): readonly (string | number)[] | undefined {
  let at = data;
  for (const [index, step] of path.entries()) {
    if (at === null || at === undefined) return path.slice(0, index);
    at = (at as Record<string | number, unknown>)[step];
  }
  return undefined;
}

let checked = 0;
let withErrors = 0;
let invalid = 0;

async function compare(draw: Draw, behaviours: readonly Behaviour[]): Promise<void> {
  const schema = drawSchema(draw, behaviours);
  const source = drawOperation(draw, schema);
  const document = parse(source);
  if (validate(schema, document, specifiedRules).length > 0) {
    invalid += 1;
    return;
  }
  const operation = document.definitions[0] as OperationDefinitionNode;
  const [a, b] = [draw.chance(2), draw.chance(2)];
  const given = { a, b, n: 3, ...(draw.chance(2) ? { level: draw.one(['LOW', null]) } : {}), ...(draw.chance(2) ? { ids: ['y', 'z'] } : {}) };
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  const fragments = Object.fromEntries(document.definitions.slice(1).map((definition) => [(definition as FragmentDefinitionNode).name.value, definition as FragmentDefinitionNode]));
  const access = (_parent: unknown, field: { resolve?: unknown }) => (field.resolve === undefined ? { kind: 'property' as const } : { kind: 'resolver' as const, resolve: field.resolve as Resolver });
  const run = compileOperation({ schema, fragments, operation, conditions: { a, b }, access });
  const expected = shown(await execute({ schema, document, variableValues: given }), behaviours === SYNC);
  const actual = shown(await run({} as RequestContext, coerced as Record<string, unknown>), behaviours === SYNC);
  expect(actual).toEqual(expected);
  checked += 1;
  if (expected.errors.length > 0) withErrors += 1;
}

test.each([['at once', SYNC], ['some of them later', ASYNC]] as const)('a compiled operation answers as graphql-js does when fields answer %s', async (_when, behaviours) => {
  checked = withErrors = invalid = 0;
  await fc.assert(fc.asyncProperty(fc.gen(), async (g) => compare(new Draw(g), behaviours)), { numRuns: 400, endOnFailure: true });
  // It is worth something only when most operations are valid, and many fail somewhere.
  expect(checked).toBeGreaterThan(invalid);
  expect(withErrors).toBeGreaterThan(checked / 4);
}, 120_000);
