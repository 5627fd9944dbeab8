import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import type { Caller, CallerGrant } from '../../../shared/contracts/index.js';
import { invitationsRef, type RedeemInvitation } from './invitations.js';
import { oneTimeLinksRef } from './one-time-links.js';
import { passwordRecoveryRef } from './password-recovery.js';
import { GOOD_PASSWORD, instanceGrant, openCredentialWorld, SYSTEM, type CredentialWorld } from './testing/credential-world.js';

const NEW_PASSWORD = 'another fine lantern';
let testDatabase: TestDatabase;
let world: CredentialWorld;
const person = (userId: string, ...grants: CallerGrant[]): Caller => ({ kind: 'session', key: `session:sess_${userId}`, userId, credentialId: `sess_${userId}`, grants, revision: 0 });
const spaceAdmin = (permissionKey: string, spaceId = 'space_a') => person('user_admin', { id: `ag_${permissionKey}`, level: 'space_admin', permissionKey, spaceId });
const links = () => world.services.get(oneTimeLinksRef);
const recovery = (caller: Caller, userId: string, more: object = {}) => links().createRecovery(world.as(caller), { userId, ...more });
const invite = (caller: Caller, email: string, more: object = {}) => links().createInvitation(world.as(caller), { spaceId: 'space_a', email, ...more });
const recover = (token: string, newPassword = NEW_PASSWORD) => world.services.get(passwordRecoveryRef).redeem(world.as(), { token, newPassword });
const accept = (input: RedeemInvitation, caller?: Caller) => world.services.get(invitationsRef).redeem(world.as(caller), input);
const LINK_INVALID = [expect.objectContaining({ code: 'LINK_INVALID', path: ['input', 'token'] })];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = await openCredentialWorld(testDatabase.appUrl, { POLITY_PUBLIC_URL: 'https://polity.example.com' });
  for (const name of ['ann', 'ben', 'admin', 'root']) await world.user(`user_${name}`, `${name}@example.com`);
  await world.database.query(sql`INSERT INTO sys_identity.spaces (id, name) VALUES ('space_a', 'A'), ('space_b', 'B')`);
  await world.database.query(sql`
    INSERT INTO sys_identity.members (id, space_id, display_name, status) VALUES
      ('member_a', 'space_a', 'Reviewer', 'active'), ('member_off', 'space_a', 'Gone', 'disabled'), ('member_b', 'space_b', 'Other', 'active')`);
  await world.grant('user_admin', { ...instanceGrant('users:manage'), id: 'ag_users' });
  for (const permissionKey of ['members:manage', 'user_members:manage']) {
    await world.grant('user_admin', { id: `ag_${permissionKey.replace(':', '_')}`, level: 'space_admin', permissionKey, spaceId: 'space_a' });
  }
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});
beforeEach(() => void world.newEvents());

describe('recovery links', () => {
  const admin = () => person('user_admin', instanceGrant('users:manage'));

  test('show their secret once and keep only its hash', async () => {
    const issued = await recovery(admin(), 'user_ann', { idempotencyKey: 'k1' });
    expect(issued.token).toMatch(/^ply_ln_[0-9a-f]{64}$/);
    expect(issued.url).toBe(`https://polity.example.com/console/recovery#token=${issued.token}`);
    expect(issued.link).toMatchObject({ purpose: 'recovery', userId: 'user_ann', createdByUserId: 'user_admin', usedAt: null });
    const again = await recovery(admin(), 'user_ann', { idempotencyKey: 'k1' });
    expect(again.link?.id).toBe(issued.link?.id);
    expect([again.token, again.url]).toEqual([undefined, undefined]);
    expect(world.newEvents()).toEqual(['link.created']);
    const stored = await world.rows(sql`SELECT to_jsonb(l)::text AS link, (SELECT string_agg(i::text, '') FROM sys_kernel.idempotency i) AS replay FROM sys_identity.one_time_links l`);
    expect(JSON.stringify(stored)).not.toContain(issued.token?.slice('ply_ln_'.length));
  });

  test('set a new password once, and end every session and other link', async () => {
    const session = await world.signIn('ann@example.com');
    const [one, two] = [await recovery(admin(), 'user_ann'), await recovery(admin(), 'user_ann')];
    world.newEvents();
    expect((await recover(one.token as string, 'weak')).errors).toEqual([expect.objectContaining({ code: 'PASSWORD_TOO_WEAK', path: ['input', 'newPassword'] })]);
    expect((await recover(one.token as string)).user).toEqual({ id: 'user_ann', email: 'ann@example.com', displayName: null });
    const events = world.newEvents();
    expect(events.slice(0, 3)).toEqual(['link.redeemed', 'password.changed', 'link.revoked']);
    expect(events.at(-1)).toBe('session.ended');
    expect(await world.rows(sql`SELECT ended_reason AS reason FROM sys_identity.sessions WHERE id = ${session.session.id}`)).toEqual([{ reason: 'password_changed' }]);
    expect((await recover(one.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recover(two.token as string)).errors).toEqual(LINK_INVALID);
    expect((await world.signIn('ann@example.com', NEW_PASSWORD)).user.id).toBe('user_ann');
  });

  test('of two uses at once one works', async () => {
    const { token } = await recovery(admin(), 'user_ben');
    const both = await Promise.all([recover(token as string), recover(token as string)]);
    expect(both.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  });

  test('expire, are revoked, and do nothing for a disabled User', async () => {
    const [late, revoked, disabled] = [await recovery(admin(), 'user_ben', { expiresInSeconds: 60 }), await recovery(admin(), 'user_ben'), await recovery(admin(), 'user_ben')];
    world.newEvents();
    expect((await links().revoke(world.as(admin()), { id: revoked.link?.id as string })).link?.revokedAt).toBeInstanceOf(Date);
    expect((await links().revoke(world.as(admin()), { id: revoked.link?.id as string })).errors).toEqual([]);
    expect(world.newEvents()).toEqual(['link.revoked']);
    world.clock.advance(60_000);
    expect((await recover(late.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recover(revoked.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recover('ply_ln_nonsense\0')).errors).toEqual(LINK_INVALID);
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_ben'`);
    expect((await recover(disabled.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recovery(admin(), 'user_ben')).errors[0]).toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'userId'] });
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_ben'`);
  });

  test('are made by holders of users:manage on the instance, for those who hold no more than they do', async () => {
    await expect(recovery(spaceAdmin('*'), 'user_ann')).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await recovery(admin(), 'user_none')).errors[0]?.code).toBe('USER_NOT_FOUND');
    expect((await recovery(admin(), 'user_ann', { expiresInSeconds: 59 })).errors[0]?.path).toEqual(['input', 'expiresInSeconds']);
    await world.grant('user_root', { ...instanceGrant('*', 'instance_super_admin'), id: 'ag_root' });
    await expect(recovery(admin(), 'user_root')).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await recovery(SYSTEM, 'user_root')).errors).toEqual([]);
    await world.grant('user_ann', { id: 'ag_roles', level: 'space_admin', permissionKey: 'roles:manage', spaceId: 'space_a' });
    await expect(recovery(admin(), 'user_ann')).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'roles:manage' } });
    expect((await recovery(person('user_admin', instanceGrant('users:manage'), instanceGrant('roles:*')), 'user_ann')).errors).toEqual([]);
    await world.database.query(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = 'ag_roles'`);
  });

  test('open no account that has grown beyond who made them', async () => {
    await world.user('user_rising', 'rising@example.com');
    const [byAdmin, byRoot, bySystem] = [await recovery(admin(), 'user_rising'), await recovery(person('user_root', instanceGrant('*', 'instance_super_admin')), 'user_rising'), await recovery(SYSTEM, 'user_rising')];
    world.clock.advance(1000);
    await world.grant('user_rising', { ...instanceGrant('audit:read'), id: 'ag_rising' });
    expect((await recover(byAdmin.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recover(bySystem.token as string)).errors).toEqual(LINK_INVALID);
    expect((await recover(byRoot.token as string)).errors).toEqual([]);
  });

  test('do not outlive the right to make them', async () => {
    const [recovers, invites] = [await recovery(admin(), 'user_ben'), await invite(spaceAdmin('members:manage'), 'gina@example.com')];
    const setGrants = (status: string) => world.database.query(sql`
      UPDATE sys_admin.admin_grants SET status = ${status}, revoked_at = ${status === 'revoked' ? new Date() : null} WHERE id IN ('ag_users', 'ag_members_manage')`);
    await setGrants('revoked');
    expect((await recover(recovers.token as string)).errors).toEqual(LINK_INVALID);
    expect((await accept({ token: invites.token as string, password: GOOD_PASSWORD })).errors).toEqual(LINK_INVALID);
    await setGrants('active');
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_admin'`);
    expect((await recover(recovers.token as string)).errors).toEqual(LINK_INVALID);
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_admin'`);
    expect((await recover(recovers.token as string)).errors).toEqual([]);
  });
});

describe('invitations', () => {
  const manager = () => spaceAdmin('members:manage');

  test('make a User, a Member and a binding, and no right', async () => {
    const { token, link } = await invite(manager(), 'Carol@Example.com');
    expect(link).toMatchObject({ purpose: 'invitation', email: 'Carol@Example.com', spaceId: 'space_a', relationType: 'login' });
    world.newEvents();
    expect((await accept({ token: token as string })).errors).toEqual([expect.objectContaining({ code: 'VALIDATION_FAILED', path: ['input', 'password'] })]);
    const accepted = await accept({ token: token as string, password: GOOD_PASSWORD, displayName: 'Carol' });
    expect(accepted).toMatchObject({ errors: [], spaceId: 'space_a', user: { email: 'Carol@Example.com', displayName: 'Carol' } });
    expect(world.newEvents()).toEqual(['user.registered', 'member.created', 'user_member.created', 'link.redeemed']);
    expect((await accept({ token: token as string, password: GOOD_PASSWORD })).errors).toEqual(LINK_INVALID);
    expect(await world.rows(sql`
      SELECT m.display_name AS name, um.is_primary AS "isPrimary", um.relation_type AS relation FROM sys_identity.user_members um
      JOIN sys_identity.members m ON m.id = um.member_id WHERE um.id = ${accepted.userMemberId}`)).toEqual([{ name: 'Carol', isPrimary: true, relation: 'login' }]);
    expect(await world.rows(sql`SELECT 1 AS held FROM sys_admin.admin_grants WHERE user_id = ${accepted.user?.id}`)).toEqual([]);
    const signedIn = await world.signIn('carol@example.com');
    expect(signedIn.session.activeUserMemberId).toBe(accepted.userMemberId);
    expect(await world.rows(sql`SELECT DISTINCT kind FROM sys_authz.fact_version WHERE space_id = 'space_a' AND id IN (${accepted.memberId}, ${accepted.userMemberId}) ORDER BY kind`))
      .toEqual([{ kind: 'member' }, { kind: 'user_member' }]);
  });

  test('to the address of a User work for that User alone', async () => {
    const { token } = await invite(manager(), 'ANN@example.com');
    const input = { token: token as string, password: GOOD_PASSWORD };
    await expect(accept(input)).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    await expect(accept(input, { ...person('user_ann'), kind: 'api_key' })).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect((await accept(input, person('user_ben'))).errors).toEqual(LINK_INVALID);
    expect((await accept({ token: token as string }, person('user_ann'))).user?.id).toBe('user_ann');
    await expect(world.signIn('ann@example.com', GOOD_PASSWORD)).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });

  test('protect a User who appears while one is redeemed', async () => {
    const { token, link } = await invite(manager(), 'late@example.com');
    const attempt = await world.database.transaction(async (transaction) => {
      await transaction.query(sql`SELECT 1 AS held FROM sys_identity.one_time_links WHERE id = ${link?.id} FOR UPDATE`);
      const begun = accept({ token: token as string, password: GOOD_PASSWORD }).catch((error: { code: string }) => error.code);
      await world.waiting(1);
      await world.database.query(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_late', 'Late@example.com')`);
      return { begun };
    });
    expect(await attempt.begun).toBe('AUTHENTICATION_REQUIRED');
    expect(await world.rows(sql`SELECT id FROM sys_identity.user_members WHERE user_id = 'user_late'`)).toEqual([]);
  });

  test('to an existing Member need user_members:manage too, and bind once', async () => {
    await expect(invite(manager(), 'ann@example.com', { memberId: 'member_a' })).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'user_members:manage' } });
    const both = person('user_admin', ...['members:manage', 'user_members:manage'].map((permissionKey): CallerGrant => ({ id: permissionKey, level: 'space_admin', permissionKey, spaceId: 'space_a' })));
    for (const memberId of ['member_b', 'member_off', 'member_none']) {
      expect((await invite(both, 'ann@example.com', { memberId })).errors).toEqual([expect.objectContaining({ code: 'MEMBER_NOT_FOUND', path: ['input', 'memberId'] })]);
    }
    const [one, two] = [await invite(both, 'ann@example.com', { memberId: 'member_a', relationType: 'delegate' }), await invite(both, 'ann@example.com', { memberId: 'member_a' })];
    expect((await accept({ token: one.token as string }, person('user_ann'))).memberId).toBe('member_a');
    expect((await accept({ token: two.token as string }, person('user_ann'))).errors[0]?.code).toBe('ALREADY_EXISTS');
  });

  test('stay inside the reach of who makes them', async () => {
    expect((await invite(spaceAdmin('members:manage', 'space_b'), 'x@example.com')).errors).toEqual([expect.objectContaining({ code: 'SPACE_NOT_FOUND', path: ['input', 'spaceId'] })]);
    await expect(invite(spaceAdmin('members:read'), 'x@example.com')).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    expect((await invite(manager(), 'no address')).errors[0]?.path).toEqual(['input', 'email']);
    const { link } = await invite(manager(), 'x@example.com');
    expect((await links().revoke(world.as(spaceAdmin('members:manage', 'space_b')), { id: link?.id as string })).errors[0]?.code).toBe('LINK_INVALID');
    const seen = async (caller: Caller) => new Set((await links().list(world.as(caller), {}, {})).edges.map(({ node }) => node.purpose));
    expect(await seen(manager())).toEqual(new Set(['invitation']));
    expect(await seen(spaceAdmin('members:manage', 'space_b'))).toEqual(new Set());
    expect(await seen(person('user_admin', instanceGrant('users:manage')))).toEqual(new Set(['recovery']));
  });

  test('into a Space or to a Member that is out of use do nothing', async () => {
    const { token } = await invite(manager(), 'dora@example.com');
    await world.database.query(sql`UPDATE sys_identity.spaces SET status = 'disabled' WHERE id = 'space_a'`);
    expect((await accept({ token: token as string, password: GOOD_PASSWORD })).errors).toEqual(LINK_INVALID);
    await world.database.query(sql`UPDATE sys_identity.spaces SET status = 'active' WHERE id = 'space_a'`);
    expect((await accept({ token: token as string, password: GOOD_PASSWORD })).errors).toEqual([]);
  });

  test('a link of one purpose does not serve the other', async () => {
    const [invitation, recover1] = [await invite(manager(), 'eve@example.com'), await recovery(SYSTEM, 'user_ann')];
    expect((await recover(invitation.token as string)).errors).toEqual(LINK_INVALID);
    expect((await accept({ token: recover1.token as string, password: GOOD_PASSWORD })).errors).toEqual(LINK_INVALID);
  });
});
