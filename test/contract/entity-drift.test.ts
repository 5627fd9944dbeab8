import { builtInEntities } from '../../src/boot/capabilities.js';
import { Database, sql } from '../../src/persistence/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.open({ url: testDatabase.appUrl, max: 1, applicationName: 'drift-test', statementTimeoutMs: 10_000, onError: () => undefined, entities: builtInEntities });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test('entities and migrations agree on tables, columns and what may be null', async () => {
  const mapped = database.mappedColumns();
  expect(mapped.length).toBeGreaterThan(100);
  const tables = [...new Set(mapped.map(({ schema, table }) => `${schema}.${table}`))];
  const stored = await database.query(sql`
    SELECT n.nspname AS schema, c.relname AS "table", a.attname AS "column", NOT a.attnotnull AS nullable
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname || '.' || c.relname = ANY (${tables}) AND a.attnum > 0 AND NOT a.attisdropped`);
  const named = (columns: readonly object[]): string[] => columns.map((column) => JSON.stringify(column)).sort();
  expect(named(mapped)).toEqual(named(stored));
});
