import { getIntrospectionQuery, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { callerWith, FakeServices, grantOf, guardedSchema, ManualStream } from '../../test/support/graphql-fixture.js';
import { unlimited } from '../../test/support/rates.js';
import { DocumentGate, DocumentRegister, SchemaViews } from '../graphql/index.js';
import { createServiceRef } from '../kernel/services/index.js';
import { requestContextRef, type Caller, type RequestContext } from '../system/shared/contracts/index.js';
import { LiveSchema } from './live-schema.js';
import { isRefused, OperationPreparer, type OperationBounds, type PreparedOperation } from './prepare-operation.js';

/** A request service that remembers for whom it was made. */
const loaderRef = createServiceRef<{ readonly caller: Caller; readonly now: number }>({ id: 'test.loader', scope: 'request' });
let stream = new ManualStream();
const seen: { readonly caller: Caller; readonly now: number }[] = [];
const schema: GraphQLSchema = guardedSchema(
  'type Query { open: String guarded: String @authenticated } type Subscription { events: String @requiresScopes(scopes: [["a:read"]]) }',
  {
    Query: { open: () => 'open', guarded: () => 'guarded' },
    Subscription: {
      events: {
        subscribe: () => stream,
        resolve: (event: string, _args: unknown, { services }: RequestContext) => {
          const loader = services.get(loaderRef);
          seen.push(loader, services.get(loaderRef));
          return `${event} for ${loader.caller.grants.length}`;
        },
      },
    },
  },
);
const bounds: OperationBounds = { maxDepth: 5, maxAliases: 5, maxDirectives: 5, maxTokens: 1_000, introspection: false, strictAuthorization: false, maxCost: 1_000, costMode: 'enforce' };
const services = new FakeServices();
services.container.provide('test', loaderRef, (scope) => {
  const { caller, request } = scope.get(requestContextRef);
  return { caller, now: request.now };
});
beforeEach(() => {
  stream = new ManualStream();
  seen.splice(0);
});

const preparerOf = (live: LiveSchema, own: OperationBounds): OperationPreparer => new OperationPreparer(live, own, new SchemaViews(live), new DocumentGate({ mode: 'off', register: new DocumentRegister(), count: () => undefined, log: () => undefined }), unlimited());
const prepare = (query: string, context = services.context(callerWith('a:read')), more: Partial<OperationBounds> = {}, operationName?: string): Promise<PreparedOperation | readonly Error[]> =>
  preparerOf(new LiveSchema(schema), { ...bounds, ...more }).prepare({ query, operationName }, context);
const run = async (...args: Parameters<typeof prepare>): Promise<any> => {
  const prepared = await prepare(...args);
  if (isRefused(prepared as PreparedOperation)) throw new Error(`refused: ${(prepared as readonly Error[]).map(String).join()}`);
  return (prepared as PreparedOperation).run();
};
const codes = async (...args: Parameters<typeof prepare>): Promise<unknown[]> => {
  const prepared = await prepare(...args);
  return Array.isArray(prepared) ? prepared.map(({ extensions }) => extensions.code) : [];
};

describe('OperationPreparer', () => {
  test('runs the named operation', async () => {
    expect(await run('query A { open } query B { guarded }', undefined, {}, 'B')).toEqual({ data: { guarded: 'guarded' } });
  });
  test.each<[string, string, Partial<OperationBounds>]>([
    ['GRAPHQL_PARSE_FAILED', '{ open', {}],
    ['GRAPHQL_PARSE_FAILED', '{ open open open open open open }', { maxTokens: 5 }],
    ['GRAPHQL_VALIDATION_FAILED', '{ a: open b: open }', { maxAliases: 1 }],
    ['GRAPHQL_VALIDATION_FAILED', '{ open @skip(if: true) }', { maxDirectives: 0 }],
    ['GRAPHQL_VALIDATION_FAILED', '{ opne }', {}],
    ['OPERATION_RESOLUTION_FAILURE', 'query A { open } query B { open }', {}],
  ])('refuses with %s: %s', async (code, query, more) => {
    expect(await codes(query, undefined, more)).toEqual([code]);
  });
  test('gives suggestions only where the schema may be seen', async () => {
    const message = async (introspection: boolean): Promise<string> => ((await prepare('{ opne }', undefined, { introspection })) as readonly Error[])[0]?.message ?? '';
    expect(await message(true)).toContain('Did you mean "open"?');
    expect(await message(false)).toBe('Cannot query field "opne" on type "Query".');
  });
  test('lets known callers introspect, and others where it is allowed', async () => {
    const query = getIntrospectionQuery();
    expect((await run(query)).data.__schema.queryType).toMatchObject({ name: 'Query' });
    expect(await codes(query, services.context())).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect((await run(query, services.context(), { introspection: true })).data.__schema.queryType).toMatchObject({ name: 'Query' });
  });
  test('refuses a whole operation in strict mode, as HTTP does, subscriptions too', async () => {
    for (const [query, coordinate] of [['{ open guarded }', 'Query.guarded'], ['subscription { events }', 'Subscription.events']] as const) {
      const { data, errors } = (await run(query, services.context(), { strictAuthorization: true })) as ExecutionResult;
      expect([data, errors?.[0]?.extensions]).toEqual([undefined, { code: 'UNAUTHORIZED_FIELD_OR_TYPE', coordinates: [coordinate], http: { status: 200 } }]);
    }
    expect(await run('{ open guarded }', undefined, { strictAuthorization: true })).toEqual({ data: { open: 'open', guarded: 'guarded' } });
  });
});

describe('a subscription', () => {
  test('gives each event its own request services, made for the caller and clock of that moment', async () => {
    const caller = callerWith('a:read');
    const context = services.context(caller, 1_000);
    const events = await run('subscription { events }', context);
    stream.push('e1');
    expect((await events.next()).value).toEqual({ data: { events: 'e1 for 1' } });
    services.change(caller, { ...caller, grants: [grantOf('a:read'), grantOf('b:read')] }, true);
    stream.push('e2');
    expect((await events.next()).value).toEqual({ data: { events: 'e2 for 2' } });
    await events.return();
    expect([seen[0] === seen[1], seen[1] === seen[2], seen[2] === seen[3]]).toEqual([true, false, true]);
    expect(seen.every(({ now }) => now > 1_000)).toBe(true);
    expect(services.listening).toBe(0);
  });
  test('goes on with the schema that it began with', async () => {
    const live = new LiveSchema(schema);
    const prepared = (await preparerOf(live, bounds).prepare({ query: 'subscription { events }' }, services.context({ ...callerWith('a:read'), key: 'session:other' }))) as PreparedOperation;
    const events = (await prepared.run()) as AsyncGenerator<ExecutionResult, void, void>;
    live.swap(guardedSchema('type Query { other: Int }'));
    stream.push('e1');
    expect((await events.next()).value).toEqual({ data: { events: 'e1 for 1' } });
    await events.return();
  });
});

test('a subscription that has not begun begins on the schema of now, or is refused by it', async () => {
  const live = new LiveSchema(schema);
  const preparer = preparerOf(live, bounds);
  const prepare = async (key: string): Promise<PreparedOperation> => (await preparer.prepare({ query: 'subscription { events }' }, services.context({ ...callerWith('a:read'), key }))) as PreparedOperation;
  const [first, second] = [await prepare('session:first'), await prepare('session:second')];
  live.swap(guardedSchema('type Query { other: Int } type Subscription { events: String }', { Subscription: { events: { subscribe: () => stream, resolve: () => 'of the other' } } }));
  const events = (await first.run()) as AsyncGenerator<ExecutionResult, void, void>;
  stream.push('e1');
  expect((await events.next()).value).toEqual({ data: { events: 'of the other' } });
  await events.return();
  live.swap(guardedSchema('type Query { other: Int } type Subscription { other: Int }'));
  expect(await second.run()).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
});

test('one whose source is being opened while its schema is swapped ends when it is open', async () => {
  const gate = Promise.withResolvers<void>();
  const source = new ManualStream();
  const slow = guardedSchema('type Query { other: Int } type Subscription { slow: String }', { Subscription: { slow: { subscribe: async () => { await gate.promise; return source; } } } });
  const live = new LiveSchema(slow);
  const opening = ((await preparerOf(live, bounds).prepare({ query: 'subscription { slow }' }, services.context())) as PreparedOperation).run();
  live.swap(schema, new Set(['Subscription.slow']));
  gate.resolve();
  const events = (await opening) as AsyncGenerator<ExecutionResult, void, void>;
  await expect(events.next()).rejects.toMatchObject({ code: 'SCHEMA_CHANGED' });
  expect(source.stopped).toBe(true);
});

test('a schema swap tells its listeners until they stop', () => {
  const live = new LiveSchema(schema);
  const told: GraphQLSchema[] = [];
  const stop = live.onChange((changed) => told.push(changed));
  const other = guardedSchema('type Query { other: Int }');
  live.swap(other);
  stop();
  live.swap(schema);
  expect([told, live.current]).toEqual([[other], schema]);
});
