/**
 * Levels Basic and Batch of the certification scenario of `openid/authzen`
 * (`certification/authorization-api-1_0-scenario.md`, commit e287920). Each test has the id of its section there.
 */
import { readFileSync } from 'node:fs';
import { startTestServer, type TestServer } from '../../support/server.js';
import { loadModel, type Model } from './support/model.js';
import { Pdp } from './support/pdp.js';

let server: TestServer;
let pdp: Pdp;

beforeAll(async () => {
  server = await startTestServer();
  const model = JSON.parse(readFileSync(new URL('fixtures/certification-model.json', import.meta.url), 'utf8')) as Model;
  pdp = Pdp.withKey(server.url, (await loadModel(server.admin, model)).apiKey);
});
afterAll(() => server.stop());

const ALICE = { type: 'user', id: 'alice' };
const BOB = { type: 'user', id: 'bob' };
const ADMIN_BOB = { ...BOB, properties: { role: 'admin' } };
const [READ, WRITE] = [{ name: 'read' }, { name: 'write' }];
const RECORD_1 = { type: 'record', id: 'record-1' };
const RECORD_2 = { type: 'record', id: 'record-2' };
const ACTIVE_1 = { ...RECORD_1, properties: { status: 'active' } };
const ARCHIVED_2 = { ...RECORD_2, properties: { status: 'archived' } };
const PERMIT = { subject: ALICE, action: READ, resource: RECORD_1 };

async function decision(request: object): Promise<unknown> {
  const { status, headers, body } = await pdp.evaluation(request);
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^application\/json/)]);
  return body.decision;
}

async function decisions(request: object): Promise<unknown[] | undefined> {
  const { status, headers, body } = await pdp.evaluations(request);
  expect([status, headers.get('content-type'), 'decision' in body]).toEqual([200, expect.stringMatching(/^application\/json/), false]);
  return body.evaluations?.map((each) => each.decision);
}

describe('Basic Core', () => {
  test('c-2-2-1 fixture request: permit', async () => {
    expect(await decision(PERMIT)).toBe(true);
  });
  test('c-2-2-2 fixture request: deny', async () => {
    expect(await decision({ subject: BOB, action: WRITE, resource: RECORD_1 })).toBe(false);
  });
  test('c-2-2-3 optional context', async () => {
    expect(await decision({ ...PERMIT, context: { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' } })).toBe(true);
  });
  test('c-2-2-8 additional properties', async () => {
    expect(await decision({
      subject: { ...ALICE, properties: { department: 'Sales', role: 'manager' } }, action: { name: 'read', properties: { method: 'GET' } },
      resource: { ...RECORD_1, properties: { status: 'active', owner: 'bob' } },
    })).toBe(true);
  });
  test('c-2-2-9 unknown fields are ignored', async () => {
    expect(await decision({ ...PERMIT, foo: 'bar', futureField: { nested: true } })).toBe(true);
  });
  test('rules 2 and 3 of the fixture (c-1-4)', async () => {
    expect(await decision({ subject: ALICE, action: WRITE, resource: RECORD_1 })).toBe(true);
    expect(await decision({ subject: BOB, action: READ, resource: RECORD_1 })).toBe(true);
  });
  test('c-2-3 response format: a boolean decision, and a context that is an object', async () => {
    for (const request of [PERMIT, { subject: BOB, action: WRITE, resource: RECORD_1 }]) {
      const { body } = await pdp.evaluation(request);
      expect(body).toEqual({ decision: expect.any(Boolean), context: expect.any(Object) });
    }
  });

  describe('c-2-4 error handling', () => {
    test.each<[string, object]>([
      ['c-2-4-1 missing subject', { action: READ, resource: RECORD_1 }],
      ['c-2-4-1 missing action', { subject: ALICE, resource: RECORD_1 }],
      ['c-2-4-1 missing resource', { subject: ALICE, action: READ }],
      ['c-2-4-2 subject without type', { ...PERMIT, subject: { id: 'alice' } }],
      ['c-2-4-2 subject without id', { ...PERMIT, subject: { type: 'user' } }],
      ['c-2-4-2 action without name', { ...PERMIT, action: {} }],
      ['c-2-4-2 resource without type', { ...PERMIT, resource: { id: 'record-1' } }],
      ['c-2-4-2 resource without id', { ...PERMIT, resource: { type: 'record' } }],
      ['c-2-4-6 subject that is a text', { ...PERMIT, subject: 'alice' }],
      ['c-2-4-6 action name that is a number', { ...PERMIT, action: { name: 123 } }],
    ])('%s is 400', async (_, request) => {
      expect((await pdp.evaluation(request)).status).toBe(400);
    });
    test.each<[string, string, Record<string, string>]>([
      ['c-2-4-3 another content type', JSON.stringify(PERMIT), { 'content-type': 'text/plain' }],
      ['c-2-4-4 malformed JSON', '{"subject": ', {}],
      ['c-2-4-5 empty body', '', {}],
    ])('%s is 400', async (_, body, headers) => {
      expect((await pdp.post('evaluation', body, headers)).status).toBe(400);
    });
  });

  test('c-2-5 headers: X-Request-ID is echoed, and its absence is tolerated', async () => {
    const sent = await pdp.evaluation(PERMIT, { 'x-request-id': 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716' });
    expect([sent.status, sent.headers.get('x-request-id')]).toEqual([200, 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716']);
    expect((await pdp.evaluation(PERMIT)).status).toBe(200);
  });
  test('c-2-6 the same request gives the same decision', async () => {
    const answers = [];
    for (let time = 0; time < 5; time += 1) answers.push(await decision(PERMIT));
    expect(answers).toEqual([true, true, true, true, true]);
  });
});

describe('Basic Properties', () => {
  test('c-2-2-4 deny by properties of the resource', async () => {
    expect(await decision({ subject: ALICE, action: WRITE, resource: ARCHIVED_2 })).toBe(false);
  });
  test('c-2-2-5 permit by properties of the subject', async () => {
    expect(await decision({ subject: ADMIN_BOB, action: WRITE, resource: ARCHIVED_2 })).toBe(true);
  });
  test('c-2-2-6 permit by properties of the action', async () => {
    expect(await decision({ subject: ALICE, action: { name: 'delete', properties: { soft: true } }, resource: RECORD_1 })).toBe(true);
  });
  test('c-2-2-7 deny by properties of the action', async () => {
    expect(await decision({ subject: ALICE, action: { name: 'delete', properties: { soft: false } }, resource: RECORD_1 })).toBe(false);
  });
});

describe('Batch Core', () => {
  test('c-3-2-1 an array of evaluations', async () => {
    expect(await decisions({ subject: ALICE, action: READ, evaluations: [{ resource: RECORD_1 }, { resource: RECORD_2 }] })).toEqual([expect.any(Boolean), expect.any(Boolean)]);
  });
  test('c-3-2-2 fixture decisions, in their order', async () => {
    expect(await decisions({ subject: BOB, resource: RECORD_1, evaluations: [{ action: READ }, { action: WRITE }] })).toEqual([true, false]);
  });
  test('c-3-2-5 no defaults', async () => {
    expect(await decisions({ evaluations: [PERMIT, { subject: BOB, action: WRITE, resource: RECORD_1 }] })).toEqual([true, false]);
  });
  test('c-3-2-6 context is inherited', async () => {
    expect(await decisions({
      subject: ALICE, action: READ, context: { time: '2025-06-27T18:03-07:00' },
      evaluations: [{ resource: RECORD_1 }, { resource: RECORD_2, context: { time: '2025-06-27T19:00-07:00', source: 'batch-override' } }],
    })).toEqual([expect.any(Boolean), expect.any(Boolean)]);
  });
  test('c-3-3 response format: as many, in order, each with a decision, and none at the top', async () => {
    const actions = [READ, WRITE, READ, WRITE, READ];
    expect(await decisions({ subject: BOB, resource: RECORD_1, evaluations: actions.map((action) => ({ action })) })).toEqual([true, false, true, false, true]);
  });

  describe('c-3-4 error handling', () => {
    test('c-3-4-1 an invalid item is denied inside a 200 (execute_all)', async () => {
      const { status, body } = await pdp.evaluations({ subject: ALICE, action: READ, options: { evaluations_semantic: 'execute_all' }, evaluations: [{ resource: RECORD_1 }, {}] });
      expect([status, body.evaluations]).toEqual([200, [
        { decision: true, context: expect.any(Object) },
        { decision: false, context: { error: { status: 400, code: 'VALIDATION_FAILED', message: 'This object is missing.', path: ['evaluations', 1, 'resource'] } } },
      ]]);
    });
    test.each([['c-3-4-2 missing', {}], ['c-3-4-3 empty', { evaluations: [] }]])('%s evaluations: one evaluation', async (_, more) => {
      const { status, body } = await pdp.evaluations({ ...PERMIT, ...more });
      expect([status, body.decision, 'evaluations' in body]).toEqual([200, true, false]);
    });
  });
});

describe('Batch Properties', () => {
  test('c-3-2-3 properties of each resource', async () => {
    expect(await decisions({ subject: ALICE, action: WRITE, evaluations: [{ resource: ACTIVE_1 }, { resource: ARCHIVED_2 }] })).toEqual([true, false]);
  });
  test('c-3-2-4 properties of each subject', async () => {
    expect(await decisions({ action: WRITE, resource: ARCHIVED_2, evaluations: [{ subject: ALICE }, { subject: ADMIN_BOB }] })).toEqual([false, true]);
  });
  test('c-3-2-7 defaults are taken and overridden whole', async () => {
    expect(await decisions({ subject: ALICE, action: WRITE, resource: ACTIVE_1, evaluations: [{}, { resource: ARCHIVED_2 }] })).toEqual([true, false]);
  });
});
