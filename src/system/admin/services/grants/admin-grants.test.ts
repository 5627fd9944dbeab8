import { sql } from '../../../../persistence/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { adminGrantsRef, type CreateAdminGrant } from './admin-grants.js';

let plane: TestControlPlane;
let root: string;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  root = await plane.signIn('user_root');
});
afterAll(() => plane.close());

const create = async (token: string, input: CreateAdminGrant) => plane.get(adminGrantsRef).create(await plane.as(token), input);
const spaceGrant = (permissionKey: string, more: Partial<CreateAdminGrant> = {}): CreateAdminGrant =>
  ({ userId: 'user_bob', level: 'space_admin', spaceId: 'space_acme', permissionKey, ...more });

test('gives a right, audited in the same transaction, and the holder has it', async () => {
  const before = plane.audited.length;
  const { adminGrant, errors } = await create(root, spaceGrant('resources:read', { userId: 'user_carol' }));
  expect(errors).toEqual([]);
  expect(adminGrant).toMatchObject({ level: 'space_admin', spaceId: 'space_acme', permissionKey: 'resources:read', grantedByUserId: 'user_root', version: 1 });
  expect(plane.audited.slice(before)).toMatchObject([{ type: 'admin_grant.created', spaceId: 'space_acme', target: { id: adminGrant?.id } }]);
  const carol = await plane.caller(await plane.signIn('user_carol'));
  expect(carol.grants).toMatchObject([{ id: adminGrant?.id, level: 'space_admin', spaceId: 'space_acme', permissionKey: 'resources:read' }]);
});

describe('shape', () => {
  const past = new Date(Date.now() - 60_000);
  const future = new Date(Date.now() + 60_000);
  test.each<[string, CreateAdminGrant, string]>([
    ['a super admin with another key', { userId: 'user_bob', level: 'instance_super_admin', permissionKey: 'users:read' }, 'permissionKey'],
    ['a super admin with an end', { userId: 'user_bob', level: 'instance_super_admin', permissionKey: '*', expiresAt: future }, 'expiresAt'],
    ['an instance right with a Space', { userId: 'user_bob', level: 'instance_admin', spaceId: 'space_acme', permissionKey: '*' }, 'spaceId'],
    ['an instance right with a group', { userId: 'user_bob', level: 'instance_admin', groupId: 'group_legal', permissionKey: '*' }, 'groupId'],
    ['a Space right without Space', { userId: 'user_bob', level: 'space_admin', permissionKey: '*' }, 'spaceId'],
    ['a Space right with a group', spaceGrant('*', { groupId: 'group_legal' }), 'groupId'],
    ['a group right without group', spaceGrant('*', { level: 'group_admin' }), 'groupId'],
    ['a right that has ended', spaceGrant('*', { expiresAt: past }), 'expiresAt'],
    ['a foreign id', spaceGrant('*', { id: 'user_x' }), 'id'],
    ['a key that nobody registered', spaceGrant('unheard:of'), 'permissionKey'],
    ...['*:read', 'users', 'Users:read', 'users:Read', 'users:', ':read', 'users:read/write', 'users:**', 'users:read:extra']
      .map((key): [string, CreateAdminGrant, string] => [`the malformed key ${key}`, spaceGrant(key), 'permissionKey']),
  ])('refuses %s, naming the field', async (_, input, field) => {
    const { adminGrant, errors } = await create(root, input);
    expect(adminGrant).toBeUndefined();
    expect(errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', field] }]);
  });

  test.each(['*', 'users:read', 'users:*', 'admin_grants:manage', 'api_keys:read'])('accepts the key %s', async (permissionKey) => {
    expect((await create(root, spaceGrant(permissionKey))).errors).toEqual([]);
  });

  test.each([
    ['an unknown User', { userId: 'user_nobody' }, 'USER_NOT_FOUND', 'userId'],
    ['an unknown Space', { spaceId: 'space_nowhere' }, 'SPACE_NOT_FOUND', 'spaceId'],
    ['an unknown group', { level: 'group_admin', groupId: 'group_nowhere' }, 'GROUP_NOT_FOUND', 'groupId'],
    ['a group of another Space', { level: 'group_admin', groupId: 'group_elsewhere' }, 'GROUP_NOT_FOUND', 'groupId'],
  ] as const)('refuses %s', async (_, more, code, field) => {
    expect((await create(root, spaceGrant('users:read', more))).errors).toMatchObject([{ code, path: ['input', field] }]);
  });

  test('a group right takes its Space from the group', async () => {
    const { adminGrant } = await create(root, { userId: 'user_bob', level: 'group_admin', groupId: 'group_finance', permissionKey: 'resources:read' });
    expect(adminGrant).toMatchObject({ spaceId: 'space_acme', groupId: 'group_finance' });
  });
});

describe('delegation', () => {
  let alice: string;
  beforeAll(async () => {
    await plane.grant('user_alice', 'space_admin', 'admin_grants:manage', { spaceId: 'space_acme' });
    await plane.grant('user_alice', 'space_admin', 'resources:read', { spaceId: 'space_acme' });
    await plane.grant('user_alice', 'space_admin', 'api_keys:*', { spaceId: 'space_acme' });
    alice = await plane.signIn('user_alice');
  });

  test('hands on what the giver holds at the place', async () => {
    expect((await create(alice, spaceGrant('resources:read'))).errors).toEqual([]);
    expect((await create(alice, spaceGrant('api_keys:manage'))).errors).toEqual([]);
    expect((await create(alice, spaceGrant('api_keys:*'))).errors).toEqual([]);
    expect((await create(alice, spaceGrant('resources:read', { level: 'group_admin', groupId: 'group_legal' }))).errors).toEqual([]);
  });

  test.each(['resources:manage', 'resources:*', '*', 'users:read'])('AG-17: does not hand on %s, which the giver does not hold', async (key) => {
    await expect(create(alice, spaceGrant(key))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: key } });
  });

  test('does not reach beyond its place', async () => {
    expect((await create(alice, spaceGrant('resources:read', { spaceId: 'space_other' }))).errors).toMatchObject([{ code: 'SPACE_NOT_FOUND' }]);
    await expect(create(alice, { userId: 'user_bob', level: 'instance_admin', permissionKey: 'resources:read' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(create(alice, { userId: 'user_bob', level: 'instance_super_admin', permissionKey: '*' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });

  test('does not learn of Users that are bound to none of its Members', async () => {
    expect((await create(alice, spaceGrant('resources:read', { userId: 'user_carol' }))).errors).toMatchObject([{ code: 'USER_NOT_FOUND' }]);
  });

  test('an instance admin is no super admin: instance rights are not its to give', async () => {
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_dave', 'dave@example.com')`);
    await plane.grant('user_dave', 'instance_admin', '*');
    const dave = await plane.signIn('user_dave');
    await expect(create(dave, { userId: 'user_bob', level: 'instance_admin', permissionKey: 'users:read' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await create(dave, spaceGrant('*'))).errors).toEqual([]);
  });

  test('a right that was lost meanwhile is not handed on: the write is decided on the rights under the lock', async () => {
    const lost = await plane.grant('user_alice', 'space_admin', 'spaces:read', { spaceId: 'space_acme' });
    await plane.feed.catchUp();
    const context = await plane.as(alice);
    expect(context.caller.grants.map(({ id }) => id)).toContain(lost);
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${lost}`);
    await expect(plane.get(adminGrantsRef).create(context, spaceGrant('spaces:read'))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });
});

describe('lists', () => {
  test('are filtered by reach: group, Space, instance', async () => {
    const legal = await plane.grant('user_bob', 'group_admin', 'resources:read', { spaceId: 'space_acme', groupId: 'group_legal' });
    const apac = await plane.grant('user_bob', 'group_admin', 'resources:read', { spaceId: 'space_acme', groupId: 'group_finance_apac' });
    const acme = await plane.grant('user_bob', 'space_admin', 'resources:read', { spaceId: 'space_acme' });
    const other = await plane.grant('user_bob', 'space_admin', 'resources:read', { spaceId: 'space_other' });
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_finance', 'f@example.com'), ('user_space', 's@example.com')`);
    await plane.grant('user_finance', 'group_admin', 'admin_grants:read', { spaceId: 'space_acme', groupId: 'group_finance' });
    await plane.grant('user_space', 'space_admin', 'admin_grants:read', { spaceId: 'space_acme' });
    const seen = async (token: string): Promise<string[]> => {
      const page = await plane.get(adminGrantsRef).list(await plane.as(token), { }, { first: 200 });
      expect(await page.totalCount()).toBe(page.edges.length);
      return page.edges.map(({ node }) => node.id);
    };
    const ofFinance = await seen(await plane.signIn('user_finance'));
    expect(ofFinance).toContain(apac);
    expect(ofFinance).not.toEqual(expect.arrayContaining([legal]));
    expect(ofFinance).not.toEqual(expect.arrayContaining([acme]));
    const space = await plane.signIn('user_space');
    const ofSpace = await seen(space);
    expect(ofSpace).toEqual(expect.arrayContaining([legal, apac, acme]));
    expect(ofSpace).not.toContain(other);
    expect(ofSpace).not.toContain('ag_root');
    expect(await seen(root)).toEqual(expect.arrayContaining([legal, apac, acme, other, 'ag_root']));
    expect(await plane.get(adminGrantsRef).byIds(await plane.as(space), ['ag_root', acme])).toMatchObject([undefined, { id: acme }]);
  });

  test('page by cursor and filter', async () => {
    const context = await plane.as(root);
    const list = plane.get(adminGrantsRef);
    const first = await list.list(context, { level: 'space_admin', status: 'active' }, { first: 2 });
    const second = await list.list(context, { level: 'space_admin', status: 'active' }, { first: 2, after: first.pageInfo.endCursor });
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasPreviousPage]).toEqual([true, true]);
    const ids = [...first.edges, ...second.edges].map(({ node }) => node.id);
    expect(new Set(ids).size).toBe(4);
    expect([...first.edges, ...second.edges].every(({ node }) => node.level === 'space_admin')).toBe(true);
  });
});

describe('revocation', () => {
  const revoke = async (token: string, id: string, reason?: string) => plane.get(adminGrantsRef).revoke(await plane.as(token), { id, reason });

  test('ends a right with its reason, once', async () => {
    const id = await plane.grant('user_carol', 'space_admin', 'users:read', { spaceId: 'space_acme' });
    const before = plane.audited.length;
    expect((await revoke(root, id, 'left the team')).adminGrant).toMatchObject({ status: 'revoked', revokedReason: 'left the team', version: 2 });
    expect((await revoke(root, id)).errors).toEqual([]);
    expect(plane.audited.slice(before).map(({ type }) => type)).toEqual(['admin_grant.revoked']);
  });

  test('one may give up the own right to manage rights', async () => {
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_erin', 'erin@example.com')`);
    const id = await plane.grant('user_erin', 'space_admin', 'admin_grants:manage', { spaceId: 'space_acme' });
    expect((await revoke(await plane.signIn('user_erin'), id)).errors).toEqual([]);
  });

  test('what the caller may not read is absent, what it may only read is denied', async () => {
    const other = await plane.grant('user_bob', 'space_admin', 'users:read', { spaceId: 'space_other' });
    const acme = await plane.grant('user_bob', 'space_admin', 'users:read', { spaceId: 'space_acme' });
    const reader = await plane.signIn('user_space');
    expect((await revoke(reader, other)).errors).toMatchObject([{ code: 'ADMIN_GRANT_NOT_FOUND', path: ['input', 'id'] }]);
    expect((await revoke(reader, 'ag_root')).errors).toMatchObject([{ code: 'ADMIN_GRANT_NOT_FOUND' }]);
    await expect(revoke(reader, acme)).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });

  test('an optimistic lock and a bad reason change nothing', async () => {
    const id = await plane.grant('user_carol', 'space_admin', 'users:read', { spaceId: 'space_acme' });
    const context = await plane.as(root);
    expect((await plane.get(adminGrantsRef).revoke(context, { id, expectedVersion: 7 })).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
    expect((await revoke(root, id, 'x'.repeat(501))).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', 'reason'] }]);
    expect(await plane.run(sql`SELECT status, version FROM sys_admin.admin_grants WHERE id = ${id}`)).toEqual([{ status: 'active', version: 1 }]);
  });

  test('the last super admin cannot be revoked, nor two by each other at one moment', async () => {
    expect((await revoke(root, 'ag_root')).errors).toMatchObject([{ code: 'LAST_SUPER_ADMIN' }]);
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_second', 'second@example.com')`);
    const second = await plane.grant('user_second', 'instance_super_admin', '*');
    const [one, two] = [await plane.as(root), await plane.as(await plane.signIn('user_second'))];
    const grants = plane.get(adminGrantsRef);
    const results = await Promise.allSettled([grants.revoke(one, { id: 'ag_root' }), grants.revoke(two, { id: second })]);
    const outcomes = results.map((result) => (result.status === 'fulfilled' ? (result.value.errors[0]?.code ?? 'revoked') : (result.reason as { code: string }).code));
    expect(outcomes.filter((outcome) => outcome === 'revoked')).toHaveLength(1);
    expect(outcomes).toContain('LAST_SUPER_ADMIN');
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'active', revoked_at = NULL WHERE id IN ('ag_root', ${second})`);
  });

  test('two removals in raw transactions at one moment leave one super admin', async () => {
    const remove = (id: string) => plane.database.transaction(async (transaction) => {
      await transaction.query(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${id}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    const rows = await plane.run(sql`SELECT id FROM sys_admin.admin_grants WHERE level = 'instance_super_admin' AND status = 'active'`);
    expect(rows).toHaveLength(2);
    const results = await Promise.allSettled(rows.map(({ id }) => remove(String(id))));
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'active', revoked_at = NULL WHERE level = 'instance_super_admin'`);
  });

  test('disabling the User of the last super admin is refused by the database', async () => {
    await plane.run(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_second'`);
    await expect(plane.run(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_root'`)).rejects.toMatchObject({ constraint: 'last_super_admin' });
  });
});
