import { graphql, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import { ERROR_CODES, PolityError, type ErrorCode } from '../../kernel/errors/index.js';
import { formatError } from './format-error.js';

const SECRET = 'hunter2-secret';
const services = new FakeServices();
let thrown: () => unknown = () => undefined;
const schema = guardedSchema(
  'scalar Odd type Query { field(limit: Int = 1, where: Where): String number: Int list: [String] guarded: String @authenticated odd(value: Odd): String required: String! } input Where { id: ID! }',
  { Query: { field: () => thrown(), number: () => thrown(), list: () => thrown(), required: () => thrown(), odd: () => 'odd' }, Odd: { parseValue: () => { throw new Error(SECRET); } } as never },
);

/** What a client sees when a resolver throws or gives `value`, and what was logged. */
async function answer(value: unknown, source = '{ field }', variableValues?: Record<string, unknown>): Promise<{ shown: GraphQLFormattedError | undefined; reported: unknown[] }> {
  thrown = () => {
    if (value instanceof Error) throw value;
    return value;
  };
  const reported: unknown[] = [];
  const { errors = [] } = await graphql({ schema, source, variableValues, contextValue: services.context() });
  const [shown] = errors.map((error) => formatError(error.toJSON(), error, (internal) => reported.push(internal)));
  return { shown, reported };
}

const databaseError = (code: string, more: Record<string, unknown> = {}): Error => Object.assign(new Error(`${SECRET} in statement`), { code, ...more });
const internal = { message: 'Internal error', path: ['field'], locations: [{ line: 1, column: 3 }], extensions: { code: 'INTERNAL_ERROR' } };

describe('formatError', () => {
  test.each<[string, unknown]>([
    ['an Error', new Error(SECRET)],
    ['an Error with a cause', new Error('outer', { cause: new Error(SECRET) })],
    ['a TypeError', new TypeError(`Cannot read ${SECRET}`)],
    ['a database error', databaseError('42P01')],
    ['a constraint nobody named', databaseError('23505', { constraint: 'some_key' })],
    ['a GraphQLError without a code', new GraphQLError(SECRET)],
    ['a GraphQLError around another', new GraphQLError(SECRET, { originalError: new Error(SECRET) })],
  ])('%s is an internal error, logged and not shown', async (_name, error) => {
    const { shown, reported } = await answer(error);
    expect(shown).toEqual(internal);
    expect(reported).toEqual([(error as GraphQLError).originalError ?? error].map(() => expect.any(Error)));
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });
  test.each<[string, unknown, string]>([
    ['a value that is no number', SECRET, '{ number }'],
    ['a value that is no list', SECRET, '{ list }'],
    ['null where there is always a value', null, '{ required }'],
    ['an object where there is text', { secret: SECRET }, '{ field }'],
  ])('%s from a resolver is our bug', async (_name, value, source) => {
    const { shown, reported } = await answer(value, source);
    expect(shown).toMatchObject({ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(reported).toHaveLength(1);
  });
  test.each(['08006', '57P01', '53300', 'ECONNREFUSED', 'ECONNRESET'])('a database that is gone (%s) says so and nothing else', async (code) => {
    const { shown, reported } = await answer(databaseError(code));
    expect(shown).toMatchObject({ message: 'The database cannot be reached; try again.', extensions: { code: 'SERVICE_UNAVAILABLE' }, path: ['field'] });
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(reported).toEqual([]);
  });
  test('a lost race is a conflict of the caller', async () => {
    expect((await answer(Object.assign(new Error(SECRET), { name: 'OptimisticLockError' }))).shown).toMatchObject({ extensions: { code: 'CONFLICT', inputPath: ['input', 'expectedVersion'] } });
  });
  test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s keeps its code, and its message unless it is ours', async (code) => {
    const { shown, reported } = await answer(new PolityError(code, 'what happened', { path: ['input', 'id'], details: { permission: 'a:b', code: 'OTHER' }, cause: new Error(SECRET) }));
    const isInternal = ERROR_CODES[code].kind === 'internal';
    expect(shown).toEqual({
      ...internal, message: isInternal ? 'Internal error' : 'what happened',
      extensions: isInternal ? { code } : { code, permission: 'a:b', inputPath: ['input', 'id'] },
    });
    expect(reported).toHaveLength(isInternal ? 1 : 0);
  });
  test('a denied field keeps its code and path', async () => {
    expect((await answer(undefined, '{ guarded }')).shown).toEqual({ message: 'Unauthorized field or type', path: ['guarded'], locations: [{ line: 1, column: 3 }], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
  });
  test('an error with a code of its own is shown, without a stack or a status', async () => {
    const error = new GraphQLError('too many', { extensions: { code: 'RATE_LIMITED', http: { status: 429 }, stacktrace: [SECRET], exception: SECRET, retryAfter: 3 } });
    expect((await answer(error)).shown).toMatchObject({ message: 'too many', extensions: { code: 'RATE_LIMITED', retryAfter: 3 } });
    expect(JSON.stringify((await answer(error)).shown)).not.toMatch(/hunter2|429/);
  });
  test.each([
    ['{ field(limit: "x") }', undefined, 'GraphQL'],
    ['query ($limit: Int) { field(limit: $limit) }', { limit: 'x' }, 'Variable "$limit" has an invalid value'],
    ['query ($where: Where) { field(where: $where) }', { where: {} }, 'Variable "$where" has an invalid value: Field "id" of required type'],
    ['{ unknown }', undefined, 'Cannot query field'],
    ['query A { field } query B { field }', undefined, 'Must provide operation name'],
  ])('a mistake of the request stays a mistake of the request: %s', async (source, variables, message) => {
    const { shown, reported } = await answer('value', source, variables);
    expect(shown?.message).toContain(message === 'GraphQL' ? 'Int cannot represent non-integer value' : message);
    expect(shown?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(reported).toEqual([]);
  });
  test('anything thrown that is no error is an internal error', () => {
    const reported: unknown[] = [];
    for (const value of [SECRET, undefined, null, 7, { message: SECRET }]) {
      expect(formatError({ message: SECRET }, value, (error) => reported.push(error))).toEqual({ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } });
    }
    expect(reported).toHaveLength(5);
  });
});
