import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import type { RequestInfo } from '../../../shared/contracts/index.js';
import { credentialHousekeepingRef } from './housekeeping.js';
import { sessionRefreshRef } from './session-refresh.js';
import { openCredentialWorld, type CredentialWorld } from './testing/credential-world.js';

const DAY = 86_400_000;
let testDatabase: TestDatabase;
let world: CredentialWorld;
const refresh = (refreshToken: string, request: Partial<RequestInfo> = {}) => world.services.get(sessionRefreshRef).refresh(world.as(undefined, request), { refreshToken });
const codeOf = (attempt: Promise<unknown>) => attempt.then(() => 'accepted', (error: { code: string }) => error.code);
const stateOf = async (id: string) => (await world.rows<{ reason: string | null }>(sql`SELECT ended_reason AS reason FROM sys_identity.sessions WHERE id = ${id}`))[0]?.reason;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = await openCredentialWorld(testDatabase.appUrl);
  await world.user('user_ann', 'ann@example.com');
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});
beforeEach(() => {
  world.newEvents();
  // Tokens expire at whole seconds.
  world.clock.set(Math.ceil(world.clock.now() / 1000) * 1000);
});

describe('refreshSession', () => {
  test('exchanges a token for new ones of the same session', async () => {
    const started = await world.signIn('ann@example.com');
    world.clock.advance(60_000);
    world.newEvents();
    const refreshed = await refresh(started.refreshToken);
    expect(refreshed.session?.id).toBe(started.session.id);
    expect(refreshed.user).toEqual(started.user);
    expect(refreshed.refreshToken).not.toBe(started.refreshToken);
    expect(refreshed.accessTokenExpiresAt?.getTime()).toBe(world.clock.now() + 900_000);
    expect(refreshed.session?.lastUsedAt.getTime()).toBe(world.clock.now());
    expect(world.newEvents()).toEqual(['session.refreshed']);
    expect((await refresh(refreshed.refreshToken as string)).session?.id).toBe(started.session.id);
  });

  test('two at once by one client get the same successor', async () => {
    const started = await world.signIn('ann@example.com');
    world.newEvents();
    // Both have begun before either can go on.
    const attempts = await world.database.transaction(async (transaction) => {
      await transaction.query(sql`SELECT 1 AS held FROM sys_identity.sessions WHERE id = ${started.session.id} FOR UPDATE`);
      const begun = [refresh(started.refreshToken), refresh(started.refreshToken)] as const;
      await world.waiting(2);
      return { begun };
    });
    const both = await Promise.all(attempts.begun);
    expect(both[0].refreshToken).toBe(both[1].refreshToken);
    expect(world.newEvents()).toEqual(['session.refreshed']);
    expect(await world.rows(sql`SELECT hash FROM sys_identity.refresh_tokens WHERE session_id = ${started.session.id}`)).toHaveLength(2);
  });

  test('a used token works for the same client up to 10 s, then ends the session', async () => {
    const started = await world.signIn('ann@example.com');
    const first = await refresh(started.refreshToken);
    world.clock.advance(9_999);
    const again = await refresh(started.refreshToken);
    expect(again.refreshToken).toBe(first.refreshToken);
    expect(again.refreshTokenExpiresAt).toEqual(first.refreshTokenExpiresAt);
    world.clock.advance(1);
    world.newEvents();
    expect(await codeOf(refresh(started.refreshToken))).toBe('TOKEN_INVALID');
    expect(world.newEvents()).toEqual(['session.refresh_reused', 'session.ended']);
    expect(await stateOf(started.session.id)).toBe('refresh_reuse');
    expect(await codeOf(refresh(first.refreshToken as string))).toBe('SESSION_EXPIRED');
  });

  test.each([['address', { ip: '198.51.100.9' }], ['agent', { userAgent: 'curl/8' }]])('a used token from another %s ends the session at once', async (_, request) => {
    const started = await world.signIn('ann@example.com');
    await refresh(started.refreshToken);
    expect(await codeOf(refresh(started.refreshToken, request))).toBe('TOKEN_INVALID');
    expect(await stateOf(started.session.id)).toBe('refresh_reuse');
  });

  test('the end by reuse is a fact with a version, and the revision of the instance was raised', async () => {
    const started = await world.signIn('ann@example.com');
    await refresh(started.refreshToken);
    const [before] = await world.rows<{ rev: number }>(sql`SELECT rev FROM sys_authz.revision WHERE space_id = ''`);
    await codeOf(refresh(started.refreshToken, { ip: '198.51.100.9' }));
    const [version] = await world.rows<{ rev: number; reason: string }>(sql`
      SELECT rev, body ->> 'ended_reason' AS reason FROM sys_authz.fact_version WHERE kind = 'session' AND id = ${started.session.id} ORDER BY rev DESC LIMIT 1`);
    expect(version).toEqual({ rev: (before?.rev ?? 0) + 1, reason: 'refresh_reuse' });
  });

  test.each(['', 'ply_rt_', `ply_rt_${'0'.repeat(64)}`, 'x'.repeat(100_000), 'ply_rt_\0'])('an unknown token is refused: %#', async (token) => {
    expect(await codeOf(refresh(token))).toBe('TOKEN_INVALID');
    expect(world.newEvents()).toEqual([]);
  });

  test('an idle session ends', async () => {
    const started = await world.signIn('ann@example.com');
    world.clock.advance(7 * DAY - 1);
    const refreshed = await refresh(started.refreshToken);
    world.newEvents();
    world.clock.advance(7 * DAY);
    expect(await codeOf(refresh(refreshed.refreshToken as string))).toBe('SESSION_EXPIRED');
    expect(await stateOf(started.session.id)).toBe('idle');
    expect(world.newEvents()).toEqual(['session.ended']);
  });

  test('no refresh stretches the longest life of a session', async () => {
    const started = await world.signIn('ann@example.com');
    let token = started.refreshToken;
    for (let round = 0; round < 5; round++) {
      world.clock.advance(6 * DAY - (round === 4 ? 1000 : 0));
      const refreshed = await refresh(token);
      token = refreshed.refreshToken as string;
      if (round < 4) continue;
      expect(refreshed.accessTokenExpiresAt).toEqual(started.session.expiresAt);
      expect(refreshed.refreshTokenExpiresAt).toEqual(started.session.expiresAt);
    }
    world.clock.advance(1000);
    expect(await codeOf(refresh(token))).toBe('SESSION_EXPIRED');
    expect(await stateOf(started.session.id)).toBe('expired');
  });

  test('a disabled User gets nothing more', async () => {
    const started = await world.signIn('ann@example.com');
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_ann'`);
    expect(await codeOf(refresh(started.refreshToken))).toBe('SESSION_EXPIRED');
    expect(await stateOf(started.session.id)).toBe('user_disabled');
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'active' WHERE id = 'user_ann'`);
  });
});

describe('housekeeping', () => {
  test('ends what time has ended, with events of the system, and removes what is of no use', async () => {
    await world.services.get(credentialHousekeepingRef).run(world.clock.now());
    const [old, idle, used] = [await world.signIn('ann@example.com'), await world.signIn('ann@example.com'), await world.signIn('ann@example.com')];
    await world.database.query(sql`UPDATE sys_identity.sessions SET expires_at = ${new Date(world.clock.now() + 1)} WHERE id = ${old.session.id}`);
    await world.database.query(sql`UPDATE sys_identity.sessions SET last_used_at = ${new Date(world.clock.now() - 7 * DAY + 1)} WHERE id = ${idle.session.id}`);
    const next = await refresh(used.refreshToken);
    await world.database.query(sql`
      INSERT INTO sys_identity.sign_in_throttle (key, failures, window_started_at, locked_until) VALUES
        ('\\x01', 1, ${new Date(world.clock.now() - DAY)}, NULL), ('\\x02', 9, ${new Date(world.clock.now() - DAY)}, ${new Date(world.clock.now() + DAY)})`);
    world.newEvents();
    world.clock.advance(10_000);
    const run = () => world.services.get(credentialHousekeepingRef).run(world.clock.now());
    const result = await run();
    expect(world.events.map(({ type, target, details, by }) => [type, target.id, details?.['reason'], by])).toEqual([
      ['session.ended', old.session.id, 'expired', 'system:polity'], ['session.ended', idle.session.id, 'idle', 'system:polity'],
    ]);
    expect(result).toMatchObject({ endedSessions: 2, deletedTokens: 0 });
    expect(await world.rows(sql`SELECT 1 AS sealed FROM sys_identity.refresh_tokens WHERE successor_sealed IS NOT NULL`)).toEqual([]);
    expect(await world.rows(sql`SELECT key FROM sys_identity.sign_in_throttle WHERE key IN ('\\x01', '\\x02')`)).toEqual([{ key: Buffer.of(2) }]);
    expect(await codeOf(refresh(next.refreshToken as string))).toBe('accepted');

    world.clock.advance(DAY);
    expect((await run())?.deletedTokens).toBeGreaterThanOrEqual(2);
    expect(await world.rows(sql`SELECT 1 AS left FROM sys_identity.refresh_tokens WHERE session_id IN (${old.session.id}, ${idle.session.id})`)).toEqual([]);
    expect(await world.rows(sql`SELECT 1 AS kept FROM sys_identity.refresh_tokens WHERE session_id = ${used.session.id}`)).toHaveLength(3);
  });

  test('is done by one node at a time', async () => {
    await world.database.transaction(async (transaction) => {
      await transaction.query(sql`SELECT pg_advisory_xact_lock(hashtext('polity.credential_housekeeping'))`);
      expect(await world.services.get(credentialHousekeepingRef).run(world.clock.now())).toBeUndefined();
    });
  });
});
