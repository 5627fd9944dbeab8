import { Client } from 'pg';
import { spacePurgeRef } from '../../../src/system/identity/services/purge/space-purge.js';
import { systemContext } from '../../../src/system/shared/contracts/index.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { createAccessWorld, createPerson, inDays, managesGroup, MANAGES_SPACE, SPACE, type Person } from '../support/access-world.js';
import { auditEvents } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { asOwner } from '../support/owner-sql.js';

const FIELDS = 'id status memberId roleId scopeAnchorGroupId requestedByUserId reason wantedUntil lapsesAt deniedDecisionId settledAt settledByUserId refusalReason grantedUntil memberRoleId version';

interface AccessRequest {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

type Outcome = { readonly accessRequest: AccessRequest | null; readonly errors: readonly { readonly code: string; readonly path: readonly string[] }[] };

let server: TestServer;
let admin: GraphqlCaller;
let backend: GraphqlCaller;
let asker: Person;
let spaceAdmin: Person;
let otherAdmin: Person;
let financeAdmin: Person;
let legalAdmin: Person;
let strangerAdmin: Person;

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_SPACE_DELETION_WAIT_S: '0' } });
  ({ admin } = server);
  await createAccessWorld(admin);
  backend = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] });
  asker = await createPerson(server, 'asker', [], ['member_asker', 'member_asker_too']);
  spaceAdmin = await createPerson(server, 'space_admin', [MANAGES_SPACE]);
  otherAdmin = await createPerson(server, 'other_admin', [MANAGES_SPACE]);
  financeAdmin = await createPerson(server, 'finance_admin', [managesGroup('group_finance')]);
  legalAdmin = await createPerson(server, 'legal_admin', [managesGroup('group_legal')]);
  strangerAdmin = await createPerson(server, 'stranger', [{ level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:*' }], ['member_stranger'], 'space_other');
}, 60_000);
afterAll(() => server.stop());

/** What each test asked for is taken back after it, so that tests do not stand in each other's way. */
afterEach(() => asOwner(server.database, async (owner) => {
  await owner.query("UPDATE sys_authz.access_requests SET status = 'withdrawn', settled_at = now(), settled_by_user_id = requested_by_user_id WHERE status = 'pending'");
  await owner.query("UPDATE sys_authz.member_roles SET status = 'revoked', revoked_at = now() WHERE role_id IN ('role_reader', 'role_deleter') AND status = 'active'");
}));

const READER = { roleId: 'role_reader', scopeAnchorGroupId: 'group_finance' };
const ask = (input: object = {}, caller = asker.caller): Promise<Outcome> =>
  caller.tryMutate('requestAccess', { ...READER, reason: 'Month end', expiresAt: inDays(7), ...input }, `accessRequest { ${FIELDS} }`) as Promise<Outcome>;
const asked = async (input: object = {}, caller = asker.caller): Promise<AccessRequest> => {
  const { accessRequest, errors } = await ask(input, caller);
  if (accessRequest === null) throw new Error(`not asked: ${JSON.stringify(errors)}`);
  return accessRequest;
};
const settle = (field: string, caller: GraphqlCaller, input: object): Promise<Outcome> => caller.tryMutate(field, input, `accessRequest { ${FIELDS} }`) as Promise<Outcome>;
const approves = (person: Person, id: string, more: object = {}): Promise<Outcome> => settle('approveAccessRequest', person.caller, { id, ...more });
const refuses = (person: Person, id: string, more: object = {}): Promise<Outcome> => settle('refuseAccessRequest', person.caller, { id, reason: 'Not now', ...more });
const withdraws = (person: Person, id: string, more: object = {}): Promise<Outcome> => settle('withdrawAccessRequest', person.caller, { id, ...more });
const mistake = (code: string, field = 'id'): object => ({ accessRequest: null, errors: [{ code, message: expect.any(String) as unknown, path: ['input', field] }] });
const codesOf = async (caller: GraphqlCaller, field: string, input: object): Promise<string[]> => {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const { errors = [] } = await caller.send(`mutation ($input: ${type}!) { ${field}(input: $input) { errors { code } } }`, { input });
  return errors.map(({ extensions }) => extensions.code);
};
const statusOf = async (id: string, caller = asker.caller): Promise<string | undefined> =>
  (await caller.data<{ accessRequest: AccessRequest | null }>('query ($id: ID!) { accessRequest(id: $id) { id status } }', { id })).accessRequest?.status;
const idsOf = async (caller: GraphqlCaller, list: string, filter = ''): Promise<string[]> => {
  const data = await caller.data<Record<string, { edges: { node: { id: string } }[] }>>(`{ ${list}(first: 100 ${filter}) { edges { node { id } } } }`);
  return data[list]?.edges.map(({ node }) => node.id) ?? [];
};
const reads = (memberId = 'member_asker') => async (): Promise<string> => {
  const { rows: [binding] } = await asOwner(server.database, (owner) => owner.query<{ id: string }>('SELECT id FROM sys_identity.user_members WHERE member_id = $1', [memberId]));
  const actor = { userId: asker.userId, memberId, userMemberId: binding?.id, spaceId: SPACE };
  return (await check(backend, approve(actor, 'invoice_001', { action: 'read' }))).decision;
};

describe('a request', () => {
  test('that is approved assigns the Role until its end, in one step with both events', async () => {
    const asks = reads();
    expect(await asks()).toBe('DENY');
    const request = await asked();
    expect(request).toMatchObject({
      ...READER, status: 'PENDING', memberId: 'member_asker', requestedByUserId: asker.userId, reason: 'Month end', settledAt: null, memberRoleId: null,
    });
    expect(await asks()).toBe('DENY');
    const traced = { ...spaceAdmin, caller: spaceAdmin.caller.with({ 'x-request-id': 'approval-1' }) };
    const { accessRequest } = await approves(traced, request.id);
    expect(accessRequest).toMatchObject({ status: 'APPROVED', settledByUserId: spaceAdmin.userId, grantedUntil: request['wantedUntil'], memberRoleId: expect.stringMatching(/^mr_/) as unknown });
    expect(await asks()).toBe('ALLOW');
    const { memberRole } = await admin.data<{ memberRole: object }>('query ($id: ID!) { memberRole(id: $id) { memberId roleId scopeAnchorGroupId status expiresAt } }', { id: accessRequest?.['memberRoleId'] });
    expect(memberRole).toEqual({ ...READER, memberId: 'member_asker', status: 'ACTIVE', expiresAt: request['wantedUntil'] });
    const events = await auditEvents(admin, { requestId: 'approval-1' });
    expect(events.map(({ type, target }) => [type, target.type])).toEqual([['member_role.created', 'MemberRole'], ['access_request.approved', 'AccessRequest']]);
  });

  test('leaves an event of the asking Member without the words of the person in it', async () => {
    const request = await asked({ memberId: 'member_asker_too', reason: 'My words' });
    const [event] = await auditEvents(admin, { targetId: request.id });
    expect(event).toMatchObject({
      type: 'access_request.created', spaceId: SPACE, actor: { userId: asker.userId, memberId: 'member_asker_too' },
      details: { ...READER, memberId: 'member_asker_too', deniedDecision: null },
    });
    expect(JSON.stringify(event)).not.toContain('My words');
  });

  test('may be approved for a shorter time, never for a longer one', async () => {
    const { id } = await asked({ expiresAt: inDays(7) });
    expect(await approves(spaceAdmin, id, { expiresAt: inDays(8) })).toEqual(mistake('VALIDATION_FAILED', 'expiresAt'));
    expect(await approves(spaceAdmin, id, { expiresAt: inDays(-1) })).toEqual(mistake('VALIDATION_FAILED', 'expiresAt'));
    expect(await statusOf(id)).toBe('PENDING');
    const end = inDays(1);
    expect(await approves(spaceAdmin, id, { expiresAt: end })).toMatchObject({ accessRequest: { status: 'APPROVED', grantedUntil: end } });
  });

  test('may name the denial that led to it, of the same Member only', async () => {
    const denial = await check(backend, approve(await actorOf('member_asker'), 'invoice_001', { action: 'read' }));
    const foreign = await check(backend, approve(await actorOf('member_asker_too'), 'invoice_001', { action: 'read' }));
    await admin.mutate('createMemberRole', { memberId: 'member_asker', roleId: 'role_deleter' }, 'memberRole { id }');
    const allowed = await check(backend, approve(await actorOf('member_asker'), 'invoice_001', { action: 'delete' }));
    expect([denial.decision, foreign.decision, allowed.decision]).toEqual(['DENY', 'DENY', 'ALLOW']);
    for (const { auditEventId } of [foreign, allowed, { auditEventId: 'audit_nowhere' }]) {
      expect(await ask({ deniedDecision: auditEventId })).toEqual(mistake('AUDIT_EVENT_NOT_FOUND', 'deniedDecision'));
    }
    expect(await asked({ deniedDecision: denial.auditEventId })).toMatchObject({ deniedDecisionId: denial.auditEventId });
  });

  test('that is refused says why, grants nothing, and can be made anew', async () => {
    const { id } = await asked();
    expect(await refuses(spaceAdmin, id, { reason: '' })).toEqual(mistake('VALIDATION_FAILED', 'reason'));
    expect(await refuses(spaceAdmin, id)).toMatchObject({ accessRequest: { status: 'REFUSED', refusalReason: 'Not now', settledByUserId: spaceAdmin.userId } });
    expect(await reads()()).toBe('DENY');
    expect(await asked()).toMatchObject({ status: 'PENDING' });
  });

  test('is withdrawn by who made it, again without effect, and by nobody else', async () => {
    const { id } = await asked();
    expect(await codesOf(spaceAdmin.caller, 'withdrawAccessRequest', { id })).toEqual(['ADMIN_PERMISSION_REQUIRED']);
    expect(await withdraws(legalAdmin, id)).toEqual(mistake('ACCESS_REQUEST_NOT_FOUND'));
    expect(await withdraws(asker, id)).toMatchObject({ accessRequest: { status: 'WITHDRAWN', version: 2 }, errors: [] });
    expect(await withdraws(asker, id)).toMatchObject({ accessRequest: { status: 'WITHDRAWN', version: 2 }, errors: [] });
    expect(await approves(spaceAdmin, id)).toEqual(mistake('ACCESS_REQUEST_SETTLED'));
    expect((await auditEvents(admin, { targetId: id })).map(({ type }) => type)).toEqual(['access_request.created', 'access_request.withdrawn']);
  });

  test('waits once for each Member, Role and anchor, and not for what is held', async () => {
    await asked();
    expect(await ask()).toEqual(mistake('ALREADY_EXISTS', 'roleId'));
    await asked({ scopeAnchorGroupId: 'group_legal' });
    await asked({ scopeAnchorGroupId: null });
    await asked({ memberId: 'member_asker_too' });
    await admin.mutate('createMemberRole', { memberId: 'member_asker', ...READER, scopeAnchorGroupId: 'group_finance_apac' }, 'memberRole { id }');
    expect(await ask({ scopeAnchorGroupId: 'group_finance_apac' })).toEqual(mistake('ALREADY_EXISTS', 'roleId'));
  });

  test.each<[string, object, string]>([
    ['an end that has passed', { expiresAt: inDays(-1) }, 'expiresAt'],
    ['an end beyond 90 days', { expiresAt: inDays(91) }, 'expiresAt'],
    ['no reason', { reason: '' }, 'reason'],
    ['a reason that is too long', { reason: 'x'.repeat(1_001) }, 'reason'],
    ['a reason with NUL', { reason: 'a\0b' }, 'reason'],
  ])('is refused with %s', async (_title, input, field) => {
    expect(await ask(input)).toEqual(mistake('VALIDATION_FAILED', field));
  });

  test('is one of at most 50 that a Member has waiting', async () => {
    await asOwner(server.database, (owner) => owner.query(`
      WITH made AS (INSERT INTO sys_authz.roles (id, space_id, key, name, requestable) SELECT 'role_many_' || n, '${SPACE}', 'many_' || n, 'Many', true FROM generate_series(1, 50) n RETURNING id)
      INSERT INTO sys_authz.access_requests (id, space_id, member_id, role_id, requested_by_user_id, requested_by_user_member_id, reason, wanted_until, lapses_at)
      SELECT 'areq_' || made.id, '${SPACE}', 'member_asker', made.id, um.user_id, um.id, 'x', now() + interval '2 days', now() + interval '1 day'
      FROM made, sys_identity.user_members um WHERE um.member_id = 'member_asker'`));
    expect((await ask()).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input'] }]);
    expect(await asked({ memberId: 'member_asker_too' })).toMatchObject({ status: 'PENDING' });
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_authz.roles SET requestable = false WHERE id LIKE 'role_many_%'"));
  });

  test('sent twice with one key acts once and answers the same', async () => {
    const input = { ...READER, reason: 'Once', expiresAt: inDays(3), idempotencyKey: 'once' };
    const [first, second] = [await ask(input), await ask(input)];
    expect(second).toEqual(first);
    const id = first.accessRequest?.id ?? '';
    const once = { idempotencyKey: 'approve-once' };
    expect(await approves(spaceAdmin, id, once)).toEqual(await approves(spaceAdmin, id, once));
    expect((await auditEvents(admin, { targetId: id })).map(({ type }) => type)).toEqual(['access_request.created', 'access_request.approved']);
  });

  async function actorOf(memberId: string): Promise<object> {
    const { rows: [binding] } = await asOwner(server.database, (owner) => owner.query<{ id: string }>('SELECT id FROM sys_identity.user_members WHERE member_id = $1', [memberId]));
    return { userId: asker.userId, memberId, userMemberId: binding?.id, spaceId: SPACE };
  }
});

describe('what can be asked for', () => {
  const LIST = 'query ($id: ID!) { requestableRoles(spaceId: $id) { edges { node { id key name description } } totalCount } }';

  test('is listed for Members of the Space, with no more than what one needs to ask', async () => {
    const { requestableRoles } = await asker.caller.data<{ requestableRoles: { edges: { node: object }[] } }>(LIST, { id: SPACE });
    expect(requestableRoles.edges.map(({ node }) => node)).toEqual([
      { id: 'role_deleter', key: 'deleter', name: 'Name of role_deleter', description: null },
      { id: 'role_reader', key: 'reader', name: 'Name of role_reader', description: 'Reads invoices' },
    ]);
  });

  test('is nothing for who is no Member of it: other Spaces, admins, API keys', async () => {
    const none = { requestableRoles: { edges: [], totalCount: 0 } };
    expect(await asker.caller.data(LIST, { id: 'space_other' })).toEqual(none);
    expect(await strangerAdmin.caller.data(LIST, { id: SPACE })).toEqual(none);
    expect(await admin.data(LIST, { id: SPACE })).toEqual(none);
    expect(await backend.data(LIST, { id: SPACE })).toEqual(none);
    expect(await asker.caller.data(LIST, { id: 'space_nowhere' })).toEqual(none);
  });

  test('a Role that is hidden, resting, foreign or absent answers alike', async () => {
    for (const roleId of ['role_hidden', 'role_resting', 'role_foreign', 'role_nowhere', 'role_other']) {
      expect(await ask({ roleId, scopeAnchorGroupId: null })).toEqual(mistake('ROLE_NOT_FOUND', 'roleId'));
    }
    for (const scopeAnchorGroupId of ['group_other', 'group_nowhere']) expect(await ask({ scopeAnchorGroupId })).toEqual(mistake('GROUP_NOT_FOUND', 'scopeAnchorGroupId'));
    for (const memberId of ['member_finance_reviewer', 'member_other', 'member_nowhere']) expect(await ask({ memberId })).toEqual(mistake('MEMBER_NOT_FOUND', 'memberId'));
  });

  test('a Member that the caller may no longer act as asks for nothing', async () => {
    const leaver = await createPerson(server, 'leaver');
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_identity.user_members SET expires_at = now() - interval '1 second' WHERE member_id = 'member_leaver'"));
    expect(await ask({ memberId: 'member_leaver' }, leaver.caller)).toEqual(mistake('MEMBER_NOT_FOUND', 'memberId'));
    expect(await codesOf(leaver.caller, 'requestAccess', { ...READER, reason: 'x', expiresAt: inDays(1) })).toEqual(['ACTIVE_MEMBER_REQUIRED']);
  });

  test('nothing, for an API key: people ask, and people decide', async () => {
    const key = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, memberId: 'member_asker', permissionKeys: ['*'] });
    expect(await codesOf(key, 'requestAccess', { ...READER, reason: 'x', expiresAt: inDays(1) })).toEqual(['ACTIVE_MEMBER_REQUIRED']);
    expect(await codesOf(key, 'requestAccess', { ...READER, memberId: 'member_asker', reason: 'x', expiresAt: inDays(1) })).toEqual(['ACTIVE_MEMBER_REQUIRED']);
    const { id } = await asked();
    expect(await codesOf(key, 'approveAccessRequest', { id })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await codesOf(key, 'refuseAccessRequest', { id, reason: 'x' })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await codesOf(server.anonymous, 'requestAccess', { ...READER, reason: 'x', expiresAt: inDays(1) })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await statusOf(id)).toBe('PENDING');
  });
});

describe('who settles it', () => {
  test('an admin of the anchor or above it sees and approves it; those beside it and of other Spaces do not', async () => {
    const { id } = await asked({ scopeAnchorGroupId: 'group_finance_apac' });
    for (const person of [legalAdmin, strangerAdmin]) {
      expect(await idsOf(person.caller, 'accessRequests')).not.toContain(id);
      expect(await statusOf(id, person.caller)).toBeUndefined();
      expect(await person.caller.data('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
      expect(await approves(person, id)).toEqual(mistake('ACCESS_REQUEST_NOT_FOUND'));
      expect(await refuses(person, id)).toEqual(mistake('ACCESS_REQUEST_NOT_FOUND'));
    }
    for (const { caller } of [financeAdmin, spaceAdmin]) expect(await idsOf(caller, 'accessRequests', 'status: PENDING')).toContain(id);
    expect(await financeAdmin.caller.data('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).toEqual({ node: { __typename: 'AccessRequest', id } });
    expect(await approves(financeAdmin, id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
  });

  test('an admin of a Group gives nothing that reaches beyond it, and the request goes on waiting', async () => {
    const { id } = await asked({ roleId: 'role_deleter' });
    expect(await idsOf(financeAdmin.caller, 'accessRequests')).toContain(id);
    expect(await codesOf(financeAdmin.caller, 'approveAccessRequest', { id })).toEqual(['ADMIN_PERMISSION_REQUIRED']);
    expect(await statusOf(id)).toBe('PENDING');
    expect(await approves(spaceAdmin, id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
  });

  test('who asked sees it, and what became of it, without any right', async () => {
    const { id } = await asked();
    expect(await idsOf(asker.caller, 'myAccessRequests')).toContain(id);
    expect(await codesOf(asker.caller, 'approveAccessRequest', { id })).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    const { errors } = await asker.caller.send('{ accessRequests { totalCount } }');
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(await idsOf(spaceAdmin.caller, 'myAccessRequests')).toEqual([]);
    await refuses(spaceAdmin, id);
    const document = 'query ($id: ID!) { accessRequest(id: $id) { status refusalReason role { id } } }';
    expect(await asker.caller.data(document, { id })).toEqual({ accessRequest: { status: 'REFUSED', refusalReason: 'Not now', role: null } });
  });

  test('lists are paged and filtered', async () => {
    const made = [await asked(), await asked({ scopeAnchorGroupId: null }), await asked({ memberId: 'member_asker_too' })].map(({ id }) => id);
    const page = 'query ($after: String) { accessRequests(first: 1, after: $after, status: PENDING, memberId: "member_asker") { edges { node { id } cursor } pageInfo { hasNextPage endCursor } totalCount } }';
    type Page = { accessRequests: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string }; totalCount: number } };
    const first = (await spaceAdmin.caller.data<Page>(page)).accessRequests;
    const second = (await spaceAdmin.caller.data<Page>(page, { after: first.pageInfo.endCursor })).accessRequests;
    expect([first, second].flatMap(({ edges }) => edges.map(({ node }) => node.id))).toEqual([made[1], made[0]]);
    expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([2, true, false]);
  });
});

test('what separation of duty forbids cannot be approved either, and the request goes on waiting', async () => {
  const { separationRule } = await admin.mutate<{ separationRule: { id: string } }>('createSeparationRule', { spaceId: SPACE, name: 'Apart', roleIds: ['role_reader', 'role_deleter'] }, 'separationRule { id }');
  await admin.mutate('createMemberRole', { memberId: 'member_asker', roleId: 'role_deleter' }, 'memberRole { id }');
  const { id } = await asked();
  expect(await approves(spaceAdmin, id)).toEqual(mistake('SEPARATION_OF_DUTY'));
  expect(await statusOf(id)).toBe('PENDING');
  expect((await auditEvents(admin, { targetId: id })).map(({ type }) => type)).toEqual(['access_request.created']);
  await admin.mutate('disableSeparationRule', { id: separationRule.id }, 'separationRule { id }');
  expect(await approves(spaceAdmin, id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
});

describe('four eyes', () => {
  test('nobody approves an own request, whichever binding acts and whatever right it holds', async () => {
    const both = await createPerson(server, 'both', [MANAGES_SPACE], ['member_both', 'member_both_too']);
    const { id } = await asked({ memberId: 'member_both' }, both.caller);
    expect(await codesOf(both.caller, 'approveAccessRequest', { id })).toEqual(['FOUR_EYES_REQUIRED']);
    await both.caller.mutate('switchMember', { memberId: 'member_both_too' }, 'active { memberId }');
    expect(await codesOf(both.caller, 'approveAccessRequest', { id })).toEqual(['FOUR_EYES_REQUIRED']);
    expect(await codesOf(both.caller, 'refuseAccessRequest', { id, reason: 'x' })).toEqual(['FOUR_EYES_REQUIRED']);
    expect(await statusOf(id, both.caller)).toBe('PENDING');
    expect(await auditEvents(admin, { types: ['access.denied'], actorUserId: both.userId })).toMatchObject([
      { denyCode: 'FOUR_EYES_REQUIRED' }, { denyCode: 'FOUR_EYES_REQUIRED' }, { denyCode: 'FOUR_EYES_REQUIRED' },
    ]);
    expect(await approves(spaceAdmin, id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
  });

  test('nor does who asked and then left the Member', async () => {
    const gone = await createPerson(server, 'gone', [MANAGES_SPACE], ['member_gone', 'member_gone_too']);
    const { id } = await asked({ memberId: 'member_gone' }, gone.caller);
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_identity.user_members SET status = 'revoked', revoked_at = now() WHERE member_id = 'member_gone'"));
    expect(await codesOf(gone.caller, 'approveAccessRequest', { id })).toEqual(['FOUR_EYES_REQUIRED']);
    expect(await statusOf(id, gone.caller)).toBe('PENDING');
  });

  test('a super admin is no exception', async () => {
    await admin.mutate('createMember', { id: 'member_root', spaceId: SPACE, displayName: 'Root' }, 'member { id }');
    await admin.mutate('createUserMember', { userId: server.adminUserId, memberId: 'member_root' }, 'userMember { id }');
    const { id } = await asked({ memberId: 'member_root' }, admin);
    expect(await codesOf(admin, 'approveAccessRequest', { id })).toEqual(['FOUR_EYES_REQUIRED']);
    expect(await statusOf(id, admin)).toBe('PENDING');
  });

  test('nor does another person approve who acts as the same Member', async () => {
    await admin.mutate('createUserMember', { id: 'um_shared', userId: otherAdmin.userId, memberId: 'member_asker', relationType: 'DELEGATE' }, 'userMember { id }');
    const { id } = await asked();
    expect(await codesOf(otherAdmin.caller, 'approveAccessRequest', { id })).toEqual(['FOUR_EYES_REQUIRED']);
    await admin.mutate('revokeUserMember', { id: 'um_shared' }, 'userMember { id }');
    expect(await approves(otherAdmin, id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
  });

  test('the database refuses it as well', async () => {
    const { id } = await asked();
    const forged = "UPDATE sys_authz.access_requests SET status = 'refused', refusal_reason = 'x', settled_at = now(), settled_by_user_id = requested_by_user_id WHERE id = $1";
    await expect(asOwner(server.database, (owner) => owner.query(forged, [id]))).rejects.toMatchObject({ constraint: 'access_requests_other_person' });
  });
});

describe('at one moment', () => {
  const won = ({ errors }: Outcome): string => errors[0]?.code ?? 'acted';

  test('of two approvals one acts, and the Role is assigned once', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await asked({ scopeAnchorGroupId: ['group_finance', 'group_legal', 'group_finance_apac', 'group_finance_emea', 'group_legal_emea'][round] });
      const outcomes = await Promise.all([approves(spaceAdmin, id), approves(otherAdmin, id), approves(spaceAdmin, id)]);
      expect(outcomes.map(won).sort()).toEqual(['ACCESS_REQUEST_SETTLED', 'ACCESS_REQUEST_SETTLED', 'acted']);
      expect((await auditEvents(admin, { targetId: id, types: ['access_request.approved'] })).length).toBe(1);
    }
  });

  test('of an approval and a withdrawal one acts, and the Role is assigned only if it was the approval', async () => {
    const seen = new Set<string | undefined>();
    for (let round = 0; round < 8; round++) {
      const { id } = await asked({ expiresAt: inDays(1 + round) });
      const race = round % 2 === 0 ? [approves(spaceAdmin, id), withdraws(asker, id)] : [withdraws(asker, id), approves(spaceAdmin, id)];
      expect((await Promise.all(race)).map(won).sort()).toEqual(['ACCESS_REQUEST_SETTLED', 'acted']);
      const status = await statusOf(id);
      seen.add(status);
      expect(await reads()()).toBe(status === 'APPROVED' ? 'ALLOW' : 'DENY');
      await asOwner(server.database, (owner) => owner.query("UPDATE sys_authz.member_roles SET status = 'revoked', revoked_at = now() WHERE role_id = 'role_reader' AND status = 'active'"));
    }
    expect([...seen].every((status) => status === 'APPROVED' || status === 'WITHDRAWN')).toBe(true);
  });

  test('of two equal requests one is made', async () => {
    const outcomes = await Promise.all([ask(), ask(), ask()]);
    expect(outcomes.map(won).sort()).toEqual(['ALREADY_EXISTS', 'ALREADY_EXISTS', 'acted']);
  });
});

describe('by the clock', () => {
  const lapse = (id: string): Promise<unknown> => asOwner(server.database, (owner) => owner.query("UPDATE sys_authz.access_requests SET lapses_at = now() - interval '1 second' WHERE id = $1", [id]));

  test('a request waits two weeks, and no longer than it asks for', async () => {
    const [long, short] = [await asked({ expiresAt: inDays(80) }), await asked({ scopeAnchorGroupId: null, expiresAt: inDays(2) })];
    const days = ({ lapsesAt }: AccessRequest): number => Math.round((Date.parse(String(lapsesAt)) - Date.now()) / 86_400_000);
    expect([days(long), days(short)]).toEqual([14, 2]);
  });

  test('one that nobody answered has expired: it is listed so, cannot be settled, and gives way to a new one', async () => {
    const { id } = await asked();
    await lapse(id);
    expect(await statusOf(id)).toBe('EXPIRED');
    expect(await idsOf(spaceAdmin.caller, 'accessRequests', 'status: EXPIRED')).toContain(id);
    expect(await idsOf(spaceAdmin.caller, 'accessRequests', 'status: PENDING')).not.toContain(id);
    expect(await approves(spaceAdmin, id)).toEqual(mistake('ACCESS_REQUEST_SETTLED'));
    expect(await refuses(spaceAdmin, id)).toEqual(mistake('ACCESS_REQUEST_SETTLED'));
    expect(await withdraws(asker, id)).toEqual(mistake('ACCESS_REQUEST_SETTLED'));
    const next = await asked();
    expect([await statusOf(id), await statusOf(next.id)]).toEqual(['EXPIRED', 'PENDING']);
    expect(await approves(spaceAdmin, next.id)).toMatchObject({ accessRequest: { status: 'APPROVED' } });
  });
});

describe('in the database', () => {
  test('the server may settle a request, and change nothing of what was asked for', async () => {
    const { id } = await asked();
    const app = new Client({ connectionString: server.database.appUrl });
    await app.connect();
    try {
      for (const change of ["member_id = 'member_asker_too'", "role_id = 'role_deleter'", "reason = 'x'", "wanted_until = now() + interval '1 year'", 'lapses_at = now()', 'requested_by_user_id = NULL']) {
        await expect(app.query(`UPDATE sys_authz.access_requests SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({ code: '42501' });
      }
      await expect(app.query('DELETE FROM sys_authz.access_requests')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await app.end();
    }
  });

  test('requests go with their Space', async () => {
    const spaceId = 'space_short';
    await admin.mutate('createSpace', { id: spaceId, name: 'Short' }, 'space { id }');
    await admin.mutate('createRole', { id: 'role_short', spaceId, key: 'short', name: 'Short', requestable: true }, 'role { id }');
    const guest = await createPerson(server, 'guest', [], ['member_guest'], spaceId);
    const { id } = await asked({ roleId: 'role_short', scopeAnchorGroupId: null }, guest.caller);
    await admin.mutate('approveAccessRequest', { id }, 'accessRequest { id }');
    await admin.mutate('deleteSpace', { id: spaceId }, 'space { id }');
    const { container } = server.server.platform;
    expect(await container.get(spacePurgeRef).sweep(systemContext(container.process, Date.now()))).toEqual([spaceId]);
    expect(await statusOf(id, admin)).toBeUndefined();
  });
});
