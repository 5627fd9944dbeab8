import { buildSchema, getVariableValues, Kind, parse } from 'graphql';
import { withoutValues } from './without-values.js';

const schema = buildSchema(/* GraphQL */ `
  enum Level { LOW HIGH }
  input Inner { level: Level, count: Int }
  input SignInInput { email: String!, password: String!, inner: Inner, list: [Int!] }
  type Query { signIn(input: SignInInput!): Boolean }
`);
const operation = parse('query ($input: SignInInput!) { signIn(input: $input) }').definitions[0];

function complaints(input: unknown): string[] {
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], { input }) as { errors?: readonly Error[] };
  return errors.map(({ message }) => withoutValues(message));
}

test.each([
  [{ password: 'hunter2 at "x"; hunter2' }, 'Variable "$input" has an invalid value: Field "email" of required type "String!" was not provided.'],
  [{ email: 'a', password: ['hunter2'] }, 'Variable "$input" has an invalid value at "input.password".'],
  [{ email: 'a', password: 'hunter2', secret: 'hunter2' }, 'Variable "$input" has an invalid value: Field "secret" is not defined by type "SignInInput".'],
  [{ email: 'a', password: 'hunter2', inner: { level: 'hunter2' } }, 'Variable "$input" has an invalid value at "input.inner.level".'],
  [{ email: 'a', password: 'hunter2', list: [1, 'hunter2'] }, 'Variable "$input" has an invalid value at "input.list[1]".'],
  ['hunter2', 'Variable "$input" has an invalid value: Expected type "SignInInput" to be an object.'],
])('%j shows no value', (input, expected) => {
  const found = complaints(input);
  expect(found).toContain(expected);
  expect(found.join()).not.toContain('hunter2');
});

test('other messages stay', () => {
  expect(withoutValues('Cannot query field "x" on type "Query".')).toBe('Cannot query field "x" on type "Query".');
});
