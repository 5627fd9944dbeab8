import { buildClientSchema, getIntrospectionQuery, graphqlSync, isObjectType, printSchema, validateSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql';
import { callerWith, FakeServices, grantOf, guardedSchema } from '../../../test/support/graphql-fixture.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';
import { SchemaViews } from './schema-views.js';

const POLICIES = [{ name: 'from_home', expression: 'request.ip == "127.0.0.1"' }];
const services = new FakeServices(POLICIES);
const member: Caller = { ...callerWith(), actor: { userId: 'usr_1', memberId: 'member_1', userMemberId: 'um_1', spaceId: 'space_1' } };

/** A source of schemas that a test swaps. */
function sourceOf(sdl: string) {
  const listeners: (() => void)[] = [];
  const source = { current: guardedSchema(sdl), onChange: (listener: () => void) => { listeners.push(listener); return () => undefined; } };
  return Object.assign(source, { swap(next: string) { source.current = guardedSchema(next); for (const listener of listeners) listener(); } });
}

/** What a caller sees of a schema. */
function viewOf(sdl: string, caller: Caller = ANONYMOUS): GraphQLSchema {
  const schema = new SchemaViews(sourceOf(sdl) as never).of(services.context(caller))?.schema;
  if (schema === undefined) throw new Error('nothing is visible');
  expect(validateSchema(schema)).toEqual([]);
  expect(validateSchema(buildClientSchema(graphqlSync({ schema, source: getIntrospectionQuery() }).data as unknown as IntrospectionQuery))).toEqual([]);
  return schema;
}

/** Names of the types, and of the fields of those that have any, without what every schema has. */
function partsOf(schema: GraphQLSchema): string[] {
  const everywhere = new Set(['Boolean', 'Int', 'String', 'Scope', 'Policy']);
  return Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !everywhere.has(name))
    .map((type) => ('getFields' in type ? `${type.name} { ${Object.keys(type.getFields()).join(' ')} }` : type.name)).toSorted();
}

describe('what is in a view', () => {
  test.each<[string, string, Caller, string[]]>([
    ['fields whose guards do not hold are absent', 'type Query { a: Int @public b: Int @authenticated c: Int @requiresScopes(scopes: [["k:read"]]) d: Int @policy(policies: [["from_home"]]) }', ANONYMOUS, ['Query { a }']],
    ['fields whose guards hold are there', 'type Query { a: Int @public b: Int @authenticated c: Int @requiresScopes(scopes: [["k:read"]]) d: Int @requiresScopes(scopes: [["x:y"]]) }', callerWith('k:read'), ['Query { a b c }']],
    ['@can is for those who act', 'type Query { a: Int b: T } type T { id: String c: Int @can(action: "read", resource: "t") }', callerWith(), ['Query { a b }', 'T { id }']],
    ['@can is asked later for those who act', 'type Query { a: Int b: T } type T { id: String c: Int @can(action: "read", resource: "t") }', member, ['Query { a b }', 'T { id c }']],
    ['a guard of a type is one of its fields and of those that return it', 'type Query { a: Int b: T c: [T!]! } type T @authenticated { d: Int }', ANONYMOUS, ['Query { a }']],
    ['a guard of a scalar or an enum is one of the fields that return it', 'type Query { a: Int b: E c: S } enum E @authenticated { X } scalar S @authenticated', ANONYMOUS, ['Query { a }']],
    ['what nothing leads to is absent', 'type Query { a: Int b: T @authenticated } type T { u: U e(i: In): E } type U { d: Int } enum E { X } input In { e: E }', ANONYMOUS, ['Query { a }']],
    ['an input type goes with its last argument', 'type Query { a(i: A): Int b(i: B): Int @authenticated } input A { e: E c: C } input B { e: E d: D } input C { x: Int } input D { x: Int } enum E { X }', ANONYMOUS, ['A { e c }', 'C { x }', 'E', 'Query { a }']],
    ['an empty type takes along the fields that return it, and so on', 'type Query { a: Int b: T } type T { u: U! } type U { v: [V] } type V { w: Int @authenticated }', ANONYMOUS, ['Query { a }']],
    ['a type of a cycle stays while something of it is left', 'type Query { a: T } type T { t: T u: U } type U { t: T @authenticated x: Int @authenticated }', ANONYMOUS, ['Query { a }', 'T { t }']],
    ['an interface without implementation is absent', 'type Query { a: Int i: I } interface I { x: Int } type T implements I @authenticated { x: Int }', ANONYMOUS, ['Query { a }']],
    ['a field of an interface needs what it needs on every type', 'type Query { i: I } interface I { x: Int y: Int } type T implements I { x: Int y: Int } type U implements I { x: Int y: Int @authenticated }', ANONYMOUS, ['I { x }', 'Query { i }', 'T { x y }', 'U { x }']],
    ['an interface that is only implemented leads to no other type', 'type Query { t: T i: I @authenticated } interface I { x: Int } type T implements I { x: Int } type U implements I { x: Int y: Int }', ANONYMOUS, ['I { x }', 'Query { t }', 'T { x }']],
    ['a guard of an interface is one of what implements it', 'type Query { t: T v: V } interface I @authenticated { x: Int } type T implements I { x: Int y: Int } type V { y: Int }', ANONYMOUS, ['Query { v }', 'V { y }']],
    ['a union has the members that are left', 'type Query { u: U } union U = A | B type A { x: Int } type B @authenticated { x: Int }', ANONYMOUS, ['A { x }', 'Query { u }', 'U']],
    ['a union without members is absent', 'type Query { a: Int u: U } union U = B type B @authenticated { x: Int }', ANONYMOUS, ['Query { a }']],
    ['an interface goes when the field it has left leads nowhere', 'type Query { a: Int t: T } interface I { x: E } type T implements I { x: E y: Int } type E { z: Int @authenticated }', ANONYMOUS, ['Query { a t }', 'T { y }']],
    ['roots without fields are absent', 'type Query { a: Int } type Mutation { b: Int @authenticated } type Subscription { c: Int @authenticated }', ANONYMOUS, ['Query { a }']],
    ['roots with fields are there', 'type Query { a: Int } type Mutation { b: Int @authenticated } type Subscription { c: Int @authenticated }', callerWith(), ['Mutation { b }', 'Query { a }', 'Subscription { c }']],
  ])('%s', (_what, sdl, caller, expected) => {
    expect(partsOf(viewOf(sdl, caller))).toEqual(expected);
  });

  test('descriptions, defaults, deprecations and directives stay', () => {
    const sdl = `"""The root."""
      type Query { "A field." a("An argument." i: In = { x: 2 }): [T!]! @authenticated old: Int @deprecated(reason: "Gone.") no: Int @requiresScopes(scopes: [["k:read"]]) }
      "A type." type T implements I { "An x." x: Int } "An interface." interface I { x: Int } "An input." input In @oneOf { "A field of it." x: Int }`;
    const view = viewOf(sdl, callerWith());
    const expected = guardedSchema(sdl.replace(/no: .*\]\]\)/, ''));
    expect(printSchema(view)).toBe(printSchema(expected));
    expect(isObjectType(view.getType('T')) && view.getType('T')).not.toBe(expected.getType('T'));
  });
});

describe('SchemaViews', () => {
  const SDL = 'type Query { a: Int b: Int @authenticated c: Int @requiresScopes(scopes: [["k:read"]]) d: Int @policy(policies: [["from_home"]]) }';

  test('makes one view for all callers for whom the same clauses hold', () => {
    const views = new SchemaViews(sourceOf(SDL) as never);
    const of = (...keys: string[]) => views.of(services.context(callerWith(...keys)));
    expect(of('k:read')).toBe(of('k:read', 'x:y'));
    expect(of('k:read')).not.toBe(of('x:y'));
    expect(views.size).toBe(2);
  });

  test('decides policies for each request', () => {
    const views = new SchemaViews(sourceOf(SDL) as never);
    const fieldsAt = (ip: string): string[] => {
      const context = services.context();
      Object.assign(context.request, { ip });
      return Object.keys(views.of(context)?.schema.getQueryType()?.getFields() ?? {});
    };
    expect(fieldsAt('127.0.0.1')).toEqual(['a', 'd']);
    expect(fieldsAt('192.0.2.1')).toEqual(['a']);
    expect(fieldsAt('127.0.0.1')).toEqual(['a', 'd']);
  });

  test('keeps those that were used last', () => {
    const sdl = `type Query { a: Int ${Array.from({ length: 4 }, (_, index) => `f${index}: Int @requiresScopes(scopes: [["k${index}:read"]])`).join(' ')} }`;
    const views = new SchemaViews(sourceOf(sdl) as never, 2);
    const of = (index: number) => views.of(services.context(callerWith(`k${index}:read`)));
    const [first, second] = [of(0), of(1)];
    expect(of(0)).toBe(first);
    of(2);
    expect(views.size).toBe(2);
    expect(of(0)).toBe(first);
    expect(of(1)).not.toBe(second);
  });

  test('forgets them when the schema is swapped', () => {
    const source = sourceOf(SDL);
    const views = new SchemaViews(source as never);
    expect(views.of(services.context(callerWith()))?.sdl).toContain('b: Int');
    source.swap('type Query { x: Int y: Int @authenticated }');
    expect(views.size).toBe(0);
    expect(Object.keys(views.of(services.context(callerWith()))?.schema.getQueryType()?.getFields() ?? {})).toEqual(['x', 'y']);
  });

  test('knows who sees everything', () => {
    const views = new SchemaViews(sourceOf('type Query { a: Int b: T @requiresScopes(scopes: [["k:read"]]) } type T { id: String c: Int @can(action: "read", resource: "t") }') as never);
    const everything = (caller: Caller): boolean => views.seesEverything(services.context(caller));
    expect([ANONYMOUS, callerWith('k:read'), member, { ...member, grants: [grantOf('*')] }].map(everything)).toEqual([false, false, false, true]);
  });

  test('gives none to those for whom nothing of Query is left', () => {
    expect(new SchemaViews(sourceOf('type Query { a: Int @authenticated } type Mutation { b: Int }') as never).of(services.context())).toBeUndefined();
  });

  test('prints what is there in a stable order, with a hash of it', () => {
    const [one, two] = ['type Query { b: Int a: Int c: Int @authenticated }', 'type Query { a: Int b: Int }'].map((sdl) => new SchemaViews(sourceOf(sdl) as never).of(services.context()));
    expect(one?.sdl).toContain('type Query {\n  a: Int\n  b: Int\n}');
    expect([one?.sdl, one?.hash]).toEqual([two?.sdl, two?.hash]);
    expect(one?.hash).toMatch(/^[\w-]{43}$/);
  });
});
