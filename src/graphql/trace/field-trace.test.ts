import { execute, parse, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { callerWith, FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import { PolityError } from '../../kernel/errors/index.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';
import { FieldTrace, mayTrace, type FieldTraceEntry } from './field-trace.js';

const schema = guardedSchema(
  /* GraphQL */ `
    type Query { open: String things(first: Int!): [Thing!] @listSize(slicingArguments: ["first"]) @authenticated node: Node none: [Thing!] behind: String @authenticated }
    type Mutation { act(id: ID!): String @can(action: "act", resource: "thing", id: "args.id") }
    interface Node { id: ID! note: String }
    type Thing implements Node { id: ID! note: String secret: String @requiresScopes(scopes: [["a:read", "b:read"], ["c:read"]]) own: String @authenticated @can(action: "see", resource: "thing") inner: [Thing!] }
    type Other implements Node { id: ID! note: String @policy(policies: [["p"]]) }
  `,
  {
    Query: {
      things: (_source: unknown, { first }: { first: number }) => Array.from({ length: first }, (_, index) => ({ id: `t${index}`, secret: 's', own: 'o', inner: [{ id: `i${index}`, own: 'o' }] })),
      node: () => ({ __typename: 'Thing', id: 't9', note: 'n' }), none: () => [],
      behind: () => { throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'Not here.'); },
    },
    Mutation: { act: () => 'did' },
  },
);
const services = new FakeServices([{ name: 'p', expression: 'false' }]);

async function traced(source: string, caller: Caller = callerWith('c:read'), variables?: Record<string, unknown>): Promise<{ result: ExecutionResult; fields: readonly FieldTraceEntry[]; isTruncated?: true }> {
  const document = parse(source);
  const operation = document.definitions.find(({ kind }) => kind === 'OperationDefinition') as OperationDefinitionNode;
  const context = services.context(caller);
  const trace = new FieldTrace({ schema, document, operation, variables }, context);
  const result = await execute({ schema, document, contextValue: context, variableValues: variables });
  return { result, ...trace.report(result.errors) };
}
beforeEach(() => {
  services.allowed = new Set(['t0', 't2', 'i1']);
});

test('has one entry for each guarded field, with its rule and its part of the cost', async () => {
  const { fields } = await traced('{ open things(first: 3) { id secret } }');
  expect(fields).toEqual([
    { path: 'things', coordinate: 'Query.things', rule: '@authenticated', outcome: 'allowed', decided: 'once', cost: 3 },
    { path: 'things.@.secret', coordinate: 'Thing.secret', rule: '@requiresScopes(scopes: [["a:read", "b:read"], ["c:read"]])', outcome: 'allowed', decided: 'once', cost: 0 },
  ]);
});

test('counts the objects that were asked about', async () => {
  const { fields } = await traced('{ things(first: 3) { own inner { mine: own } } }');
  const rule = '@authenticated @can(action: "see", resource: "thing")';
  expect(fields.slice(1)).toEqual([
    { path: 'things.@.own', coordinate: 'Thing.own', rule, outcome: 'denied', code: 'UNAUTHORIZED_FIELD_OR_TYPE', decided: 'per_object', objects: { asked: 3, allowed: 2, denied: 1 }, cost: 0 },
    { path: 'things.@.inner.@.mine', coordinate: 'Thing.own', rule, outcome: 'denied', code: 'UNAUTHORIZED_FIELD_OR_TYPE', decided: 'per_object', objects: { asked: 3, allowed: 1, denied: 2 }, cost: 0 },
  ]);
});

test('says what nothing came back for: below what was denied, in empty lists, of other types', async () => {
  const denied = await traced('{ things(first: 2) { secret } none { secret } }', ANONYMOUS);
  expect(denied.fields.map(({ path, outcome }) => [path, outcome])).toEqual([['things', 'denied'], ['things.@.secret', 'not_reached'], ['none.@.secret', 'not_reached']]);
  const abstract = await traced('{ node { ... on Thing { secret } ... on Other { note } } }');
  expect(abstract.fields.map(({ coordinate, outcome }) => [coordinate, outcome])).toEqual([['Thing.secret', 'allowed'], ['Other.note', 'not_reached']]);
});

test('a field of an interface needs what every type needs that can come back', async () => {
  const { fields, result } = await traced('{ node { note } }');
  expect([result.data, fields.map(({ coordinate, rule, outcome }) => [coordinate, rule, outcome])]).toEqual([
    { node: { note: null } }, [['Thing.note', '@policy(policies: [["p"]])', 'denied'], ['Other.note', '@policy(policies: [["p"]])', 'not_reached']],
  ]);
});

test('leaves out what is skipped, and keeps aliases and fragments apart', async () => {
  const source = 'query ($no: Boolean!) { a: things(first: 1) { ...F } things(first: 1) @skip(if: $no) { ...F } } fragment F on Thing { secret }';
  expect((await traced(source, undefined, { no: true })).fields.map(({ path }) => path)).toEqual(['a', 'a.@.secret']);
  expect((await traced(source, undefined, { no: false })).fields.map(({ path }) => path)).toEqual(['a', 'a.@.secret', 'things', 'things.@.secret']);
});

test('names the code of what was denied behind its guard', async () => {
  const { fields } = await traced('{ behind }');
  expect(fields).toEqual([{ path: 'behind', coordinate: 'Query.behind', rule: '@authenticated', outcome: 'denied', code: 'ADMIN_PERMISSION_REQUIRED', decided: 'once', cost: 0 }]);
});

test('holds no arguments and no ids', async () => {
  services.allowed = new Set();
  const { fields } = await traced('mutation ($id: ID!) { act(id: $id) }', undefined, { id: 'secret-id' });
  expect(fields).toEqual([{ path: 'act', coordinate: 'Mutation.act', rule: '@can(action: "act", resource: "thing", id: "args.id")', outcome: 'denied', code: 'UNAUTHORIZED_FIELD_OR_TYPE', decided: 'per_object', objects: { asked: 1, allowed: 0, denied: 1 }, cost: 0 }]);
  expect(JSON.stringify(fields)).not.toContain('secret-id');
});

test('an operation of very many fields is traced in part, and says so', async () => {
  const deep = Array.from({ length: 11 }, (_, level) => `fragment F${level} on Thing { a: inner { ...F${level + 1} } b: inner { ...F${level + 1} } }`).join(' ');
  const { fields, isTruncated } = await traced(`{ none { ...F0 } } ${deep} fragment F11 on Thing { secret }`);
  expect(isTruncated).toBe(true);
  expect(fields.length).toBeLessThanOrEqual(2_000);
});

test('is for those whose key reaches the instance', () => {
  const of = (caller: Caller): boolean => mayTrace(services.context(caller));
  expect([of(callerWith('graphql:trace')), of(callerWith('graphql:*')), of(callerWith('instance:read')), of(ANONYMOUS)]).toEqual([true, true, false, false]);
  expect(of({ ...callerWith(), grants: [{ id: 'g', level: 'space_admin', permissionKey: 'graphql:trace', spaceId: 'space_1' }] })).toBe(false);
  expect(of({ ...callerWith(), grants: [{ id: 'g', level: 'instance_admin', permissionKey: 'graphql:trace', expiresAt: 1 }] })).toBe(false);
});
