import { execute, isNonNullType, parse, type GraphQLField, type GraphQLSchema } from 'graphql';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { composeSchema } from '../../../graphql/composition/index.js';
import { AUDIT_EVENTS_EXTENSION } from '../../shared/resolvers/index.js';
import type { Caller } from '../../shared/contracts/index.js';
import { sql } from '../../../persistence/index.js';
import { adminOf, groupAdmin, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { identityManifest } from '../manifest.js';
import { identityNodes, identityResolvers } from '../index.js';

let testDatabase: TestDatabase;
let world: IdentityWorld;
let schema: GraphQLSchema;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await makeAcme(world);
  schema = (await composeSchema(identityResolvers)).guarded;
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

type Field = GraphQLField<unknown, unknown>;
const fieldsOf = (type: 'Query' | 'Mutation'): Field[] => Object.values((type === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {});

async function ask(source: string, caller?: Caller, variables: Record<string, unknown> = {}): Promise<{ data: Record<string, any>; codes: string[] }> {
  const { data, errors = [] } = await execute({ schema, document: parse(source), contextValue: world.as(caller), variableValues: variables });
  return { data: (data ?? {}) as Record<string, any>, codes: errors.map((error) => String((error.originalError as { code?: string } | undefined)?.code ?? error.extensions.code)) };
}

/** Root fields that no capability brings. */
const OF_EVERY_SCHEMA = new Set(['node', 'version']);

describe('the schema of identity', () => {
  test('is what the manifest declares', () => {
    const { queries, mutations, types } = identityManifest.provides.graphql;
    expect(fieldsOf('Query').map(({ name }) => name).filter((name) => !OF_EVERY_SCHEMA.has(name)).toSorted()).toEqual([...queries].toSorted());
    expect(fieldsOf('Mutation').map(({ name }) => name).toSorted()).toEqual([...mutations].toSorted());
    for (const type of types) expect(schema.getType(type)).toBeDefined();
  });

  test('every root field is guarded or public, and nullable', () => {
    for (const { name, astNode, type } of [...fieldsOf('Query'), ...fieldsOf('Mutation')]) {
      if (OF_EVERY_SCHEMA.has(name)) continue;
      const guards = (astNode?.directives ?? []).map((directive) => directive.name.value);
      expect([name, guards.length > 0]).toEqual([name, true]);
      expect([name, isNonNullType(type)]).toEqual([name, false]);
    }
  });

  test('every mutation names declared audit events and takes one input', () => {
    const declared = new Set<string>(identityManifest.provides.auditEventTypes.map(({ key }) => key));
    for (const { name, extensions, args } of fieldsOf('Mutation')) {
      const events = (extensions as Record<string, readonly string[] | undefined>)[AUDIT_EVENTS_EXTENSION] ?? [];
      expect([name, events.length > 0, events.filter((type) => !declared.has(type))]).toEqual([name, true, []]);
      expect([name, args.map((argument) => argument.name)]).toEqual([name, ['input']]);
    }
  });

  test('everything has a description', () => {
    const silent = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (type.name.startsWith('__') || !('getFields' in type)) return [];
      return Object.values(type.getFields()).flatMap((field: Field) => [
        ...(field.description ? [] : [`${type.name}.${field.name}`]),
        ...(field.args ?? []).filter(({ description }) => !description).map(({ name }) => `${type.name}.${field.name}(${name})`),
      ]);
    });
    expect(silent).toEqual([]);
  });
});

describe('reading through the schema', () => {
  test('the tree nests to the depth that is asked for', async () => {
    const { data, codes } = await ask(`{ groupTree(spaceId: "space_acme") { edges { node { key viewerCanManage children(first: 5) { totalCount edges { node { path parent { path } space { name } } } } } } } }`);
    expect(codes).toEqual([]);
    expect(data.groupTree.edges.map(({ node }: any) => [node.key, node.children.edges.map((edge: any) => edge.node.path)])).toEqual([
      ['finance', ['finance.apac', 'finance.emea']], ['legal', ['legal.emea']],
    ]);
    expect(data.groupTree.edges[0].node).toMatchObject({ viewerCanManage: true, children: { totalCount: 2 } });
    expect(data.groupTree.edges[0].node.children.edges[0].node).toMatchObject({ parent: { path: 'finance' }, space: { name: 'Acme' } });
  });

  test('a link to what the caller may not read is null', async () => {
    const caller = adminOf(
      { level: 'space_admin', spaceId: 'space_acme', permissionKey: 'user_members:read' },
      { level: 'space_admin', spaceId: 'space_other', permissionKey: '*' },
    );
    const { data, codes } = await ask('{ userMember(id: "um_bob_finance_reviewer") { userId user { email } member { displayName } space { name } } }', caller);
    expect(codes).toEqual([]);
    expect(data.userMember).toEqual({ userId: 'user_bob', user: null, member: null, space: null });
  });

  test('a Group admin sees its subtree, and no parent above it', async () => {
    const { data, codes } = await ask('{ groups(spaceId: "space_acme") { totalCount edges { node { path parent { id } viewerCanManage } } } }', groupAdmin('space_acme', 'group_finance_apac', 'finance.apac'));
    expect(codes).toEqual([]);
    expect(data.groups).toEqual({ totalCount: 1, edges: [{ node: { path: 'finance.apac', parent: null, viewerCanManage: true } }] });
  });

  test('metadata under secret-looking keys is redacted', async () => {
    await ask('mutation ($metadata: JSON) { updateMember(input: { id: "member_other", metadata: $metadata }) { errors { code } } }', undefined, { metadata: { apiKey: 'x', plain: 1 } });
    const { data } = await ask('{ member(id: "member_other") { metadata } }');
    expect(data.member.metadata).toEqual({ apiKey: '[redacted]', plain: 1 });
    expect(await world.one(sql`SELECT metadata FROM sys_identity.members WHERE id = 'member_other'`)).toEqual({ metadata: { apiKey: 'x', plain: 1 } });
  });

  test('without users:read nobody sees an address, by any way', async () => {
    const caller = spaceAdmin('space_acme', 'user_members:*');
    const { data } = await ask('{ userMembers { edges { node { id user { email } } } } }', caller);
    expect(JSON.stringify(data)).not.toContain('example.com');
    expect((await ask('{ users { edges { node { email } } } user(id: "user_bob") { email } }', caller)).data).toEqual({ users: null, user: null });
  });

  test('objects are found by id, within reach', async () => {
    const ids: Record<string, string> = { User: 'user_bob', Space: 'space_acme', Group: 'group_finance', Member: 'member_finance_reviewer', UserMember: 'um_bob_finance_reviewer' };
    for (const node of identityNodes.filter(({ type }) => type in ids)) {
      const id = ids[node.type] ?? '';
      expect(await node.load(world.as(), [id, 'absent_id'])).toEqual([expect.objectContaining({ id }), undefined]);
      expect(await node.load(world.as(spaceAdmin('space_other')), [id])).toEqual([undefined]);
    }
    expect(identityNodes.map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(ids)));
  });
});

describe('changing through the schema', () => {
  test('a mutation answers with the object or with errors that name the input', async () => {
    const create = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { path version createdAt } errors { code path } } }';
    const made = await ask(create, undefined, { input: { spaceId: 'space_acme', path: 'finance.latam' } });
    expect(made.data.createGroup).toEqual({ group: { path: 'finance.latam', version: 1, createdAt: expect.stringMatching(/Z$/) }, errors: [] });
    const refused = await ask(create, undefined, { input: { spaceId: 'space_acme', path: 'Finance' } });
    expect(refused.data.createGroup).toEqual({ group: null, errors: [{ code: 'VALIDATION_FAILED', path: ['input', 'path'] }] });
  });

  test('a move names its destination: null is a root, nothing is refused', async () => {
    const none = await ask('mutation { moveGroup(input: { id: "group_legal_emea" }) { errors { code path } } }');
    expect(none.data.moveGroup.errors).toEqual([{ code: 'VALIDATION_FAILED', path: ['input', 'parentGroupId'] }]);
    const root = await ask('mutation { moveGroup(input: { id: "group_legal_emea", parentGroupId: null }) { group { path parentGroupId } errors { code } } }');
    expect(root.data.moveGroup).toEqual({ group: { path: 'emea', parentGroupId: null }, errors: [] });
  });

  test('a repeated key answers the same, times included', async () => {
    const mutation = 'mutation { createMember(input: { spaceId: "space_acme", displayName: "Once", memberType: SERVICE, idempotencyKey: "gql" }) { member { id memberType version createdAt metadata space { name } } errors { code } } }';
    const first = await ask(mutation);
    expect(first.codes).toEqual([]);
    expect((await ask(mutation, undefined)).data).toEqual(first.data);
  });

  test('enumerations, times and nulls go through', async () => {
    const { data } = await ask(`mutation { createUserMember(input: { userId: "user_alice", memberId: "member_other", relationType: EXTERNAL, expiresAt: "2040-01-01T00:00:00+01:00" }) {
      userMember { relationType status expiresAt revokedAt linkedByMemberId } errors { code } } }`);
    expect(data.createUserMember.userMember).toEqual({ relationType: 'EXTERNAL', status: 'ACTIVE', expiresAt: '2039-12-31T23:00:00.000Z', revokedAt: null, linkedByMemberId: null });
  });

  test('facts are taken and given out', async () => {
    const taken = await ask('mutation ($jsonl: String!) { importFacts(input: { spaceId: "space_acme", jsonl: $jsonl }) { created sha256 errors { path } } }', undefined,
      { jsonl: '{"kind":"member","id":"member_bulk","displayName":"Bulk"}\n' });
    expect(taken.data.importFacts).toEqual({ created: 1, sha256: expect.any(String), errors: [] });
    const given = await ask('mutation { exportSpace(input: { spaceId: "space_acme" }) { jsonl hasNextPage errors { code } } }');
    expect(given.data.exportSpace.jsonl).toContain('"member_bulk"');
  });

  test('the own bindings are seen and switched without any right', async () => {
    await world.database.query(sql`INSERT INTO sys_identity.sessions (id, user_id, expires_at) VALUES ('sess_bob', 'user_bob', now() + interval '1 hour')`);
    const bob: Caller = { kind: 'session', key: 'session:sess_bob', userId: 'user_bob', credentialId: 'sess_bob', grants: [], revision: 0 };
    const { data } = await ask('{ actorContext { userId active { memberDisplayName spaceName } bindings { totalCount edges { node { userMemberId relationType } } } } }', bob);
    expect(data.actorContext).toEqual({
      userId: 'user_bob', active: { memberDisplayName: 'Finance Reviewer', spaceName: 'Acme' },
      bindings: { totalCount: 1, edges: [{ node: { userMemberId: 'um_bob_finance_reviewer', relationType: 'LOGIN' } }] },
    });
    expect((await ask('mutation { switchMember(input: {}) { active { memberId } errors { code } } }', bob)).data.switchMember).toEqual({ active: { memberId: 'member_finance_reviewer' }, errors: [] });
    expect((await ask('{ actorContext { userId } }', { kind: 'anonymous', key: 'anonymous:', grants: [], revision: 0 })).data).toEqual({ actorContext: null });
  });
});
