import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import type { Caller } from '../../../shared/contracts/index.js';
import { passwordChangeRef } from './password-change.js';
import { sessionRefreshRef } from './session-refresh.js';
import { sessionsRef } from './sessions.js';
import { callerOf, GOOD_PASSWORD, instanceGrant, openCredentialWorld, type CredentialWorld } from './testing/credential-world.js';

let testDatabase: TestDatabase;
let world: CredentialWorld;
const sessions = () => world.services.get(sessionsRef);
const open = async (userId: string) => (await world.rows<{ id: string }>(sql`SELECT id FROM sys_identity.sessions WHERE user_id = ${userId} AND ended_at IS NULL`)).map(({ id }) => id);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = await openCredentialWorld(testDatabase.appUrl, { POLITY_SIGN_IN_MAX_FAILURES: '3' });
  await Promise.all([world.user('user_ann', 'ann@example.com'), world.user('user_ben', 'ben@example.com')]);
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  await world.database.query(sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE ended_at IS NULL`);
  world.newEvents();
});

describe('sessions', () => {
  test('are listed to their owner: open ones, newest first, page by page', async () => {
    const first = await world.signIn('ann@example.com');
    world.clock.advance(1000);
    const second = await world.signIn('ann@example.com');
    await world.signIn('ben@example.com');
    const context = world.as(callerOf(first));
    const page = await sessions().mine(context, { first: 1 });
    expect(page.edges.map(({ node }) => node.id)).toEqual([second.session.id]);
    expect(await page.totalCount()).toBe(2);
    const rest = await sessions().mine(context, { first: 5, after: page.pageInfo.endCursor });
    expect(rest.edges.map(({ node }) => node.id)).toEqual([first.session.id]);
  });

  test('sign-out ends the own session and no other; again it changes nothing', async () => {
    const [one, two] = [await world.signIn('ann@example.com'), await world.signIn('ann@example.com')];
    world.newEvents();
    const { session } = await sessions().signOut(world.as(callerOf(one)), {});
    expect(session).toMatchObject({ id: one.session.id, endedReason: 'sign_out' });
    expect(await open('user_ann')).toEqual([two.session.id]);
    expect((await sessions().signOut(world.as(callerOf(one)), {})).session).toBeUndefined();
    expect(world.newEvents()).toEqual(['session.ended']);
    await expect(world.services.get(sessionRefreshRef).refresh(world.as(), { refreshToken: one.refreshToken })).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
  });

  test.each(['api_key', 'oidc'] as const)('sign-out without a session is refused: %s', async (kind) => {
    const one = await world.signIn('ann@example.com');
    world.newEvents();
    // Of the same User, and with an id that a session has: the kind decides.
    const caller = { ...callerOf(one), kind, key: `${kind}:${one.session.id}` };
    expect(await sessions().signOut(world.as(caller), {})).toEqual({ errors: [{ code: 'SESSION_NOT_FOUND', message: expect.stringContaining('no session'), path: ['input'] }] });
    expect(await open('user_ann')).toEqual([one.session.id]);
    expect(world.newEvents()).toEqual([]);
  });

  test('an own session is ended by its owner; a foreign one does not exist for others', async () => {
    const [one, two, foreign] = [await world.signIn('ann@example.com'), await world.signIn('ann@example.com'), await world.signIn('ben@example.com')];
    const caller = callerOf(one);
    expect((await sessions().end(world.as(caller), { id: two.session.id })).session?.endedReason).toBe('ended_by_user');
    expect(await sessions().end(world.as(caller), { id: foreign.session.id })).toEqual({ errors: [{ code: 'SESSION_NOT_FOUND', message: expect.any(String), path: ['input', 'id'] }] });
    expect(await sessions().endAll(world.as(callerOf(one)), { userId: 'user_ben' }).catch((error: { code: string }) => error.code)).toBe('ADMIN_PERMISSION_REQUIRED');
    expect(await open('user_ben')).toEqual([foreign.session.id]);
    expect(await sessions().byIds(world.as(caller), [foreign.session.id, one.session.id])).toEqual([undefined, expect.objectContaining({ id: one.session.id })]);
  });

  test('who holds sessions:read sees all, and sessions:manage ends any', async () => {
    const [admin, foreign] = [await world.signIn('ann@example.com'), await world.signIn('ben@example.com')];
    const reader = world.as(callerOf(admin, [instanceGrant('sessions:read')]));
    expect((await sessions().list(reader, { userId: 'user_ben', open: true }, {})).edges.map(({ node }) => node.id)).toEqual([foreign.session.id]);
    await expect(sessions().end(reader, { id: foreign.session.id })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    const manager = world.as(callerOf(admin, [instanceGrant('sessions:manage')]));
    expect((await sessions().end(manager, { id: foreign.session.id })).session?.endedReason).toBe('ended_by_admin');
    expect((await sessions().endAll(manager, { userId: 'user_ben' })).endedCount).toBe(0);
    expect((await sessions().endAll(manager, { userId: 'user_none' })).errors[0]?.code).toBe('USER_NOT_FOUND');
    const inSpace = world.as(callerOf(admin, [{ id: 'ag_s', level: 'space_admin', permissionKey: '*', spaceId: 'space_a' }]));
    expect((await sessions().list(inSpace, {}, {})).edges).toEqual([]);
  });

  test('all own sessions end, but for the one that asks when it says so', async () => {
    const [one, two, three] = [await world.signIn('ann@example.com'), await world.signIn('ann@example.com'), await world.signIn('ann@example.com')];
    expect((await sessions().endAll(world.as(callerOf(two)), { exceptCurrent: true })).endedCount).toBe(2);
    expect(await open('user_ann')).toEqual([two.session.id]);
    expect((await sessions().endAll(world.as(callerOf(two)), {})).endedCount).toBe(1);
    expect(new Set([one, three].map(({ session }) => session.userId))).toEqual(new Set(['user_ann']));
  });

  test('an API key has no sessions, even when a User made it', async () => {
    const { session } = await world.signIn('ann@example.com');
    const key: Caller = { kind: 'api_key', key: 'api_key:ak_1', userId: 'user_ann', credentialId: 'ak_1', grants: [], revision: 0 };
    expect((await sessions().mine(world.as(key), {})).edges).toEqual([]);
    expect((await sessions().endAll(world.as(key), {})).errors[0]?.code).toBe('USER_NOT_FOUND');
    expect((await sessions().end(world.as(key), { id: session.id })).errors[0]?.code).toBe('SESSION_NOT_FOUND');
    expect(await open('user_ann')).toEqual([session.id]);
  });
});

describe('changePassword', () => {
  const change = (caller: Caller, currentPassword: string, newPassword: string) =>
    world.services.get(passwordChangeRef).change(world.as(caller), { currentPassword, newPassword });

  test('ends the other sessions and the old password', async () => {
    const [one, two] = [await world.signIn('ben@example.com'), await world.signIn('ben@example.com')];
    world.newEvents();
    expect(await change(callerOf(one), GOOD_PASSWORD, 'another fine lantern')).toEqual({ endedSessions: 1, errors: [] });
    expect(world.events.map(({ type, details }) => [type, details?.['reason']])).toEqual([['password.changed', undefined], ['session.ended', 'password_changed']]);
    expect(await open('user_ben')).toEqual([one.session.id]);
    await expect(world.services.get(sessionRefreshRef).refresh(world.as(), { refreshToken: two.refreshToken })).rejects.toMatchObject({ code: 'SESSION_EXPIRED' });
    await expect(world.signIn('ben@example.com')).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect((await change(callerOf(one), 'another fine lantern', GOOD_PASSWORD)).errors).toEqual([]);
  });

  test('a weak new password changes nothing', async () => {
    const one = await world.signIn('ann@example.com');
    world.newEvents();
    for (const weak of ['short', ' '.repeat(14), 'ANN@example.com', 'Password12345', 'aaaaaaaaaaaaaaa', 'x'.repeat(1025), '\ud800-lantern-river']) {
      expect((await change(callerOf(one), GOOD_PASSWORD, weak)).errors).toEqual([{ code: 'PASSWORD_TOO_WEAK', message: expect.any(String), path: ['input', 'newPassword'] }]);
    }
    expect(world.newEvents()).toEqual([]);
    expect((await world.signIn('ann@example.com')).user.id).toBe('user_ann');
  });

  test('wrong current passwords are recorded, and too many lock', async () => {
    const one = await world.signIn('ann@example.com');
    world.newEvents();
    for (let round = 0; round < 3; round++) {
      expect((await change(callerOf(one), 'wrong password 1', 'another fine lantern')).errors[0]).toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'currentPassword'] });
    }
    await expect(change(callerOf(one), GOOD_PASSWORD, 'another fine lantern')).rejects.toMatchObject({ code: 'AUTH_RATE_LIMITED' });
    expect(world.newEvents()).toEqual(Array(3).fill('password.change_failed'));
  });

  test('is for people', async () => {
    const key: Caller = { kind: 'api_key', key: 'api_key:ak_1', userId: 'user_ann', grants: [], revision: 0 };
    await expect(change(key, GOOD_PASSWORD, 'another fine lantern')).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });
});
