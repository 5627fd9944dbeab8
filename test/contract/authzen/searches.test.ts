import { startTestServer, type TestServer } from '../../support/server.js';
import { auditEvents } from '../support/audit-events.js';
import { loadModel, type LoadedModel, type Model } from './support/model.js';
import { Pdp, type PdpAnswer } from './support/pdp.js';

const MANY = Array.from({ length: 230 }, (_, index) => `E-${String(index).padStart(3, '0')}`);
const MODEL: Model = {
  space: 'searches',
  types: { ticket: ['close', 'read'] },
  people: [...MANY, 'idle'],
  services: ['robot', 'sleeper'],
  groups: ['north', 'south'],
  roles: { closer: [{ type: 'ticket', action: 'close', scope: 'group' }], reader: [{ type: 'ticket', action: 'read' }] },
  assignments: [...MANY, 'robot'].flatMap((person) => [{ person, role: 'closer', group: 'north' }, { person, role: 'reader' }]),
  resources: [
    { type: 'ticket', id: 'T/1', group: 'north' }, { type: 'ticket', id: 'T/2', group: 'north' }, { type: 'ticket', id: 'T/3', group: 'south' },
  ],
};
const [USER, T1, CLOSE] = [{ type: 'user' }, { type: 'ticket', id: 'T/1' }, { name: 'close' }];
const WHO = { subject: USER, action: CLOSE, resource: T1 };

let server: TestServer;
let model: LoadedModel;
let pdp: Pdp;

beforeAll(async () => {
  server = await startTestServer();
  model = await loadModel(server.admin, MODEL);
  pdp = Pdp.withKey(server.url, model.apiKey);
});
afterAll(() => server.stop());

const idsOf = ({ body }: PdpAnswer): string[] => (body.results ?? []).map(({ id, name }) => String(id ?? name));

async function allPages(kind: 'subject' | 'resource' | 'action', request: object, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  for (let token = ''; ;) {
    const answer = await pdp.search(kind, { ...request, page: token === '' ? { limit } : { token, limit } });
    expect(answer.status).toBe(200);
    pages.push(idsOf(answer));
    token = answer.body.page?.next_token ?? '';
    if (token === '') return pages;
  }
}

describe('pages', () => {
  test('are asked for by the answer itself where it is longer than one, and together are the whole, each name once', async () => {
    const first = await pdp.search('subject', WHO);
    expect([idsOf(first).length, first.body.page?.count, first.body.page?.next_token]).toEqual([200, 200, expect.stringMatching(/./)]);
    const second = await pdp.search('subject', { ...WHO, page: { token: first.body.page?.next_token } });
    expect([...idsOf(first), ...idsOf(second)].sort()).toEqual(MANY);
    expect(second.body.page?.next_token).toBe('');
  });

  test.each([1, 7, 100, 200, 5_000])('of %d are the same whole', async (limit) => {
    const pages = await allPages('subject', limit < 7 ? { ...WHO, subject: { type: 'service' } } : WHO, limit);
    expect(pages.flat().sort()).toEqual(limit < 7 ? ['robot'] : MANY);
    expect(pages.slice(0, -1).every((page) => page.length === Math.min(limit, 200))).toBe(true);
  });

  test('of none leave everything to the others', async () => {
    const none = await pdp.search('subject', { ...WHO, page: { limit: 0 } });
    expect(none.body).toMatchObject({ page: { count: 0, next_token: expect.stringMatching(/./) }, results: [] });
    const nobody = await pdp.search('subject', { ...WHO, action: { name: 'fly' }, page: { limit: 0 } });
    expect(nobody.body).toMatchObject({ page: { count: 0, next_token: '' }, results: [] });
  });

  test.each<[string, (token: string) => object]>([
    ['another action', (token) => ({ ...WHO, action: { name: 'read' }, page: { token } })],
    ['another resource', (token) => ({ ...WHO, resource: { type: 'ticket', id: 'T/2' }, page: { token } })],
    ['another context', (token) => ({ ...WHO, context: { now: 1 }, page: { token } })],
    ['another limit', (token) => ({ ...WHO, page: { token, limit: 3 } })],
    ['a token that nobody gave', () => ({ ...WHO, page: { token: 'WzEsIngiLDEsbnVsbF0' } })],
    ['a token that is no token', () => ({ ...WHO, page: { token: '{}' } })],
    ['a changed token', (token) => ({ ...WHO, page: { token: `${token.slice(0, -3)}AAA` } })],
    ['a token that is a number', () => ({ ...WHO, page: { token: 1 } })],
    ['a limit below none', () => ({ ...WHO, page: { limit: -1 } })],
    ['half a limit', () => ({ ...WHO, page: { limit: 1.5 } })],
    ['a limit in words', () => ({ ...WHO, page: { limit: 'ten' } })],
    ['a page that is a list', () => ({ ...WHO, page: [] })],
  ])('with %s are 400', async (_, request) => {
    const { body } = await pdp.search('subject', { ...WHO, page: { limit: 2 } });
    expect((await pdp.search('subject', request(body.page?.next_token ?? ''))).status).toBe(400);
  });

  test('a token of one kind of search serves no other', async () => {
    const { body } = await pdp.search('resource', { subject: { type: 'user', id: 'E-000' }, action: CLOSE, resource: { type: 'ticket' }, page: { limit: 1 } });
    expect((await pdp.search('subject', { subject: { type: 'user', id: 'E-000' }, action: CLOSE, resource: { type: 'ticket', id: 'T/1' }, page: { token: body.page?.next_token } })).status).toBe(400);
  });
});

describe('names', () => {
  test('that are found are evaluated alike, and no others', async () => {
    for (const type of ['user', 'member', 'service']) {
      const found = new Set((await allPages('subject', { ...WHO, subject: { type } }, 200)).flat());
      const everybody = [...MODEL.people, ...(MODEL.services ?? [])];
      const { body } = await pdp.evaluations({ action: CLOSE, resource: T1, evaluations: everybody.map((id) => ({ subject: { type, id } })) });
      expect(everybody.filter((_, index) => body.evaluations?.[index]?.decision === true)).toEqual(everybody.filter((id) => found.has(id)));
    }
  });

  test('of kinds of subjects: people by their Members, and services that act by themselves', async () => {
    expect(idsOf(await pdp.search('subject', { ...WHO, subject: { type: 'service' } }))).toEqual(['robot']);
    expect((await pdp.search('subject', { ...WHO, subject: { type: 'identity' }, page: { limit: 2 } })).body.results).toEqual([{ type: 'identity', id: 'E-000' }, { type: 'identity', id: 'E-001' }]);
  });

  test('resources and actions, by external ids', async () => {
    const subject = { type: 'user', id: 'E-001' };
    expect(idsOf(await pdp.search('resource', { subject, action: CLOSE, resource: { type: 'ticket' } })).sort()).toEqual(['T/1', 'T/2']);
    expect(idsOf(await pdp.search('resource', { subject, action: { name: 'read' }, resource: { type: 'ticket' } })).sort()).toEqual(['T/1', 'T/2', 'T/3']);
    expect(idsOf(await pdp.search('action', { subject, resource: T1 }))).toEqual(['close', 'read']);
    expect(idsOf(await pdp.search('action', { subject: { type: 'service', id: 'robot' }, resource: { type: 'ticket', id: 'T/3' } }))).toEqual(['read']);
    expect(idsOf(await pdp.search('resource', { subject: { type: 'service', id: 'robot' }, action: CLOSE, resource: { type: 'ticket' } })).sort()).toEqual(['T/1', 'T/2']);
  });

  test('without an external id are ids; of a User with two Members only the one that acts is found', async () => {
    const { spaceId } = model;
    const { user } = await server.admin.mutate<{ user: { id: string } }>('createUser', { email: 'two@example.com' }, 'user { id }');
    const member = async (displayName: string, isPrimary: boolean): Promise<string> => {
      const made = await server.admin.mutate<{ member: { id: string } }>('createMember', { spaceId, displayName }, 'member { id }');
      await server.admin.mutate('createUserMember', { userId: user.id, memberId: made.member.id, isPrimary }, 'userMember { id }');
      await server.admin.mutate('createMemberRole', { memberId: made.member.id, roleId: 'role_searches_0', scopeAnchorGroupId: isPrimary ? 'group_searches_1' : 'group_searches_0' }, 'memberRole { id }');
      return made.member.id;
    };
    const [first, second] = [await member('First', true), await member('Second', false)];
    // The primary binding reaches the south only; by the other one the User does not act unless the Member is named.
    expect((await allPages('subject', WHO, 200)).flat()).not.toContain(user.id);
    expect((await pdp.evaluation({ ...WHO, subject: { type: 'user', id: user.id } })).body.decision).toBe(false);
    expect(idsOf(await pdp.search('subject', { ...WHO, resource: { type: 'ticket', id: 'T/3' } }))).toEqual([user.id]);
    expect((await allPages('subject', { ...WHO, subject: { type: 'member' } }, 200)).flat()).toEqual(expect.arrayContaining([second]));
    expect(idsOf(await pdp.search('subject', { ...WHO, subject: { type: 'member' }, resource: { type: 'ticket', id: 'T/3' } }))).toEqual([first]);
  });
});

describe('who may search', () => {
  test('a key of the instance names the Space, a key of another Space finds nothing of this one', async () => {
    const { secret } = await server.admin.mutate<{ secret: string }>('createApiKey', { name: 'instance', level: 'INSTANCE', permissionKeys: ['authz:check'] }, 'secret');
    const instance = Pdp.withKey(server.url, secret);
    for (const kind of ['subject', 'resource', 'action'] as const) {
      const request = { subject: { type: 'user', id: 'E-001' }, action: CLOSE, resource: T1 };
      const missing = await instance.search(kind, request);
      expect([missing.status, missing.body.errors?.[0]?.extensions['inputPath']]).toEqual([400, ['context', 'space']]);
      expect((await instance.search(kind, { ...request, context: { space: model.spaceId } })).body.results).not.toEqual([]);
      await server.admin.tryMutate('createSpace', { id: 'space_foreign', name: 'Foreign' }, 'space { id }');
      expect((await pdp.search(kind, { ...request, context: { space: 'space_foreign' } })).status).toBe(403);
    }
  });

  test('a person searches as one of the own bindings', async () => {
    const person = new Pdp(server.url, server.admin.headers);
    for (const kind of ['resource', 'action'] as const) {
      expect((await person.search(kind, { subject: { type: 'user', id: 'E-001' }, action: CLOSE, resource: T1, context: { space: model.spaceId } })).status).toBe(403);
    }
  });

  test('each page is one audited event, and what is not found is in none', async () => {
    const answer = await pdp.post('search/resource', { subject: { type: 'user', id: 'E-002' }, action: CLOSE, resource: { type: 'ticket' } }, { 'x-request-id': 'req_search_1' });
    expect(idsOf(answer)).toHaveLength(2);
    const events = await auditEvents(server.admin, { types: ['authorization.listed'], requestId: 'req_search_1' });
    expect(events).toEqual([expect.objectContaining({ action: 'ticket.close', details: expect.objectContaining({ list: 'resources', count: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }) })]);
  });
});
