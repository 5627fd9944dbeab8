import { createPublicKey, sign, verify, createPrivateKey, randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { manualClock } from '../../kernel/clock/index.js';
import { createPool, DatabaseKeyring, MasterKeyMismatch, sql, StatementPool } from '../index.js';

const masterKey = randomBytes(32);
const clock = manualClock();
let fresh: TestDatabase;
let pool: StatementPool;

const keyring = (key: Uint8Array = masterKey): DatabaseKeyring => new DatabaseKeyring({ database: pool, masterKey: key, now: () => clock.now() });

beforeAll(async () => {
  fresh = await createTestDatabase();
  pool = new StatementPool(createPool({ url: fresh.appUrl, max: 8, applicationName: 'test', statementTimeoutMs: 10_000, onError: () => undefined }));
});

afterAll(async () => {
  await pool.close();
  await fresh.drop();
});

test('the first master key is the key of the instance, another one is refused', async () => {
  await Promise.all([keyring().assertMasterKey(), keyring().assertMasterKey()]);
  await expect(keyring(randomBytes(32)).assertMasterKey()).rejects.toThrow(MasterKeyMismatch);
  await keyring().assertMasterKey();
});

test('nodes that need a key at the same moment use one', async () => {
  const kids = await Promise.all(Array.from({ length: 8 }, async () => (await keyring().current('audit_filter')).kid));
  expect(new Set(kids).size).toBe(1);
  const subjects = await Promise.all(Array.from({ length: 8 }, async () => (await keyring().subjectKey('user_a'))?.kid));
  expect(new Set(subjects).size).toBe(1);
});

test.each(['token_signing', 'decision_receipt', 'review_signing'] as const)('a key for %s verifies with its published half', async (purpose) => {
  const { secret, publicJwk, kid } = await keyring().current(purpose);
  expect(publicJwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid });
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  const signature = sign(null, Buffer.from('text'), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  expect(verify(null, Buffer.from('text'), createPublicKey({ key: publicJwk as never, format: 'jwk' }), signature)).toBe(true);
});

test('a rotation is seen at once here and within a minute elsewhere; the old key stays accepted', async () => {
  const [here, elsewhere] = [keyring(), keyring()];
  const before = await here.current('api_key');
  await elsewhere.current('api_key');
  const kid = await pool.transaction((transaction) => here.rotate('api_key', transaction));
  expect((await here.current('api_key')).kid).toBe(kid);
  expect((await here.accepted('api_key')).map((key) => key.kid)).toEqual([kid, before.kid]);
  expect((await here.accepted('api_key'))[1]?.retiredAt).toEqual(expect.any(Number));
  expect((await elsewhere.current('api_key')).kid).toBe(before.kid);
  clock.advance(60_001);
  expect((await elsewhere.current('api_key')).kid).toBe(kid);
});

test('a kid that is not held yet is asked for again', async () => {
  const [here, elsewhere] = [keyring(), keyring()];
  await elsewhere.accepted('audit_filter');
  const kid = await pool.transaction((transaction) => here.rotate('audit_filter', transaction));
  expect((await elsewhere.accepted('audit_filter')).map((key) => key.kid)).not.toContain(kid);
  expect((await elsewhere.accepted('audit_filter', kid)).map((key) => key.kid)).toContain(kid);
});

test('a rotation that rolls back changes nothing', async () => {
  const ring = keyring();
  const before = await ring.current('api_key');
  await expect(pool.transaction(async (transaction) => {
    await ring.rotate('api_key', transaction);
    throw new Error('no');
  })).rejects.toThrow('no');
  expect((await ring.current('api_key')).kid).toBe(before.kid);
});

test('an erased subject has no key and gets no other', async () => {
  const ring = keyring();
  await ring.subjectKey('user_erased');
  await pool.query(sql`UPDATE sys_kernel.key SET wrapped = NULL, erased_at = now() WHERE subject = 'user_erased'`);
  clock.advance(60_001);
  expect(await ring.subjectKey('user_erased')).toBeUndefined();
});

test('nothing in the table opens without the master key', async () => {
  const rows = await pool.query<{ wrapped: Buffer }>(sql`SELECT wrapped FROM sys_kernel.key WHERE purpose = 'audit_filter'`);
  const { secret } = await keyring().current('audit_filter');
  expect(rows.every(({ wrapped }) => !wrapped.includes(Buffer.from(secret)))).toBe(true);
  await expect(keyring(randomBytes(32)).current('audit_filter')).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
});
