import { createHash } from 'node:crypto';
import { startTestServer, type TestServer } from '../../support/server.js';
import { DOORS } from './support/doors.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function metric(name: string): Promise<number> {
  const page = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(page)?.[1] ?? Number.NaN);
}

test('what is held of operations, views and documents is on the page of the metrics', async () => {
  const names = ['polity_graphql_plans', 'polity_graphql_schema_views_built_total', 'polity_graphql_schema_views', 'polity_graphql_kept_documents'];
  const before = await Promise.all(names.map(metric));
  const text = '{ held: version }';
  const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') } };
  await DOORS.POST(server.admin, { query: text, extensions });
  for (let time = 0; time < 2; time++) await DOORS.POST(server.admin, { query: '{ __schema { queryType { name } } }' });
  expect(await Promise.all(names.map(metric))).toEqual(before.map((count) => count + 1));
  expect(await metric('polity_graphql_registered_documents')).toBe(0);
});

test('a swap of the schema empties what was held on the one before', async () => {
  await DOORS.POST(server.admin, { query: '{ swapped: version }' });
  server.server.schema.set('guest', [{ name: 'guest', typeDefs: 'extend type Query { guest: String @public }', resolvers: { Query: { guest: () => 'guest' } } }]);
  expect(await Promise.all(['polity_graphql_plans', 'polity_graphql_schema_views', 'polity_graphql_kept_documents'].map(metric))).toEqual([0, 0, 0]);
  await DOORS.POST(server.admin, { query: '{ guest }' });
  expect(await metric('polity_graphql_plans')).toBe(1);
});
