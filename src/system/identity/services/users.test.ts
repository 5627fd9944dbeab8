import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sql } from '../../../persistence/index.js';
import { adminOf, openIdentityWorld, spaceAdmin, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { usersRef } from './users.js';

let testDatabase: TestDatabase;
let world: IdentityWorld;
const users = () => world.services.get(usersRef);
const system = () => world.as();

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await makeAcme(world);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

describe('Users', () => {
  test('are created, changed, disabled and restored, each with its event', async () => {
    const { user } = await users().create(system(), { id: 'user_carol', email: 'Carol@Example.com', username: 'carol', displayName: 'Carol' });
    expect(user).toMatchObject({ id: 'user_carol', status: 'active', version: 1 });
    expect(world.events.at(-1)).toEqual({
      type: 'user.created', spaceId: '', target: { type: 'User', id: 'user_carol' }, changes: { status: [null, 'active'] },
      personal: { subject: 'user_carol', values: { email: 'Carol@Example.com', username: 'carol', phone: null, displayName: 'Carol' } },
    });

    const updated = await users().update(system(), { id: 'user_carol', displayName: 'Carol C.', phone: '+49 30 1234', expectedVersion: 1 });
    expect(updated.user).toMatchObject({ displayName: 'Carol C.', phone: '+49 30 1234', version: 2 });
    const event = world.events.at(-1);
    expect(event).toMatchObject({ type: 'user.updated', details: { changedFields: ['phone', 'displayName'] }, personal: { subject: 'user_carol' } });
    expect(event?.changes).toBeUndefined();

    expect((await users().disable(system(), { id: 'user_carol' })).user).toMatchObject({ status: 'disabled' });
    expect(world.events.at(-1)).toMatchObject({ type: 'user.disabled', changes: { status: ['active', 'disabled'] } });
    expect((await users().restore(system(), { id: 'user_carol' })).user).toMatchObject({ status: 'active' });
    expect(world.events.at(-1)?.type).toBe('user.restored');
  });

  test('no event shows a personal value openly', async () => {
    await users().update(system(), { id: 'user_bob', email: 'bob.b@example.com' });
    const { personal, ...open } = world.events.at(-1) ?? {};
    expect(JSON.stringify(open)).not.toContain('example.com');
    expect(personal?.values).toEqual({ email: ['bob@example.com', 'bob.b@example.com'] });
  });

  test('an update that changes nothing leaves version, revision and log alone', async () => {
    const before = world.events.length;
    const revision = await world.one<{ rev: number }>(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    const [stored] = await users().byIds(system(), ['user_alice']);
    const { user } = await users().update(system(), { id: 'user_alice', email: 'alice@example.com' });
    expect(user?.version).toBe(stored?.version);
    expect(world.events.length).toBe(before);
    expect(await world.one(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`)).toEqual(revision);
  });

  test('a change of status raises the revision of the instance and writes a version', async () => {
    const before = await world.one<{ rev: number }>(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    await users().create(system(), { id: 'user_rev', email: 'rev@example.com' });
    const after = await world.one<{ rev: number; body: object }>(sql`
      SELECT v.rev, v.body FROM sys_authz.fact_version v WHERE v.kind = 'user' AND v.id = 'user_rev'`);
    expect(after).toEqual({ rev: before.rev + 1, body: { id: 'user_rev', status: 'active' } });
  });

  test('disabling ends the sessions in the same transaction', async () => {
    await users().create(system(), { id: 'user_dora', email: 'dora@example.com' });
    await world.database.query(sql`INSERT INTO sys_identity.sessions (id, user_id, expires_at) VALUES ('sess_dora', 'user_dora', now() + interval '1 hour')`);
    world.breakLog('the log is broken');
    await expect(users().disable(system(), { id: 'user_dora' })).rejects.toThrow('the log is broken');
    world.breakLog(undefined);
    const read = sql`SELECT s.ended_reason, u.status FROM sys_identity.sessions s JOIN sys_identity.users u ON u.id = s.user_id WHERE s.id = 'sess_dora'`;
    expect(await world.one(read)).toEqual({ ended_reason: null, status: 'active' });

    await users().disable(system(), { id: 'user_dora' });
    expect(await world.one(read)).toEqual({ ended_reason: 'user_disabled', status: 'disabled' });
    expect(world.events.slice(-2)).toEqual([
      expect.objectContaining({ type: 'user.disabled', target: { type: 'User', id: 'user_dora' }, changes: { status: ['active', 'disabled'] } }),
      expect.objectContaining({ type: 'session.ended', target: { type: 'Session', id: 'sess_dora' }, details: { userId: 'user_dora', reason: 'user_disabled' } }),
    ]);
  });

  test('the last super admin cannot be disabled', async () => {
    await users().create(system(), { id: 'user_root', email: 'root@example.com' });
    await world.database.query(sql`INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_root', 'user_root', 'instance_super_admin', '*')`);
    expect((await users().disable(system(), { id: 'user_root' })).errors).toEqual([expect.objectContaining({ code: 'LAST_SUPER_ADMIN' })]);
    expect((await users().byIds(system(), ['user_root']))[0]?.status).toBe('active');
  });

  test.each([
    [{ email: 'nobody' }, 'email', 'VALIDATION_FAILED'],
    [{ email: `${'a'.repeat(320)}@example.com` }, 'email', 'VALIDATION_FAILED'],
    [{ email: 'nul\0@example.com' }, 'email', 'VALIDATION_FAILED'],
    [{ email: 'ALICE@example.com' }, 'email', 'ALREADY_EXISTS'],
    [{ email: 'x@example.com', username: 'no blanks' }, 'username', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', phone: 'call me' }, 'phone', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', displayName: 'n'.repeat(201) }, 'displayName', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', metadata: { big: 'x'.repeat(20_000) } }, 'metadata', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', metadata: ['list'] }, 'metadata', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', id: 'member_x' }, 'id', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', id: 'user_' }, 'id', 'VALIDATION_FAILED'],
    [{ email: 'x@example.com', id: 'user_alice' }, 'id', 'ID_UNAVAILABLE'],
  ])('input %# is refused at its field', async (input, field, code) => {
    const before = await world.count('sys_identity.users');
    const { errors, user } = await users().create(system(), input);
    expect(errors).toEqual([expect.objectContaining({ code, path: ['input', field] })]);
    expect(user).toBeUndefined();
    expect(await world.count('sys_identity.users')).toBe(before);
  });

  test('a version that was not the one read is a conflict', async () => {
    const { errors } = await users().update(system(), { id: 'user_alice', displayName: 'X', expectedVersion: 99 });
    expect(errors).toEqual([expect.objectContaining({ code: 'CONFLICT', path: ['input', 'expectedVersion'] })]);
  });

  test('two changes at one moment do not overwrite each other', async () => {
    await users().create(system(), { id: 'user_race', email: 'race@example.com' });
    const results = await Promise.all(['a', 'b', 'c'].map((displayName) => users().update(system(), { id: 'user_race', displayName, expectedVersion: 1 })));
    expect(results.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect(results.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(['CONFLICT', 'CONFLICT']);
  });

  test('the same idempotency key acts once, and not for another request', async () => {
    const input = { email: 'once@example.com', idempotencyKey: 'k1' };
    const first = await users().create(system(), input);
    const before = world.events.length;
    const second = await users().create(system(), { ...input });
    expect(second.user?.id).toBe(first.user?.id);
    expect(world.events.length).toBe(before);
    const third = await users().create(system(), { ...input, email: 'other@example.com' });
    expect(third.errors).toEqual([expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] })]);
  });

  test('what is kept for an idempotency key shows nobody, and is answered whole', async () => {
    const input = { email: 'kept@example.com', displayName: 'Kept', idempotencyKey: 'kept' };
    const first = await users().create(system(), input);
    expect((await users().create(system(), input)).user).toEqual(JSON.parse(JSON.stringify(first.user)));
    const [row] = await world.database.query<{ row: string }>(sql`SELECT i::text AS row FROM sys_kernel.idempotency i WHERE key = 'kept'`);
    for (const shown of ['kept@example.com', 'Kept', first.user?.id as string]) expect(row?.row).not.toContain(shown);
  });

  test('who holds users:read in a Space sees the Users bound to it, and no other', async () => {
    const acme = world.as(spaceAdmin('space_acme'));
    const { edges, totalCount } = await users().list(acme, {}, {});
    expect(edges.map(({ node }) => node.id)).toEqual(['user_alice', 'user_bob']);
    expect(await totalCount()).toBe(2);
    expect((await users().list(world.as(spaceAdmin('space_other')), {}, {})).edges).toEqual([]);
    expect(await users().byIds(world.as(spaceAdmin('space_acme', 'members:*')), ['user_alice'])).toEqual([undefined]);
  });

  test('a Space admin changes no User: seen ones are forbidden, others do not exist', async () => {
    const acme = world.as(spaceAdmin('space_acme'));
    await expect(users().update(acme, { id: 'user_alice', displayName: 'X' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(users().disable(acme, { id: 'user_alice' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(users().create(acme, { email: 'new@example.com' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    for (const id of ['user_rev', 'user_absent']) {
      expect((await users().update(acme, { id, displayName: 'X' })).errors).toEqual([expect.objectContaining({ code: 'USER_NOT_FOUND', path: ['input', 'id'] })]);
    }
  });

  test('an instance admin with users:read may look and not touch', async () => {
    const reader = world.as(adminOf({ level: 'instance_admin', permissionKey: 'users:read' }));
    expect((await users().byIds(reader, ['user_alice']))[0]?.email).toBe('alice@example.com');
    await expect(users().update(reader, { id: 'user_alice', displayName: 'X' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
  });

  test('nobody changes a User who holds more than they do', async () => {
    await users().create(system(), { id: 'user_super', email: 'super@example.com' });
    await world.database.transaction(async (transaction) => {
      transaction.touch('');
      await transaction.query(sql`INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_super', 'user_super', 'instance_super_admin', '*')`);
    });
    const manager = world.as(adminOf({ level: 'instance_admin', permissionKey: 'users:manage' }));
    expect((await users().update(manager, { id: 'user_carol', displayName: 'Carol' })).errors).toEqual([]);
    await expect(users().disable(manager, { id: 'user_super' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await expect(users().update(manager, { id: 'user_super', email: 'mine@example.com' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await users().byIds(system(), ['user_super']))[0]).toMatchObject({ status: 'active', email: 'super@example.com' });
  });

  test('lists filter by address, status and text, in pages', async () => {
    const ids = async (filter: object) => (await users().list(system(), filter, {})).edges.map(({ node }) => node.id);
    expect(await ids({ email: 'CAROL@example.COM' })).toEqual(['user_carol']);
    expect(await ids({ status: 'disabled' })).toEqual(['user_dora']);
    expect(await ids({ search: 'carol' })).toEqual(['user_carol']);
    expect(await ids({ search: '%' })).toEqual([]);
    const first = await users().list(system(), {}, { first: 2 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const next = await users().list(system(), {}, { first: 2, after: first.pageInfo.endCursor });
    expect(next.edges[0]?.node.id).toBe((await ids({}))[2]);
  });
});
