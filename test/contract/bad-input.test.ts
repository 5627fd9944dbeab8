import { isInputObjectType, isNonNullType, type GraphQLInputObjectType } from 'graphql';
import { builtInSchema } from '../../src/boot/built-in-schema.js';
import type { GraphqlCaller } from '../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { auditEvents } from './support/audit-events.js';
import { withApiKey } from './support/callers.js';
import { approve, check } from './support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from './support/finance-reviewer.js';
import { asOwner } from './support/owner-sql.js';
import { StateReader } from './support/state.js';
import { KINDS } from './support/valid-inputs.js';
import { WRONG_REFERENCES } from './support/wrong-references.js';

const AT_ONCE = 8;

let server: TestServer;
let state: StateReader;
let admin: GraphqlCaller;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  await admin.mutate('createAdminGrant', { id: 'ag_taken', userId: 'user_bob', level: 'INSTANCE_ADMIN', permissionKey: 'groups:read' }, 'adminGrant { id }');
  await admin.mutate('createApiKey', { id: 'ak_taken', name: 'Taken', level: 'INSTANCE', permissionKeys: ['groups:read'] }, 'apiKey { id }');
  await admin.mutate('createRole', { id: 'role_taken', spaceId: 'space_acme', key: 'taken', name: 'Taken' }, 'role { id }');
  await admin.mutate('createRole', { id: 'role_taken_too', spaceId: 'space_acme', key: 'taken_too', name: 'Taken' }, 'role { id }');
  await admin.mutate('createRoleInheritance', { id: 'ri_taken', roleId: 'role_taken', inheritedRoleId: 'role_taken_too' }, 'roleInheritance { id }');
  await admin.mutate('createSeparationRule', { id: 'sod_taken', spaceId: 'space_acme', name: 'Taken', roleIds: ['role_taken', 'role_finance_approver'] }, 'separationRule { id }');
  state = await StateReader.open(server);
});
afterAll(async () => {
  await state.close();
  await server.stop();
});

/** The mistakes of a refused mutation, after which nothing is different. */
async function mistakesOf(mutation: string, input: object, caller = admin): Promise<{ code: string; path: string }[]> {
  const before = await state.read();
  const { errors } = await caller.tryMutate(mutation, input, '');
  expect(await state.read()).toEqual(before);
  return errors.map(({ code, path }) => ({ code, path: path.join('.') }));
}

async function expectRefused(inputs: readonly (readonly [mutation: string, input: object, field: string])[]): Promise<void> {
  for (const [mutation, input, field] of inputs) {
    expect({ mutation, mistakes: await mistakesOf(mutation, input) }).toEqual({ mutation, mistakes: [{ code: 'VALIDATION_FAILED', path: `input.${field}` }] });
  }
}

/** The errors of a refused operation, after which nothing is different. */
async function errorsOf(document: string, variables?: object, caller = admin): Promise<{ code: string; path: string; message: string }[]> {
  const before = await state.read();
  const { errors = [] } = await caller.send(document, variables);
  expect(await state.read()).toEqual(before);
  return errors.map(({ message, extensions: { code, inputPath } }) => ({ code, path: Array.isArray(inputPath) ? inputPath.join('.') : '', message }));
}

describe.each(KINDS)('$type', ({ type, field, taken, input, text, hasMetadata }) => {
  const create = `create${type}`;

  test('an id that is malformed, reserved or taken', async () => {
    const wrong = type === 'Resource' ? ['VALIDATION_FAILED', 'ID_UNAVAILABLE'] : ['VALIDATION_FAILED', 'VALIDATION_FAILED'];
    const prefix = taken.slice(0, taken.indexOf('_'));
    for (const [id, code] of [['x', wrong[0]], [`${prefix}_${'x'.repeat(128)}`, wrong[0]], [`${prefix}_a b`, wrong[0]], [`${prefix}_a/../b`, wrong[0]], [type === 'User' ? 'space_1' : 'user_1', wrong[1]], [taken, 'ID_UNAVAILABLE']]) {
      expect({ id, mistakes: await mistakesOf(create, { ...input(++count), id }) }).toEqual({ id, mistakes: [{ code, path: 'input.id' }] });
    }
  });

  test('text that cannot be stored, or is too long, names its field', async () => {
    if (text === undefined) return;
    for (const value of ['nul \u0000 inside', 'half \ud83d of a pair', 'x'.repeat(2_001)]) {
      expect(await mistakesOf(create, { ...input(++count), [text]: value })).toEqual([{ code: 'VALIDATION_FAILED', path: `input.${text}` }]);
    }
  });

  test('metadata that is no object, too large, too deep, or cannot be stored', async () => {
    if (hasMetadata !== true) return;
    for (const metadata of [[], 'text', 7, { filler: 'x'.repeat(16_384) }]) {
      expect(await mistakesOf(create, { ...input(++count), metadata })).toEqual([{ code: 'VALIDATION_FAILED', path: 'input.metadata' }]);
    }
    expect(await mistakesOf(create, { ...input(++count), metadata: { nested: { nul: '\u0000' } } })).toEqual([{ code: 'VALIDATION_FAILED', path: 'input.metadata.nested.nul' }]);
    const deep = JSON.parse(`${'{"a":'.repeat(13)}1${'}'.repeat(13)}`) as object;
    const errors = await errorsOf(`mutation ($input: Create${type}Input!) { ${create}(input: $input) { errors { code } } }`, { input: { ...input(++count), metadata: deep } });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('"input.metadata"') as unknown }]);
  });

  test('an idempotency key that is empty or too long', async () => {
    for (const idempotencyKey of ['', 'k'.repeat(201)]) {
      expect(await mistakesOf(create, { ...input(++count), idempotencyKey })).toEqual([{ code: 'VALIDATION_FAILED', path: 'input.idempotencyKey' }]);
    }
  });

  test('sent twice with one idempotency key it acts once and answers the same; with another input it is refused', async () => {
    const key = { ...input(++count), idempotencyKey: `twice-${type}` };
    const first = await admin.mutate(create, key, `${field} { id version createdAt }`);
    const acted = await state.read();
    expect(await admin.mutate(create, key, `${field} { id version createdAt }`)).toEqual(first);
    expect(await state.read()).toEqual(acted);
    const { id } = (first as Record<string, { id: string }>)[field] as { id: string };
    expect(await auditEvents(admin, { targetId: id })).toMatchObject([{ target: { id } }]);
    expect(await mistakesOf(create, { ...key, ...(text === undefined ? { id } : { [text]: 'Other' }) })).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', path: 'input.idempotencyKey' }]);
  });
});

describe('changes of one object', () => {
  const existing = new Map(KINDS.map(({ type, taken }) => [type, taken]));
  let changes: { name: string; type: string; input: GraphQLInputObjectType }[];

  beforeAll(async () => {
    const mutations = Object.values((await builtInSchema()).raw.getMutationType()?.getFields() ?? {});
    changes = mutations.flatMap(({ name, args: [argument] }) => {
      const type = name.replace(/^[a-z]+/, '');
      const input = argument !== undefined && isNonNullType(argument.type) ? argument.type.ofType : undefined;
      return existing.has(type) && isInputObjectType(input) && 'expectedVersion' in input.getFields() && 'id' in input.getFields() ? [{ name, type, input }] : [];
    });
  });

  const more = (name: string): object => (name === 'moveGroup' ? { parentGroupId: null } : {});

  test('an id that is unknown is not found, by each of them', async () => {
    expect(changes.length).toBeGreaterThan(35);
    for (const { name, type } of changes) {
      const code = `${type.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_NOT_FOUND`;
      for (const id of ['unknown_1', 'x', 'a/b']) expect({ name, mistakes: await mistakesOf(name, { id, ...more(name) }) }).toEqual({ name, mistakes: [{ code, path: 'input.id' }] });
    }
  });

  test('a version that is not the stored one is a conflict, by each of them', async () => {
    for (const { name, type } of changes) {
      const mistakes = await mistakesOf(name, { id: existing.get(type), expectedVersion: 4_711, ...more(name) });
      expect({ name, mistakes }).toEqual({ name, mistakes: [{ code: 'CONFLICT', path: 'input.expectedVersion' }] });
    }
  });

  test('of edits at one moment with one version, one acts', async () => {
    const { member } = await admin.mutate<{ member: { id: string } }>('createMember', { spaceId: 'space_acme', displayName: 'Edited' }, 'member { id }');
    const edits = Array.from({ length: AT_ONCE }, (_, index) => admin.tryMutate('updateMember', { id: member.id, displayName: `Edit ${index}`, expectedVersion: 1 }, 'member { displayName }'));
    const answers = await Promise.all(edits);
    expect(answers.map(({ errors: [mistake] }) => mistake?.code ?? 'acted').sort()).toEqual([...Array.from({ length: AT_ONCE - 1 }, () => 'CONFLICT'), 'acted']);
    const [winner] = answers.flatMap(({ errors, member: won }) => (errors.length === 0 ? [(won as { displayName: string }).displayName] : []));
    expect(await admin.data('query ($id: ID!) { member(id: $id) { displayName version } }', { id: member.id })).toEqual({ member: { displayName: winner, version: 2 } });
    expect((await auditEvents(admin, { targetId: member.id, types: ['member.updated'] })).length).toBe(1);
  });
});

describe('references', () => {
  test.each(WRONG_REFERENCES)('%s with %j', async (mutation, input, code, field) => {
    expect(await mistakesOf(mutation, input)).toEqual([{ code, path: `input.${field}` }]);
  });
});

describe('malformed keys, paths, addresses and moments', () => {
  test.each(['', 'Finance', 'finance..apac', '.finance', 'finance.', 'finance/apac', '1finance', 'finance.1', 'fin ance', 'finance-old', 'finäncé', 'a'.repeat(64), `a${'.a'.repeat(40)}`])('path %j', async (path) => {
    const [mistake, ...others] = await mistakesOf('createGroup', { spaceId: 'space_acme', path });
    expect([mistake?.path, others]).toEqual(['input.path', []]);
    expect(mistake?.code).toBe(path.length > 64 ? 'GROUP_NOT_FOUND' : 'VALIDATION_FAILED');
  });

  test.each(['', 'Upper', '1st', '_x', 'a-b', 'a.b', 'a b', 'ä', 'a'.repeat(64)])('key %j', async (key) => {
    await expectRefused([
      ['createGroup', { spaceId: 'space_acme', key }, 'key'], ['createRole', { spaceId: 'space_acme', key, name: 'x' }, 'key'], ['createResourceType', { key, displayName: 'x' }, 'key'],
      ['createPermission', { resourceType: key, action: 'a', scope: 'SPACE' }, 'resourceType'],
    ]);
  });

  // Actions are named as other systems name them: also in capitals, and with hyphens.
  test.each(['', '1st', '_x', '-x', 'a.b', 'a b', 'ä', 'a'.repeat(64)])('action %j', async (action) => {
    await expectRefused([
      ['createResourceAction', { resourceType: 'invoice', key: action, displayName: 'x' }, 'key'], ['createPermission', { resourceType: 'invoice', action, scope: 'SPACE' }, 'action'],
    ]);
  });

  test.each<[string, object, string]>([
    ['createUser', { email: 'no address' }, 'email'],
    ['createUser', { email: `${'x'.repeat(320)}@example.com` }, 'email'],
    ['createUser', { email: 'a@example.com', username: 'a b' }, 'username'],
    ['createUser', { email: 'a@example.com', phone: 'call me' }, 'phone'],
    ['createSpace', { name: '' }, 'name'],
    ['createSpace', { name: 'x', slug: 'No Slug' }, 'slug'],
    ['createSpace', { name: 'x', type: 'No Type' }, 'type'],
    ['createMember', { spaceId: 'space_acme', displayName: '' }, 'displayName'],
    ['createMember', { spaceId: 'space_acme', displayName: 'x', externalId: 'e'.repeat(257) }, 'externalId'],
    ['createGroup', { spaceId: 'space_acme', key: 'a', sortOrder: 1_000_001 }, 'sortOrder'],
    ['createUserMember', { userId: 'user_bob', memberId: 'member_invoice_creator', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['createMemberRole', { memberId: 'member_invoice_creator', roleId: 'role_finance_approver', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['createResource', { spaceId: 'space_acme', resourceType: 'invoice', externalId: '' }, 'externalId'],
    ['createApiKey', { name: 'x', level: 'INSTANCE', permissionKeys: [] }, 'permissionKeys'],
    ['createApiKey', { name: 'x', level: 'INSTANCE', permissionKeys: Array.from({ length: 101 }, () => 'users:read') }, 'permissionKeys'],
    ['createApiKey', { name: 'x', level: 'INSTANCE', permissionKeys: ['users:read', 'users'] }, 'permissionKeys.1'],
    ['createApiKey', { name: 'x', level: 'INSTANCE', spaceId: 'space_acme', permissionKeys: ['users:read'] }, 'spaceId'],
    ['rotateApiKey', { id: 'ak_taken', overlapSeconds: -1 }, 'overlapSeconds'],
    ['createRecoveryLink', { userId: 'user_bob', expiresInSeconds: 1 }, 'expiresInSeconds'],
    ['revokeAdminGrant', { id: 'ag_taken', reason: 'x'.repeat(501) }, 'reason'],
  ])('%s with %j', async (mutation, input, field) => {
    expect(await mistakesOf(mutation, input)).toEqual([{ code: 'VALIDATION_FAILED', path: `input.${field}` }]);
  });

  test.each(['2026-01-01', 'tomorrow', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00', 7])('moment %j', async (expiresAt) => {
    const errors = await errorsOf('mutation ($input: CreateUserMemberInput!) { createUserMember(input: $input) { errors { code } } }', { input: { userId: 'user_bob', memberId: 'member_invoice_creator', expiresAt } });
    expect(errors).toMatchObject([{ code: 'BAD_USER_INPUT', message: expect.stringContaining('"input.expiresAt"') as unknown }]);
  });
});

test.each<[string, object, string]>([
  ['createUser', { email: 'ALICE@example.com' }, 'email'],
  ['createUser', { email: 'new-alice@example.com', username: 'TAKEN' }, 'username'],
  ['createSpace', { name: 'x', slug: 'taken' }, 'slug'],
  ['createGroup', { spaceId: 'space_acme', key: 'finance' }, 'key'],
  ['createGroup', { spaceId: 'space_acme', path: 'finance.apac' }, 'path'],
  ['updateGroup', { id: 'group_legal', key: 'finance' }, 'key'],
  ['moveGroup', { id: 'group_legal_emea', parentGroupId: 'group_finance' }, 'parentGroupId'],
  ['createMember', { spaceId: 'space_acme', displayName: 'x', externalId: 'taken' }, 'externalId'],
  ['createRole', { spaceId: 'space_acme', key: 'finance_approver', name: 'x' }, 'key'],
  ['createResourceType', { key: 'invoice', displayName: 'x' }, 'key'],
  ['createResourceAction', { resourceType: 'invoice', key: 'approve', displayName: 'x' }, 'key'],
  ['createResource', { spaceId: 'space_acme', resourceType: 'invoice', externalId: 'taken' }, 'externalId'],
  ['createRolePermission', { roleId: 'role_finance_approver', permissionId: 'perm_invoice_approve_group_tree' }, 'permissionId'],
  ['createMemberRole', { memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance' }, 'roleId'],
  ['createRoleInheritance', { roleId: 'role_taken', inheritedRoleId: 'role_taken_too' }, 'inheritedRoleId'],
])('a key that is taken: %s with %j', async (mutation, input, field) => {
  await admin.tryMutate('createUser', { id: 'user_taken', email: 'taken@example.com', username: 'taken' }, '');
  await admin.tryMutate('createSpace', { id: 'space_taken', name: 'Taken', slug: 'taken' }, '');
  await admin.tryMutate('createMember', { id: 'member_taken', spaceId: 'space_acme', displayName: 'Taken', externalId: 'taken' }, '');
  await admin.tryMutate('createResource', { id: 'invoice_taken', spaceId: 'space_acme', resourceType: 'invoice', externalId: 'taken' }, '');
  expect(await mistakesOf(mutation, input)).toEqual([{ code: 'ALREADY_EXISTS', path: `input.${field}` }]);
});

describe('too much at once', () => {
  const question = approve(ACTORS.alice, 'invoice_001');
  let backend: GraphqlCaller;
  beforeAll(async () => {
    backend = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
  });

  test('questions in one call', async () => {
    const errors = await errorsOf('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items: Array.from({ length: 1_001 }, () => question) } }, backend);
    expect(errors).toMatchObject([{ code: 'BATCH_TOO_LARGE', path: 'input.items' }]);
  });

  test('a wrong question among many is named by its place, and none is answered', async () => {
    const items = [question, { ...(question as object), resourceType: 'no key' }, question];
    const asked = await auditEvents(admin, { types: ['authorization.decision'] });
    const errors = await errorsOf('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items } }, backend);
    expect(errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: 'input.items.1.resourceType' }]);
    expect(await auditEvents(admin, { types: ['authorization.decision'] })).toEqual(asked);
  });

  test('grants in one question', async () => {
    const grant = { resourceType: 'invoice', action: 'approve', scope: 'SPACE' };
    const input = { actor: ACTORS.alice, action: 'approve', resource: { type: 'invoice', id: 'invoice_001', spaceId: 'space_acme' }, grants: Array.from({ length: 201 }, () => grant) };
    expect(await errorsOf('query ($input: CheckInput!) { check(input: $input) { decision } }', { input }, backend)).toMatchObject([{ code: 'VALIDATION_FAILED', path: 'input.grants' }]);
  });

  test('operations in one request, and bytes in one body', async () => {
    const post = async (body: string): Promise<unknown> => {
      const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...admin.headers }, body });
      return [response.status, await response.json()];
    };
    const acts = { query: 'mutation { createSpace(input: { name: "Many" }) { space { id } } }' };
    const before = await state.read();
    expect(await post(JSON.stringify(Array.from({ length: 11 }, () => acts)))).toMatchObject([413, { errors: [{ extensions: { code: 'BATCH_TOO_LARGE' } }] }]);
    expect(await post(JSON.stringify({ ...acts, variables: { filler: 'x'.repeat(1_048_576) } }))).toMatchObject([413, { errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] }]);
    expect(await state.read()).toEqual(before);
  });

  test('lines of an import', async () => {
    expect(await mistakesOf('importFacts', { spaceId: 'space_acme', jsonl: '\n'.repeat(20_001) })).toEqual([{ code: 'IMPORT_INVALID', path: 'input.jsonl' }]);
  });
});

describe('lists', () => {
  test.each<[string, string, string]>([
    ['first: 201', 'VALIDATION_FAILED', 'first'],
    ['first: -1', 'VALIDATION_FAILED', 'first'],
    ['last: 201', 'VALIDATION_FAILED', 'last'],
    ['first: 1, last: 1', 'VALIDATION_FAILED', 'last'],
    ['first: 1, before: "x"', 'VALIDATION_FAILED', 'before'],
    ['last: 1, after: "x"', 'VALIDATION_FAILED', 'after'],
    ['first: 1, after: "x"', 'CURSOR_INVALID', 'after'],
    ['first: 1, after: "WyJyb2xlcyIsIjEiXQ"', 'CURSOR_INVALID', 'after'],
    ['last: 1, before: ""', 'CURSOR_INVALID', 'before'],
  ])('%s', async (args, code, path) => {
    for (const list of [`spaces(${args})`, `members(spaceId: "space_acme", ${args})`, `auditEvents(${args})`, `apiKeys(${args})`, `permissions(${args})`]) {
      const { errors = [] } = await admin.send(`{ ${list} { edges { cursor } } }`);
      expect({ list, errors }).toMatchObject({ list, errors: [{ extensions: { code, inputPath: [path] } }] });
    }
  });

  test('a cursor of another list is none', async () => {
    const { roles } = await admin.data<{ roles: { pageInfo: { endCursor: string } } }>('{ roles(first: 1) { pageInfo { endCursor } } }');
    const { errors } = await admin.send('query ($after: String) { resources(after: $after) { edges { cursor } } }', { after: roles.pageInfo.endCursor });
    expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID', inputPath: ['after'] } }]);
  });

  test.each<[string, string]>([
    ['spaces(search: $text)', 'search'],
    ['members(spaceId: "space_acme", search: $text)', 'search'],
    ['users(email: $text)', 'email'],
    ['roles(key: $text)', 'key'],
    ['permissions(resourceType: $text)', 'resourceType'],
    ['resourceTypes(owner: $text)', 'owner'],
    ['auditEvents(denyCode: $text)', 'denyCode'],
    ['auditEvents(ip: $text)', 'ip'],
    ['resources(resourceType: $text)', 'resourceType'],
  ])('text that no row can hold is refused in %s', async (list, path) => {
    for (const text of ['nul \u0000', 'half \ud83d']) {
      const { errors = [] } = await admin.send(`query ($text: String) { ${list} { edges { cursor } } }`, { text });
      expect({ text, errors }).toMatchObject({ text, errors: [{ extensions: { code: 'VALIDATION_FAILED', inputPath: [path] } }] });
    }
  });

  test('so is an id', async () => {
    const { data, errors = [] } = await admin.send('query ($id: ID!) { space(id: $id) { id } node(id: $id) { id } }', { id: 'nul \u0000' });
    const refused = { extensions: { code: 'VALIDATION_FAILED', inputPath: ['id'] } };
    expect({ data, errors }).toMatchObject({ data: { space: null, node: null }, errors: [refused, refused] });
  });

  test('an id that is absent or malformed finds nothing, and is no error', async () => {
    for (const id of ['space_nowhere', 'x', "'; DROP TABLE spaces", 'x'.repeat(5_000)]) {
      expect(await admin.data('query ($id: ID!) { space(id: $id) { id } user(id: $id) { id } resource(id: $id) { id } apiKey(id: $id) { id } auditEvent(id: $id) { id } node(id: $id) { id } }', { id })).toEqual({
        space: null, user: null, resource: null, apiKey: null, auditEvent: null, node: null,
      });
    }
  });
});

describe('an idempotency key', () => {
  test('sent many times at one moment, the mutation acts once and all get the same answer', async () => {
    const input = { spaceId: 'space_acme', displayName: 'Once', idempotencyKey: 'many-at-once' };
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => admin.mutate<{ member: { id: string } }>('createMember', input, 'member { id createdAt }')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { member } = answers[0] as { member: { id: string } };
    const { members } = await admin.data<{ members: { edges: { node: { id: string } }[] } }>('{ members(spaceId: "space_acme", search: "Once") { edges { node { id } } } }');
    expect(members.edges).toEqual([{ node: { id: member.id } }]);
    expect(await auditEvents(admin, { targetId: member.id })).toHaveLength(1);
  });

  test('belongs to one caller and one mutation', async () => {
    const other = await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['*'] });
    const input = { spaceId: 'space_acme', displayName: 'Mine', idempotencyKey: 'per-caller' };
    const [one, two] = [await admin.mutate('createMember', input, 'member { id }'), await other.mutate('createMember', input, 'member { id }')];
    expect(one).not.toEqual(two);
    expect(await mistakesOf('createSpace', { name: 'x', idempotencyKey: 'per-caller' })).toEqual([{ code: 'IDEMPOTENCY_KEY_REUSED', path: 'input.idempotencyKey' }]);
  });

  test('is not used up by a mistake', async () => {
    const input = { spaceId: 'space_acme', key: 'Wrong', name: 'x', idempotencyKey: 'mended' };
    expect(await mistakesOf('createRole', input)).toEqual([{ code: 'VALIDATION_FAILED', path: 'input.key' }]);
    expect(await admin.mutate('createRole', { ...input, key: 'right' }, 'role { key }')).toMatchObject({ role: { key: 'right' } });
  });

  test('leaves no address and no name in the database beside the User itself', async () => {
    const input = { email: 'sealed@example.com', displayName: 'Sealed', idempotencyKey: 'sealed-once' };
    const send = (): Promise<object> => admin.mutate('createUser', input, 'user { id email displayName }');
    const first = await send();
    expect(first).toMatchObject({ user: { email: 'sealed@example.com', displayName: 'Sealed' } });
    expect(await send()).toEqual(first);
    const rows = await asOwner(server.database, async (owner) => (await owner.query<{ row: string }>('SELECT i::text AS row FROM sys_kernel.idempotency i')).rows);
    expect(rows.some(({ row }) => row.includes('sealed-once'))).toBe(true);
    expect(rows.filter(({ row }) => /sealed@example|"Sealed"/i.test(row))).toEqual([]);
  });

  test('brings no secret twice', async () => {
    const input = { name: 'Secret', level: 'INSTANCE', permissionKeys: ['users:read'], idempotencyKey: 'secret-once' };
    const [first, again] = [await admin.mutate('createApiKey', input, 'secret apiKey { id }'), await admin.mutate('createApiKey', input, 'secret apiKey { id }')];
    expect(first).toMatchObject({ secret: expect.stringMatching(/^ply_ak_/) as unknown });
    expect(again).toEqual({ ...first, secret: null });
  });
});

describe('a decision', () => {
  test.each<[string, object, string]>([
    ['a type that is no key', { resourceType: 'in voice' }, 'resourceType'],
    ['an action that is no key', { action: '' }, 'action'],
    ['a resource that is no id', { resourceId: 'a/b' }, 'resourceId'],
    ['no resource', { resourceId: null }, 'resourceId'],
    ['an actor that is incomplete', { actor: { ...ACTORS.alice, memberId: null } }, 'actor.memberId'],
    ['an actor that is no id', { actor: { ...ACTORS.alice, userId: 'a b' } }, 'actor.userId'],
    ['a revision that was not given', { atLeast: 'tomorrow' }, 'atLeast'],
    ['a revision of the future', { atLeast: Buffer.from('[1,"space_acme",999999999,0]').toString('base64url') }, 'atLeast'],
  ])('is not made about %s', async (_, change, path) => {
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
    const input = { ...(approve(ACTORS.alice, 'invoice_001') as object), ...change };
    expect(await errorsOf('query ($input: CheckInput!) { check(input: $input) { decision } }', { input }, key)).toMatchObject([{ code: 'VALIDATION_FAILED', path: `input.${path}` }]);
  });

  test('about what does not exist is a deny with its own code, never an error', async () => {
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
    for (const [question, denyCode] of [
      [approve({ ...ACTORS.alice, userId: 'user_nobody' }, 'invoice_001'), 'ACTOR_NOT_FOUND'],
      [approve({ ...ACTORS.alice, memberId: 'member_nobody' }, 'invoice_001'), 'ACTOR_NOT_FOUND'],
      [approve({ ...ACTORS.alice, userMemberId: 'um_nobody' }, 'invoice_001'), 'ACTOR_NOT_FOUND'],
      [approve(ACTORS.alice, 'invoice_404'), 'RESOURCE_NOT_FOUND'],
    ] as const) expect(await check(key, question)).toMatchObject({ decision: 'DENY', denyCode });
  });
});
