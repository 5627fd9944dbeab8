import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { createPool, render, sql, StatementPool, type Sql } from '../../../../persistence/index.js';
import { forgetSuccessors, removeTokens, sweepTokens } from './token-sweep.js';

const OPEN = 20_000;
const OVER = 250;
const UNTIL = new Date('2026-01-02T00:00:00Z');

let store: TestDatabase;
let owner: Client;
let database: StatementPool;

const count = async (text: string): Promise<number> => Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM sys_identity.${text}`)).rows[0]?.n);
const planOf = async (statement: Sql): Promise<string> => {
  const { text, values } = render(statement);
  const { rows } = await owner.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values as unknown[]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};

beforeAll(async () => {
  store = await createTestDatabase();
  owner = new Client({ connectionString: store.ownerUrl });
  await owner.connect();
  database = new StatementPool(createPool({ url: store.appUrl, max: 2, applicationName: 'test', statementTimeoutMs: 30_000, onError: () => undefined }));
  await owner.query(`
    INSERT INTO sys_identity.users (id, email) VALUES ('user_1', 'one@example.org');
    INSERT INTO sys_identity.sessions (id, user_id, expires_at) SELECT 'sess_open_' || n, 'user_1', 'infinity' FROM generate_series(1, ${OPEN}) n;
    INSERT INTO sys_identity.sessions (id, user_id, expires_at, ended_at, ended_reason, tokens_removed)
      SELECT 'sess_gone_' || n, 'user_1', 'infinity', '2025-06-01', 'sign_out', true FROM generate_series(1, ${OPEN}) n;
    INSERT INTO sys_identity.sessions (id, user_id, expires_at, ended_at, ended_reason)
      SELECT 'sess_over_' || n, 'user_1', 'infinity', '2026-01-01', 'sign_out' FROM generate_series(1, ${OVER}) n;
    INSERT INTO sys_identity.sessions (id, user_id, expires_at, ended_at, ended_reason)
      SELECT 'sess_just_' || n, 'user_1', 'infinity', '2026-01-03', 'sign_out' FROM generate_series(1, 10) n;
    INSERT INTO sys_identity.refresh_tokens (hash, session_id, used_at, successor_sealed)
      SELECT sha256((s.id || t)::bytea), s.id, CASE WHEN t < 2 THEN '2026-01-01'::timestamptz END, CASE WHEN t = 1 AND s.id ~ '_open_1..$' THEN '\\x01'::bytea END
      FROM sys_identity.sessions s CROSS JOIN generate_series(0, 2) t WHERE NOT s.tokens_removed;
    ANALYZE sys_identity.sessions, sys_identity.refresh_tokens`);
});
afterAll(async () => {
  await database.close();
  await owner.end();
  await store.drop();
});

test('what is looked for each minute is found by an index among many sessions and tokens', async () => {
  const successors = await planOf(forgetSuccessors(UNTIL));
  expect(successors).toContain('refresh_tokens_successor');
  const tokens = await planOf(removeTokens(UNTIL));
  expect(tokens).toContain('sessions_with_tokens');
  expect(tokens).toContain('refresh_tokens_session');
  for (const plan of [successors, tokens]) expect(plan).not.toMatch(/Seq Scan/);
});

test('successors are forgotten, and tokens stay', async () => {
  const before = await count('refresh_tokens');
  expect(await count('refresh_tokens WHERE successor_sealed IS NOT NULL')).toBe(100);
  await database.query(forgetSuccessors(UNTIL));
  expect(await count('refresh_tokens WHERE successor_sealed IS NOT NULL')).toBe(0);
  expect(await count('refresh_tokens')).toBe(before);
});

test('all tokens of sessions that are over go, statement by statement, and no others; it is no change of a fact', async () => {
  const revision = async (): Promise<unknown> => (await owner.query(`SELECT rev FROM sys_authz.revision WHERE space_id = ''`)).rows;
  const before = await revision();
  const swept = await database.transaction((transaction) => sweepTokens(transaction, UNTIL));
  expect(swept).toBe(3 * OVER);
  expect(await count(`refresh_tokens WHERE session_id LIKE 'sess_over_%'`)).toBe(0);
  expect(await count('refresh_tokens')).toBe(3 * (OPEN + 10));
  expect(await database.transaction((transaction) => sweepTokens(transaction, UNTIL))).toBe(0);
  expect(await count('sessions WHERE NOT tokens_removed AND ended_at IS NOT NULL')).toBe(10);
  expect(await revision()).toEqual(before);
});

test('a session that somebody holds is left to the next sweep', async () => {
  const later = new Date('2026-01-04T00:00:00Z');
  await owner.query(`BEGIN; SELECT FROM sys_identity.sessions WHERE id = 'sess_just_1' FOR UPDATE`);
  expect(await database.transaction((transaction) => sweepTokens(transaction, later))).toBe(27);
  await owner.query('ROLLBACK');
  expect(await database.query(sql`SELECT id FROM sys_identity.sessions WHERE ended_at IS NOT NULL AND NOT tokens_removed`)).toEqual([{ id: 'sess_just_1' }]);
  expect(await database.transaction((transaction) => sweepTokens(transaction, later))).toBe(3);
});
