import { callerWith, deniedPaths, FakeServices, grantOf, guardedSchema, run } from '../../../test/support/graphql-fixture.js';
import { notFound } from '../../kernel/errors/index.js';
import { ANONYMOUS, type Caller } from '../../system/shared/contracts/index.js';

const schema = guardedSchema(
  /* GraphQL */ `
    type Query {
      open: String
      me: String @authenticated
      scoped: String @requiresScopes(scopes: [["a:read", "b:read"], ["c:read"]])
      twice: String @requiresScopes(scopes: [["a:read"]]) @authenticated @policy(policies: [["holds"]])
      nothing: String @requiresScopes(scopes: [])
      nobody: String @requiresScopes(scopes: [[]])
      policy(name: String): String @policy(policies: [["holds", "alsoHolds"], ["office"]])
      unknownPolicy: String @policy(policies: [["unheard"]])
      failingPolicy: String @policy(policies: [["fails"]])
      nullPolicy: String @policy(policies: [["isNull"]])
      textPolicy: String @policy(policies: [["isText"]])
      users: [User!]
      secret: Secret
      secrets: [Secret]
      code: Code
      colour: Colour
      colours: [Colour!]!
      required: Strict
      requiredItems: [Strict!]
    }
    type User { id: ID email: String @authenticated friend: User secret: Secret }
    type Secret @authenticated { value: String deep: Secret }
    type Strict { id: ID must: String! @authenticated }
    scalar Code @authenticated
    enum Colour @requiresScopes(scopes: [["a:read"]]) { RED GREEN }
    type Mutation { change: String @authenticated safe: String }
    extend type Query { added: String @authenticated }
    type Extended { value: String }
    extend type Extended @authenticated
    extend type Query { extended: Extended }
  `,
  {
    Query: {
      open: () => 'open', me: () => 'me', scoped: () => 'scoped', twice: () => 'twice', nothing: () => 'nothing', nobody: () => 'nobody', policy: () => 'policy',
      unknownPolicy: () => 'x', failingPolicy: () => 'x', nullPolicy: () => 'x', textPolicy: () => 'x',
      users: () => [{ id: '1', email: 'a@x', friend: { id: '2', email: 'b@x' } }, { id: '2', email: 'b@x', secret: { value: 's' } }],
      secret: () => ({ value: 's', deep: { value: 't' } }), secrets: () => [{ value: 's' }],
      code: () => 'code', colour: () => 'RED', colours: () => ['RED', 'GREEN'],
      required: () => ({ id: '1', must: 'm' }), requiredItems: () => [{ id: '1', must: 'm' }], added: () => 'added', extended: () => ({ value: 'v' }),
    },
    Mutation: { change: () => changed('change'), safe: () => changed('safe') },
  },
);

const changes: string[] = [];
const changed = (name: string): string => {
  changes.push(name);
  return name;
};

const services = new FakeServices([
  { name: 'holds', expression: 'true' },
  { name: 'alsoHolds', expression: 'caller.kind == "session"' },
  { name: 'office', expression: 'request.ip == "192.0.2.1"' },
  { name: 'fails', expression: '1 / 0 == 1' },
  { name: 'isNull', expression: 'dyn(null)' },
  { name: 'isText', expression: 'dyn("true")' },
]);

const ask = (source: string, caller: Caller = ANONYMOUS, now?: number) => run(schema, source, services.context(caller, now));

describe('@authenticated', () => {
  test('a field is null with one error for an anonymous caller, and what is open stays', async () => {
    const result = await ask('{ open me }');
    expect(result.data).toEqual({ open: 'open', me: null });
    expect(deniedPaths(result)).toEqual(['me']);
  });
  test.each(['session', 'oidc', 'api_key', 'system'] as const)('a %s caller passes', async (kind) => {
    expect(await ask('{ me }', { ...callerWith(), kind })).toEqual({ data: { me: 'me' } });
  });
  test('a field of an extension is guarded as any other', async () => {
    expect(deniedPaths(await ask('{ added }'))).toEqual(['added']);
  });
});

describe('@requiresScopes', () => {
  test.each([
    [['a:read', 'b:read'], true],
    [['c:read'], true],
    [['a:read'], false],
    [['b:read'], false],
    [[], false],
    [['a:*', 'b:manage'], true],
    [['*'], true],
    [['c:write'], false],
  ])('keys %p pass [[a AND b] OR [c]]: %p', async (keys, passes) => {
    const result = await ask('{ scoped }', callerWith(...keys));
    expect(result.data).toEqual({ scoped: passes ? 'scoped' : null });
    expect(deniedPaths(result)).toEqual(passes ? [] : ['scoped']);
  });
  test('no alternative and an empty alternative never hold', async () => {
    expect(deniedPaths(await ask('{ nothing nobody }', callerWith('*')))).toEqual(['nothing', 'nobody']);
  });
  test('several directives on one field are AND', async () => {
    expect(deniedPaths(await ask('{ twice }', callerWith('b:read')))).toEqual(['twice']);
    expect((await ask('{ twice }', callerWith('a:read'))).data).toEqual({ twice: 'twice' });
  });
  test('an expired grant does not count, by the clock of the request', async () => {
    const caller = { ...callerWith(), grants: [grantOf('c:read', 1_000)] };
    expect((await ask('{ scoped }', caller, 999)).data).toEqual({ scoped: 'scoped' });
    expect(deniedPaths(await ask('{ scoped }', caller, 1_000))).toEqual(['scoped']);
  });
});

describe('@policy', () => {
  test('outer OR, inner AND', async () => {
    expect((await ask('{ policy }', callerWith())).data).toEqual({ policy: 'policy' });
    expect(deniedPaths(await ask('{ policy }'))).toEqual(['policy']);
  });
  test('another alternative over the request holds alone', async () => {
    const context = services.context();
    expect((await run(schema, '{ policy }', { ...context, request: { ...context.request, ip: '192.0.2.1' } })).data).toEqual({ policy: 'policy' });
  });
  test.each(['unknownPolicy', 'failingPolicy', 'nullPolicy', 'textPolicy'])('%s is denied', async (field) => {
    expect(deniedPaths(await ask(`{ ${field} }`, callerWith('*')))).toEqual([field]);
  });
});

describe('an object type', () => {
  test('guards every field that returns it, before its resolver', async () => {
    const result = await ask('{ secret { value } secrets { value } users { secret { value } } }');
    expect(result.data).toEqual({ secret: null, secrets: null, users: [{ secret: null }, { secret: null }] });
    expect(deniedPaths(result)).toEqual(['secret', 'secrets', 'users.0.secret', 'users.1.secret']);
  });
  test('does not give its name away', async () => {
    expect((await ask('{ secret { __typename } }')).data).toEqual({ secret: null });
  });
  test('opens with all its fields for those who may', async () => {
    expect(await ask('{ secret { value deep { value } } }', callerWith())).toEqual({ data: { secret: { value: 's', deep: { value: 't' } } } });
  });
  test('is guarded by a directive on its extension', async () => {
    expect(deniedPaths(await ask('{ extended { value } }'))).toEqual(['extended']);
  });
});

describe('scalars and enums', () => {
  test('guard the fields that return them, in lists too', async () => {
    const result = await ask('{ open code colour }');
    expect(result.data).toEqual({ open: 'open', code: null, colour: null });
    expect(deniedPaths(result)).toEqual(['code', 'colour']);
    expect((await ask('{ code colour colours }', callerWith('a:read'))).data).toEqual({ code: 'code', colour: 'RED', colours: ['RED', 'GREEN'] });
  });
  test('a non-null field that returns one takes its parent along', async () => {
    const result = await ask('{ open colours }');
    expect(result.data).toBeNull();
    expect(deniedPaths(result)).toEqual(['colours']);
  });
});

describe('selections', () => {
  test('a list has one denial per item', async () => {
    const result = await ask('{ users { id email } }');
    expect(result.data).toEqual({ users: [{ id: '1', email: null }, { id: '2', email: null }] });
    expect(deniedPaths(result)).toEqual(['users.0.email', 'users.1.email']);
  });
  test('an alias is the path of its denial', async () => {
    const result = await ask('{ mine: me me open }');
    expect(result.data).toEqual({ mine: null, me: null, open: 'open' });
    expect(deniedPaths(result)).toEqual(['mine', 'me']);
  });
  test('an alias cannot borrow the name of an open field', async () => {
    expect((await ask('{ open: me }')).data).toEqual({ open: null });
  });
  test('fragments, nested and inline, do not get around a guard', async () => {
    const result = await ask('query { users { ...U } ... on Query { ...Q } } fragment U on User { ... { ...E } friend { ...E } } fragment E on User { id email } fragment Q on Query { m: me }');
    expect(result.data).toEqual({ users: [{ id: '1', email: null, friend: { id: '2', email: null } }, { id: '2', email: null, friend: null }], m: null });
    expect(deniedPaths(result)).toEqual(['users.0.email', 'users.0.friend.email', 'users.1.email', 'm']);
  });
  test('a skipped field is no denial, a variable decides as usual', async () => {
    const source = 'query ($with: Boolean!) { open me @include(if: $with) }';
    expect(await run(schema, source, services.context(), { with: false })).toEqual({ data: { open: 'open' } });
    expect(deniedPaths(await run(schema, source, services.context(), { with: true }))).toEqual(['me']);
  });
  test('only denied fields leave null data with their errors', async () => {
    const result = await ask('{ me scoped }');
    expect(result.data).toEqual({ me: null, scoped: null });
    expect(deniedPaths(result)).toEqual(['me', 'scoped']);
  });
  test('a denied non-null field takes the nearest nullable parent, and nothing beside it', async () => {
    const result = await ask('{ open required { id must } requiredItems { id must } }');
    expect(result.data).toEqual({ open: 'open', required: null, requiredItems: null });
    expect(deniedPaths(result)).toEqual(['required.must', 'requiredItems.0.must']);
  });
});

describe('mutations', () => {
  beforeEach(() => changes.splice(0));

  test('the resolver of a denied mutation does not run, the others do', async () => {
    const result = await ask('mutation { change safe again: change }');
    expect(result.data).toEqual({ change: null, safe: 'safe', again: null });
    expect(deniedPaths(result)).toEqual(['change', 'again']);
    expect(changes).toEqual(['safe']);
  });
  test('an allowed mutation runs once', async () => {
    expect(await ask('mutation { change }', callerWith())).toEqual({ data: { change: 'change' } });
    expect(changes).toEqual(['change']);
  });
});

describe('root types', () => {
  const renamed = guardedSchema(
    'schema { query: Question mutation: Deed } type Question @authenticated { open: String } type Deed { act: String @authenticated }',
    { Question: { open: () => 'open' }, Deed: { act: () => 'acted' } },
  );
  test('may have other names', async () => {
    expect(deniedPaths(await run(renamed, '{ open }', services.context()))).toEqual(['open']);
    expect(deniedPaths(await run(renamed, 'mutation { act }', services.context()))).toEqual(['act']);
    expect(await run(renamed, 'mutation { act }', services.context(callerWith()))).toEqual({ data: { act: 'acted' } });
  });
  test('guard all their fields when they are guarded themselves', async () => {
    expect(await run(renamed, '{ open }', services.context(callerWith()))).toEqual({ data: { open: 'open' } });
  });
});

describe('errors of resolvers', () => {
  const failure = notFound('User', ['input', 'id']);
  const failing = guardedSchema('type Query { now: Int later: Int rows: [Row] guarded: Int @authenticated } type Row { value: Int }', {
    Query: { now: () => { throw failure; }, later: async () => { throw failure; }, rows: () => [{}, {}], guarded: async () => { throw failure; } },
    Row: { value: () => { throw failure; } },
  });
  test('keep their place in the answer, although they know a place in the input', async () => {
    const { data, errors = [] } = await run(failing, '{ now later rows { value } guarded }', services.context(callerWith()));
    expect(data).toEqual({ now: null, later: null, rows: [{ value: null }, { value: null }], guarded: null });
    expect(new Set(errors.map(({ path }) => path?.join('.')))).toEqual(new Set(['guarded', 'later', 'now', 'rows.0.value', 'rows.1.value']));
    for (const { originalError } of errors) expect(originalError).toBe(failure);
  });
});
