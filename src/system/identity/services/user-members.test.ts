import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sql } from '../../../persistence/index.js';
import { openIdentityWorld, spaceAdmin, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { userMembersRef } from './user-members.js';
import { usersRef } from './users.js';

let testDatabase: TestDatabase;
let world: IdentityWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await makeAcme(world);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

const bindings = () => world.services.get(userMembersRef);
const mistake = (code: string, field: string) => [expect.objectContaining({ code, path: ['input', field] })];
const tomorrow = () => new Date(Date.now() + 86_400_000);

test('are made, changed and revoked with a reason', async () => {
  const { userMember } = await bindings().create(world.as(), { userId: 'user_alice', memberId: 'member_invoice_creator', relationType: 'temporary', expiresAt: tomorrow() });
  expect(userMember).toMatchObject({ spaceId: 'space_acme', relationType: 'temporary', status: 'active', isPrimary: false });
  const id = userMember?.id ?? '';
  expect(world.events.at(-1)).toMatchObject({ type: 'user_member.created', spaceId: 'space_acme', changes: { userId: [null, 'user_alice'], relationType: [null, 'temporary'] } });
  expect((await bindings().update(world.as(), { id, isPrimary: true, expiresAt: null, expectedVersion: 1 })).userMember).toMatchObject({ isPrimary: true, expiresAt: null, version: 2 });
  expect((await bindings().revoke(world.as(), { id, reason: 'moved on' })).userMember).toMatchObject({ status: 'revoked', revokedReason: 'moved on', revokedAt: expect.any(Date) });
  expect(world.events.at(-1)).toMatchObject({ type: 'user_member.revoked', changes: { status: ['active', 'revoked'], revokedReason: [null, 'moved on'] } });
  const before = world.events.length;
  expect((await bindings().revoke(world.as(), { id })).errors).toEqual([]);
  expect(world.events.length).toBe(before);
  expect((await bindings().update(world.as(), { id, isPrimary: false })).errors).toEqual(mistake('VALIDATION_FAILED', 'id'));
});

test('name the Member that made them', async () => {
  const caller = { ...spaceAdmin('space_acme'), actor: { userId: 'user_bob', memberId: 'member_finance_reviewer', userMemberId: 'um_bob_finance_reviewer', spaceId: 'space_acme' } };
  const { userMember } = await bindings().create(world.as(caller), { userId: 'user_bob', memberId: 'member_invoice_creator' });
  expect(userMember?.linkedByMemberId).toBe('member_finance_reviewer');
});

test.each([
  [{ userId: 'user_absent' }, 'userId', 'USER_NOT_FOUND'],
  [{ memberId: 'member_absent' }, 'memberId', 'MEMBER_NOT_FOUND'],
  [{ expiresAt: new Date(0) }, 'expiresAt', 'VALIDATION_FAILED'],
  [{ id: 'binding_x' }, 'id', 'VALIDATION_FAILED'],
  [{ id: 'um_bob_finance_reviewer' }, 'id', 'ID_UNAVAILABLE'],
])('input %# is refused at its field', async (input, field, code) => {
  expect((await bindings().create(world.as(), { userId: 'user_alice', memberId: 'member_invoice_creator', ...input })).errors).toEqual(mistake(code, field));
});

test('a Space admin binds only Users that it may read, and only to its own Members', async () => {
  const other = world.as(spaceAdmin('space_other'));
  expect((await bindings().create(other, { userId: 'user_alice', memberId: 'member_other' })).errors).toEqual(mistake('USER_NOT_FOUND', 'userId'));
  expect((await bindings().create(other, { userId: 'user_alice', memberId: 'member_invoice_creator' })).errors).toEqual(mistake('MEMBER_NOT_FOUND', 'memberId'));
  expect((await bindings().create(world.as(spaceAdmin('space_acme')), { userId: 'user_alice', memberId: 'member_invoice_creator' })).errors).toEqual([]);
  await expect(bindings().create(world.as(spaceAdmin('space_acme', 'members:*')), { userId: 'user_alice', memberId: 'member_invoice_creator' })).rejects
    .toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
});

test('an admin of another Space finds no binding and changes none', async () => {
  const other = world.as(spaceAdmin('space_other'));
  const id = 'um_bob_finance_reviewer';
  const before = await world.one(sql`SELECT version, status FROM sys_identity.user_members WHERE id = ${id}`);
  expect((await bindings().update(other, { id, isPrimary: false })).errors).toEqual(mistake('USER_MEMBER_NOT_FOUND', 'id'));
  expect((await bindings().revoke(other, { id })).errors).toEqual(mistake('USER_MEMBER_NOT_FOUND', 'id'));
  expect((await bindings().list(other, {}, {})).edges).toEqual([]);
  expect(await world.one(sql`SELECT version, status FROM sys_identity.user_members WHERE id = ${id}`)).toEqual(before);
});

test('the list stands primary first, then by Space and Member name, in pages, filtered', async () => {
  await world.services.get(usersRef).create(world.as(), { id: 'user_zoe', email: 'zoe@example.com' });
  for (const [id, memberId, isPrimary] of [['um_z1', 'member_other', false], ['um_z2', 'member_finance_reviewer', false], ['um_z3', 'member_invoice_creator', false], ['um_z4', 'member_other', true]] as const) {
    await bindings().create(world.as(), { id, userId: 'user_zoe', memberId, isPrimary });
  }
  const ids = async (filter: object, page: object = {}) => (await bindings().list(world.as(), filter, page)).edges.map(({ node }) => node.id);
  expect(await ids({ userId: 'user_zoe' })).toEqual(['um_z4', 'um_z3', 'um_z2', 'um_z1']);
  expect(await ids({ userId: 'user_zoe', spaceId: 'space_other' })).toEqual(['um_z4', 'um_z1']);
  expect(await ids({ memberId: 'member_other', status: 'revoked' })).toEqual([]);
  const first = await bindings().list(world.as(), { userId: 'user_zoe' }, { first: 2 });
  expect(await ids({ userId: 'user_zoe' }, { first: 5, after: first.pageInfo.endCursor })).toEqual(['um_z2', 'um_z1']);
});

test('the database stores no binding across Spaces', async () => {
  await expect(world.database.query(sql`
    INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id) VALUES ('um_cross', 'user_alice', 'member_other', 'space_acme')`)).rejects.toThrow(/foreign key/);
});
