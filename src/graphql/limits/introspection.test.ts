import { getIntrospectionQuery, parse } from 'graphql';
import { callerWith, FakeServices } from '../../../test/support/graphql-fixture.js';
import { assertIntrospection, introspects, isCircularIntrospection } from './introspection.js';

const services = new FakeServices();
const standard = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true });

describe('introspects', () => {
  test.each([
    ['{ __schema { queryType { name } } }', true],
    ['{ x: __type(name: "Query") { name } }', true],
    ['{ a } fragment F on Query { ... { __schema { types { name } } } }', true],
    ['query A { a } query B { __schema { types { name } } }', true],
    ['{ a { __typename } }', false],
    ['{ schema type }', false],
  ])('%s: %p', (source, expected) => {
    expect(introspects(parse(source))).toBe(expected);
  });
});

describe('isCircularIntrospection', () => {
  const lists = (count: number, list = 'fields', inside = 'type'): string => `{ __schema { types { ${`${list} { ${inside} { `.repeat(count)}name${' } }'.repeat(count)} } } }`;

  test.each([
    ['the standard query', standard, false],
    ['two lists', lists(2), false],
    ['three lists', lists(3), true],
    ['ten lists', lists(10), true],
    ['interfaces of possible types', '{ __schema { types { interfaces { possibleTypes { interfaces { name } } } } } }', true],
    ['input fields of input fields', '{ __type(name: "X") { inputFields { type { inputFields { type { inputFields { name } } } } } } }', true],
    ['types in types without end', `{ __type(name: "X") { ${'ofType { '.repeat(30)}name${' }'.repeat(30)} } }`, true],
    ['lists hidden in fragments', '{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ...C } } } fragment C on __Type { fields { name } }', true],
    ['lists hidden in inline fragments', '{ __schema { types { ... { fields { type { ... on __Type { fields { type { fields { name } } } } } } } } } }', true],
    ['a second root that is circular', `{ a: __type(name: "X") { name } ${lists(3).slice(1, -1)} }`, true],
    ['a cycle, which validation refuses', '{ __schema { types { ...A } } } fragment A on __Type { ofType { ...A } }', false],
    ['fields of the application', '{ fields { fields { fields { fields { __typename } } } } __schema { queryType { name } } }', false],
  ])('%s: %p', (_name, source, expected) => {
    expect(isCircularIntrospection(parse(source))).toBe(expected);
  });
});

describe('assertIntrospection', () => {
  const refusal = expect.objectContaining({ message: 'Introspection is not available to this caller.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } } });

  test('lets known callers, and others where it is allowed', () => {
    expect(() => assertIntrospection(parse(standard), services.context(callerWith()), false)).not.toThrow();
    expect(() => assertIntrospection(parse(standard), services.context(), true)).not.toThrow();
    expect(() => assertIntrospection(parse('{ a }'), services.context(), false)).not.toThrow();
  });
  test('refuses the anonymous where it is not', () => {
    expect(() => assertIntrospection(parse('{ __type(name: "X") { name } }'), services.context(), false)).toThrow(refusal);
  });
  test('refuses what is circular to everybody', () => {
    const circular = parse('{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }');
    expect(() => assertIntrospection(circular, services.context(callerWith('*')), true)).toThrow(refusal);
  });
});
