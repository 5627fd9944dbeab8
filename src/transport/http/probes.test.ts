import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadSettings } from '../../config/index.js';
import { createMetrics } from '../../observability/index.js';
import { addProbes, type ProbeSources } from './probes.js';
import { asPolityError, sendError } from './respond.js';
import { RouteTable } from './route-table.js';

const TOKEN = 'q7Zt0vWm3Xc9Kp2Lr8Nd5Hs1Bf6Gj4Ty';

async function ask(path: string, environment: Record<string, string> = {}, sources: Partial<ProbeSources> = {}, headers: Record<string, string> = {}): Promise<{ status: number; text: string; headers: Headers }> {
  const routes = new RouteTable();
  addProbes(routes, {
    settings: loadSettings({ NODE_ENV: 'test', ...environment }), metrics: createMetrics(), status: () => [], notReady: async () => [], warnings: () => [], version: async () => ({ name: 'polity' }), ...sources,
  });
  const server = createServer((request, response) => {
    const found = routes.find(request.method ?? '', request.url ?? '');
    if (typeof found !== 'function') return void response.writeHead(404).end();
    const answered = (async () => found(request, response, new URL('http://x/')))();
    return void answered.catch((error: unknown) => sendError(response, asPolityError(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });
  const text = await response.text();
  server.close();
  return { status: response.status, text, headers: response.headers };
}

describe('probes', () => {
  test('HT-18 live, ready and version need no credential', async () => {
    expect(await ask('/livez')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(await ask('/version')).toMatchObject({ status: 200, text: '{"name":"polity"}' });
    expect((await ask('/readyz')).status).toBe(200);
  });
  test('not ready is 503 with the reasons and the states', async () => {
    const failed = { id: 'identity.business', version: '1.0.0', state: 'failed', startDurationMs: 5, error: new Error('no table'), reason: 'x', since: 0 } as never;
    const { status, text, headers } = await ask('/readyz', {}, { notReady: async () => ['identity.business is failed'], status: () => [failed], warnings: () => ['a warning'] });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.parse(text)).toMatchObject({
      status: 'not ready', reasons: ['identity.business is failed'], warnings: ['a warning'],
      capabilities: [{ id: 'identity.business', state: 'failed', startDurationMs: 5, error: { message: 'no table' }, since: '1970-01-01T00:00:00.000Z' }],
    });
  });
  test('metrics are open without a token, closed with one, absent when off', async () => {
    expect((await ask('/metrics')).text).toContain('# HELP');
    const guarded = { POLITY_METRICS_TOKEN: TOKEN };
    expect((await ask('/metrics', guarded)).status).toBe(401);
    expect((await ask('/metrics', guarded, {}, { authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    expect((await ask('/metrics', guarded, {}, { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await ask('/metrics', { POLITY_METRICS_ENABLED: 'off' })).status).toBe(404);
  });
});
