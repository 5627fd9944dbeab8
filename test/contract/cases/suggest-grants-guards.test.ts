/** suggestGrants: who may ask, what is shown to whom, what is refused, and that nothing but one audit event is left behind. */
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { auditEvents } from '../support/audit-events.js';
import { Delegate, withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';
import { StateReader } from '../support/state.js';
import { suggest, trySuggest, type SuggestedGrants } from '../support/suggestions.js';

const SPACE = 'space_acme';
const MEMBER = 'member_finance_reviewer';
const KEYS = ['authz:check', 'roles:read', 'permissions:read'];
const WHOLE = { level: 'SPACE', spaceId: SPACE };
const DENIED = approve(ACTORS.alice, 'invoice_002');
const WITH_GIVEN_FACTS = approve(ACTORS.alice, 'invoice_002', {
  resource: { id: 'invoice_002', type: 'invoice', spaceId: SPACE, groupId: 'group_finance' }, grants: [{ resourceType: 'invoice', action: 'read', spaceId: SPACE, scope: 'SPACE' }],
});

let server: TestServer;
let admin: GraphqlCaller;
let asker: GraphqlCaller;
let deniedId: string;
let foreignId: string;
let otherOutcomes: Readonly<Record<'allowed' | 'past' | 'given', string>>;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  for (const [name, permissionId] of [['tree', 'perm_invoice_approve_group_tree'], ['wide', 'perm_approve_space']] as const) {
    if (name === 'wide') await admin.mutate('createPermission', { id: permissionId, resourceType: 'invoice', action: 'approve', scope: 'SPACE' }, '');
    await admin.mutate('createRole', { id: `role_${name}`, spaceId: SPACE, key: name, name }, '');
    await admin.mutate('createRolePermission', { id: `rp_${name}`, roleId: `role_${name}`, permissionId }, '');
  }
  asker = await withApiKey(admin, { ...WHOLE, permissionKeys: KEYS });
  const everywhere = await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] });
  const decided = async (question: object): Promise<string> => (await check(everywhere, question)).auditEventId as string;
  deniedId = await decided(DENIED);
  foreignId = await decided(approve({ ...ACTORS.alice, spaceId: 'space_other' }, 'invoice_other'));
  otherOutcomes = {
    allowed: await decided(approve(ACTORS.alice, 'invoice_001')), past: await decided({ ...DENIED, asOf: { time: new Date().toISOString() } }), given: await decided(WITH_GIVEN_FACTS),
  };
});
afterAll(() => server.stop());

const withKeys = (permissionKeys: readonly string[], more: object = WHOLE): Promise<GraphqlCaller> => withApiKey(admin, { permissionKeys, ...more });
async function outcome(caller: GraphqlCaller, input: object): Promise<unknown> {
  const { data, errors } = await trySuggest(caller, input);
  return errors === undefined ? (data?.suggestGrants?.denyCode ?? 'null') : errors.map(({ extensions }) => [extensions.code, extensions['permission'] ?? extensions['inputPath']]);
}

describe('who may ask', () => {
  const BY_QUESTION = { question: DENIED };
  const refused = (permission: string): unknown => [['ADMIN_PERMISSION_REQUIRED', permission]];
  const notFound = [['AUDIT_EVENT_NOT_FOUND', ['input', 'auditEventId']]];

  it('needs authz:check where the target lies, and roles:read in the Space', async () => {
    for (const input of [BY_QUESTION, { auditEventId: deniedId }]) {
      for (const more of [WHOLE, { level: 'INSTANCE' }, { level: 'GROUP', spaceId: SPACE, groupId: 'group_legal' }]) expect(await outcome(await withKeys(KEYS, more), input)).toBe('SCOPE_OUT_OF_BOUNDS');
      for (const key of ['authz:check', 'roles:read']) expect(await outcome(await withKeys([key]), input)).toMatchObject([['UNAUTHORIZED_FIELD_OR_TYPE', undefined]]);
      expect((await trySuggest(server.anonymous, input)).data?.suggestGrants ?? null).toBeNull();
    }
  });

  it('is refused to the admin of another Group', async () => {
    const finance = await withKeys(KEYS, { level: 'GROUP', spaceId: SPACE, groupId: 'group_finance' });
    expect(await outcome(finance, BY_QUESTION)).toEqual(refused('authz:check'));
    expect(await outcome(finance, { auditEventId: deniedId })).toEqual(notFound);
    // Each of the keys counts by itself.
    const delegate = await Delegate.create(server, 'partly');
    const other = { level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:read' };
    expect(await outcome(await delegate.holds({ level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey: 'authz:check' }, other), { auditEventId: deniedId })).toEqual(refused('roles:read'));
  });

  it('is refused where the Resource has been taken out of the reach of the asker since', async () => {
    const finance = await withKeys(KEYS, { level: 'GROUP', spaceId: SPACE, groupId: 'group_legal' });
    await admin.mutate('updateResource', { id: 'invoice_002', groupId: 'group_finance_emea' }, '');
    expect(await outcome(finance, { auditEventId: deniedId })).toEqual(refused('authz:check'));
    await admin.mutate('updateResource', { id: 'invoice_002', groupId: 'group_legal_emea' }, '');
    expect(await outcome(finance, { auditEventId: deniedId })).toBe('SCOPE_OUT_OF_BOUNDS');
  });

  it('gives the admin of another Space what it gives for what does not exist', async () => {
    const other = await withKeys(KEYS, { level: 'SPACE', spaceId: 'space_other' });
    const nowhere = approve({ ...ACTORS.alice, spaceId: 'space_nowhere' }, 'invoice_002');
    expect(await outcome(other, BY_QUESTION)).toEqual(refused('authz:check'));
    expect(await outcome(other, { question: nowhere })).toEqual(refused('authz:check'));
    for (const auditEventId of [deniedId, otherOutcomes.allowed, otherOutcomes.past, 'audit_nowhere']) expect(await outcome(other, { auditEventId })).toEqual(notFound);
    expect(await outcome(asker, { auditEventId: foreignId })).toEqual(notFound);
    expect(await outcome(await withKeys(KEYS, { level: 'INSTANCE' }), { question: nowhere })).toBe('ACTOR_NOT_FOUND');
  });

  it('lets people ask as themselves only', async () => {
    expect(await outcome(admin, BY_QUESTION)).toEqual([['ACTIVE_MEMBER_REQUIRED', ['input', 'question', 'actor']]]);
    expect(await outcome(admin, { auditEventId: deniedId })).toBe('SCOPE_OUT_OF_BOUNDS');
  });
});

describe('what is shown', () => {
  const kinds = ({ grants }: SuggestedGrants): (readonly [string, string | null])[] => grants.map(({ kind, roleId }) => [kind, roleId]);

  it('is no Permission of the catalogue to who may not read it', async () => {
    expect(kinds(await suggest(asker, { question: DENIED }))).toContainEqual(['GIVE_PERMISSION', 'role_finance_approver']);
    expect(new Set(kinds(await suggest(await withKeys(['authz:check', 'roles:read']), { question: DENIED })).map(([kind]) => kind))).toEqual(new Set(['ASSIGN_ROLE']));
  });

  it('is no Role to the admin of a Group, but assignments that are anchored in it', async () => {
    const legal = await withKeys(KEYS, { level: 'GROUP', spaceId: SPACE, groupId: 'group_legal' });
    expect(await suggest(legal, { question: DENIED })).toMatchObject({ grants: [], found: 0, obstacle: null });
    await asOwner(server.database, (owner) => owner.query(`INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id, expires_at) VALUES
      ('mr_ended_here', '${SPACE}', '${MEMBER}', 'role_tree', 'group_legal', now() - interval '1 day'), ('mr_ended_wide', '${SPACE}', '${MEMBER}', 'role_wide', NULL, now() - interval '1 day')`));
    const { grants } = await suggest(legal, { question: DENIED });
    expect(grants).toMatchObject([{ kind: 'EXTEND_ASSIGNMENT', roleId: null, memberRoleId: 'mr_ended_here', change: { updateMemberRole: { id: 'mr_ended_here' } } }]);
    expect((await suggest(asker, { question: DENIED })).grants.filter(({ kind }) => kind === 'EXTEND_ASSIGNMENT')).toMatchObject([{ roleId: 'role_tree' }, { roleId: 'role_wide' }]);
    const { memberRole } = await admin.mutate<{ memberRole: { id: string } }>('createMemberRole', { memberId: MEMBER, roleId: 'role_tree', scopeAnchorGroupId: 'group_legal', condition: 'false' }, 'memberRole { id }');
    expect((await suggest(legal, { question: DENIED })).obstacle).toMatchObject({ code: 'CONDITION_NOT_MET', memberRoleId: memberRole.id, roleId: null, permissionId: null });
    await admin.mutate('revokeMemberRole', { id: memberRole.id }, '');
    // The one that has ended revives.
    await admin.mutate('createMemberRole', { memberId: MEMBER, roleId: 'role_wide', condition: 'false' }, '');
    const wide = await suggest(legal, { question: DENIED });
    expect(wide.obstacle).toMatchObject({ code: 'CONDITION_NOT_MET', memberRoleId: null, roleId: null, permissionId: null });
    await admin.mutate('revokeMemberRole', { id: 'mr_ended_wide' }, '');
  });
});

describe('what is refused', () => {
  const FAR = '2090-01-01T00:00:00Z';
  it.each([
    ['neither a decision nor a question', () => ({}), []],
    ['both', () => ({ auditEventId: deniedId, question: DENIED }), []],
    ['an allowance', () => ({ auditEventId: otherOutcomes.allowed }), ['auditEventId']],
    ['a decision about the past', () => ({ auditEventId: otherOutcomes.past }), ['auditEventId']],
    ['a decision over facts that came along', () => ({ auditEventId: otherOutcomes.given }), ['auditEventId']],
    ['a wrong id', () => ({ auditEventId: 'a b' }), ['auditEventId']],
    ['an id with a NUL byte', () => ({ auditEventId: 'audit_\u0000' }), ['auditEventId']],
    ['a question about the past', () => ({ question: { ...DENIED, asOf: { time: '2020-01-01T00:00:00Z' } } }), ['question', 'asOf']],
    ['a question with facts', () => ({ question: WITH_GIVEN_FACTS }), ['question']],
    ['a question without an actor', () => ({ question: approve(undefined, 'invoice_002') }), ['question', 'actor']],
    ['a question without a target', () => ({ question: { actor: ACTORS.alice, resourceType: 'invoice', action: 'approve' } }), ['question', 'resourceId']],
    ['a question with a wrong action', () => ({ question: { ...DENIED, action: '\u0000' } }), ['question', 'action']],
    ['a question with a huge context', () => ({ question: { ...DENIED, context: { a: 'x'.repeat(20_000) } } }), ['question', 'context']],
    ['an end that has passed', () => ({ question: DENIED, expiresAt: '2020-01-01T00:00:00Z' }), ['expiresAt']],
    ['an end too far ahead', () => ({ question: DENIED, expiresAt: FAR }), ['expiresAt']],
    ['no suggestions', () => ({ question: DENIED, limit: 0 }), ['limit']],
    ['too many suggestions', () => ({ question: DENIED, limit: 51 }), ['limit']],
  ])('%s', async (_name, input, path) => {
    const { errors, status } = await trySuggest(asker, input());
    expect([errors?.map(({ extensions }) => [extensions.code, extensions['inputPath']]), status]).toEqual([[['VALIDATION_FAILED', ['input', ...path]]], 200]);
  });
});

describe('an answer', () => {
  it('leaves one event with decision and hash, and nothing else', async () => {
    const state = await StateReader.open(server);
    try {
      const [before, logged] = [await state.read(), await auditEvents(admin, { types: ['authorization.suggested'] })];
      const answer = await suggest(asker, { auditEventId: deniedId });
      expect(answer.found).toBeGreaterThan(0);
      expect(await state.read()).toEqual(before);
      const events = await auditEvents(admin, { types: ['authorization.suggested'] });
      expect(events).toHaveLength(logged.length + 1);
      expect(events.at(-1)).toMatchObject({
        id: answer.auditEventId, spaceId: SPACE, groupId: 'group_legal_emea', actor: { userId: 'user_alice', memberId: MEMBER }, action: 'invoice.approve', target: { type: 'invoice', id: 'invoice_002' },
        decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS',
        details: { deniedDecision: deniedId, count: answer.grants.length, revision: { space: expect.any(Number), instance: expect.any(Number) }, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      });
    } finally {
      await state.close();
    }
  });

  it('that is refused leaves no event', async () => {
    const before = await auditEvents(admin, { types: ['authorization.suggested'] });
    await trySuggest(await withKeys(KEYS, { level: 'SPACE', spaceId: 'space_other' }), { question: DENIED });
    await trySuggest(asker, { auditEventId: 'audit_nowhere' });
    expect(await auditEvents(admin, { types: ['authorization.suggested'] })).toHaveLength(before.length);
  });
});
