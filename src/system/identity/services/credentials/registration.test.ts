import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { sql } from '../../../../persistence/index.js';
import { registrationRef } from './registration.js';
import { GOOD_PASSWORD, openCredentialWorld, sharedParts, type CredentialWorld } from './testing/credential-world.js';

const TOKEN = 'Zr8vXq2LmN4cTb7WyKf1HsDj6GpEa9Uo';
let testDatabase: TestDatabase;
const shared = sharedParts();
const worlds: CredentialWorld[] = [];
const open = async (mode: string, environment: Record<string, string> = {}): Promise<CredentialWorld> => {
  const world = await openCredentialWorld(testDatabase.appUrl, { POLITY_REGISTRATION_MODE: mode, ...environment }, shared);
  worlds.push(world);
  return world;
};
let address = 0;
const register = (world: CredentialWorld, email: string, more: object = {}, ip = `198.51.100.${++address}`) =>
  world.services.get(registrationRef).register(world.as(undefined, { ip }), { email, password: GOOD_PASSWORD, ...more });
const rightsOf = (world: CredentialWorld, email: string) => world.rows(sql`
  SELECT g.id FROM sys_identity.users u LEFT JOIN sys_admin.admin_grants g ON g.user_id = u.id LEFT JOIN sys_identity.user_members m ON m.user_id = u.id
  WHERE u.email = ${email} AND (g.id IS NOT NULL OR m.id IS NOT NULL)`);

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  await testDatabase.drop();
});

describe('register', () => {
  test('is off unless it is switched on', async () => {
    const world = await open('off');
    await expect(register(world, 'ann@example.com')).rejects.toMatchObject({ code: 'REGISTRATION_DISABLED' });
    expect(await world.rows(sql`SELECT id FROM sys_identity.users`)).toEqual([]);
  });

  test('public: makes a User without rights, and answers the same for a taken address', async () => {
    const world = await open('public');
    const first = await register(world, 'ann@example.com', { displayName: 'Ann' });
    expect(first).toEqual({ accepted: true, errors: [] });
    expect(world.newEvents()).toEqual(['user.registered']);
    expect(await register(world, 'ANN@example.com', { password: 'another fine lantern' })).toEqual(first);
    expect(world.newEvents()).toEqual([]);
    expect(await rightsOf(world, 'ann@example.com')).toEqual([]);
    expect((await world.signIn('ann@example.com')).session.activeUserMemberId).toBeNull();
    await expect(world.signIn('ann@example.com', 'another fine lantern')).rejects.toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });

  test('token: needs the token, then tells of the User or the taken address', async () => {
    const world = await open('token', { POLITY_REGISTRATION_TOKEN: TOKEN });
    for (const token of [undefined, null, '', 'wrong', `${TOKEN}x`, TOKEN.toLowerCase()]) {
      await expect(register(world, 'ben@example.com', { token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    }
    expect((await register(world, 'ben@example.com', { token: TOKEN })).user).toMatchObject({ email: 'ben@example.com' });
    expect((await register(world, 'Ben@example.com', { token: TOKEN })).errors).toEqual([{ code: 'ALREADY_EXISTS', message: expect.any(String), path: ['input', 'email'] }]);
    expect(await rightsOf(world, 'ben@example.com')).toEqual([]);
  });

  test('bootstrap: only while there is no super admin, with the token, and without any right', async () => {
    const world = await open('bootstrap', { POLITY_BOOTSTRAP_TOKEN: TOKEN });
    await expect(register(world, 'root@example.com')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const { user } = await register(world, 'root@example.com', { token: TOKEN });
    expect(await rightsOf(world, 'root@example.com')).toEqual([]);
    await world.database.query(sql`INSERT INTO sys_admin.admin_grants (id, user_id, level, permission_key) VALUES ('ag_root', ${user?.id}, 'instance_super_admin', '*')`);
    await expect(register(world, 'second@example.com', { token: TOKEN })).rejects.toMatchObject({ code: 'REGISTRATION_DISABLED' });
  });

  test('names what is wrong with the input', async () => {
    const world = await open('public');
    expect((await register(world, 'no address')).errors[0]).toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'email'] });
    expect((await register(world, 'x@example.com', { displayName: 'x'.repeat(201) })).errors[0]).toMatchObject({ path: ['input', 'displayName'] });
    expect((await register(world, 'x@example.com', { password: 'x@example.com' })).errors[0]).toMatchObject({ code: 'PASSWORD_TOO_WEAK', path: ['input', 'password'] });
  });

  test('an address that registers without end is slowed down', async () => {
    const world = await open('token', { POLITY_REGISTRATION_TOKEN: TOKEN });
    for (let round = 0; round < 8; round++) await expect(register(world, 'x@example.com', { token: 'guess' }, '203.0.113.1')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(register(world, 'x@example.com', { token: TOKEN }, '203.0.113.1')).rejects.toMatchObject({ code: 'AUTH_RATE_LIMITED', details: { retryAfterSeconds: 900 } });
    expect((await register(world, 'x@example.com', { token: TOKEN }, '203.0.113.2')).errors).toEqual([]);
  });
});
