import 'reflect-metadata';
import { graphql, type GraphQLSchema } from 'graphql';
import { buildSchema, type NonEmptyArray } from 'type-graphql';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import type { Caller } from '../../../shared/contracts/index.js';
import { AUDIT_EVENTS_EXTENSION } from '../../../shared/resolvers/index.js';
import { credentialAuditEventTypes, credentialGraphql } from '../../services/credentials/index.js';
import { callerOf, GOOD_PASSWORD, openCredentialWorld, SYSTEM, type CredentialWorld } from '../../services/credentials/testing/credential-world.js';
import type { StartedSession } from '../../services/credentials/sign-in.js';
import { credentialsResolvers } from './index.js';

let testDatabase: TestDatabase;
let world: CredentialWorld;
let schema: GraphQLSchema;
const run = async (source: string, variableValues: Record<string, unknown> = {}, caller?: Caller) => {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: world.as(caller) });
  if (errors !== undefined) throw errors[0]?.originalError ?? errors[0];
  return data as Record<string, Record<string, unknown>>;
};

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  world = await openCredentialWorld(testDatabase.appUrl, { POLITY_REGISTRATION_MODE: 'public' });
  schema = await buildSchema({ resolvers: [...credentialsResolvers] as unknown as NonEmptyArray<Function>, validate: false });
  await world.user('user_ann', 'ann@example.com');
});
afterAll(async () => {
  await world.close();
  await testDatabase.drop();
});

describe('the schema of credentials', () => {
  test('has the root fields that the manifest declares, and each mutation names declared events', () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).toSorted()).toEqual(credentialGraphql.queries.toSorted());
    const mutations = schema.getMutationType()?.getFields() ?? {};
    expect(Object.keys(mutations).toSorted()).toEqual(credentialGraphql.mutations.toSorted());
    const declared = new Set<string>([...credentialAuditEventTypes.map(({ key }) => key), 'member.created', 'user_member.created']);
    for (const { extensions } of Object.values(mutations)) {
      const types = extensions[AUDIT_EVENTS_EXTENSION] as string[];
      expect(types.length).toBeGreaterThan(0);
      for (const type of types) expect(declared).toContain(type);
    }
  });

  test('no input with a secret takes an idempotency key', () => {
    for (const name of ['SignInInput', 'RefreshSessionInput', 'ChangePasswordInput', 'RegisterInput', 'RedeemRecoveryLinkInput', 'RedeemInvitationInput']) {
      const type = schema.getType(name) as unknown as { getFields(): object };
      expect(Object.keys(type.getFields())).not.toContain('idempotencyKey');
    }
  });

  test('signs in, refreshes, lists, changes the password and signs out', async () => {
    const { signIn } = await run(
      'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken accessTokenExpiresAt refreshTokenExpiresAt user { id email displayName } session { id userId endedReason } errors { code } } }',
      { input: { email: 'ann@example.com', password: GOOD_PASSWORD } });
    expect(signIn).toMatchObject({ user: { id: 'user_ann' }, session: { userId: 'user_ann', endedReason: null }, errors: [] });
    const caller = callerOf({ session: { ...(signIn?.['session'] as object), userId: 'user_ann' } } as StartedSession);
    const { refreshSession } = await run('mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { refreshToken session { id } } }', { input: { refreshToken: signIn?.['refreshToken'] } });
    expect(refreshSession?.['session']).toEqual({ id: caller.credentialId });
    const { mySessions } = await run('{ mySessions(first: 5) { totalCount edges { cursor node { id ip userAgent createdAt expiresAt } } pageInfo { hasNextPage } } }', {}, caller);
    expect(mySessions).toMatchObject({ totalCount: 1, pageInfo: { hasNextPage: false } });
    const { changePassword } = await run('mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { endedSessions errors { code path } } }', { input: { currentPassword: GOOD_PASSWORD, newPassword: 'short' } }, caller);
    expect(changePassword).toEqual({ endedSessions: null, errors: [{ code: 'PASSWORD_TOO_WEAK', path: ['input', 'newPassword'] }] });
    const { signOut } = await run('mutation { signOut { session { endedReason } errors { code } } }', {}, caller);
    expect(signOut).toEqual({ session: { endedReason: 'SIGN_OUT' }, errors: [] });
  });

  test('ends sessions, registers, makes and lists links', async () => {
    const { session } = await world.signIn('ann@example.com');
    expect(await run('mutation ($id: ID!) { endSession(input: { id: $id }) { session { endedReason } } }', { id: session.id }, SYSTEM)).toEqual({ endSession: { session: { endedReason: 'ENDED_BY_ADMIN' } } });
    expect(await run('mutation { endAllSessions(input: { userId: "user_ann" }) { endedCount } }', {}, SYSTEM)).toEqual({ endAllSessions: { endedCount: 0 } });
    expect((await run('{ sessions(userId: "user_ann", open: false) { totalCount } }', {}, SYSTEM)).sessions?.['totalCount']).toBeGreaterThan(0);
    expect(await run('mutation { register(input: { email: "new@example.com", password: "brass lantern river 42" }) { accepted user { id } errors { code } } }')).toEqual({ register: { accepted: true, user: null, errors: [] } });
    const { createRecoveryLink } = await run('mutation { createRecoveryLink(input: { userId: "user_ann" }) { token url link { id purpose } } }', {}, SYSTEM);
    expect(createRecoveryLink).toMatchObject({ url: null, link: { purpose: 'RECOVERY' } });
    const redeemed = await run('mutation ($token: String!) { redeemRecoveryLink(input: { token: $token, newPassword: "another fine lantern" }) { user { id } errors { code } } }', { token: createRecoveryLink?.['token'] });
    expect(redeemed).toEqual({ redeemRecoveryLink: { user: { id: 'user_ann' }, errors: [] } });
    const { createInvitation } = await run('mutation { createInvitation(input: { spaceId: "space_none", email: "x@example.com", relationType: EXTERNAL }) { errors { code } } }', {}, SYSTEM);
    expect(createInvitation).toEqual({ errors: [{ code: 'SPACE_NOT_FOUND' }] });
    expect(await run('mutation { redeemInvitation(input: { token: "nonsense" }) { memberId errors { code } } }')).toEqual({ redeemInvitation: { memberId: null, errors: [{ code: 'LINK_INVALID' }] } });
    expect(await run('mutation { revokeLink(input: { id: "inv_none" }) { link { id } errors { code } } }', {}, SYSTEM)).toEqual({ revokeLink: { link: null, errors: [{ code: 'LINK_INVALID' }] } });
    expect((await run('{ oneTimeLinks(purpose: RECOVERY) { edges { node { userId usedAt } } } }', {}, SYSTEM)).oneTimeLinks).toMatchObject({ edges: [{ node: { userId: 'user_ann', usedAt: expect.any(String) } }] });
  });

  test('links no identity of an issuer that is not trusted', async () => {
    const { linkExternalIdentity } = await run('mutation { linkExternalIdentity(input: { userId: "user_ann", issuer: "https://x.example.com", subject: "1" }) { errors { path } } }', {}, SYSTEM);
    expect(linkExternalIdentity).toEqual({ errors: [{ path: ['input', 'issuer'] }] });
    expect(await run('mutation { unlinkExternalIdentity(input: { id: "ei_none" }) { externalIdentity { id } errors { code } } }', {}, SYSTEM)).toMatchObject({ unlinkExternalIdentity: { errors: [{ code: 'VALIDATION_FAILED' }] } });
    expect(await run('{ externalIdentities { edges { node { id subject } } } }', {}, SYSTEM)).toEqual({ externalIdentities: { edges: [] } });
  });
});
