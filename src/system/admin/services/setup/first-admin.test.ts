import { sql } from '../../../../persistence/index.js';
import { startControlPlane, type TestControlPlane } from '../../../../../test/support/control-plane.js';
import { ANONYMOUS, type RequestContext } from '../../../shared/contracts/index.js';
import { firstAdminsRef, type BootstrapInput } from './first-admin.js';
import { insertSuperAdmin, lockSetup } from './super-admins.js';

const TOKEN = 'bootstrap-token-of-more-than-32-characters';
const account = { email: 'First@Example.com ', password: 'a long enough password', displayName: 'First' };

let plane: TestControlPlane;
beforeEach(async () => {
  plane = await startControlPlane({ POLITY_REGISTRATION_MODE: 'bootstrap', POLITY_BOOTSTRAP_TOKEN: TOKEN });
});
afterEach(() => plane.close());

const anonymous = async (): Promise<RequestContext> => ({ ...(await plane.as()), caller: ANONYMOUS });
const byToken = async (input: object = {}) => plane.get(firstAdminsRef).bootstrapByToken(await anonymous(), { token: TOKEN, ...account, ...input });
const byConsole = async (input: BootstrapInput) => plane.get(firstAdminsRef).bootstrap(await plane.as(), input);
const users = () => plane.run(sql`SELECT id FROM sys_identity.users`);

describe('with the one-time token', () => {
  test('makes User, password and right in one transaction, once', async () => {
    const { userId = '', adminGrantId, errors } = await byToken();
    expect(errors).toEqual([]);
    expect((await plane.caller(await plane.signIn(userId))).grants).toMatchObject([{ id: adminGrantId, level: 'instance_super_admin', permissionKey: '*' }]);
    expect(await plane.run(sql`SELECT email, display_name, hash FROM sys_identity.users JOIN sys_identity.passwords ON user_id = id`))
      .toMatchObject([{ email: 'First@Example.com', display_name: 'First', hash: expect.stringMatching(/^\$argon2id\$/) }]);
    expect(plane.audited).toMatchObject([{ type: 'admin.bootstrapped', callerKey: 'anonymous:', target: { id: adminGrantId }, details: { userId, by: 'token' } }]);
    expect(JSON.stringify(plane.audited)).not.toContain(account.password);
    await expect(byToken({ email: 'second@example.com' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await users()).toHaveLength(1);
  });

  test('a wrong token makes nothing', async () => {
    for (const token of ['', 'x', TOKEN.slice(1), `${TOKEN}x`]) await expect(byToken({ token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await users()).toEqual([]);
  });

  test.each([
    ['email', 'VALIDATION_FAILED', { email: 'nobody' }],
    ['password', 'PASSWORD_TOO_WEAK', { password: 'short' }],
    ['displayName', 'VALIDATION_FAILED', { displayName: 'x'.repeat(201) }],
  ])('a bad %s makes nothing', async (field, code, input) => {
    expect((await byToken(input)).errors).toMatchObject([{ code, path: ['input', field] }]);
    expect(await users()).toEqual([]);
  });

  test('two at one moment make one', async () => {
    const results = await Promise.allSettled([byToken({ email: 'a@example.com' }), byToken({ email: 'b@example.com' })]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await users()).toHaveLength(1);
  });

  test('is not used outside of the mode bootstrap', async () => {
    const other = await startControlPlane({ POLITY_BOOTSTRAP_TOKEN: TOKEN });
    const context = { ...(await other.as()), caller: ANONYMOUS };
    await expect(other.get(firstAdminsRef).bootstrapByToken(context, { token: TOKEN, ...account })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await other.close();
  });

  test('waits for one that is being made, and then is closed', async () => {
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const other = plane.database.transaction(async (transaction) => {
      await lockSetup(transaction);
      await transaction.query(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_other', 'other@example.com')`);
      await insertSuperAdmin(transaction, 'user_other');
      await finished;
    });
    const attempt = byToken().catch((error: unknown) => error);
    while ((await plane.run(sql`SELECT 1 AS waits FROM pg_stat_activity WHERE wait_event_type = 'Lock'`)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    finish();
    await other;
    expect(await attempt).toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await users()).toEqual([{ id: 'user_other' }]);
  });

  test('is open to callers without credentials through the schema', async () => {
    const { data, errors } = await plane.query(await anonymous(),
      'mutation ($input: BootstrapSuperAdminInput!) { bootstrapSuperAdmin(input: $input) { userId adminGrantId errors { code } } }', { input: { token: TOKEN, ...account } });
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ bootstrapSuperAdmin: { userId: expect.stringMatching(/^user_/), adminGrantId: expect.stringMatching(/^ag_/), errors: [] } });
  });
});

test('without a configured token the mutation is closed', async () => {
  const closed = await startControlPlane();
  const context = { ...(await closed.as()), caller: ANONYMOUS };
  await expect(closed.get(firstAdminsRef).bootstrapByToken(context, { token: '', ...account })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  await closed.close();
});

describe('from the console', () => {
  test('makes an existing User a super admin', async () => {
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_one', 'one@example.com')`);
    expect(await byConsole({ userId: 'user_one', ifExists: 'error' })).toMatchObject({ userId: 'user_one', created: true, errors: [] });
    expect(plane.audited).toMatchObject([{ type: 'admin.bootstrapped', callerKey: 'system:polity', details: { by: 'console', userCreated: false } }]);
  });

  test('finds a User by e-mail, or makes it with a password that is shown once', async () => {
    const made = await byConsole({ email: 'new@example.com', ifExists: 'error' });
    expect(made).toMatchObject({ created: true, errors: [], generatedPassword: expect.stringMatching(/^[0-9a-f]{24}$/) });
    await plane.run(sql`INSERT INTO sys_identity.users (id, email) VALUES ('user_two', 'Two@Example.com')`);
    expect((await byConsole({ email: 'two@example.com', ifExists: 'error' })).errors).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
    expect(await byConsole({ email: 'two@example.com', ifExists: 'ok' })).toMatchObject({ userId: made.userId, created: false });
    expect(plane.audited).toHaveLength(1);
  });

  test.each<[string, BootstrapInput, string, string]>([
    ['an unknown User', { userId: 'user_nobody', ifExists: 'error' }, 'USER_NOT_FOUND', 'userId'],
    ['a disabled User', { userId: 'user_off', ifExists: 'error' }, 'VALIDATION_FAILED', 'userId'],
    ['both ways at once', { userId: 'user_off', email: 'x@example.com', ifExists: 'error' }, 'VALIDATION_FAILED', 'userId'],
    ['a password for who has one', { email: 'off@example.com', password: 'a long enough password', ifExists: 'error' }, 'VALIDATION_FAILED', 'password'],
    ['what is no address', { email: 'nobody', ifExists: 'error' }, 'VALIDATION_FAILED', 'email'],
  ])('refuses %s', async (_, input, code, field) => {
    await plane.run(sql`INSERT INTO sys_identity.users (id, email, status) VALUES ('user_off', 'off@example.com', 'disabled')`);
    expect((await byConsole(input)).errors).toMatchObject([{ code, path: ['input', field] }]);
    expect(await plane.run(sql`SELECT id FROM sys_admin.admin_grants`)).toEqual([]);
  });
});
