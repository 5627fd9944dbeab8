import { serverAudits } from 'graphql-http';
import { startTestServer, type TestServer } from '../../support/server.js';

const PRODUCTION = { NODE_ENV: 'production', POLITY_PUBLIC_URL: 'https://polity.example.com', POLITY_LOG_FORMAT: 'json' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: PRODUCTION });
});
afterAll(() => server.stop());

// Audits come with credentials: in production GET is for callers who bring them.
const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...server.admin.headers } }),
});

test('the suite has all 61 audits', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
  const result = await audit.fn();
  expect({ status: result.status, reason: result.status === 'ok' ? undefined : result.reason }).toEqual({ status: 'ok', reason: undefined });
});
