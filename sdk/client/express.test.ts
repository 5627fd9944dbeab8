import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { requireDecision, type RequireDecisionOptions } from './express.js';
import { createPolityClient } from './index.js';
import { deny, FakePolity } from './testing/fake-polity.js';

const alice = { userId: 'user_alice', memberId: 'member_alice', userMemberId: 'um_alice', spaceId: 'space_contoso' };

let polity: FakePolity;
const servers: Server[] = [];
let handled: unknown[];

beforeEach(async () => {
  polity = await FakePolity.start();
  handled = [];
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => {
    server.close(resolve);
  })));
  await polity.stop();
});

/** Starts an application with one protected route and approves report `id`. */
async function approve(options: Partial<RequireDecisionOptions<Request, Response>> = {}, { id = 'er-1', headers = { 'x-user': 'alice' } as Record<string, string> } = {}): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const client = createPolityClient({ url: polity.url, credentials: { apiKey: 'key' }, timeoutMs: 150, retry: { attempts: 1, baseDelayMs: 1 } });
  const app = express();
  app.post('/reports/:id/approve', requireDecision<Request, Response>({
    client, action: 'approve', resourceType: 'expense_report',
    resourceId: (request) => String(request.params.id),
    actor: (request) => (request.headers['x-user'] === 'alice' ? alice : undefined),
    ...options,
  }), (request, response) => {
    handled.push([request.polity, response.locals.polity]);
    response.json({ approved: request.params.id });
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/reports/${id}/approve`, { method: 'POST', headers: { connection: 'close', ...headers } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
}

test('an allow runs the handler, with the decision at hand', async () => {
  const { status, body } = await approve({ resource: () => ({ type: 'expense_report', spaceId: 'space_contoso', groupPath: 'finance.apac' }) }, { headers: { 'x-user': 'alice', 'x-request-id': 'req_from_outside' } });
  expect([status, body]).toEqual([200, { approved: 'er-1' }]);
  expect(polity.requests[0]?.body?.variables).toEqual({
    input: { actor: alice, action: 'approve', resourceType: 'expense_report', resourceId: 'er-1', resource: { type: 'expense_report', spaceId: 'space_contoso', groupPath: 'finance.apac' } },
  });
  const decision = { decision: 'ALLOW', traceId: 'trc_1', auditEventId: 'audit_1', requestId: 'req_from_outside' };
  expect(handled).toMatchObject([[decision, decision]]);
});

test('a deny is 403 with code, reason and trace', async () => {
  polity.answer = () => ({ json: { data: { check: deny } } });
  const { status, body } = await approve();
  expect([status, body]).toEqual([403, { error: 'forbidden', denyCode: 'SCOPE_OUT_OF_BOUNDS', reason: 'It lies outside.', traceId: 'trc_2' }]);
  expect(handled).toEqual([]);
});

test('onDeny answers instead, and cannot let the request pass', async () => {
  polity.answer = () => ({ json: { data: { check: deny } } });
  const { status, body } = await approve({ onDeny: ({ denyCode }, request, response) => response.status(404).json({ hidden: denyCode, decided: request.polity?.decision }) });
  expect([status, body]).toEqual([404, { hidden: 'SCOPE_OUT_OF_BOUNDS', decided: 'DENY' }]);
  expect(handled).toEqual([]);
});

test('nobody is 401, and Polity is not asked', async () => {
  const { status, body } = await approve({}, { headers: {} });
  expect([status, body]).toEqual([401, { error: 'unauthenticated' }]);
  expect([handled, polity.requests]).toEqual([[], []]);
});

describe('without a decision the handler does not run', () => {
  test.each([
    ['is slow', 'TIMEOUT', 'hang' as const],
    ['cuts the connection', 'CONNECTION_FAILED', 'cut' as const],
    ['has no database', 'SERVICE_UNAVAILABLE', { status: 503, json: { errors: [{ message: 'x', extensions: { code: 'SERVICE_UNAVAILABLE' } }] } }],
    ['is behind a broken proxy', 'INVALID_JSON_RESPONSE', { status: 502, text: 'Bad Gateway' }],
    ['does not know the key of the application', 'UNAUTHENTICATED', { json: { errors: [{ message: 'x', extensions: { code: 'UNAUTHENTICATED' } }] } }],
    ['refuses the call', 'ADMIN_PERMISSION_REQUIRED', { json: { data: { check: null }, errors: [{ message: 'x', extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }] } }],
    ['gives half a decision', 'INVALID_RESPONSE', { json: { data: { check: { decision: 'ALLOW' } } } }],
    ['gives none', 'INVALID_RESPONSE', { json: { data: { check: null } } }],
    ['gives anything', 'INVALID_RESPONSE', { json: 'ALLOW' }],
  ])('Polity %s: 503 %s', async (_name, code, answer) => {
    polity.answer = () => answer;
    const { status, body } = await approve();
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: 'authorization_unavailable', code, requestId: expect.any(String) as string });
    expect(handled).toEqual([]);
  });

  test('Polity is not there: 503, and the next request finds it again', async () => {
    const { port } = polity;
    await polity.stop();
    expect(await approve()).toMatchObject({ status: 503, body: { code: 'CONNECTION_FAILED' } });
    polity = await FakePolity.start(port);
    expect(await approve()).toMatchObject({ status: 200 });
  });

  test('Polity says when to come back: Retry-After is handed on', async () => {
    polity.answer = () => ({ status: 503, headers: { 'retry-after': '9' }, json: { errors: [{ message: 'x', extensions: { code: 'NOT_READY' } }] } });
    const { status, headers } = await approve();
    expect([status, headers.get('retry-after')]).toEqual([503, '9']);
  });

  test('an impossible resource id is the mistake of the request', async () => {
    polity.answer = () => ({ json: { errors: [{ message: 'x', extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', 'resourceId'] } }] } });
    expect(await approve({}, { id: '%00' })).toMatchObject({ status: 400, body: { error: 'invalid_request', code: 'VALIDATION_FAILED' } });
    polity.answer = () => ({ json: { errors: [{ message: 'x', extensions: { code: 'VALIDATION_FAILED', inputPath: ['input', 'actor', 'userId'] } }] } });
    expect(await approve()).toMatchObject({ status: 503 });
    expect(handled).toEqual([]);
  });

  test.each(['actor', 'resourceId', 'resource'])('a failing %s function of the application is 500', async (name) => {
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(await approve({ [name]: boom })).toMatchObject({ status: 500, body: { error: 'internal' } });
    expect([handled, polity.requests]).toEqual([[], []]);
  });

  test('onError sees the error, and may answer', async () => {
    polity.answer = () => 'cut';
    const seen: unknown[] = [];
    expect(await approve({ onError: (error) => seen.push(error) })).toMatchObject({ status: 503, body: { error: 'authorization_unavailable' } });
    expect(seen).toMatchObject([{ code: 'CONNECTION_FAILED' }]);
    expect(await approve({ onError: (_error, _request, response) => response.status(500).json({ own: true }) })).toMatchObject({ status: 500, body: { own: true } });
    expect(handled).toEqual([]);
  });

  test.each(['onError', 'onDeny'])('a failing %s changes nothing', async (name) => {
    polity.answer = () => (name === 'onError' ? 'cut' : { json: { data: { check: deny } } });
    const { status } = await approve({ [name]: () => Promise.reject(new Error('boom')) });
    expect(status).toBe(name === 'onError' ? 503 : 500);
    expect(handled).toEqual([]);
  });
});
