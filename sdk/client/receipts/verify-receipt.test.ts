import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT, base64url } from 'jose';
import { ReceiptError, type Receipt } from './receipt.js';
import { verifyReceipt } from './verify-receipt.js';

const CLAIMS: Receipt = {
  iss: 'https://polity.example.com', iat: 1_795_000_000, jti: 'trc_1', decision: 'ALLOW',
  question: { user_id: 'user_a', space_id: 'space_a', resource_type: 'invoice', resource_id: 'invoice_1', action: 'approve' },
  matched: { member_role_id: 'mr_1', role_id: 'role_1', role_permission_id: 'rp_1', permission_id: 'perm_1' },
  context_mode: 'stored', revision: 'rev_1', audit_event_id: 'audit_1', model_sha256: '00'.repeat(32),
};

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const jwkOf = (key: KeyObject, more: object = {}): Record<string, unknown> =>
  ({ ...key.export({ format: 'jwk' }), kid: 'kid_1', alg: 'EdDSA', use: 'sig', purpose: 'decision_receipt', ...more });
const KEYS = { keys: [jwkOf(publicKey)] };

const sign = (claims: object = CLAIMS, header: object = {}): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', typ: 'decision-receipt+jwt', kid: 'kid_1', ...header }).sign(privateKey);

async function outcome(receipt: string, keys: Parameters<typeof verifyReceipt>[1] = KEYS, issuer?: string): Promise<string> {
  try {
    await verifyReceipt(receipt, keys, issuer === undefined ? {} : { issuer });
    return 'accepted';
  } catch (error) {
    return error instanceof ReceiptError ? error.message : `unexpected ${String(error)}`;
  }
}

test('gives the claims as they were signed', async () => {
  expect(await verifyReceipt(`${await sign()}\n`, KEYS, { issuer: CLAIMS.iss })).toEqual(CLAIMS);
});

test('refuses a text with any character changed', async () => {
  const receipt = await sign();
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.='.split('');
  for (let at = 0; at < receipt.length; at += 1) {
    const others = alphabet.filter((character) => character !== receipt[at]);
    for (const character of at > receipt.length - 4 ? others : others.slice(at % others.length).slice(0, 1)) {
      expect([at, character, await outcome(`${receipt.slice(0, at)}${character}${receipt.slice(at + 1)}`)]).not.toContain('accepted');
    }
  }
});

test.each(['HS256', 'none', 'ES256', 'Ed25519', 'RS256'])('refuses the algorithm %s, also when the public key serves as a secret', async (alg) => {
  const [, payload = ''] = (await sign()).split('.');
  const input = `${base64url.encode(JSON.stringify({ alg, typ: 'decision-receipt+jwt', kid: 'kid_1' }))}.${payload}`;
  const signature = createHmac('sha256', Buffer.from(jwkOf(publicKey)['x'] as string, 'base64url')).update(input).digest('base64url');
  expect(await outcome(`${input}.${signature}`)).toBe('The algorithm is not EdDSA.');
});

test.each<[string, object]>([
  ['another purpose', { purpose: 'token_signing' }],
  ['no purpose', { purpose: undefined }],
  ['another use', { use: 'enc' }],
  ['another curve', { crv: 'Ed448' }],
  ['another algorithm', { alg: 'ES256' }],
])('refuses a key of %s', async (_, more) => {
  expect(await outcome(await sign(), { keys: [jwkOf(publicKey, more)] })).toBe('The key that the receipt names is not one that signs receipts.');
});

test('refuses other keys, other types, other headers, other instances, other claims', async () => {
  expect(await outcome(await sign(), { keys: [] })).toBe('The key set has no key with the id that the receipt names.');
  expect(await outcome(await sign(), { keys: [jwkOf(generateKeyPairSync('ed25519').publicKey)] })).toBe('The signature does not match.');
  expect(await outcome(await sign(CLAIMS, { typ: 'at+jwt' }))).toBe('The type is not decision-receipt+jwt.');
  expect(await outcome(await sign(CLAIMS, { jku: 'https://elsewhere.example' }))).toBe('The header is not that of a receipt.');
  expect(await outcome(await sign(), KEYS, 'https://elsewhere.example')).toBe('The receipt is of another instance: https://polity.example.com.');
  expect(await outcome(await sign({ decision: 'ALLOW' }))).toBe('The claims are not those of a receipt.');
  for (const text of ['', 'a', 'a.b', 'a.b.c.d', '..', 'ä.b.c']) expect(await outcome(text)).toMatch(/^(This is no JWS|The header)/);
});
