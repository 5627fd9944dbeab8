import type { GraphqlCaller } from '../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { revisionFeedRef } from '../../src/system/shared/contracts/index.js';
import { signInUser, withApiKey } from './support/callers.js';
import { PASSWORD } from './support/finance-reviewer.js';
import { altered, forgeToken, unsignedToken } from './support/forged-tokens.js';
import { asOwner } from './support/owner-sql.js';
import { StateReader } from './support/state.js';

const EMAIL = 'bad-credentials@example.com';
const ACTS = 'mutation { createSpace(input: { name: "Never" }) { space { id } } }';

let server: TestServer;
let foreign: TestServer;
let state: StateReader;
let genuine: string;

beforeAll(async () => {
  [server, foreign] = await Promise.all([startTestServer(), startTestServer()]);
  genuine = server.admin.accessToken as string;
  state = await StateReader.open(server);
});
afterAll(async () => {
  await state.close();
  await Promise.all([server.stop(), foreign.stop()]);
});

/** Code of the refusal of a caller: the whole request, before anything of it runs. */
async function refusal(caller: GraphqlCaller): Promise<string | undefined> {
  const before = await state.read();
  const { status, headers, data, errors } = await caller.send(ACTS);
  expect(await state.read()).toEqual(before);
  expect({ status, data, challenge: headers.get('www-authenticate'), errors: errors?.length }).toEqual({ status: 401, data: undefined, challenge: 'Bearer', errors: 1 });
  return errors?.[0]?.extensions.code;
}

const bearer = (token: string): GraphqlCaller => server.anonymous.with({ authorization: `Bearer ${token}` });

describe('access tokens', () => {
  const minute = (from: number): number => Math.floor(Date.now() / 1000) + from * 60;

  test('one that is made anew with the key of the instance is accepted: what follows fails for its change alone', async () => {
    const { data } = await bearer(await forgeToken(server, genuine, {})).send<{ me: { user: { email: string } } }>('{ me { user { email } } }');
    expect(data).toEqual({ me: { user: { email: 'root@example.com' } } });
  });

  test.each<[string, () => string | Promise<string>]>([
    ['that has expired', () => forgeToken(server, genuine, { claims: { exp: minute(-1) } })],
    ['without an end', () => forgeToken(server, genuine, { claims: { exp: undefined } })],
    ['of the future', () => forgeToken(server, genuine, { claims: { iat: minute(10), exp: minute(20) } })],
    ['for another audience', () => forgeToken(server, genuine, { claims: { aud: 'somebody' } })],
    ['of another issuer', () => forgeToken(server, genuine, { claims: { iss: 'https://issuer.example.com' } })],
    ['of another type', () => forgeToken(server, genuine, { header: { typ: 'JWT' } })],
    ['without a session', () => forgeToken(server, genuine, { claims: { sid: undefined } })],
    ['signed with a key of its own', () => forgeToken(server, genuine, { ownKey: true })],
    ['signed with a key that is unknown', () => forgeToken(server, genuine, { header: { kid: 'kid_unknown' } })],
    ['without a signature', () => unsignedToken(genuine)],
    ['altered after it was signed', () => altered(genuine, { sub: 'user_somebody' })],
    ['of another instance', () => foreign.admin.accessToken as string],
    ['that is none', () => 'not.a.token'],
    ['that is far too long', () => 'x'.repeat(8_000)],
  ])('one %s is refused', async (_, make) => {
    expect(await refusal(bearer(await make()))).toBe('UNAUTHENTICATED');
  });

  test('one of a session that does not exist is refused', async () => {
    expect(await refusal(bearer(await forgeToken(server, genuine, { claims: { sid: 'sess_unknown' } })))).toBe('SESSION_EXPIRED');
  });

  test.each(['Bearer', 'Bearer ', 'Basic cm9vdDpyb290', 'Bearer two words', 'nonsense'])('the header %j is a credential that fails, not none', async (authorization) => {
    expect(await refusal(server.anonymous.with({ authorization }))).toBe('UNAUTHENTICATED');
  });
});

describe('sessions', () => {
  let caller: GraphqlCaller;
  beforeAll(async () => {
    await server.admin.mutate('createUser', { id: 'user_bad', email: EMAIL }, 'user { id }');
    caller = await signInUser(server, 'user_bad', EMAIL);
    await server.admin.mutate('createAdminGrant', { userId: 'user_bad', level: 'INSTANCE_ADMIN', permissionKey: 'spaces:manage' }, 'adminGrant { id }');
  });

  test('a token outlives neither the sign-out nor the end of its session', async () => {
    const out = await server.signIn(EMAIL, PASSWORD);
    expect(await out.mutate('signOut', {}, 'session { endedReason }')).toMatchObject({ session: { endedReason: 'SIGN_OUT' } });
    expect(await refusal(out)).toBe('SESSION_EXPIRED');

    const ended = await server.signIn(EMAIL, PASSWORD);
    const { me } = await ended.data<{ me: { sessionId: string } }>('{ me { sessionId } }');
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_identity.sessions SET expires_at = now() - interval '1 minute' WHERE id = $1", [me.sessionId]));
    await server.server.platform.container.get(revisionFeedRef).catchUp();
    expect(await refusal(ended)).toBe('SESSION_EXPIRED');
  });

  test('a User who is disabled is out at once, and the session stays ended', async () => {
    await server.admin.mutate('disableUser', { id: 'user_bad' }, 'user { status }');
    expect(await refusal(caller)).toBe('SESSION_EXPIRED');
    await server.admin.mutate('restoreUser', { id: 'user_bad' }, 'user { status }');
    expect(await refusal(caller)).toBe('SESSION_EXPIRED');
  });

  test('a refresh token is no bearer token, and one of another instance refreshes nothing', async () => {
    const signIn = async (to: TestServer): Promise<string> => {
      const answer = await to.anonymous.mutate<{ refreshToken: string }>('signIn', { email: 'root@example.com', password: 'a long enough password' }, 'refreshToken');
      return answer.refreshToken;
    };
    expect(await refusal(bearer(await signIn(server)))).toBe('UNAUTHENTICATED');
    const before = await state.read();
    for (const refreshToken of [await signIn(foreign), 'nonsense', '']) {
      const { data, errors } = await server.anonymous.send('mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }', { input: { refreshToken } });
      expect({ data, code: errors?.[0]?.extensions.code }).toEqual({ data: { refreshSession: null }, code: 'TOKEN_INVALID' });
    }
    expect(await state.read()).toEqual(before);
  });
});

describe('API keys', () => {
  test('one of another instance, or in the wrong form, is refused', async () => {
    const { secret } = await withApiKey(foreign.admin, { id: 'ak_foreign', level: 'INSTANCE', permissionKeys: ['*'] });
    await withApiKey(server.admin, { id: 'ak_foreign', level: 'INSTANCE', permissionKeys: ['*'] });
    for (const key of [secret, 'ply_ak_', 'ply_ak_foreign', `ply_ak_foreign.${'0'.repeat(64)}`, 'nonsense', 'x'.repeat(2_000)]) {
      expect(await refusal(server.anonymous.withApiKey(key))).toBe('UNAUTHENTICATED');
    }
  });

  test('one has no session to sign out of, is told so, and goes on working', async () => {
    const { secret } = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['*'] });
    const key = server.anonymous.withApiKey(secret);
    for (const input of ['', '(input: {})']) {
      const { signOut } = await key.data<{ signOut: unknown }>(`mutation { signOut${input} { session { id } errors { code path message } } }`);
      expect(signOut).toEqual({ session: null, errors: [{ code: 'SESSION_NOT_FOUND', path: ['input'], message: expect.stringContaining('an API key is revoked') }] });
    }
    expect(await key.data('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  test('two credentials that differ are refused, though each is genuine', async () => {
    const { secret } = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['*'] });
    expect(await refusal(server.admin.with({ 'x-polity-api-key': secret }))).toBe('UNAUTHENTICATED');
  });
});

describe('one-time links', () => {
  const redeem = (token: string): Promise<readonly { code: string; path: readonly string[] }[]> =>
    server.anonymous.tryMutate('redeemRecoveryLink', { token, newPassword: 'another password that is long' }, '').then(({ errors }) => errors);

  const make = (): Promise<{ token: string; link: { id: string } }> => server.admin.mutate('createRecoveryLink', { userId: 'user_bad' }, 'token link { id }');
  const INVALID = [{ code: 'LINK_INVALID', message: expect.any(String) as unknown, path: ['input', 'token'] }];

  test('one that was never made here opens nothing', async () => {
    const { token } = await foreign.admin.mutate<{ token: string }>('createRecoveryLink', { userId: foreign.adminUserId }, 'token');
    for (const wrong of [token, 'nonsense', '']) expect(await redeem(wrong)).toEqual(INVALID);
  });

  test('one that was used opens nothing again', async () => {
    const { token } = await make();
    expect(await redeem(token)).toEqual([]);
    expect(await redeem(token)).toEqual(INVALID);
  });

  test('one that was taken back or has ended opens nothing, and says no more than that', async () => {
    const revoked = await make();
    await server.admin.mutate('revokeLink', { id: revoked.link.id }, 'link { id }');
    expect(await redeem(revoked.token)).toEqual(INVALID);
    const ended = await make();
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_identity.one_time_links SET expires_at = now() - interval '1 minute' WHERE id = $1", [ended.link.id]));
    expect(await redeem(ended.token)).toEqual(INVALID);
  });
});

test('a password that is wrong and a person who does not exist are told apart by nobody', async () => {
  const attempt = async (email: string): Promise<unknown> => {
    const { data, errors } = await server.anonymous.send('mutation ($input: SignInInput!) { signIn(input: $input) { accessToken errors { code message path } } }', { input: { email, password: 'not the password' } });
    return { data, errors: errors?.map(({ message, extensions: { code } }) => ({ message, code })) };
  };
  const [known, unknown] = [await attempt(EMAIL), await attempt('nobody@example.com')];
  expect(known).toEqual(unknown);
  expect(JSON.stringify(known)).toContain('AUTHENTICATION_REQUIRED');
});
