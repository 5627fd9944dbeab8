import { jest } from '@jest/globals';
import { sql } from '../../../../persistence/index.js';
import { authenticatorRef, callerGrantsRef, type Caller } from '../../../shared/contracts/index.js';
import { insertFinanceWorld, startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { lastUsesRef } from './last-uses.js';

let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  await insertFinanceWorld(plane);
  await plane.grant('user_alice', 'space_admin', 'resources:read', { spaceId: 'space_acme' });
  await plane.grant('user_alice', 'group_admin', 'groups:read', { spaceId: 'space_acme', groupId: 'group_finance_apac' });
});
afterAll(() => plane.close());
afterEach(() => jest.restoreAllMocks());

const enter = (token: string, now = Date.now()): Promise<Caller> => plane.get(authenticatorRef).authenticate({ bearer: token }, now);
const statements = () => jest.spyOn(plane.database, 'query');
const ended = { code: 'SESSION_EXPIRED' };

describe('a session', () => {
  test('gives its User, the active Member, rights with group paths, and the revision', async () => {
    const token = await plane.signIn('user_alice', { userMemberId: 'um_alice' });
    const caller = await enter(token);
    const [row] = await plane.run(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    expect(caller).toMatchObject({
      kind: 'session', userId: 'user_alice', credentialId: token.split('.')[0], issuer: 'http://polity.test', revision: row?.['rev'],
      actor: { userId: 'user_alice', memberId: 'member_reviewer', userMemberId: 'um_alice', spaceId: 'space_acme' },
    });
    expect(caller.grants).toMatchObject([{ level: 'space_admin', permissionKey: 'resources:read' }, { level: 'group_admin', groupPath: 'finance.apac' }]);
    expect(caller.expiresAt).toBeGreaterThan(Date.now());
  });

  test('keeps up with the revision of the instance, unread, while what it was read from stays as it is', async () => {
    const token = await plane.signIn('user_alice', { userMemberId: 'um_alice' });
    await plane.feed.catchUp();
    const before = await enter(token);
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_unrelated', 'unrelated@example.com')`);
    const [row] = await plane.run(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    await plane.feed.catchUp();
    const asked = statements();
    const after = await enter(token);
    expect(asked).not.toHaveBeenCalled();
    expect(after).toEqual({ ...before, revision: row?.['rev'] });
    expect(after.revision).toBeGreaterThan(before.revision);
  });

  test('acts as its own choice while that is usable, else as the first usable binding, else as nobody', async () => {
    const token = await plane.signIn('user_bob', { userMemberId: 'um_bob_other' });
    expect((await enter(token)).actor?.userMemberId).toBe('um_bob_other');
    await plane.run(sql`UPDATE sys_identity.user_members SET status = 'revoked', revoked_at = now() WHERE id = 'um_bob_other'`);
    await plane.feed.catchUp();
    expect((await enter(token)).actor?.userMemberId).toBe('um_bob');
    await plane.run(sql`UPDATE sys_identity.members SET status = 'disabled' WHERE id = 'member_creator'`);
    await plane.feed.catchUp();
    expect((await enter(token)).actor).toBeUndefined();
    await plane.run(sql`UPDATE sys_identity.members SET status = 'active' WHERE id = 'member_creator'`);
    await plane.run(sql`UPDATE sys_identity.user_members SET status = 'active', revoked_at = NULL WHERE id = 'um_bob_other'`);
  });

  test('is not believed longer than its binding', async () => {
    await plane.run(sql`UPDATE sys_identity.user_members SET expires_at = now() + interval '1 minute' WHERE id = 'um_bob'`);
    const token = await plane.signIn('user_bob', { userMemberId: 'um_bob' });
    await plane.feed.catchUp();
    expect((await enter(token)).actor?.userMemberId).toBe('um_bob');
    expect((await enter(token, Date.now() + 61_000)).actor?.userMemberId).toBe('um_bob_other');
    await plane.run(sql`UPDATE sys_identity.user_members SET expires_at = NULL WHERE id = 'um_bob'`);
  });

  test.each([
    ['ended', sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = `, undefined],
    ['expired', sql`UPDATE sys_identity.sessions SET expires_at = now() - interval '1 second' WHERE id = `, undefined],
    ['too old', undefined, { createdAt: new Date(Date.now() - 31 * 86_400_000) }],
    ['idle', undefined, { lastUsedAt: new Date(Date.now() - 8 * 86_400_000) }],
  ])('that is %s is refused', async (_, change, options) => {
    const token = await plane.signIn('user_alice', options);
    if (change !== undefined) await plane.run(sql`${change}${token.split('.')[0]}`);
    await expect(enter(token)).rejects.toMatchObject(ended);
  });

  test('of another User than the token says is refused', async () => {
    const token = await plane.signIn('user_alice');
    await expect(enter(`${token.split('.')[0]}.user_bob`)).rejects.toMatchObject(ended);
  });
});

describe('other credentials', () => {
  test('none give the anonymous caller, two different ones are refused', async () => {
    expect(await plane.get(authenticatorRef).authenticate({}, Date.now())).toMatchObject({ kind: 'anonymous', grants: [] });
    const token = await plane.signIn('user_alice');
    await expect(plane.get(authenticatorRef).authenticate({ bearer: token, apiKey: 'ply_ak_x' }, Date.now())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(enter('malformed')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a token of a trusted issuer counts while its identity is linked', async () => {
    await plane.run(sql`INSERT INTO sys_identity.external_identities (id, issuer, subject, user_id) VALUES ('ei_alice', 'issuer_a', 's1', 'user_alice')`);
    await expect(enter('oidc:issuer_b.user_alice')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const token = 'oidc:issuer_a.user_alice';
    expect(await enter(token)).toMatchObject({ kind: 'oidc', key: 'oidc:user_alice', userId: 'user_alice', issuer: 'issuer_a', actor: { userMemberId: 'um_alice' } });
    await plane.run(sql`DELETE FROM sys_identity.external_identities WHERE id = 'ei_alice'`);
    await plane.feed.catchUp();
    await expect(enter(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('memory', () => {
  test('answers a known token without the database', async () => {
    const token = await plane.signIn('user_alice');
    await plane.feed.catchUp();
    const first = await enter(token);
    const query = statements();
    expect(await enter(token)).toBe(first);
    expect(query).not.toHaveBeenCalled();
  });

  test('is asked by the whole token: an altered one is verified', async () => {
    const token = await plane.signIn('user_alice');
    await enter(token);
    await expect(enter(`${token.slice(0, -1)}x`)).rejects.toMatchObject(ended);
  });

  test('one statement reads a session', async () => {
    const token = await plane.signIn('user_alice');
    const query = statements();
    await enter(token);
    expect(query).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['the session ends', (session: string) => sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'ended_by_admin' WHERE id = ${session}`],
    ['the User is disabled', () => sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_carol'`],
  ])('is gone within one turn of the feed when %s, and listeners hear of it', async (_, change) => {
    const token = await plane.signIn('user_carol');
    await plane.feed.catchUp();
    const caller = await enter(token);
    const other = await enter(await plane.signIn('user_alice'));
    await plane.feed.catchUp();
    const heard: boolean[][] = [];
    const stop = plane.get(authenticatorRef).onChange((affects) => void heard.push([affects(caller), affects(other)]));
    await plane.run(change(token.split('.')[0] ?? ''));
    await plane.feed.catchUp();
    stop();
    await expect(enter(token)).rejects.toMatchObject(ended);
    expect(heard).toContainEqual([true, false]);
    expect(await plane.get(authenticatorRef).refresh(caller, Date.now())).toBeUndefined();
    await plane.run(sql`UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_carol'`);
  });

  test('follows rights: given, revoked, moved with their group, switched off with it', async () => {
    const token = await plane.signIn('user_carol');
    const rights = async (): Promise<unknown[]> => {
      await plane.feed.catchUp();
      return (await enter(token)).grants.map(({ permissionKey, groupPath }) => [permissionKey, groupPath]);
    };
    expect(await rights()).toEqual([]);
    const id = await plane.grant('user_carol', 'group_admin', 'members:read', { spaceId: 'space_acme', groupId: 'group_finance_apac' });
    expect(await rights()).toEqual([['members:read', 'finance.apac']]);
    await plane.run(sql`UPDATE sys_identity.groups SET parent_group_id = 'group_legal', path = 'legal.apac' WHERE id = 'group_finance_apac'`);
    expect(await rights()).toEqual([['members:read', 'legal.apac']]);
    await plane.run(sql`UPDATE sys_identity.groups SET status = 'disabled' WHERE id = 'group_finance_apac'`);
    expect(await rights()).toEqual([]);
    await plane.run(sql`UPDATE sys_identity.groups SET status = 'active', parent_group_id = 'group_finance', path = 'finance.apac' WHERE id = 'group_finance_apac'`);
    expect(await rights()).toEqual([['members:read', 'finance.apac']]);
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${id}`);
    expect(await rights()).toEqual([]);
  });

  test('a silent feed sends every token to the database', async () => {
    const token = await plane.signIn('user_alice');
    await plane.feed.catchUp();
    await enter(token);
    jest.spyOn(plane.feed, 'silentForMs').mockReturnValue(1_001);
    const query = statements();
    await enter(token);
    expect(query).toHaveBeenCalledTimes(1);
    await plane.run(sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = ${token.split('.')[0]}`);
    await expect(enter(token)).rejects.toMatchObject(ended);
  });

  test('does not keep what was read before a change and announced after it', async () => {
    const token = await plane.signIn('user_alice');
    await plane.feed.catchUp();
    const read = plane.database.query.bind(plane.database);
    jest.spyOn(plane.database, 'query').mockImplementationOnce(async (statement) => {
      const rows = await read(statement);
      await read(sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = ${token.split('.')[0]}`);
      await plane.feed.catchUp();
      return rows as never;
    });
    await enter(token);
    await expect(enter(token)).rejects.toMatchObject(ended);
  });
});

describe('refresh', () => {
  test('gives the same object while nothing changed, another one with the new rights', async () => {
    const caller = await enter(await plane.signIn('user_carol'));
    const authenticator = plane.get(authenticatorRef);
    expect(await authenticator.refresh(caller, Date.now())).toBe(caller);
    const id = await plane.grant('user_carol', 'space_admin', 'members:read', { spaceId: 'space_acme' });
    const next = await authenticator.refresh(caller, Date.now());
    expect(next).not.toBe(caller);
    expect(next).toMatchObject({ key: caller.key, grants: [{ id }] });
    expect(await authenticator.refresh(caller, (caller.expiresAt ?? 0) + 1)).toBeUndefined();
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${id}`);
  });

  test('grants under a lock are those of now', async () => {
    const caller = await enter(await plane.signIn('user_carol'));
    const id = await plane.grant('user_carol', 'space_admin', 'members:read', { spaceId: 'space_acme' });
    const grants = plane.get(callerGrantsRef);
    expect(await grants.read(plane.database, caller, Date.now())).toMatchObject([{ id }]);
    await plane.run(sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = ${caller.credentialId}`);
    expect(await grants.read(plane.database, caller, Date.now())).toEqual([]);
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${id}`);
  });
});

describe('a caller that somebody holds on to', () => {
  const session = (id: string | undefined) => sql`UPDATE sys_identity.sessions SET ended_at = now(), ended_reason = 'sign_out' WHERE id = ${id}`;

  test('is read once, however many ask, and then known at once until something it was read from changes', async () => {
    const caller = await enter(await plane.signIn('user_carol'));
    await plane.feed.catchUp();
    const authenticator = plane.get(authenticatorRef);
    const query = statements();
    expect(await Promise.all([1, 2, 3].map(async () => authenticator.current(caller, Date.now())))).toEqual([caller, caller, caller]);
    expect(query).toHaveBeenCalledTimes(1);
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_other', 'other@example.com')`);
    await authenticator.settled();
    query.mockClear();
    expect(authenticator.current(caller, Date.now())).toBe(caller);
    expect(query).not.toHaveBeenCalled();

    const id = await plane.grant('user_carol', 'space_admin', 'members:read', { spaceId: 'space_acme' });
    await authenticator.settled();
    const next = await authenticator.current(caller, Date.now());
    expect(next).toMatchObject({ key: caller.key, grants: [{ id }] });
    expect(authenticator.current(caller, Date.now())).toBe(next);
    expect(authenticator.current(next as Caller, Date.now())).toBe(next);
    await plane.run(sql`UPDATE sys_admin.admin_grants SET status = 'revoked', revoked_at = now() WHERE id = ${id}`);
    await plane.run(session(caller.credentialId));
    await authenticator.settled();
    expect(await authenticator.current(caller, Date.now())).toBeUndefined();
  });

  test('is read again when its time is over, and at every question while the feed is silent', async () => {
    const caller = await enter(await plane.signIn('user_carol'));
    await plane.feed.catchUp();
    const authenticator = plane.get(authenticatorRef);
    await authenticator.current(caller, Date.now());
    expect(await authenticator.current(caller, (caller.expiresAt ?? 0) + 1)).toBeUndefined();
    await authenticator.current(caller, Date.now());
    jest.spyOn(plane.feed, 'silentForMs').mockReturnValue(1_001);
    await plane.run(session(caller.credentialId));
    expect(await authenticator.current(caller, Date.now())).toBeUndefined();
  });

  test('is not taken for settled when the changes could not be read', async () => {
    const authenticator = plane.get(authenticatorRef);
    await authenticator.settled();
    jest.spyOn(plane.feed, 'catchUp').mockResolvedValue();
    jest.spyOn(plane.feed, 'silentForMs').mockReturnValue(400);
    await expect(authenticator.settled()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('times of last use', () => {
  const lastUse = async (id: string): Promise<number | undefined> => {
    const [row] = await plane.run(sql`SELECT last_used_at FROM sys_identity.sessions WHERE id = ${id}`);
    return row?.['last_used_at'] instanceof Date ? row['last_used_at'].getTime() : undefined;
  };

  test('are written in batches, at most once a minute for each, and raise no revision', async () => {
    const start = Date.now();
    const token = await plane.signIn('user_alice', { lastUsedAt: new Date(start - 120_000) });
    const id = token.split('.')[0] ?? '';
    const lastUses = plane.get(lastUsesRef);
    await enter(token, start);
    expect(await lastUse(id)).toBe(start - 120_000);
    const revision = await plane.run(sql`SELECT * FROM sys_authz.revision WHERE space_id = ''`);
    await lastUses.flush();
    expect(await lastUse(id)).toBe(start);
    expect(await plane.run(sql`SELECT * FROM sys_authz.revision WHERE space_id = ''`)).toEqual(revision);
    await enter(token, start + 30_000);
    await lastUses.flush();
    expect(await lastUse(id)).toBe(start);
    expect(lastUses.pending('session', id)).toBe(start + 30_000);
    await enter(token, start + 60_000);
    await lastUses.flush();
    expect(await lastUse(id)).toBe(start + 60_000);
  });

  test('that could not be written are written with the next batch', async () => {
    const start = Date.now();
    const token = await plane.signIn('user_alice', { lastUsedAt: new Date(start - 120_000) });
    const id = token.split('.')[0] ?? '';
    await enter(token, start);
    jest.spyOn(plane.database, 'query').mockRejectedValueOnce(new Error('connection lost'));
    const lastUses = plane.get(lastUsesRef);
    await lastUses.flush();
    expect(await lastUse(id)).toBe(start - 120_000);
    await lastUses.flush();
    expect(await lastUse(id)).toBe(start);
  });
});
