import { Client } from 'pg';
import { startTestServer, type TestServer } from '../../support/server.js';
import { auditEvents } from '../support/audit-events.js';
import { loadModel, type LoadedModel, type Model } from './support/model.js';
import { Pdp, type PdpAnswer } from './support/pdp.js';

const MODEL: Model = {
  space: 'invoices',
  types: { invoice: ['approve', 'void'] },
  people: ['E-17', 'E-18'],
  services: ['nightly-run'],
  groups: ['finance', 'legal'],
  roles: { approver: [{ type: 'invoice', action: 'approve', scope: 'group' }] },
  assignments: [{ person: 'E-17', role: 'approver', group: 'finance' }, { person: 'nightly-run', role: 'approver', group: 'finance' }],
  resources: [{ type: 'invoice', id: 'INV-1', group: 'finance' }, { type: 'invoice', id: 'INV-2', group: 'legal' }],
};

let server: TestServer;
let model: LoadedModel;
let pdp: Pdp;
let instance: Pdp;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_MAX_BODY_BYTES: '65536' } });
  model = await loadModel(server.admin, MODEL);
  pdp = Pdp.withKey(server.url, model.apiKey);
  instance = Pdp.withKey(server.url, await keyOf({ level: 'INSTANCE', permissionKeys: ['authz:check'] }));
});
afterAll(() => server.stop());

async function keyOf(input: object): Promise<string> {
  return (await server.admin.mutate<{ secret: string }>('createApiKey', { name: 'other', ...input }, 'secret')).secret;
}

const APPROVE = { subject: { type: 'user', id: 'E-17' }, action: { name: 'approve' }, resource: { type: 'invoice', id: 'INV-1' } };
const codeOf = ({ body }: PdpAnswer): unknown => body.context?.['code'] ?? body.errors?.[0]?.extensions['code'] ?? body.decision;

describe('an answer', () => {
  test('names the trace and the audit event, which is there', async () => {
    const { body, headers } = await pdp.evaluation(APPROVE, { 'x-request-id': 'req_authzen_1' });
    expect(body).toEqual({ decision: true, context: { trace_id: expect.stringMatching(/^trc_/), audit_event_id: expect.stringMatching(/^audit_/), revision: expect.any(String) } });
    expect(headers.get('x-request-id')).toBe('req_authzen_1');
    const [event] = await auditEvents(server.admin, { types: ['authorization.decision'], requestId: 'req_authzen_1' });
    expect(event).toMatchObject({ id: body.context?.['audit_event_id'], traceId: body.context?.['trace_id'], decision: 'ALLOW', action: 'invoice.approve', requestId: 'req_authzen_1' });
  });

  test('of a deny says why, apart for those who administer and for those who use', async () => {
    const { status, body } = await pdp.evaluation({ ...APPROVE, resource: { type: 'invoice', id: 'INV-2' } });
    expect([status, body]).toEqual([200, {
      decision: false,
      context: {
        code: 'SCOPE_OUT_OF_BOUNDS',
        reason_admin: { SCOPE_OUT_OF_BOUNDS: 'The resource lies outside the scope of every matching permission.' },
        reason_user: { 403: 'You are not allowed to do this.' },
        trace_id: expect.any(String), audit_event_id: expect.any(String), revision: expect.any(String),
      },
    }]);
  });

  test('is the one of check', async () => {
    const byId = { userId: model.userId('E-17'), memberId: model.memberId('E-17'), userMemberId: model.memberId('E-17').replace('member', 'um'), spaceId: model.spaceId };
    const { edges } = (await server.admin.data<{ resources: { edges: { node: { id: string; externalId: string } }[] } }>(
      'query ($spaceId: ID!) { resources(spaceId: $spaceId) { edges { node { id externalId } } } }', { spaceId: model.spaceId })).resources;
    for (const { node } of edges) {
      const checked = await server.anonymous.withApiKey(model.apiKey).data<{ check: { decision: string; denyCode: string | null } }>(
        'query ($input: CheckInput!) { check(input: $input) { decision denyCode } }', { input: { actor: byId, resourceType: 'invoice', resourceId: node.id, action: 'approve' } });
      for (const id of [node.id, node.externalId]) {
        for (const subject of [{ type: 'user', id: 'E-17' }, { type: 'user', id: byId.userId }, { type: 'member', id: byId.memberId }, { type: 'member', id: 'E-17' }, { type: 'identity', id: 'E-17' }]) {
          const { body } = await pdp.evaluation({ ...APPROVE, subject, resource: { type: 'invoice', id } });
          expect([body.decision, body.context?.['code'] ?? null]).toEqual([checked.check.decision === 'ALLOW', checked.check.denyCode]);
        }
      }
    }
  });

  test.each<[string, object, unknown]>([
    ['a service Member', { subject: { type: 'service', id: 'nightly-run' } }, true],
    ['a service Member as member', { subject: { type: 'member', id: 'nightly-run' } }, true],
    ['a human Member as service', { subject: { type: 'service', id: 'E-17' } }, 'ACTOR_NOT_FOUND'],
    ['an e-mail address', { subject: { type: 'user', id: 'user_invoices_0@example.com' } }, 'ACTOR_NOT_FOUND'],
    ['an unknown subject type', { subject: { type: 'spaceship', id: 'E-17' } }, 'ACTOR_NOT_FOUND'],
    ['an unknown type', { resource: { type: 'contract', id: 'INV-1' } }, 'INVALID_RESOURCE_TYPE'],
    ['an unknown action', { action: { name: 'Approve' } }, 'INVALID_RESOURCE_ACTION'],
    ['an unknown resource', { resource: { type: 'invoice', id: 'INV-3' } }, 'RESOURCE_NOT_FOUND'],
    ['a resource in other letters', { resource: { type: 'invoice', id: 'inv-1' } }, 'RESOURCE_NOT_FOUND'],
    ['the name in another normal form', { subject: { type: 'user', id: 'Ｅ-17' } }, 'ACTOR_NOT_FOUND'],
    ['one without a Role', { subject: { type: 'user', id: 'E-18' } }, 'NO_MATCHING_PERMISSION'],
    ['properties that pose as stored facts', {
      subject: { type: 'user', id: 'E-18', properties: { memberId: 'member_invoices_0', userId: 'user_invoices_0', spaceId: 'space_invoices' } },
      resource: { type: 'invoice', id: 'INV-2', properties: { groupId: 'group_invoices_0', ownerMemberId: 'member_invoices_1', status: 'active', spaceId: 'space_invoices' } },
      context: { groupPath: 'finance', actor: { memberId: 'member_invoices_0' } },
    }, 'NO_MATCHING_PERMISSION'],
    ['a Group in the properties of a resource of another Group', { resource: { type: 'invoice', id: 'INV-2', properties: { id: 'INV-1', externalId: 'INV-1', groupId: 'group_invoices_0', groupPath: 'finance' } } }, 'SCOPE_OUT_OF_BOUNDS'],
  ])('about %s', async (_, more, outcome) => {
    const answer = await pdp.evaluation({ ...APPROVE, ...more });
    expect([answer.status, codeOf(answer)]).toEqual([200, outcome]);
  });

  test('follows a change at once where its revision is named', async () => {
    const id = 'E-18';
    expect(codeOf(await pdp.evaluation({ ...APPROVE, subject: { type: 'user', id } }))).toBe('NO_MATCHING_PERMISSION');
    const { memberRole } = await server.admin.mutate<{ memberRole: { id: string } }>('createMemberRole', { memberId: model.memberId(id), roleId: 'role_invoices_0', scopeAnchorGroupId: 'group_invoices_0' }, 'memberRole { id }');
    const { body } = await pdp.evaluation(APPROVE);
    expect(codeOf(await pdp.evaluation({ ...APPROVE, subject: { type: 'user', id }, context: { at_least: body.context?.['revision'] } }))).toBe(true);
    await server.admin.mutate('revokeMemberRole', { id: memberRole.id }, 'memberRole { id }');
  });
});

describe('names move', () => {
  test('an external id that goes to another Member names that one, without a restart', async () => {
    const rename = (name: string, externalId: string | null): Promise<unknown> => server.admin.mutate('updateMember', { id: model.memberId(name), externalId }, 'member { id }');
    expect(codeOf(await pdp.evaluation(APPROVE))).toBe(true);
    await rename('E-17', null);
    expect(codeOf(await pdp.evaluation(APPROVE))).toBe('ACTOR_NOT_FOUND');
    await rename('E-18', 'E-17');
    expect(codeOf(await pdp.evaluation(APPROVE))).toBe('NO_MATCHING_PERMISSION');
    await rename('E-18', 'E-18');
    await rename('E-17', 'E-17');
    expect(codeOf(await pdp.evaluation(APPROVE))).toBe(true);
  });

  test('a binding that ends, and a User who is disabled, are nobody', async () => {
    const id = model.memberId('E-18').replace('member', 'um');
    const other = { ...APPROVE, subject: { type: 'user', id: model.userId('E-18') } };
    expect(codeOf(await pdp.evaluation(other))).toBe('NO_MATCHING_PERMISSION');
    await server.admin.mutate('disableUser', { id: model.userId('E-18') }, 'user { id }');
    expect(codeOf(await pdp.evaluation(other))).toBe('ACTOR_NOT_FOUND');
    await server.admin.mutate('restoreUser', { id: model.userId('E-18') }, 'user { id }');
    expect(codeOf(await pdp.evaluation(other))).toBe('NO_MATCHING_PERMISSION');
    await server.admin.mutate('revokeUserMember', { id, reason: 'test' }, 'userMember { id }');
    expect(codeOf(await pdp.evaluation(other))).toBe('ACTOR_NOT_FOUND');
  });
});

describe('who may ask', () => {
  test('nobody without a credential, and nobody with a false one', async () => {
    for (const headers of [{}, { authorization: 'Bearer nonsense' }, { authorization: `Bearer ${model.apiKey}x` }] as Record<string, string>[]) {
      const answer = await new Pdp(server.url, headers).evaluation(APPROVE);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(answer.body).not.toHaveProperty('decision');
    }
  });

  test('an API key in either header', async () => {
    for (const headers of [{ authorization: `Bearer ${model.apiKey}` }, { 'x-polity-api-key': model.apiKey }] as Record<string, string>[]) expect(codeOf(await new Pdp(server.url, headers).evaluation(APPROVE))).toBe(true);
  });

  test('not without authz:check, which leaves an event', async () => {
    const mute = Pdp.withKey(server.url, await keyOf({ level: 'SPACE', spaceId: model.spaceId, permissionKeys: ['members:read'] }));
    for (const [path, body] of [['evaluation', APPROVE], ['evaluations', APPROVE], ['search/subject', APPROVE], ['search/resource', APPROVE], ['search/action', APPROVE]] as const) {
      const requestId = `req_denied_${path.replace('/', '_')}`;
      const answer = await mute.post(path, body, { 'x-request-id': requestId });
      expect([answer.status, answer.headers.get('www-authenticate'), codeOf(answer)]).toEqual([403, 'Bearer error="insufficient_scope", scope="authz:check"', 'ADMIN_PERMISSION_REQUIRED']);
      expect(await auditEvents(server.admin, { types: ['access.denied'], requestId })).toEqual([expect.objectContaining({ denyCode: 'ADMIN_PERMISSION_REQUIRED', target: expect.objectContaining({ id: `/access/v1/${path}` }) })]);
    }
    // What it sent is not looked at.
    expect((await mute.post('evaluation', 'no JSON')).status).toBe(403);
  });

  test('a key of the instance names the Space', async () => {
    const missing = await instance.evaluation(APPROVE);
    expect([missing.status, missing.body.errors?.[0]?.extensions]).toEqual([400, { code: 'VALIDATION_FAILED', inputPath: ['context', 'space'] }]);
    expect(codeOf(await instance.evaluation({ ...APPROVE, context: { space: model.spaceId } }))).toBe(true);
    expect(codeOf(await instance.evaluation({ ...APPROVE, context: { space: 'space_nowhere' } }))).toBe('ACTOR_NOT_FOUND');
    expect((await instance.evaluation({ ...APPROVE, context: { space: 'no id at all' } })).status).toBe(400);
  });

  test('a key of a Space asks about that Space and no other', async () => {
    await server.admin.mutate('createSpace', { id: 'space_elsewhere', name: 'Elsewhere' }, 'space { id }');
    const elsewhere = await pdp.evaluation({ ...APPROVE, context: { space: 'space_elsewhere' } });
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([403, 'ADMIN_PERMISSION_REQUIRED']);
    expect(codeOf(await pdp.evaluation({ ...APPROVE, context: { space: model.spaceId } }))).toBe(true);
    expect(codeOf(await pdp.evaluation({ ...APPROVE, context: { space: 17, receipt: 'A-1', at_least: false } }))).toBe(true);
  });

  test('a key of a Group asks about resources inside it; in a batch only the others are refused', async () => {
    const narrow = Pdp.withKey(server.url, await keyOf({ level: 'GROUP', spaceId: model.spaceId, groupId: 'group_invoices_0', permissionKeys: ['authz:check'] }));
    expect(codeOf(await narrow.evaluation(APPROVE))).toBe(true);
    expect((await narrow.evaluation({ ...APPROVE, resource: { type: 'invoice', id: 'INV-2' } })).status).toBe(403);
    const requestId = 'req_denied_item';
    const { status, body } = await narrow.post('evaluations', { ...APPROVE, evaluations: [{}, { resource: { type: 'invoice', id: 'INV-2' } }, {}] }, { 'x-request-id': requestId });
    expect([status, body.evaluations]).toEqual([200, [
      expect.objectContaining({ decision: true }), { decision: false, context: { error: expect.objectContaining({ status: 403, code: 'ADMIN_PERMISSION_REQUIRED' }) } }, expect.objectContaining({ decision: true }),
    ]]);
    expect(await auditEvents(server.admin, { types: ['access.denied'], requestId })).toEqual([expect.objectContaining({ denyCode: 'ADMIN_PERMISSION_REQUIRED' })]);
  });

  test('a person asks as one of the own bindings, by the token of a session', async () => {
    const person = new Pdp(server.url, server.admin.headers);
    const ask = (id: string) => person.evaluation({ ...APPROVE, subject: { type: 'user', id }, context: { space: model.spaceId } });
    expect((await ask('E-17')).status).toBe(403);
    const { member } = await server.admin.mutate<{ member: { id: string } }>('createMember', { spaceId: model.spaceId, displayName: 'Root', externalId: 'root' }, 'member { id }');
    await server.admin.mutate('createUserMember', { userId: server.adminUserId, memberId: member.id }, 'userMember { id }');
    expect(codeOf(await ask('root'))).toBe('NO_MATCHING_PERMISSION');
    expect(codeOf(await ask(server.adminUserId))).toBe('NO_MATCHING_PERMISSION');
    expect((await ask('E-17')).status).toBe(403);
  });
});

describe('evaluations', () => {
  const deny = { resource: { type: 'invoice', id: 'INV-2' } };

  test.each([
    ['execute_all', [{}, deny, {}], [true, false, true]],
    ['deny_on_first_deny', [{}, deny, {}], [true, false]],
    ['deny_on_first_deny', [{}, { subject: 'nobody' }, {}], [true, false]],
    ['deny_on_first_deny', [{}, {}], [true, true]],
    ['permit_on_first_permit', [deny, {}, deny], [false, true]],
    ['permit_on_first_permit', [deny, null, {}, {}], [false, false, true]],
    ['permit_on_first_permit', [deny, deny], [false, false]],
  ])('%s of %j', async (evaluations_semantic, evaluations, decisions) => {
    const requestId = `req_semantic_${++count}`;
    const { status, body } = await pdp.post('evaluations', { ...APPROVE, options: { evaluations_semantic, another_option: 'value' }, evaluations }, { 'x-request-id': requestId });
    expect([status, body.evaluations?.map(({ decision }) => decision)]).toEqual([200, decisions]);
    const events = await auditEvents(server.admin, { types: ['authorization.decision'], requestId });
    expect(events).toHaveLength((body.evaluations ?? []).filter(({ context }) => context?.['error'] === undefined).length);
  });

  test.each<[string, object, unknown]>([
    ['evaluations that are no array', { evaluations: {} }, ['evaluations']],
    ['options that are no object', { evaluations: [{}], options: 'all' }, ['options']],
    ['an unknown semantic', { evaluations: [{}], options: { evaluations_semantic: 'some' } }, ['options', 'evaluations_semantic']],
    ['a default that is no object', { evaluations: [{}], subject: 'E-17' }, ['subject']],
    ['a context that is no object', { evaluations: [{}], context: [] }, ['context']],
    ['nothing at all', {}, ['subject']],
  ])('with %s are 400 as a whole', async (_, more, path) => {
    const { status, body } = await pdp.evaluations('evaluations' in more ? { ...APPROVE, ...more } : more);
    expect([status, body.errors?.[0]?.extensions]).toEqual([400, { code: 'VALIDATION_FAILED', inputPath: path }]);
  });

  test('are at most 1,000, and that many are answered', async () => {
    const some = await pdp.evaluations({ ...APPROVE, evaluations: Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? {} : deny)) });
    expect(some.body.evaluations?.map(({ decision }) => decision)).toEqual(Array.from({ length: 1_000 }, (_, index) => index % 2 === 0));
    expect((await pdp.evaluations({ ...APPROVE, evaluations: Array.from({ length: 1_001 }, () => ({})) })).status).toBe(413);
  });

  test('may each name a Space of their own', async () => {
    const { body } = await instance.evaluations({ ...APPROVE, context: { space: model.spaceId }, evaluations: [{}, { context: {} }, { context: { space: 'space_elsewhere' } }] });
    expect(body.evaluations).toEqual([
      expect.objectContaining({ decision: true }),
      { decision: false, context: { error: expect.objectContaining({ status: 400, path: ['evaluations', 1, 'context', 'space'] }) } },
      expect.objectContaining({ decision: false, context: expect.objectContaining({ code: 'ACTOR_NOT_FOUND' }) }),
    ]);
  });
});

describe('bad input', () => {
  test.each<[string, string]>([
    ['an array', '[]'],
    ['a text', '"a"'],
    ['null', 'null'],
    ['half of a surrogate pair', JSON.stringify({ ...APPROVE, subject: { type: 'user', id: '\ud800' } })],
    ['NUL', JSON.stringify({ ...APPROVE, resource: { type: 'invoice', id: 'INV-1\0' } })],
    ['an empty name', JSON.stringify({ ...APPROVE, action: { name: '' } })],
    ['a name of 513 bytes', JSON.stringify({ ...APPROVE, resource: { type: 'invoice', id: 'x'.repeat(513) } })],
    ['properties that are a list', JSON.stringify({ ...APPROVE, subject: { type: 'user', id: 'E-17', properties: [] } })],
    ['a context that is a text', JSON.stringify({ ...APPROVE, context: 'now' })],
    ['an unknown revision', JSON.stringify({ ...APPROVE, context: { at_least: 'x' } })],
  ])('%s is 400', async (_, body) => {
    expect((await pdp.post('evaluation', body)).status).toBe(400);
    expect((await pdp.post('evaluations', body)).status).toBe(400);
  });

  test('bytes that are no UTF-8 are 400', async () => {
    const response = await fetch(`${server.url}/access/v1/evaluation`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${model.apiKey}` }, body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(response.status).toBe(400);
  });

  test('a body above the limit is 413, compressed ones are 400', async () => {
    expect((await pdp.evaluation({ ...APPROVE, context: { text: 'x'.repeat(70_000) } })).status).toBe(413);
    expect((await pdp.evaluation(APPROVE, { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  test.each(['__proto__', 'constructor', 'toString', 'a.b:c/d|e', '\u202e', 'x'.repeat(512), "'; DROP TABLE x; --"])('the name %j is a deny like any other that is unknown', async (name) => {
    for (const more of [{ subject: { type: 'user', id: name } }, { resource: { type: 'invoice', id: name } }]) {
      const { status, body } = await pdp.evaluation({ ...APPROVE, ...more });
      expect([status, body.decision]).toEqual([200, false]);
    }
  });

  test('keys that pose as something else in the body are nothing', async () => {
    const body = `{"__proto__":{"subject":{"type":"user","id":"E-17"}},"action":{"name":"approve"},"resource":{"type":"invoice","id":"INV-1"}}`;
    expect((await pdp.post('evaluation', body)).status).toBe(400);
  });

  test('another method is 405 and names POST', async () => {
    const response = await fetch(`${server.url}/access/v1/evaluation`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test('what a resource of another Space is called stands in nobody\'s way', async () => {
  const owner = new Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  await owner.query(`INSERT INTO sys_resource.resources (id, space_id, resource_type) VALUES ('INV-1', 'space_elsewhere', 'invoice')`);
  await owner.end();
  expect(codeOf(await pdp.evaluation({ ...APPROVE, context: { at_least: (await pdp.evaluation(APPROVE)).body.context?.['revision'] } }))).toBe(true);
});
