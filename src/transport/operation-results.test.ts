import { GraphQLError } from 'graphql';
import { FakeServices } from '../../test/support/graphql-fixture.js';
import { PolityError } from '../kernel/errors/index.js';
import { outcomeOf } from './operation-outcome.js';
import { OperationResults } from './operation-results.js';
import type { PreparedOperation } from './prepare-operation.js';

const start = () => {
  const services = new FakeServices();
  const reported: unknown[] = [];
  return { services, reported, results: new OperationResults(services.context(), { name: 'Op', type: 'query' }, (error) => reported.push(error)) };
};
const denial = (...path: (string | number)[]) => new GraphQLError('Unauthorized field or type', { path, extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } });
const thatRuns = (run: PreparedOperation['run']) => ({ operation: { operation: 'query' }, run }) as unknown as PreparedOperation;

describe('OperationResults', () => {
  test('records each denied path once, however many answers have it', async () => {
    const { results, services } = start();
    await results.settle({ data: {}, errors: [denial('a', 0, 'b'), denial('a', 1, 'b')] });
    await results.settle({ data: {}, errors: [denial('a', 7, 'b'), denial('c')] });
    await results.settle({ data: {}, errors: [denial('c')] });
    expect(services.audit.map(({ details, denyCode }) => [details?.paths, denyCode])).toEqual([[['a.@.b'], 'UNAUTHORIZED_FIELD_OR_TYPE'], [['c'], 'UNAUTHORIZED_FIELD_OR_TYPE']]);
  });
  test('records the code of what a service denied', async () => {
    const { results, services } = start();
    await results.settle({ data: {}, errors: [new GraphQLError('x', { path: ['a'], originalError: new PolityError('ADMIN_PERMISSION_REQUIRED', 'Needs a:read.') })] });
    expect(services.audit[0]).toMatchObject({ denyCode: 'ADMIN_PERMISSION_REQUIRED', details: { paths: ['a'] } });
  });
  test('tries again to record what could not be recorded', async () => {
    const { results, services } = start();
    services.failure = new Error('away');
    await expect(results.settle({ errors: [denial('a')] })).rejects.toThrow('away');
    services.failure = undefined;
    await results.settle({ errors: [denial('a')] });
    expect(services.audit).toHaveLength(1);
  });
  test('names at most fifty paths', async () => {
    const { results, services } = start();
    await results.settle({ errors: Array.from({ length: 80 }, (_, index) => denial(`f${index}`)) });
    expect(services.audit[0]?.details?.paths).toHaveLength(50);
  });
  test('an operation that throws is an answer, and counted', async () => {
    const { results, services, reported } = start();
    const bug = new Error('a bug');
    expect(await results.run(thatRuns(() => Promise.reject(bug)))).toEqual({ errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_ERROR' } }] });
    expect([reported, services.counted]).toEqual([[bug], ['query failed']]);
  });
  test('a denial that cannot be recorded hides the answer', async () => {
    const { results, services } = start();
    services.failure = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(await results.run(thatRuns(async () => ({ data: { other: 'value', a: null }, errors: [denial('a')] })))).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'SERVICE_UNAVAILABLE' } })] });
  });
  test('looks through the wrapper of an error that knows its place', async () => {
    const { results } = start();
    expect(await results.failure(new GraphQLError('outer', { originalError: denial('a') }))).toEqual([{ message: 'Unauthorized field or type', path: ['a'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }]);
  });
});

describe('outcomeOf', () => {
  const errors = (...codes: (string | undefined)[]) => codes.map((code) => ({ message: '', extensions: { code } }));

  test.each([
    [undefined, 'ok'],
    [[], 'ok'],
    [errors('UNAUTHORIZED_FIELD_OR_TYPE'), 'denied'],
    [errors('VALIDATION_FAILED', 'ADMIN_PERMISSION_REQUIRED'), 'denied'],
    [errors('ADMIN_PERMISSION_REQUIRED', 'INTERNAL_ERROR'), 'failed'],
    [errors('SERVICE_UNAVAILABLE'), 'failed'],
    [errors('GRAPHQL_VALIDATION_FAILED'), 'invalid'],
    [errors('constructor', undefined), 'invalid'],
  ])('%j counts as %s', (given, expected) => {
    expect(outcomeOf(given)).toBe(expected);
  });
});
