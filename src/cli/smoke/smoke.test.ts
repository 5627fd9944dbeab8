import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRecorded } from '../testing/recorded-io.js';

const DEMO = {
  apiKey: 'plt_secret', email: 'x', password: 'y', url: 'http://other', userId: 'user_1', memberId: 'member_1', userMemberId: 'um_1', spaceId: 'space_1',
  resourceType: 'invoice', action: 'approve', allowedResourceId: 'res_1', deniedResourceId: 'res_2',
};

/** A server whose behaviour a test chooses; `answer` sees path, API key and body. */
let answer: (path: string, apiKey: string | undefined, body: string) => { status: number; body: unknown };
let server: Server;
let url: string;
let folder: string;
let demoFile: string;

const denied = { status: 200, body: { data: { x: null }, errors: [{ message: 'no', extensions: { code: 'AUTHENTICATION_REQUIRED' } }] } };
const wellBehaved: typeof answer = (path, apiKey, body) => {
  if (path === '/livez' || path === '/readyz') return { status: 200, body: { status: 'ok', reasons: [] } };
  if (path === '/version') return { status: 200, body: { version: '0.1.0', sourceRevision: 'abc' } };
  if (apiKey !== DEMO.apiKey) return denied;
  const { variables } = JSON.parse(body) as { variables: { input: { resourceId: string; actor: object } } };
  const check = variables.input.resourceId === 'res_1' ? { decision: 'ALLOW', denyCode: null } : { decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' };
  return { status: 200, body: { data: { check } } };
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const given = answer(request.url ?? '', request.headers['x-polity-api-key'] as string | undefined, body);
      response.writeHead(given.status, { 'content-type': 'application/json' }).end(JSON.stringify(given.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  folder = await mkdtemp(join(tmpdir(), 'polity-smoke-'));
  demoFile = join(folder, 'demo.json');
  await writeFile(demoFile, JSON.stringify(DEMO));
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

test('a good server passes, line by line, and no secret is shown', async () => {
  answer = wellBehaved;
  const { code, out, err } = await runRecorded(['smoke', url, '--demo', demoFile]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.trimEnd().split('\n')).toHaveLength(10);
  expect(out).toContain('ok      version: 0.1.0 (abc)');
  expect(out).toContain('ok      protected audit.explainable: denied without credentials');
  expect(out).toContain('ok      deny: invoice.approve on res_2: DENY SCOPE_OUT_OF_BOUNDS');
  expect(out).not.toContain(DEMO.apiKey);
});

test('takes the case from options and the key from a file or standard input', async () => {
  answer = wellBehaved;
  const options = ['--space', 'space_1', '--user-id', 'user_1', '--member-id', 'member_1', '--user-member-id', 'um_1', '--type', 'invoice', '--action', 'approve', '--allow', 'res_1', '--deny', 'res_2'];
  expect(await runRecorded(['smoke', url, '--api-key-file', '-', ...options], {}, `${DEMO.apiKey}\n`)).toMatchObject({ code: 0, err: '' });
  expect((await runRecorded(['smoke', url, '--json'], {})).out).not.toContain('"allow"');
});

test.each<[string, string, typeof answer]>([
  ['an open field', 'protected identity.business', (path, key, body) => (body.includes('users') ? { status: 200, body: { data: { users: { edges: [] } } } } : wellBehaved(path, key, body))],
  ['a field that is gone', 'protected resource.registry', (path, key, body) => (body.includes('resourceTypes') ? { status: 400, body: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } } : wellBehaved(path, key, body))],
  ['a node that is not ready', 'readiness: x is failed', (path, key, body) => (path === '/readyz' ? { status: 503, body: { reasons: ['x is failed'] } } : wellBehaved(path, key, body))],
  ['an allow that should be a deny', 'deny: invoice.approve on res_2: ALLOW, expected DENY', (path, key, body) => (body.includes('res_2') ? { status: 200, body: { data: { check: { decision: 'ALLOW', denyCode: null } } } } : wellBehaved(path, key, body))],
  ['a key that is not accepted', 'allow: invoice.approve on res_1: UNAUTHENTICATED', (path, key, body) => (key === undefined ? wellBehaved(path, key, body) : { status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })],
])('%s fails', async (_what, words, behaviour) => {
  answer = behaviour;
  const { code, out } = await runRecorded(['smoke', url, '--demo', demoFile]);
  expect(code).toBe(1);
  expect(out).toContain(`FAILED  ${words}`);
  expect(JSON.parse((await runRecorded(['smoke', url, '--json', '--demo', demoFile])).out)).toMatchObject({ passed: false });
});

test('no server fails in words', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const { code, out } = await runRecorded(['smoke', `http://127.0.0.1:${port}`]);
  expect(code).toBe(1);
  expect(out).toContain('FAILED  health: ECONNREFUSED');
});

test('a demo file that is none is wrong usage', async () => {
  await writeFile(join(folder, 'half.json'), '{"apiKey": "x"}');
  expect(await runRecorded(['smoke', url, '--demo', join(folder, 'half.json')])).toMatchObject({ code: 2, err: expect.stringContaining('--demo') });
  expect(await runRecorded(['smoke', url, '--demo', join(folder, 'none.json')])).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') });
  expect(await runRecorded(['smoke', url, '--demo', demoFile, '--space', 's'])).toMatchObject({ code: 2, err: expect.stringContaining('--demo') });
});
