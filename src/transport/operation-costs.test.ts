import { FakeServices } from '../../test/support/graphql-fixture.js';
import { compiled, costSchema } from '../../test/support/cost-fixture.js';
import { asksForCost } from './asks-for-cost.js';
import { OperationCosts } from './operation-costs.js';

const schema = costSchema(`
  type Item { name: String }
  type Query { items(first: Int): [Item] @listSize(slicingArguments: ["first"], assumedSize: 10, requireOneSlicingArgument: false) strict(first: Int): [Item] @listSize(slicingArguments: ["first"]) }
  type Mutation { act: Item }
`);
const items = compiled(schema, 'query ($first: Int) { items(first: $first) { name } }');
const refusal = (estimated: number, max: number, message: string) => expect.objectContaining({ message, extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated, max }, http: { status: 400 } } });

describe('an operation', () => {
  test('is admitted up to the most, with its variables on each request', () => {
    const services = new FakeServices();
    const costs = new OperationCosts({ maxCost: 20, costMode: 'enforce' });
    expect(costs.admit(items, { variables: { first: 20 } }, services.context()).estimated).toBe(20);
    expect(() => costs.admit(items, { variables: { first: 21 } }, services.context())).toThrow(refusal(21, 20, 'The operation could cost 21; at most 20 is accepted.'));
    expect(costs.admit(items, {}, services.context()).estimated).toBe(10);
    expect(services.costs).toEqual(['query 20', 'query 21', 'query refused', 'query 10']);
  });
  test('is only counted where costs are measured', () => {
    const services = new FakeServices();
    const costs = new OperationCosts({ maxCost: 20, costMode: 'measure' });
    expect(costs.admit(items, { variables: { first: 21 } }, services.context()).estimated).toBe(21);
    expect(costs.admit(compiled(schema, 'mutation { act { name } }'), {}, services.context()).estimated).toBe(11);
    expect(services.costs).toEqual(['query 21', 'query measured', 'mutation 11']);
  });
  test('that misses its slicing argument is refused in either mode, and not counted', () => {
    for (const costMode of ['enforce', 'measure'] as const) {
      const services = new FakeServices();
      const costs = new OperationCosts({ maxCost: 20, costMode });
      expect(() => costs.admit(compiled(schema, '{ strict { name } }'), {}, services.context())).toThrow('Query.strict takes exactly one of its arguments first; 0 are given.');
      expect(services.costs).toEqual([]);
    }
  });
});

describe('operations of one request', () => {
  test('may cost as much together as one alone; a refused one costs nothing', () => {
    const services = new FakeServices();
    const costs = new OperationCosts({ maxCost: 20, costMode: 'enforce' });
    const context = services.context();
    costs.admit(items, { variables: { first: 12 } }, context);
    expect(() => costs.admit(items, { variables: { first: 9 } }, context)).toThrow(refusal(21, 20, 'The operation, with those before it in its batch, could cost 21; at most 20 is accepted.'));
    expect(costs.admit(items, { variables: { first: 8 } }, context).estimated).toBe(8);
    expect(() => costs.admit(items, { variables: { first: 1 } }, context)).toThrow(refusal(21, 20, 'The operation, with those before it in its batch, could cost 21; at most 20 is accepted.'));
    expect(costs.admit(items, { variables: { first: 20 } }, services.context()).estimated).toBe(20);
  });
});

describe('a report', () => {
  const admitted = () => new OperationCosts({ maxCost: 20, costMode: 'enforce' }).admit(items, { variables: { first: 5 } }, new FakeServices().context());

  test('says estimated, actual and most, beside other extensions', () => {
    expect(admitted().report({ data: { items: [{ name: 'a' }] }, extensions: { other: 1 } })).toEqual({ data: { items: [{ name: 'a' }] }, extensions: { other: 1, cost: { estimated: 5, actual: 1, max: 20 } } });
    expect(admitted().report({ data: null })).toEqual({ data: null, extensions: { cost: { estimated: 5, actual: 0, max: 20 } } });
  });
  test('has nothing to say of a request error', () => {
    expect(admitted().report({ data: undefined })).toEqual({ data: undefined });
  });
});

test.each<[string | string[] | undefined, unknown, boolean]>([
  ['report', undefined, true], ['yes', undefined, false], [['report', 'report'], undefined, false], [undefined, { cost: true }, true], [undefined, { cost: 1 }, false], [undefined, null, false],
  [undefined, 'cost', false], [undefined, undefined, false],
])('header %p and extensions %p ask: %p', (header, extensions, expected) => {
  expect(asksForCost(header, extensions)).toBe(expected);
});

test('copies of a context are one request, as Apollo makes them for the operations of a batch', () => {
  const context = new FakeServices().context();
  const costs = new OperationCosts({ maxCost: 20, costMode: 'enforce' });
  costs.admit(items, { variables: { first: 12 } }, { ...context });
  expect(() => costs.admit(items, { variables: { first: 9 } }, { ...context })).toThrow('The operation, with those before it in its batch, could cost 21');
});

test('an operation that is alone in its request is admitted or not without an error', () => {
  const services = new FakeServices();
  const context = services.context();
  const alone = (costMode: 'enforce' | 'measure', source = items, first = 20) => new OperationCosts({ maxCost: 20, costMode }).admitAlone(source, { variables: { first } }, context)?.estimated;
  const strict = compiled(schema, '{ strict { name } }');
  const fixed = compiled(schema, '{ items(first: 21) { name } }');
  expect([alone('enforce'), alone('enforce', items, 21), alone('enforce', fixed), alone('enforce', strict)]).toEqual([20, undefined, undefined, undefined]);
  expect([alone('measure', items, 21), alone('measure', fixed), alone('measure', strict)]).toEqual([21, 21, undefined]);
  // What is left to others is counted by them.
  expect(services.costs).toEqual(['query 20', 'query 21', 'query measured', 'query 21', 'query measured']);
});
