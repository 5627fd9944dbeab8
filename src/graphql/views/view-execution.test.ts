import { execute, getOperationAST, parse, validate, type ExecutionResult } from 'graphql';
import { callerWith, FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';
import { SchemaViews } from './schema-views.js';
import { viewExecution } from './view-execution.js';

const schema = guardedSchema(
  `type Query { a: String b: String @authenticated again: Query in(x: In): String @authenticated kinds: [Kind] must(x: Int!): String! }
   interface Kind { x: Int } type One implements Kind { x: Int } type Two implements Kind { x: Int y: Int @authenticated }
   type Mutation { m: String } input In { x: Int }`,
  { Query: { a: () => 'A', b: () => 'B', in: () => 'I', must: () => null, kinds: () => [] }, Kind: { __resolveType: () => 'One' } },
);
const services = new FakeServices();
const views = new SchemaViews({ current: schema, onChange: () => () => undefined });

async function run(source: string, caller: Caller = ANONYMOUS, variableValues: Record<string, unknown> = {}, operationName?: string): Promise<ExecutionResult | 'as any other'> {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('no operation');
  const contextValue = services.context(caller);
  const result = await viewExecution(views, document, operation, contextValue)?.({ schema, document, operationName, variableValues, contextValue });
  return result === undefined ? 'as any other' : (JSON.parse(JSON.stringify(result)) as ExecutionResult);
}

const fieldsOf = (answer: unknown): string[] => (answer as { fields: { name: string }[] }).fields.map(({ name }) => name);

describe('viewExecution', () => {
  test('leaves alone what does not introspect', async () => {
    expect(await run('{ a __typename }')).toBe('as any other');
    expect(await run('mutation { m }')).toBe('as any other');
    expect(await run('query A { a } query B { __schema { description } }', ANONYMOUS, {}, 'A')).toBe('as any other');
  });

  test('answers from the view of the caller', async () => {
    const source = '{ __type(name: "Query") { fields { name } } }';
    const visible = async (caller: Caller) => fieldsOf(((await run(source, caller)) as ExecutionResult).data?.__type);
    expect(await visible(ANONYMOUS)).toEqual(['a', 'again', 'kinds', 'must']);
    expect(await visible(callerWith())).toEqual(['a', 'b', 'again', 'in', 'kinds', 'must']);
    expect(await run('{ __type(name: "In") { name } kind: __type(name: "Kind") { possibleTypes { name fields { name } } } }')).toEqual({
      data: { __type: null, kind: { possibleTypes: [{ name: 'One', fields: [{ name: 'x' }] }, { name: 'Two', fields: [{ name: 'x' }] }] } },
    });
  });

  test('runs the other fields beside it, in the order of the document, with their denials', async () => {
    expect(await run('{ a s: __schema { mutationType { name } } b x: a t: __typename n: __type(name: "No") { name } }')).toEqual({
      data: { a: 'A', s: { mutationType: { name: 'Mutation' } }, b: null, x: 'A', t: 'Query', n: null },
      errors: [expect.objectContaining({ message: 'Unauthorized field or type', path: ['b'] })],
    });
    const { data } = (await run('{ a s: __schema { queryType { name } } b }', callerWith())) as ExecutionResult;
    expect(Object.entries(data ?? {})).toEqual([['a', 'A'], ['s', { queryType: { name: 'Query' } }], ['b', 'B']]);
  });

  test('follows fragments, directives and variables', async () => {
    const source = `query Q($yes: Boolean!, $no: Boolean!, $name: String!, $in: In) {
      ...R @skip(if: $yes) ...R @include(if: $yes) ... @include(if: $no) { gone: __schema { queryType { name } } }
      in(x: $in)
    }
    fragment R on Query { a t: __type(name: $name) { ...T } again { ...N } }
    fragment T on __Type { name fields(includeDeprecated: $yes) { name } }
    fragment N on Query { in(x: $in) }`;
    expect(await run(source, ANONYMOUS, { yes: true, no: false, name: 'One', in: { x: 1 } })).toEqual({
      data: { a: 'A', t: { name: 'One', fields: [{ name: 'x' }] }, again: null, in: null },
      errors: [expect.objectContaining({ path: ['in'] })],
    });
  });

  test('refuses variables as the whole operation would', async () => {
    const source = 'query ($x: Int!) { a __schema { queryType { name } } must(x: $x) }';
    const document = parse(source);
    const whole = await execute({ schema, document, variableValues: { x: 'no' }, contextValue: services.context() });
    expect(await run(source, ANONYMOUS, { x: 'no' })).toEqual(JSON.parse(JSON.stringify(whole)));
    expect(whole.errors?.[0]?.message).toContain('"$x"');
  });

  test('a null that takes everything along leaves nothing of the schema', async () => {
    expect(await run('{ __schema { queryType { name } } must(x: 1) }')).toMatchObject({ data: null, errors: [{ path: ['must'] }] });
  });

  test.each(['{ again { __schema { queryType { name } } } }', '{ ...F again { ...F } } fragment F on Query { __type(name: "In") { name } }', '{ again { again { ... { ... { __type(name: "In") { name } } } } } __schema { queryType { name } } }'])(
    'refuses an introspection below the root, where it would be answered from the whole schema: %s', async (source) => {
      await expect(run(source)).rejects.toMatchObject({ message: 'Introspection is not available to this caller.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    });

  test('refuses those who see nothing', async () => {
    const closed = guardedSchema('type Query { a: String @authenticated }');
    const document = parse('{ __schema { queryType { name } } }');
    const none = new SchemaViews({ current: closed, onChange: () => () => undefined });
    expect(() => viewExecution(none, document, getOperationAST(document) as never, services.context())).toThrow('Introspection is not available to this caller.');
  });

  test('is not blown up by fragments in fragments', async () => {
    const fragments = Array.from({ length: 200 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ... { ...F${index + 1} } }`).join(' ');
    const began = performance.now();
    expect(await run(`{ ...F0 } ${fragments} fragment F200 on Query { __schema { queryType { name } } }`)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
