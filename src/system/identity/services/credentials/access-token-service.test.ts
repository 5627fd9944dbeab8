import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { accessTokensRef, jwksRef } from '../../../shared/contracts/index.js';
import { externalIdentitiesRef } from './external-identities.js';
import type { StartedSession } from './sign-in.js';
import { callerOf, instanceGrant, openCredentialWorld, SYSTEM, type CredentialWorld } from './testing/credential-world.js';

let testDatabase: TestDatabase;
let world: CredentialWorld;
let issuer: Server;
let issuerUrl: string;
let issuerUp = true;
let started: StartedSession;
const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Record<string, unknown> => JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const verify = (token: string, now = world.clock.now()) => world.services.get(accessTokensRef).verify(token, now);
const expectRefused = (token: string, now?: number) => expect(verify(token, now)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: 'The token of this request is not accepted.' });
const seconds = () => Math.floor(world.clock.now() / 1000);

/** A token with the claims and header of a genuine one, but for what is given. */
function forge(signer: (input: string) => Buffer | string, header: object = {}, claims: object = {}): string {
  const [head, body] = started.accessToken.split('.');
  const input = `${encode({ ...decode(head), ...header })}.${encode({ ...decode(body), ...claims })}`;
  const signature = signer(input);
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;
}
const byEd25519 = (key: KeyObject) => (input: string) => sign(null, Buffer.from(input), key);
async function genuineKey(): Promise<{ sign: (input: string) => Buffer; publicPem: string; x: string }> {
  const { secret, publicJwk } = await world.keyring.current('token_signing');
  const { createPrivateKey } = await import('node:crypto');
  const key = createPrivateKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: publicJwk?.['x'] as string, d: Buffer.from(secret).toString('base64url') } });
  return { sign: byEd25519(key), publicPem: createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string, x: publicJwk?.['x'] as string };
}
function oidcToken(claims: object = {}, header: object = {}, key = foreign.privateKey): string {
  const body = { iss: issuerUrl, aud: 'polity-api', sub: 'subject-1', iat: seconds(), exp: seconds() + 600, ...claims };
  const input = `${encode({ alg: 'ES256', kid: 'foreign-1', ...header })}.${encode(body)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  issuer = createServer((_request, response) => {
    if (!issuerUp) return void response.writeHead(500).end();
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [{ ...foreign.publicKey.export({ format: 'jwk' }), kid: 'foreign-1', alg: 'ES256', use: 'sig' }] }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  issuerUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  const trusted = [{ issuer: issuerUrl, audience: 'polity-api', algorithms: ['ES256'], jwksUri: `${issuerUrl}/jwks` }, { issuer: 'https://down.example.com', audience: 'polity-api', algorithms: ['ES256'], jwksUri: 'http://127.0.0.1:1/jwks' }];
  world = await openCredentialWorld(testDatabase.appUrl, { POLITY_PUBLIC_URL: 'https://polity.example.com', POLITY_OIDC_ISSUERS: JSON.stringify(trusted) });
  await Promise.all([world.user('user_ann', 'ann@example.com'), world.user('user_root', 'root@example.com')]);
  started = await world.signIn('ann@example.com');
});
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => issuer.close(resolve));
  await testDatabase.drop();
});

describe('own access tokens', () => {
  test('say who, for how long and in which session, and no rights', () => {
    const [head, body] = started.accessToken.split('.');
    expect(decode(head)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.stringMatching(/^kid_/) });
    expect(decode(body)).toEqual({ iss: 'https://polity.example.com', aud: 'polity', sub: 'user_ann', sid: started.session.id, jti: expect.any(String), iat: seconds(), exp: seconds() + 900 });
  });

  test('are accepted until they expire, also when remembered', async () => {
    expect((await verify(started.accessToken)).userId).toBe('user_ann');
    expect((await verify(started.accessToken, started.accessTokenExpiresAt.getTime() - 1)).userId).toBe('user_ann');
    await expectRefused(started.accessToken, started.accessTokenExpiresAt.getTime());
  });

  test('a forger who signs rightly is accepted: the cases below fail for the reason they name', async () => {
    const genuine = await genuineKey();
    expect((await verify(forge(genuine.sign))).userId).toBe('user_ann');
    expect((await verify(forge(genuine.sign, {}, { sub: 'user_x' }))).userId).toBe('user_x');
  });

  test('algorithm confusion is refused', async () => {
    const { publicPem, x } = await genuineKey();
    for (const alg of ['none', 'None', 'NONE', '']) await expectRefused(forge(() => '', { alg }));
    for (const secret of [publicPem, Buffer.from(x, 'base64url'), x]) {
      await expectRefused(forge((input) => createHmac('sha256', secret).update(input).digest(), { alg: 'HS256' }));
    }
    await expectRefused(forge((await genuineKey()).sign, { alg: 'ES256' }));
  });

  test('foreign keys are refused, wherever the header says they are', async () => {
    const stranger = generateKeyPairSync('ed25519');
    const jwk = stranger.publicKey.export({ format: 'jwk' });
    await expectRefused(forge(byEd25519(stranger.privateKey)));
    await expectRefused(forge(byEd25519(stranger.privateKey), { kid: 'kid_unknown' }));
    await expectRefused(forge(byEd25519(stranger.privateKey), { kid: undefined }));
    await expectRefused(forge(byEd25519(stranger.privateKey), { jwk }));
    await expectRefused(forge(byEd25519(stranger.privateKey), { jku: `${issuerUrl}/jwks`, kid: 'foreign-1' }));
  });

  test.each<[string, object, object]>([
    ['foreign issuer', {}, { iss: 'https://evil.example.com' }],
    ['no issuer', {}, { iss: undefined }],
    ['wrong audience', {}, { aud: 'another' }],
    ['no audience', {}, { aud: undefined }],
    ['expired', {}, { exp: 1 }],
    ['no expiry', {}, { exp: undefined }],
    ['not yet valid', {}, { nbf: 9_999_999_999 }],
    ['issued in the future', {}, { iat: 9_999_999_999 }],
    ['no session', {}, { sid: undefined }],
    ['no subject', {}, { sub: undefined }],
    ['another type of token', { typ: 'JWT' }, {}],
    ['an extension that must be understood', { crit: ['x'], x: 1 }, {}],
  ])('%s is refused, though rightly signed', async (_, header, claims) => {
    await expectRefused(forge((await genuineKey()).sign, header, claims));
  });

  test('altered and malformed tokens are refused', async () => {
    const [head, body, signature] = started.accessToken.split('.') as [string, string, string];
    await expectRefused(`${head}.${encode({ ...decode(body), sub: 'user_root' })}.${signature}`);
    await expectRefused(`${head}.${body}.`);
    await expectRefused(`${head}.${body}`);
    await expectRefused(`${head}.${body}.${signature}x`);
    for (const text of ['', '.', '..', 'a.b.c', `${'a'.repeat(20_000)}.b.c`, 'ply_ak_1.2']) await expectRefused(text);
  });

  test('a rotated key still verifies for as long as its tokens live, a removed one not at all', async () => {
    const old = decode(started.accessToken.split('.')[0])['kid'] as string;
    const made = await world.keyring.rotate('token_signing');
    const { keys } = await world.services.get(jwksRef).jwks();
    expect(keys.map(({ kid }) => kid)).toEqual([made, old]);
    for (const key of keys) expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect((await verify(started.accessToken)).userId).toBe('user_ann');
    const fresh = await world.signIn('ann@example.com');
    expect(decode(fresh.accessToken.split('.')[0])['kid']).toBe(made);
    world.clock.advance(900_000 + 90_000);
    expect((await world.services.get(jwksRef).jwks()).keys.map(({ kid }) => kid)).toEqual([made]);
    const later = await world.signIn('ann@example.com');
    expect((await verify(later.accessToken)).userId).toBe('user_ann');
    world.keyring.remove('token_signing', made);
    await world.keyring.rotate('token_signing');
    await expectRefused(later.accessToken);
    started = await world.signIn('ann@example.com');
  });
});

describe('tokens of trusted issuers', () => {
  const link = (subject: string, userId = 'user_ann', on = world.as(SYSTEM)) => world.services.get(externalIdentitiesRef).link(on, { userId, issuer: issuerUrl, subject });

  test('are refused until the identity is linked, and again once it is not', async () => {
    world.newEvents();
    const token = oidcToken({ email: 'ann@example.com', email_verified: true });
    await expectRefused(token);
    const { externalIdentity } = await link('subject-1');
    expect(await verify(token)).toEqual({ kind: 'oidc', userId: 'user_ann', issuer: issuerUrl, expiresAt: (seconds() + 600) * 1000 });
    expect((await link('subject-1', 'user_root')).errors).toEqual([{ code: 'ALREADY_EXISTS', message: expect.any(String), path: ['input', 'subject'] }]);
    await world.services.get(externalIdentitiesRef).unlink(world.as(SYSTEM), { id: externalIdentity?.id as string });
    await world.feed.catchUp();
    await expectRefused(token);
    expect(world.newEvents()).toEqual(['external_identity.linked', 'external_identity.unlinked']);
  });

  test('are held to the settings of their issuer', async () => {
    await link('subject-2');
    const good = { sub: 'subject-2' };
    expect((await verify(oidcToken(good))).kind).toBe('oidc');
    await expectRefused(oidcToken({ ...good, aud: 'another' }));
    await expectRefused(oidcToken({ ...good, exp: seconds() }));
    await expectRefused(oidcToken({ ...good, exp: undefined }));
    await expectRefused(oidcToken({ ...good, nbf: seconds() + 60 }));
    await expectRefused(oidcToken({ ...good, iss: 'https://evil.example.com' }));
    await expectRefused(oidcToken(good, { alg: 'RS256' }));
    await expectRefused(oidcToken(good, { alg: 'none' }));
    await expectRefused(oidcToken(good, { kid: 'foreign-2' }));
    await expectRefused(oidcToken({ sub: 'a\0b' }));
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expectRefused(oidcToken(good, { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey));
  });

  test('an issuer whose keys cannot be had is nobody\'s mistake, and no way in', async () => {
    await expect(verify(oidcToken({ iss: 'https://down.example.com' }))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  test('are linked by who may, to issuers that are trusted', async () => {
    const admin = callerOf(started, [instanceGrant('users:manage')]);
    expect((await world.services.get(externalIdentitiesRef).link(world.as(admin), { userId: 'user_ann', issuer: 'https://evil.example.com', subject: 'x' })).errors[0]).toMatchObject({ path: ['input', 'issuer'] });
    expect((await link('subject-3', 'user_none', world.as(admin))).errors[0]?.code).toBe('USER_NOT_FOUND');
    await expect(link('subject-3', 'user_ann', world.as(callerOf(started)))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    await world.grant('user_root', { ...instanceGrant('*', 'instance_super_admin'), id: 'ag_root' });
    await expect(link('subject-3', 'user_root', world.as(admin))).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
    const own = await world.services.get(externalIdentitiesRef).list(world.as(callerOf(started)), {}, {});
    expect(own.edges.map(({ node }) => node.subject)).toEqual(['subject-2']);
  });
});
