/**
 * Level Search of the certification scenario of `openid/authzen` (`certification/authorization-api-1_0-scenario.md`, commit e287920). Each test has
 * the id of its section there; what the scenario asks of one endpoint as an example is asked of all three.
 */
import { readFileSync } from 'node:fs';
import { startTestServer, type TestServer } from '../../support/server.js';
import { loadModel, type Model } from './support/model.js';
import { Pdp, type PdpAnswer } from './support/pdp.js';

let server: TestServer;
let pdp: Pdp;

beforeAll(async () => {
  server = await startTestServer();
  const model = JSON.parse(readFileSync(new URL('fixtures/certification-model.json', import.meta.url), 'utf8')) as Model;
  pdp = Pdp.withKey(server.url, (await loadModel(server.admin, model)).apiKey);
});
afterAll(() => server.stop());

const [USER, ALICE, BOB] = [{ type: 'user' }, { type: 'user', id: 'alice' }, { type: 'user', id: 'bob' }];
const [READ, WRITE] = [{ name: 'read' }, { name: 'write' }];
const [RECORD, RECORD_1, RECORD_2] = [{ type: 'record' }, { type: 'record', id: 'record-1' }, { type: 'record', id: 'record-2' }];
const ADMIN_BOB = { ...BOB, properties: { role: 'admin' } };
const ARCHIVED_2 = { ...RECORD_2, properties: { status: 'archived' } };
const CONTEXT = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

const SUBJECTS = { subject: USER, action: READ, resource: RECORD_1 };
const RESOURCES = { subject: ALICE, action: READ, resource: RECORD };
const ACTIONS = { subject: ALICE, resource: RECORD_1 };

type Kind = Parameters<Pdp['search']>[0];

async function results(kind: Kind, request: object): Promise<readonly object[]> {
  const answer: PdpAnswer = await pdp.search(kind, request);
  expect([answer.status, answer.headers.get('content-type'), Array.isArray(answer.body.results)]).toEqual([200, expect.stringMatching(/^application\/json/), true]);
  return answer.body.results ?? [];
}

describe('Search Core', () => {
  test('c-4-2-1 subjects (S1)', async () => {
    expect(await results('subject', SUBJECTS)).toEqual([ALICE, BOB]);
  });
  test('c-4-2-2 subjects with context', async () => {
    expect(await results('subject', { ...SUBJECTS, context: CONTEXT })).toEqual([ALICE, BOB]);
  });
  test('c-4-2-3 subjects: the id counts for nothing', async () => {
    expect(await results('subject', { ...SUBJECTS, subject: ALICE })).toEqual([ALICE, BOB]);
  });
  test('c-4-3-1 resources (S2)', async () => {
    expect(await results('resource', RESOURCES)).toEqual(expect.arrayContaining([RECORD_1]));
  });
  test('c-4-3-2 resources with context', async () => {
    expect(await results('resource', { ...RESOURCES, context: CONTEXT })).toEqual(await results('resource', RESOURCES));
  });
  test('c-4-3-3 resources: the id counts for nothing', async () => {
    expect(await results('resource', { ...RESOURCES, resource: RECORD_1 })).toEqual(await results('resource', RESOURCES));
  });
  test('c-4-4-1 actions (S3)', async () => {
    expect(await results('action', ACTIONS)).toEqual([READ, WRITE]);
  });
  test('c-4-4-2 actions with context', async () => {
    expect(await results('action', { ...ACTIONS, context: CONTEXT })).toEqual([READ, WRITE]);
  });

  describe('c-4-5 pagination', () => {
    test('c-4-5-1, c-4-5-2, c-4-5-3 a limit, then tokens to the end', async () => {
      const first = await pdp.search('subject', { ...SUBJECTS, page: { limit: 1 } });
      expect([first.status, first.body]).toEqual([200, { page: { next_token: expect.stringMatching(/./), count: 1 }, context: expect.any(Object), results: [ALICE] }]);
      const second = await pdp.search('subject', { ...SUBJECTS, page: { token: first.body.page?.next_token } });
      expect([second.status, second.body]).toEqual([200, { page: { next_token: '', count: 1 }, context: expect.any(Object), results: [BOB] }]);
    });
  });

  describe('c-4-6 empty results', () => {
    test.each<[string, Kind, object]>([
      ['c-4-6-1 actions of an unknown subject', 'action', { ...ACTIONS, subject: { type: 'user', id: 'nonexistent-user' } }],
      ['c-4-6-1 resources of an unknown subject', 'resource', { ...RESOURCES, subject: { type: 'user', id: 'nonexistent-user' } }],
      ['c-4-6-1 subjects for an unknown resource', 'subject', { ...SUBJECTS, resource: { type: 'record', id: 'nonexistent-record' } }],
      ['c-4-6-2 subjects of an unknown type', 'subject', { ...SUBJECTS, subject: { type: 'spaceship' } }],
      ['c-4-6-2 resources of an unknown type', 'resource', { ...RESOURCES, resource: { type: 'spaceship' } }],
      ['c-4-6-2 actions on a resource of an unknown type', 'action', { ...ACTIONS, resource: { type: 'spaceship', id: 'record-1' } }],
      ['resources for an unknown action', 'resource', { ...RESOURCES, action: { name: 'fly' } }],
      ['subjects for an unknown action', 'subject', { ...SUBJECTS, action: { name: 'fly' } }],
    ])('%s', async (_, kind, request) => {
      expect(await results(kind, request)).toEqual([]);
    });
  });

  describe('c-4-7 error handling', () => {
    test.each<[string, Kind, object]>([
      ['c-4-7-1 subjects without action', 'subject', { subject: USER, resource: RECORD_1 }],
      ['c-4-7-1 resources without subject', 'resource', { action: READ, resource: RECORD }],
      ['c-4-7-1 actions without resource', 'action', { subject: ALICE }],
      ['c-4-7-2 subjects for a resource without id', 'subject', { subject: USER, action: READ, resource: RECORD }],
      ['c-4-7-2 resources of a subject without id', 'resource', { subject: USER, action: READ, resource: RECORD }],
      ['c-4-7-2 actions of a subject without id', 'action', { subject: USER, resource: RECORD_1 }],
    ])('%s is 400', async (_, kind, request) => {
      expect((await pdp.search(kind, request)).status).toBe(400);
    });
  });
});

describe('Search Properties', () => {
  test('c-4-2-4 subjects by properties of the resource (S4)', async () => {
    expect(await results('subject', { subject: USER, action: WRITE, resource: ARCHIVED_2 })).toEqual([BOB]);
  });
  test('c-4-3-4 resources by properties of the subject (S5)', async () => {
    expect(await results('resource', { subject: ADMIN_BOB, action: WRITE, resource: RECORD })).toEqual([RECORD_2]);
  });
  test('c-4-4-3 actions by properties of both (S6)', async () => {
    expect(await results('action', { subject: ADMIN_BOB, resource: ARCHIVED_2 })).toEqual([READ, WRITE]);
  });
});
