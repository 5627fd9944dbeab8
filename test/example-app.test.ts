import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createExpenseApp } from '../examples/expense-reports/app.js';
import { demoData } from '../examples/expense-reports/demo.js';
import { createPolityClient, type PolityClient } from '../sdk/client/index.js';
import type { PolityServer } from '../src/boot/polity-server.js';
import { demoSetupRef, type Demo } from '../src/system/admin/index.js';
import { systemContext } from '../src/system/shared/contracts/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { startOn, testEnvironment } from './support/server.js';

let database: TestDatabase;
let environment: Record<string, string>;
let polity: PolityServer;
let demo: Demo;
let client: PolityClient;
let app: Server;
let address: string;
const errors: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  environment = testEnvironment(database);
  polity = await startOn(environment);
  const { container } = polity.platform;
  demo = (await container.get(demoSetupRef).createDemo(systemContext(container.process, Date.now()))) as Demo;
  client = createPolityClient({ url: polity.url, credentials: { apiKey: demo.apiKey }, timeoutMs: 5_000 });
  app = createServer(createExpenseApp({ client, ...demoData({ ...demo, url: polity.url }), onError: (error) => errors.push(error) })).listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    app.once('listening', resolve);
  });
  address = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
}, 60_000);

afterAll(async () => {
  app.closeAllConnections();
  await new Promise((resolve) => {
    app.close(resolve);
  });
  await polity.stop();
  await database.drop();
});

async function approve(report: string, user?: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${address}/reports/${report}/approve`, { method: 'POST', headers: user === undefined ? {} : { 'x-user': user } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function statusOf(report: string): Promise<string | undefined> {
  const reports = (await (await fetch(`${address}/reports`)).json()) as { id: string; status: string }[];
  return reports.find(({ id }) => id === report)?.status;
}

test('a report inside the groups of the approver is approved, and the decision is in the audit log', async () => {
  const { status, body } = await approve('er-001', 'alice');
  expect([status, body]).toEqual([200, { report: expect.objectContaining({ id: 'er-001', status: 'approved' }) as unknown, traceId: expect.stringMatching(/^trc_/) as string, auditEventId: expect.stringMatching(/^audit_/) as string }]);
  const signedIn = createPolityClient({ url: polity.url, credentials: { accessToken: (await client.signIn(demo)).accessToken } });
  const { data } = await signedIn.query<{ auditEvent: object }>('query ($id: ID!) { auditEvent(id: $id) { decision traceId actor { userId memberId } target { id } } }', { id: body.auditEventId });
  expect(data.auditEvent).toEqual({
    decision: 'ALLOW', traceId: body.traceId, actor: { userId: demo.userId, memberId: demo.memberId }, target: { id: demo.allowedResourceId },
  });
});

test('a report outside of them is not', async () => {
  const { status, body } = await approve('er-002', 'alice');
  expect(status).toBe(403);
  expect(body).toMatchObject({ error: 'forbidden', denyCode: 'SCOPE_OUT_OF_BOUNDS', traceId: expect.stringMatching(/^trc_/) as string });
  expect(await statusOf('er-002')).toBe('submitted');
});

test('nobody, a stranger, a report that is not there and an impossible one do not get through', async () => {
  expect(await approve('er-001')).toEqual({ status: 401, body: { error: 'unauthenticated' } });
  expect(await approve('er-001', 'mallory')).toEqual({ status: 401, body: { error: 'unauthenticated' } });
  expect(await approve('er-999', 'alice')).toMatchObject({ status: 403, body: { denyCode: 'RESOURCE_NOT_FOUND' } });
  expect(await approve('a%20b', 'alice')).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'VALIDATION_FAILED' } });
});

test('without Polity nothing is approved, and with it again everything goes on', async () => {
  const { port } = new URL(polity.url);
  await polity.stop();
  expect(await approve('er-002', 'alice')).toMatchObject({ status: 503, body: { error: 'authorization_unavailable', code: 'CONNECTION_FAILED' } });
  expect(await approve('er-001', 'alice')).toMatchObject({ status: 503 });
  expect(errors.at(-1)).toMatchObject({ kind: 'unavailable' });
  expect(await statusOf('er-002')).toBe('submitted');
  polity = await startOn({ ...environment, PORT: port });
  expect(await approve('er-001', 'alice')).toMatchObject({ status: 200 });
});
