import { parse, validate, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { callerWith, FakeServices, guardedSchema } from '../../../test/support/graphql-fixture.js';
import type { Caller } from '../../system/shared/contracts/index.js';
import { SelectionRequirements } from '../directives/index.js';
import { Plan, type SharedExecution } from './plan.js';

const schema = guardedSchema(
  `type Query { a: Int }
   type Event implements Node { id: ID secret: String @requiresScopes(scopes: [["secrets:read"]]) asked: String @can(action: "read", resource: "event") ruled: String @policy(policies: [["p"]])
     resolved: String resolvedSecret: String @requiresScopes(scopes: [["secrets:read"]]) method: String times(n: Int): String inner: Event node: Node }
   interface Node { id: ID }
   type Subscription { events(after: String): Event @requiresScopes(scopes: [["events:read"]]) watched(id: ID): Event @can(action: "watch", resource: "event", id: "args.id") }`,
  {
    Event: { resolved: (_event, _args, { caller }) => caller.key, resolvedSecret: (_event, _args, { caller }) => caller.key },
    Subscription: { events: { subscribe: () => undefined, resolve: ({ event }) => event }, watched: { subscribe: () => undefined, resolve: ({ event }) => event } },
  },
);
const services = new FakeServices([{ name: 'p', expression: 'true' }]);

function planOf(source: string): Plan {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  return new Plan({ schema, document, operation: document.definitions[0] as OperationDefinitionNode, selections: SelectionRequirements.of(schema) });
}

const share = (plan: Plan, caller: Caller, variables: Record<string, unknown> = {}): SharedExecution | undefined => plan.share(services.context(caller), variables);
const reader = callerWith('events:read');
const trusted = callerWith('events:read', 'secrets:read');

test('callers with the same outcome share an execution, callers with another do not', async () => {
  const plan = planOf('subscription { events { id secret inner { id } } }');
  const [one, two, three] = [share(plan, reader), share(plan, { ...reader, key: 'session:other', userId: 'usr_2' }), share(plan, trusted)];
  expect(one?.key).toBe(two?.key);
  expect(one?.key).not.toBe(three?.key);
  const event = { id: 'e1', secret: 's', inner: { id: 'e2' } };
  expect(await three?.run({ event })).toEqual({ data: { events: event } });
  const { data, errors } = (await (one as SharedExecution).run({ event })) as ExecutionResult;
  expect(data).toEqual({ events: { ...event, secret: null } });
  expect(errors).toMatchObject([{ path: ['events', 'secret'] }]);
});

test.each([
  ['a resolver', 'subscription { events { resolved } }'],
  ['a resolver further down', 'subscription { events { inner { id resolved } } }'],
  ['@can', 'subscription { events { asked } }'],
  ['@can of the stream', 'subscription { watched(id: "x") { id } }'],
  ['@policy', 'subscription { events { ruled } }'],
  ['an interface', 'subscription { events { node { id } } }'],
])('what depends on more than the outcome is not shared: %s', (_, source) => {
  expect(share(planOf(source), trusted)).toBeUndefined();
});

test('a resolver that is denied never runs, so it keeps nobody from sharing', () => {
  const plan = planOf('subscription { events { id resolvedSecret } }');
  expect(share(plan, reader)).toBeDefined();
  expect(share(plan, trusted)).toBeUndefined();
});

test('variables of the source do not tell answers apart, those of the fields do', () => {
  const plan = planOf('subscription ($after: String, $n: Int, $more: Boolean!) { events(after: $after) { times(n: $n) id @include(if: $more) } }');
  const key = (variables: Record<string, unknown>): string | undefined => share(plan, reader, { more: true, ...variables })?.key;
  expect(key({ after: 'one', n: 1 })).toBe(key({ after: 'two', n: 1 }));
  expect(new Set([key({ n: 1 }), key({ n: 2 }), key({ n: null }), key({}), key({ n: 1, more: false })]).size).toBe(5);
});

test('whatever asks for the caller all the same gets none', async () => {
  const result = await share(planOf('subscription { events { id method } }'), reader)?.run({ event: { id: 'e1', method: (_args: unknown, { caller }: { caller: Caller }) => caller.key } });
  expect(result?.data).toEqual({ events: { id: 'e1', method: null } });
  expect(result?.errors).toHaveLength(1);
});
