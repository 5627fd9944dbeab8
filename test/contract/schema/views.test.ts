import { readFileSync } from 'node:fs';
import {
  assertValidSchema, buildClientSchema, buildSchema, getIntrospectionQuery, getNamedType, isLeafType, isRequiredArgument, type GraphQLField, type GraphQLSchema, type IntrospectionQuery,
} from 'graphql';
import { builtInSchema } from '../../../src/boot/built-in-schema.js';
import type { PolityServer } from '../../../src/boot/polity-server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startOn, startTestServer, type TestServer } from '../../support/server.js';
import { signInAdmin, signInUser, withApiKey } from './support/people.js';
import { ownTypes, rootFields } from './support/schema-parts.js';
import { byGet, WAYS, type Way } from './support/ways.js';

const STANDARD = getIntrospectionQuery({ descriptions: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true });
const NAMES = ['anonymous', 'nobody', 'auditor', 'spaceAdmin', 'key', 'superAdmin'] as const;
type Name = (typeof NAMES)[number];

let server: TestServer;
/** On the same database, in strict mode. */
let strict: PolityServer;
let callers: Record<Name, GraphqlCaller>;
let full: GraphQLSchema;

beforeAll(async () => {
  server = await startTestServer();
  strict = await startOn({ ...server.environment, POLITY_STRICT_AUTHORIZATION: 'true' });
  full = (await builtInSchema()).raw;
  const { admin } = server;
  await admin.mutate('createSpace', { id: 'space_acme', name: 'Acme' }, 'space { id }');
  await admin.mutate('createUser', { id: 'user_nobody', email: 'nobody@example.com' }, 'user { id }');
  callers = {
    anonymous: server.anonymous,
    nobody: await signInUser(server, 'user_nobody', 'nobody@example.com'),
    auditor: (await signInAdmin(server, 'auditor', [{ level: 'INSTANCE_ADMIN', permissionKey: 'audit:read' }])).caller,
    spaceAdmin: (await signInAdmin(server, 'space-admin', [{ level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'members:*' }, { level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'groups:read' }])).caller,
    key: (await withApiKey(server, { level: 'INSTANCE', permissionKeys: ['*'] })).caller,
    superAdmin: admin,
  };
}, 60_000);
afterAll(async () => {
  await strict.stop();
  await server.stop();
});

const DOORS: Readonly<Record<string, Way>> = { ...WAYS, GET: byGet };

async function introspect(caller: GraphqlCaller, way: Way = WAYS.HTTP): Promise<GraphQLSchema> {
  const { data, errors } = await way(caller, { query: STANDARD });
  expect(errors).toBeUndefined();
  return buildClientSchema(data as IntrospectionQuery);
}

const coordinatesOf = (schema: GraphQLSchema): string[] => ownTypes(schema).flatMap((type) => ('getFields' in type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [type.name])).toSorted();

/**
 * A text that selects root fields without running them: a variable that is never given is missing where the operation would run, and
 * strict mode says before what the caller's own rights deny.
 */
function probe(operation: string, fields: readonly GraphQLField<unknown, unknown>[]): string {
  const variables = ['$never: Boolean!'];
  const selections = fields.map(({ name, args, type }, index) => {
    const given = args.filter(isRequiredArgument).map((argument) => {
      const variable = `$${argument.name}${index}`;
      variables.push(`${variable}: ${String(argument.type)}`);
      return `${argument.name}: ${variable}`;
    });
    const inside = isLeafType(getNamedType(type)) ? '' : ` { __typename ${index === 0 ? '@include(if: $never) ' : ''}}`;
    return `${name}${given.length === 0 ? '' : `(${given.join(', ')})`}${inside}`;
  });
  return `${operation}(${variables.join(', ')}) { ${selections.join(' ')} }`;
}

/** Coordinates of the root fields that a caller is denied by its own rights. */
async function deniedRoots(caller: GraphqlCaller): Promise<string[]> {
  const denied: string[] = [];
  for (const parent of ['Query', 'Mutation', 'Subscription']) {
    const fields = rootFields(full).filter((field) => field.parent === parent).map(({ field }) => field);
    const apart = parent === 'Subscription' ? fields.map((field) => [field]) : [fields];
    for (const together of apart) {
      const body = JSON.stringify({ query: probe(parent.toLowerCase(), together) });
      const response = await fetch(`${strict.url}/graphql${parent === 'Subscription' ? '/stream' : ''}`, { method: 'POST', headers: { 'content-type': 'application/json', ...caller.headers }, body });
      const text = await response.text();
      const { errors } = JSON.parse(/^event: next\ndata: (.*)$/m.exec(text)?.[1] ?? text) as { errors: { message: string; extensions: { code: string; coordinates?: string[] } }[] };
      const [error] = errors;
      const didNotRun = error?.extensions.coordinates !== undefined || (error?.extensions.code === 'BAD_USER_INPUT' && error.message.includes('"$never"'));
      expect([parent, didNotRun]).toEqual([parent, true]);
      denied.push(...(error?.extensions.coordinates ?? []));
    }
  }
  return denied;
}

describe.each(NAMES)('%s', (name) => {
  test('gets the same valid schema by every door', async () => {
    const views = await Promise.all(Object.values(DOORS).map((way) => introspect(callers[name], way)));
    for (const view of views) expect(() => assertValidSchema(view)).not.toThrow();
    expect(new Set(views.map((view) => JSON.stringify(coordinatesOf(view)))).size).toBe(1);
    expect(views.length).toBe(5);
  });

  test('downloads the same schema', async () => {
    const response = await fetch(`${server.url}/graphql/schema.graphql`, { headers: callers[name].headers });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(coordinatesOf(buildSchema(await response.text()))).toEqual(coordinatesOf(await introspect(callers[name])));
  });

  test('sees of the roots exactly what its own rights do not deny', async () => {
    const visible = rootFields(await introspect(callers[name])).map(({ coordinate }) => coordinate);
    const denied = await deniedRoots(callers[name]);
    expect([...visible, ...denied].toSorted()).toEqual(rootFields(full).map(({ coordinate }) => coordinate).toSorted());
    expect([visible.length > 6, denied.length > 5]).toEqual([true, name !== 'superAdmin']);
  });
});

test('who holds everything sees all of it, to the byte of the printed schema', async () => {
  const response = await fetch(`${server.url}/graphql/schema.graphql`, { headers: callers.superAdmin.headers });
  expect(await response.text()).toBe(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
});

test('the views differ, each larger one holds the smaller one', async () => {
  const sizes = await Promise.all(NAMES.map(async (name) => [name, new Set(coordinatesOf(await introspect(callers[name])))] as const));
  const parts = Object.fromEntries(sizes) as Record<Name, Set<string>>;
  for (const [small, large] of [['anonymous', 'nobody'], ['nobody', 'auditor'], ['nobody', 'spaceAdmin'], ['auditor', 'superAdmin'], ['spaceAdmin', 'superAdmin'], ['key', 'superAdmin']] as const) {
    expect([small, large, parts[small].isSubsetOf(parts[large]), parts[small].size < parts[large].size]).toEqual([small, large, true, true]);
  }
  expect([...parts.superAdmin.difference(parts.key)].filter((part) => part.startsWith('Mutation.'))).toContain('Mutation.createAdminGrant');
  expect([...parts.anonymous].filter((part) => /^(Query|Mutation|Subscription)\./.test(part))).toEqual([
    'Mutation.bootstrapSuperAdmin', 'Mutation.redeemInvitation', 'Mutation.redeemRecoveryLink', 'Mutation.refreshSession', 'Mutation.register', 'Mutation.signIn', 'Query.version',
  ]);
});

test('a right that is given is seen at the next look, and so is one that is taken', async () => {
  const { admin } = server;
  const { caller, grantIds } = await signInAdmin(server, 'changing', [{ level: 'INSTANCE_ADMIN', permissionKey: 'users:read' }]);
  const seesUsers = async (): Promise<boolean> => coordinatesOf(await introspect(caller)).includes('Query.users');
  expect(await seesUsers()).toBe(true);
  await admin.mutate('revokeAdminGrant', { id: grantIds[0] }, 'adminGrant { id }');
  expect(await seesUsers()).toBe(false);
});

test('__type of what is not for the caller is null, and __typename is what it is', async () => {
  const query = '{ me { __typename } __type(name: "LifecycleEvent") { name } __typename }';
  expect((await callers.nobody.send(query)).data).toEqual({ me: { __typename: 'Me' }, __type: null, __typename: 'Query' });
  expect((await callers.superAdmin.send(query)).data).toMatchObject({ __type: { name: 'LifecycleEvent' } });
});

/** What a door says of a document that is wrong; the stream says it before it is one. */
const refused: Way = async (caller, operation) => {
  const response = await fetch(`${server.url}/graphql/stream`, { method: 'POST', headers: { 'content-type': 'application/json', ...caller.headers }, body: JSON.stringify(operation) });
  return (await response.json()) as Awaited<ReturnType<Way>>;
};

test.each(Object.entries({ ...DOORS, SSE: refused }))('suggestions by %s name nothing of the schema, except to who sees all of it', async (_name, way) => {
  const messages = async (caller: GraphqlCaller): Promise<unknown> => (await way(caller, { query: '{ userss { totalCount } }' })).errors?.map(({ message }) => message);
  const bare = 'Cannot query field "userss" on type "Query".';
  expect(await messages(callers.anonymous)).toEqual([bare]);
  expect(await messages(callers.spaceAdmin)).toEqual([bare]);
  expect(await messages(callers.superAdmin)).toEqual([expect.stringContaining(`${bare} Did you mean "users"`)]);
});

test('a document is held against the whole schema: what is not seen is denied, not unknown', async () => {
  expect((await callers.nobody.send('{ users { totalCount } __type(name: "Query") { fields { name } } }')).errors?.map(({ extensions: { code } }) => code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
});
