import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import { accessTokensRef } from '../../../shared/contracts/index.js';
import { signInRef } from './sign-in.js';
import { GOOD_PASSWORD, openCredentialWorld, sharedParts, type CredentialWorld } from './testing/credential-world.js';

let testDatabase: TestDatabase;
let world: CredentialWorld;
let other: CredentialWorld;
const signIn = (email: string, password: string, on = world, ip = '192.0.2.1') => on.services.get(signInRef).signIn(on.as(undefined, { ip }), { email, password });
const refusal = (attempt: Promise<unknown>) => attempt.then(() => 'accepted', (error: { code: string; message: string; details?: object }) => ({ code: error.code, message: error.message, details: error.details }));

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const shared = sharedParts();
  const environment = { POLITY_SIGN_IN_MAX_FAILURES: '3', POLITY_SESSION_MAX_CONCURRENT: '2', POLITY_PUBLIC_URL: 'https://polity.example.com' };
  [world, other] = await Promise.all([openCredentialWorld(testDatabase.appUrl, environment, shared), openCredentialWorld(testDatabase.appUrl, environment, shared)]);
  for (const name of ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn']) await world.user(`user_${name}`, `${name}@example.com`);
});
afterAll(async () => {
  await Promise.all([world.close(), other.close()]);
  await testDatabase.drop();
});
beforeEach(async () => {
  world.newEvents();
  other.newEvents();
  await world.database.query(sql`DELETE FROM sys_identity.sign_in_throttle`);
});

describe('signIn', () => {
  test('opens a session, whatever the case of the address, and tells who it is for', async () => {
    const started = await world.signIn('Ann@Example.COM');
    expect(started.user).toEqual({ id: 'user_ann', email: 'ann@example.com', displayName: null });
    expect(started.session).toMatchObject({ userId: 'user_ann', ip: '192.0.2.1', userAgent: 'test/1', endedAt: null, activeUserMemberId: null });
    expect(started.refreshToken).toMatch(/^ply_rt_[0-9a-f]{64}$/);
    expect(started.accessTokenExpiresAt.getTime()).toBe(world.clock.now() + 900_000);
    expect(started.refreshTokenExpiresAt.getTime()).toBe(world.clock.now() + 7 * 86_400_000);
    expect(await world.services.get(accessTokensRef).verify(started.accessToken, world.clock.now())).toEqual({
      kind: 'session', userId: 'user_ann', sessionId: started.session.id, issuer: 'https://polity.example.com', expiresAt: started.accessTokenExpiresAt.getTime(),
    });
    expect(world.events).toEqual([expect.objectContaining({ type: 'session.started', target: { type: 'Session', id: started.session.id } })]);
    const [user] = await world.rows<{ at: Date }>(sql`SELECT last_sign_in_at AS at FROM sys_identity.users WHERE id = 'user_ann'`);
    expect(user?.at.getTime()).toBe(world.clock.now());
  });

  test('stores neither token', async () => {
    const { accessToken, refreshToken } = await world.signIn('ann@example.com');
    const stored = JSON.stringify(await world.rows(sql`SELECT encode(hash, 'hex') AS hash, encode(successor_sealed, 'escape') AS sealed FROM sys_identity.refresh_tokens`));
    expect(stored).not.toContain(refreshToken.slice('ply_rt_'.length));
    expect(stored).not.toContain(accessToken);
  });

  test('a new session is a fact with a version, so that nodes learn of it', async () => {
    const { session } = await world.signIn('ann@example.com');
    expect(await world.rows(sql`SELECT body ->> 'user_id' AS "userId" FROM sys_authz.fact_version WHERE kind = 'session' AND id = ${session.id}`)).toEqual([{ userId: 'user_ann' }]);
  });

  test('acts by the first usable binding: primary, then Space name, then Member name', async () => {
    await world.database.query(sql`INSERT INTO sys_identity.spaces (id, name, status) VALUES ('space_a', 'A', 'active'), ('space_b', 'B', 'active'), ('space_c', 'C', 'disabled')`);
    await world.database.query(sql`INSERT INTO sys_identity.members (id, space_id, display_name) VALUES ('member_a', 'space_a', 'Z'), ('member_a2', 'space_a', 'Y'), ('member_b', 'space_b', 'A'), ('member_c', 'space_c', 'A')`);
    await world.database.query(sql`
      INSERT INTO sys_identity.user_members (id, user_id, member_id, space_id, is_primary, expires_at) VALUES
        ('um_a', 'user_ben', 'member_a', 'space_a', false, NULL), ('um_a2', 'user_ben', 'member_a2', 'space_a', false, NULL),
        ('um_b', 'user_ben', 'member_b', 'space_b', true, ${new Date(world.clock.now())}), ('um_c', 'user_ben', 'member_c', 'space_c', true, NULL)`);
    expect((await world.signIn('ben@example.com')).session.activeUserMemberId).toBe('um_a2');
    await world.database.query(sql`UPDATE sys_identity.user_members SET expires_at = ${new Date(world.clock.now() + 1000)} WHERE id = 'um_b'`);
    expect((await world.signIn('ben@example.com')).session.activeUserMemberId).toBe('um_b');
  });

  test('unknown, wrong, without password and disabled get one answer, each with its event', async () => {
    await world.database.query(sql`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_cleo'`);
    await world.database.query(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_bare', 'bare@example.com')`);
    const attempts = [['nobody@example.com', GOOD_PASSWORD], ['ann@example.com', 'wrong password 1'], ['bare@example.com', GOOD_PASSWORD], ['cleo@example.com', GOOD_PASSWORD], ['a\0b', 'x'], ['\ud800@example.com', '']];
    const answers = [];
    for (const [index, [email, password]] of attempts.entries()) answers.push(await refusal(signIn(email as string, password as string, world, `198.51.100.${index}`)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect(world.events.map(({ type, target, personal }) => [type, target.id, personal?.subject, personal?.identifier])).toEqual([
      ['session.sign_in_failed', 'unknown', undefined, 'nobody@example.com'],
      ['session.sign_in_failed', 'user_ann', 'user_ann', 'ann@example.com'],
      ['session.sign_in_failed', 'user_bare', 'user_bare', 'bare@example.com'],
      ['session.sign_in_failed', 'user_cleo', 'user_cleo', 'cleo@example.com'],
      ['session.sign_in_failed', 'unknown', undefined, 'a\uFFFDb'],
      ['session.sign_in_failed', 'unknown', undefined, '\uFFFD@example.com'],
    ]);
  });

  test('an unknown User costs the time of a wrong password', async () => {
    const time = async (email: string): Promise<number> => {
      const began = performance.now();
      await refusal(signIn(email, 'wrong password 1', world, '198.51.100.77'));
      return performance.now() - began;
    };
    const [known, unknown] = [await time('ann@example.com'), await time('nobody@example.com')];
    expect(unknown).toBeGreaterThan(known / 3);
  });

  test('makes a weak hash anew', async () => {
    // Made by another Argon2id: 19 MiB, 2 passes, of "correct horse battery staple".
    const weak = '$argon2id$v=19$m=19456,t=2,p=1$';
    const { argon2Sync } = await import('node:crypto');
    const salt = Buffer.alloc(16, 7);
    const key = argon2Sync('argon2id', { message: Buffer.from(GOOD_PASSWORD), nonce: salt, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 });
    const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
    await world.database.query(sql`UPDATE sys_identity.passwords SET hash = ${`${weak}${text(salt)}$${text(key)}`} WHERE user_id = 'user_dan'`);
    await world.signIn('dan@example.com');
    const [stored] = await world.rows<{ hash: string }>(sql`SELECT hash FROM sys_identity.passwords WHERE user_id = 'user_dan'`);
    expect(stored?.hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=2\$/);
    expect((await world.signIn('dan@example.com')).user.id).toBe('user_dan');
  });

  test('one session too many ends the oldest', async () => {
    const first = await world.signIn('eve@example.com');
    world.clock.advance(1000);
    const second = await world.signIn('eve@example.com');
    world.clock.advance(1000);
    world.newEvents();
    const third = await world.signIn('eve@example.com');
    expect(world.newEvents()).toEqual(['session.ended', 'session.started']);
    const rows = await world.rows<{ id: string; reason: string | null }>(sql`SELECT id, ended_reason AS reason FROM sys_identity.sessions WHERE user_id = 'user_eve' ORDER BY created_at`);
    expect(rows).toEqual([{ id: first.session.id, reason: 'concurrent_limit' }, { id: second.session.id, reason: null }, { id: third.session.id, reason: null }]);
  });

  test('the limit holds when sign-ins come at once', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => world.signIn('finn@example.com', GOOD_PASSWORD, { ip: `203.0.113.${n}` }).catch(() => undefined)));
    const open = await world.rows(sql`SELECT id FROM sys_identity.sessions WHERE user_id = 'user_finn' AND ended_at IS NULL`);
    expect(open).toHaveLength(2);
  });
});

describe('the throttle of sign-ins', () => {
  test('is one for all nodes, locks the name for the lockout, and says how long', async () => {
    expect(await refusal(signIn('ann@example.com', 'wrong', world, '198.51.100.1'))).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect(await refusal(signIn('ANN@example.com', 'wrong', other, '198.51.100.2'))).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect(other.newEvents()).toEqual(['session.sign_in_failed']);
    expect(await refusal(signIn('ann@example.com', 'wrong', other, '198.51.100.3'))).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect(other.newEvents()).toEqual(['session.sign_in_failed', 'session.sign_in_locked']);
    for (const node of [world, other]) {
      expect(await refusal(signIn('ann@example.com', GOOD_PASSWORD, node, '198.51.100.4'))).toMatchObject({ code: 'AUTH_RATE_LIMITED', details: { retryAfterSeconds: 900 } });
    }
    world.clock.advance(899_000);
    expect(await refusal(signIn('ann@example.com', GOOD_PASSWORD, world, '198.51.100.4'))).toMatchObject({ code: 'AUTH_RATE_LIMITED', details: { retryAfterSeconds: 1 } });
    world.clock.advance(1_000);
    expect((await world.signIn('ann@example.com')).user.id).toBe('user_ann');
  });

  test('locks an address that tries many names', async () => {
    for (const name of ['x1', 'x2', 'x3']) await refusal(signIn(`${name}@example.com`, 'wrong'));
    expect(await refusal(signIn('ann@example.com', GOOD_PASSWORD))).toMatchObject({ code: 'AUTH_RATE_LIMITED' });
    expect((await world.signIn('ann@example.com', GOOD_PASSWORD, { ip: '203.0.113.9' })).user.id).toBe('user_ann');
  });

  test('success starts the count of the name anew but forgives the address nothing', async () => {
    for (let round = 0; round < 2; round++) await refusal(signIn('ann@example.com', 'wrong'));
    await world.signIn('ann@example.com');
    expect(await refusal(signIn('ann@example.com', 'wrong'))).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
    expect(await refusal(signIn('ann@example.com', GOOD_PASSWORD))).toMatchObject({ code: 'AUTH_RATE_LIMITED' });
    expect((await world.signIn('ann@example.com', GOOD_PASSWORD, { ip: '203.0.113.10' })).user.id).toBe('user_ann');
  });

  test('a burst gets no more tries than a row of attempts', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => refusal(signIn('ben@example.com', 'wrong', n % 2 === 0 ? world : other, `198.51.100.${n + 50}`))));
    expect(answers.filter((answer) => (answer as { code: string }).code === 'AUTHENTICATION_REQUIRED').length).toBeLessThanOrEqual(3);
  });

  test('failures outside the window do not add up', async () => {
    for (let round = 0; round < 4; round++) {
      expect(await refusal(signIn('ben@example.com', 'wrong'))).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
      world.clock.advance(901_000);
    }
  });

  test('keeps no name and no address', async () => {
    await refusal(signIn('ann@example.com', 'wrong'));
    const keys = await world.rows<{ key: Buffer }>(sql`SELECT key FROM sys_identity.sign_in_throttle`);
    expect(keys).toHaveLength(2);
    for (const { key } of keys) expect(key).toHaveLength(32);
  });
});
