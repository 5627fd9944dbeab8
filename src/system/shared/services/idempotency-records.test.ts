import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { createPool, sql, StatementPool } from '../../../persistence/index.js';
import { fixedSubjectKey } from '../testing/fixed-subject-key.js';
import { IdempotencyRecords, type Claim } from './idempotency-records.js';

const RESULT = { user: { id: 'user_1', email: 'ann@example.com' } };

let store: TestDatabase;
let database: StatementPool;
const records = new IdempotencyRecords(() => fixedSubjectKey);
const claim = (idempotencyKey: string, more: object = {}, caller = 'session:s1', operation = 'createUser'): Promise<Claim<typeof RESULT> | undefined> =>
  records.claim(database, { caller, operation, input: { idempotencyKey, email: 'ann@example.com', ...more } });
const remember = async (key: string): Promise<void> => {
  const first = await claim(key);
  if (first === undefined || !('store' in first)) throw new Error('it was claimed before');
  await first.store(RESULT);
};

beforeAll(async () => {
  store = await createTestDatabase();
  database = new StatementPool(createPool({ url: store.appUrl, max: 3, applicationName: 'test', statementTimeoutMs: 10_000, onError: () => undefined }));
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

test('a result comes back to the same caller with the same input, and is nowhere in the table', async () => {
  await remember('again');
  expect(await claim('again')).toEqual({ stored: RESULT });
  const rows = await database.query<{ row: string }>(sql`SELECT i::text || encode(request_hash, 'escape') AS row FROM sys_kernel.idempotency i`);
  expect(rows.map(({ row }) => row).join()).not.toMatch(/ann|example|user_1/);
  expect(await claim('again', {}, 'session:s2')).toHaveProperty('store');
});

test('another input or mutation under the key is refused', async () => {
  await remember('used');
  await expect(claim('used', { email: 'ben@example.com' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] });
  await expect(claim('used', {}, 'session:s1', 'updateUser')).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('without a key there is nothing to claim; a malformed one is a mistake', async () => {
  expect(await records.claim(database, { caller: 'session:s1', operation: 'createUser', input: {} })).toBeUndefined();
  for (const key of ['', 'k'.repeat(201)]) await expect(claim(key)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'idempotencyKey'] });
});

test('a hash of the input proves no guess without the key of the instance', async () => {
  await remember('guess');
  const other = new IdempotencyRecords(() => ({ subjectKey: async () => ({ kid: 'kid_other', secret: new Uint8Array(32).fill(1) }) }));
  await expect(other.claim(database, { caller: 'session:s1', operation: 'createUser', input: { idempotencyKey: 'guess', email: 'ann@example.com' } }))
    .rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
});

test('a sealed result that was put elsewhere does not open', async () => {
  await remember('here');
  await remember('there');
  await database.query(sql`UPDATE sys_kernel.idempotency t SET result = h.result FROM sys_kernel.idempotency h WHERE h.key = 'here' AND t.key = 'there'`);
  await expect(claim('there')).rejects.toMatchObject({ code: 'INTERNAL_ERROR' });
});

test('after a day the key is free, and the record is removed whether or not it comes again', async () => {
  for (const key of ['old', 'older', 'young']) await remember(key);
  await database.query(sql`UPDATE sys_kernel.idempotency SET created_at = now() - interval '25 hours' WHERE key IN ('old', 'older')`);
  expect(await claim('old')).toHaveProperty('store');
  expect(await records.forget(database)).toBe(1);
  expect(await records.forget(database)).toBe(0);
  expect(await claim('young')).toEqual({ stored: RESULT });
  expect(await claim('older')).toHaveProperty('store');
});
