import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { sql } from '../../../persistence/index.js';
import type { Caller } from '../../shared/contracts/index.js';
import { openIdentityWorld, type IdentityWorld } from '../testing/identity-world.js';
import { makeAcme } from '../testing/fixture.js';
import { actorContextsRef } from './actor-contexts.js';
import { membersRef } from './members.js';
import { spacesRef } from './spaces.js';
import { userMembersRef } from './user-members.js';

let testDatabase: TestDatabase;
let world: IdentityWorld;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = openIdentityWorld(testDatabase.appUrl);
  await makeAcme(world);
  const make = (id: string, memberId: string, more: object = {}) => world.services.get(userMembersRef).create(world.as(), { id, userId: 'user_alice', memberId, ...more });
  await make('um_alice_creator', 'member_invoice_creator');
  await make('um_alice_other', 'member_other');
  await make('um_alice_revoked', 'member_other', { isPrimary: true });
  await world.services.get(userMembersRef).revoke(world.as(), { id: 'um_alice_revoked' });
  await make('um_alice_expired', 'member_other', { isPrimary: true });
  await world.database.query(sql`UPDATE sys_identity.user_members SET expires_at = now() - interval '1 minute' WHERE id = 'um_alice_expired'`);
  await world.database.query(sql`INSERT INTO sys_identity.sessions (id, user_id, expires_at) VALUES ('sess_alice', 'user_alice', now() + interval '1 hour')`);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

const contexts = () => world.services.get(actorContextsRef);
const alice: Caller = { kind: 'session', key: 'session:sess_alice', userId: 'user_alice', credentialId: 'sess_alice', grants: [], revision: 0 };
const usable = async (caller = alice) => (await contexts().bindings(world.as(caller), {})).edges.map(({ node }) => node.userMemberId);

test('usable bindings stand primary first, then by Space and Member name; revoked and expired ones do not', async () => {
  expect(await usable()).toEqual(['um_alice_finance_reviewer', 'um_alice_creator', 'um_alice_other']);
  expect(await contexts().active(world.as(alice))).toMatchObject({ userMemberId: 'um_alice_finance_reviewer', memberDisplayName: 'Finance Reviewer', spaceName: 'Acme' });
});

test('callers that are no User have none', async () => {
  const key: Caller = { kind: 'api_key', key: 'api_key:ak_1', credentialId: 'ak_1', grants: [], revision: 0 };
  expect(await usable(key)).toEqual([]);
  expect(await contexts().active(world.as(key))).toBeUndefined();
  expect((await contexts().switchMember(world.as(key), {})).errors).toEqual([expect.objectContaining({ code: 'SESSION_NOT_FOUND' })]);
});

test('switching stores the binding in the session, as a fact and an event', async () => {
  const { active } = await contexts().switchMember(world.as(alice), { memberId: 'member_other' });
  expect(active?.userMemberId).toBe('um_alice_other');
  expect(world.events.at(-1)).toEqual({
    type: 'session.member_switched', spaceId: 'space_other', target: { type: 'Session', id: 'sess_alice' }, changes: { activeUserMemberId: [null, 'um_alice_other'] },
  });
  expect((await contexts().active(world.as(alice)))?.userMemberId).toBe('um_alice_other');
  expect(await world.one(sql`SELECT body->>'active_user_member_id' AS binding FROM sys_authz.fact_version WHERE kind = 'session' AND id = 'sess_alice' ORDER BY rev DESC LIMIT 1`))
    .toEqual({ binding: 'um_alice_other' });
  const before = world.events.length;
  await contexts().switchMember(world.as(alice), { userMemberId: 'um_alice_other' });
  expect(world.events.length).toBe(before);
});

test.each([
  ['of another User', { userMemberId: 'um_bob_finance_reviewer' }, 'userMemberId', 'USER_MEMBER_NOT_FOUND'],
  ['that is revoked', { userMemberId: 'um_alice_revoked' }, 'userMemberId', 'USER_MEMBER_NOT_FOUND'],
  ['that is expired', { userMemberId: 'um_alice_expired' }, 'userMemberId', 'USER_MEMBER_NOT_FOUND'],
  ['that does not fit the Member', { userMemberId: 'um_alice_creator', memberId: 'member_other' }, 'userMemberId', 'USER_MEMBER_NOT_FOUND'],
  ['to an absent Member', { memberId: 'member_absent' }, 'memberId', 'MEMBER_NOT_FOUND'],
])('a binding %s cannot be chosen', async (_what, input, field, code) => {
  expect((await contexts().switchMember(world.as(alice), input)).errors).toEqual([expect.objectContaining({ code, path: ['input', field] })]);
  expect((await contexts().active(world.as(alice)))?.userMemberId).toBe('um_alice_other');
});

test('a stored binding that is no longer usable gives way to the first one', async () => {
  await world.services.get(spacesRef).disable(world.as(), { id: 'space_other' });
  expect(await usable()).toEqual(['um_alice_finance_reviewer', 'um_alice_creator']);
  expect((await contexts().active(world.as(alice)))?.userMemberId).toBe('um_alice_finance_reviewer');
  await world.services.get(membersRef).disable(world.as(), { id: 'member_finance_reviewer' });
  expect((await contexts().switchMember(world.as(alice), {})).active?.userMemberId).toBe('um_alice_creator');
});

test('without any usable binding there is nothing to switch to', async () => {
  await world.services.get(spacesRef).disable(world.as(), { id: 'space_acme' });
  await expect(contexts().switchMember(world.as(alice), {})).rejects.toMatchObject({ code: 'ACTIVE_MEMBER_REQUIRED' });
});

test('an ended session switches no more', async () => {
  await world.database.query(sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = 'sess_alice'`);
  expect((await contexts().switchMember(world.as(alice), {})).errors).toEqual([expect.objectContaining({ code: 'SESSION_NOT_FOUND' })]);
});
