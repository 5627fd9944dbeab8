/** Way out of a denial: suggestGrants ranks the least grants, each of which really lets the question be allowed, or says what stands in the way. */
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { createPerson } from '../support/access-world.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';
import { make, suggest, type SuggestedGrant } from '../support/suggestions.js';

const SPACE = 'space_acme';
const MEMBER = 'member_finance_reviewer';
const CREATOR = 'member_invoice_creator';
const APPROVER = 'role_finance_approver';
const KEYS = ['authz:check', 'roles:read', 'permissions:read'];

let server: TestServer;
let admin: GraphqlCaller;
let asker: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  for (const scope of ['SELF', 'GROUP', 'SPACE']) await permission(`approve_${scope.toLowerCase()}`, { scope });
  for (const scope of ['self', 'group', 'space']) await role(scope, [`perm_approve_${scope}`]);
  await role('tree', ['perm_invoice_approve_group_tree']);
  asker = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: KEYS });
});
afterAll(() => server.stop());

const permission = (name: string, more: object): Promise<unknown> => admin.mutate('createPermission', { id: `perm_${name}`, resourceType: 'invoice', action: 'approve', scope: 'SPACE', ...more }, '');
async function role(name: string, permissionIds: readonly string[], more: object = {}): Promise<void> {
  await admin.mutate('createRole', { id: `role_${name}`, spaceId: SPACE, key: name, name, ...more }, '');
  for (const permissionId of permissionIds) await admin.mutate('createRolePermission', { id: `rp_${name}_${permissionId.slice('perm_'.length)}`, roleId: `role_${name}`, permissionId }, '');
}
const disable = (...names: readonly string[]): Promise<unknown> => Promise.all(names.map((name) => admin.mutate('disableRole', { id: `role_${name}` }, '')));

/** Shortly: what kind, by which Role and Permission, and where. */
const told = (grants: readonly SuggestedGrant[]): string[] =>
  grants.map(({ kind, roleId, permissionId, anchorGroupId, memberRoleId }) => [kind, roleId?.replace('role_', ''), permissionId, anchorGroupId, kind.endsWith('_ASSIGNMENT') ? memberRoleId : null].filter(Boolean).join(' '));

const DENIED = approve(ACTORS.alice, 'invoice_002');

describe('a denial that a grant can help', () => {
  it('gets the least grants first, with what they give and whom they reach', async () => {
    await admin.mutate('createMemberRole', { id: 'mr_creator', memberId: CREATOR, roleId: APPROVER, scopeAnchorGroupId: 'group_finance' }, '');
    const answer = await suggest(asker, { question: DENIED });
    expect(answer).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS', obstacle: null, found: 5 });
    expect(told(answer.grants)).toEqual([
      'ASSIGN_ROLE group group_legal_emea', 'ASSIGN_ROLE tree group_legal_emea', 'ASSIGN_ROLE space',
      'GIVE_PERMISSION finance_approver perm_approve_space', 'ASSIGN_ROLE finance_approver group_legal_emea',
    ]);
    const anchored = { scopeAnchorGroupId: 'group_legal_emea' };
    const expiresAt = expect.any(String) as unknown;
    const asked = { resourceType: 'invoice', action: 'approve' };
    expect(answer.grants.map(({ change, rights, gained, otherMembers, resources, risk }) => ({ change, rights, gained: gained[0], otherMembers, resources, risk }))).toEqual([
      { change: { createMemberRole: { memberId: MEMBER, roleId: 'role_group', ...anchored, expiresAt } }, rights: 1, gained: { ...asked, scope: 'GROUP', anchorGroupId: 'group_legal_emea' }, otherMembers: 0, resources: 1, risk: 'HIGH' },
      { change: { createMemberRole: { memberId: MEMBER, roleId: 'role_tree', ...anchored, expiresAt } }, rights: 1, gained: { ...asked, scope: 'GROUP_TREE', anchorGroupId: 'group_legal_emea' }, otherMembers: 0, resources: 1, risk: 'HIGH' },
      { change: { createMemberRole: { memberId: MEMBER, roleId: 'role_space', expiresAt } }, rights: 1, gained: { ...asked, scope: 'SPACE', anchorGroupId: null }, otherMembers: 0, resources: 2, risk: 'HIGH' },
      { change: { createRolePermission: { roleId: APPROVER, permissionId: 'perm_approve_space' } }, rights: 1, gained: { ...asked, scope: 'SPACE', anchorGroupId: null }, otherMembers: 1, resources: 2, risk: 'HIGH' },
      { change: { createMemberRole: { memberId: MEMBER, roleId: APPROVER, ...anchored, expiresAt } }, rights: 5, gained: { ...asked, scope: 'GROUP_TREE', anchorGroupId: 'group_legal_emea' }, otherMembers: 0, resources: 1, risk: 'CRITICAL' },
    ]);
    expect(new Set(answer.grants.at(-1)?.gained.map(({ action }) => action))).toEqual(new Set(['approve', 'create', 'delete', 'read', 'update']));
    await admin.mutate('revokeMemberRole', { id: 'mr_creator' }, '');
  });

  it('is allowed by each of them, and by none before', async () => {
    const { grants } = await suggest(asker, { question: DENIED });
    for (const grant of grants) {
      expect(await check(asker, DENIED)).toMatchObject({ decision: 'DENY', denyCode: 'SCOPE_OUT_OF_BOUNDS' });
      const { refused, undo } = await make(admin, grant);
      expect([told([grant]), refused, (await check(asker, DENIED)).decision]).toEqual([told([grant]), [], 'ALLOW']);
      await undo();
    }
    expect(grants).toHaveLength(5);
  });

  it('is found by its audit event, and leads to a request for a Role that can be asked for', async () => {
    await createPerson(server, 'erin');
    const { userMembers } = await admin.data<{ userMembers: { edges: { node: { id: string } }[] } }>('{ userMembers(memberId: "member_erin", first: 1) { edges { node { id } } } }');
    const actor = { userId: 'user_erin', memberId: 'member_erin', userMemberId: userMembers.edges[0]?.node.id, spaceId: SPACE };
    await role('asked_for', ['perm_approve_group'], { requestable: true });
    const { auditEventId } = await check(asker, approve(actor, 'invoice_002'));
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const [byEvent, byQuestion] = [await suggest(asker, { auditEventId, expiresAt }), await suggest(asker, { question: approve(actor, 'invoice_002'), expiresAt })];
    expect(told(byEvent.grants)).toEqual(told(byQuestion.grants));
    expect(byEvent.denyCode).toBe('NO_MATCHING_PERMISSION');
    const requestable = byEvent.grants.filter(({ accessRequestInput }) => accessRequestInput !== null);
    expect(requestable.map(({ accessRequestInput }) => accessRequestInput)).toEqual([{ memberId: 'member_erin', roleId: 'role_asked_for', scopeAnchorGroupId: 'group_legal_emea', expiresAt, deniedDecision: auditEventId }]);
    const erin = await server.signIn('erin@example.com', 'a fixture password that is long');
    const { accessRequest } = await erin.mutate<{ accessRequest: { id: string } }>('requestAccess', { ...requestable[0]?.accessRequestInput, reason: 'It was denied' }, 'accessRequest { id }');
    await admin.mutate('approveAccessRequest', { id: accessRequest.id }, '');
    expect(await check(asker, approve(actor, 'invoice_002'))).toMatchObject({ decision: 'ALLOW' });
    // What is allowed by now needs nothing.
    expect(await suggest(asker, { auditEventId })).toMatchObject({ decision: 'ALLOW', denyCode: null, obstacle: null, grants: [], found: 0 });
    await disable('asked_for');
  });

  it('is a matter of time where an assignment has ended or not begun', async () => {
    await disable('group', 'tree', 'space', 'self');
    await role('timed', ['perm_approve_space', 'perm_invoice_read_self']);
    await admin.mutate('createMemberRole', { id: 'mr_timed', memberId: CREATOR, roleId: 'role_timed', startsAt: '2080-01-01T00:00:00Z' }, '');
    await admin.mutate('createUserMember', { id: 'um_creator', userId: 'user_bob', memberId: CREATOR }, '');
    const question = approve({ userId: 'user_bob', memberId: CREATOR, userMemberId: 'um_creator', spaceId: SPACE }, 'invoice_002');
    const early = await suggest(asker, { question });
    expect(told(early.grants)).toEqual(['START_ASSIGNMENT timed mr_timed', 'ASSIGN_ROLE finance_approver group_legal_emea']);
    expect(early.grants[0]).toMatchObject({ expiresAt: null, rights: 2, accessRequestInput: null, change: { updateMemberRole: { id: 'mr_timed' } } });
    const { undo } = await make(admin, early.grants[0] as SuggestedGrant);
    expect(await check(asker, question)).toMatchObject({ decision: 'ALLOW' });
    await undo();
    await asOwner(server.database, (owner) => owner.query("UPDATE sys_authz.member_roles SET starts_at = NULL, expires_at = now() - interval '1 hour' WHERE id = 'mr_timed'"));
    const late = await suggest(asker, { question });
    expect(told(late.grants)).toEqual(['EXTEND_ASSIGNMENT timed mr_timed', 'ASSIGN_ROLE finance_approver group_legal_emea']);
    expect((await make(admin, late.grants[0] as SuggestedGrant)).refused).toEqual([]);
    expect(await check(asker, question)).toMatchObject({ decision: 'ALLOW' });
    await admin.mutate('revokeMemberRole', { id: 'mr_timed' }, '');
    // What was revoked is assigned again, and revives.
    const again = await suggest(asker, { question });
    expect(told(again.grants)).toEqual(['ASSIGN_ROLE timed', 'ASSIGN_ROLE finance_approver group_legal_emea']);
    expect(again.grants[0]).toMatchObject({ memberRoleId: null });
    for (const name of ['group', 'tree', 'space', 'self']) await admin.mutate('restoreRole', { id: `role_${name}` }, '');
    await disable('timed');
  });

  it('gets what it takes for its own Resources only, and nothing from what does not count', async () => {
    const own = { ...approve({ userId: 'user_bob', memberId: CREATOR, userMemberId: 'um_creator', spaceId: SPACE }, 'invoice_002') };
    expect(told((await suggest(asker, { question: own })).grants)[0]).toBe('ASSIGN_ROLE self');
    expect(told((await suggest(asker, { question: DENIED })).grants)).not.toContain('ASSIGN_ROLE self');
    await disable('group');
    await admin.mutate('disablePermission', { id: 'perm_approve_space' }, '');
    expect(told((await suggest(asker, { question: DENIED })).grants)).toEqual(['ASSIGN_ROLE tree group_legal_emea', 'ASSIGN_ROLE finance_approver group_legal_emea']);
    await admin.mutate('restorePermission', { id: 'perm_approve_space' }, '');
    await admin.mutate('restoreRole', { id: 'role_group' }, '');
  });

  it('shows as many as are wanted, and says how many there are', async () => {
    expect(await suggest(asker, { question: DENIED, limit: 2 })).toMatchObject({ found: 5, grants: [{ roleId: 'role_group' }, { roleId: 'role_tree' }] });
  });

  it('is helped by inherited Permissions, through the least Role that has them', async () => {
    await role('heir', []);
    await admin.mutate('createRoleInheritance', { id: 'ri_heir', roleId: 'role_heir', inheritedRoleId: 'role_group' }, '');
    const { grants } = await suggest(asker, { question: DENIED, limit: 50 });
    expect(told(grants).filter((text) => text.includes('heir'))).toEqual(['ASSIGN_ROLE heir group_legal_emea']);
    await disable('heir');
  });
});

describe('conditions', () => {
  const level = (at: number): object => ({ ...DENIED, context: { level: at } });

  it('of suggested grants are met by the question, as it is put or as it was recorded', async () => {
    await disable('group', 'tree', 'space');
    await permission('leveled', { condition: 'request.context.level > 2' });
    await permission('regional', { condition: 'resource.metadata.region == "EMEA"' });
    await role('leveled', ['perm_leveled']);
    await role('regional', ['perm_regional']);
    const roles = async (input: object): Promise<string[]> => told((await suggest(asker, input)).grants).filter((text) => text.startsWith('ASSIGN_ROLE') && !text.includes('approver'));
    expect(await roles({ question: level(3) })).toEqual(['ASSIGN_ROLE leveled', 'ASSIGN_ROLE regional']);
    expect(await roles({ question: level(1) })).toEqual(['ASSIGN_ROLE regional']);
    // The log does not keep what came along: what reads that is not suggested, even where its absence would do.
    await permission('absent', { condition: '!has(request.context.level)' });
    await role('absent', ['perm_absent']);
    const { auditEventId } = await check(asker, level(3));
    expect(await roles({ auditEventId })).toEqual(['ASSIGN_ROLE regional']);
    const without = await check(asker, DENIED);
    expect(await roles({ auditEventId: without.auditEventId })).toEqual(['ASSIGN_ROLE absent', 'ASSIGN_ROLE regional']);
    await disable('leveled', 'regional', 'absent');
    for (const name of ['leveled', 'regional', 'absent']) await admin.mutate('disablePermission', { id: `perm_${name}` }, '');
    for (const name of ['group', 'tree', 'space']) await admin.mutate('restoreRole', { id: `role_${name}` }, '');
  });

  it('that were recorded stand as long as the Resource is what it was', async () => {
    await admin.mutate('createRole', { id: 'role_denied_by_level', spaceId: SPACE, key: 'denied_by_level', name: 'Denied by level' }, '');
    await permission('denied_by_level', { effect: 'DENY', condition: 'request.context.level > 2' });
    await admin.mutate('createRolePermission', { roleId: 'role_denied_by_level', permissionId: 'perm_denied_by_level' }, '');
    await admin.mutate('createMemberRole', { id: 'mr_denied_by_level', memberId: MEMBER, roleId: 'role_denied_by_level' }, '');
    const [high, low] = [await check(asker, level(3)), await check(asker, level(1))];
    expect(await suggest(asker, { auditEventId: high.auditEventId })).toMatchObject({ denyCode: 'EXPLICIT_DENY', obstacle: { code: 'EXPLICIT_DENY', memberRoleId: 'mr_denied_by_level' }, grants: [] });
    const open = await suggest(asker, { auditEventId: low.auditEventId });
    expect([open.denyCode, open.obstacle, told(open.grants)[0]]).toEqual(['SCOPE_OUT_OF_BOUNDS', null, 'ASSIGN_ROLE group group_legal_emea']);
    await admin.mutate('updateResource', { id: 'invoice_002', metadata: { region: 'EMEA', number: 'INV-002', seen: true } }, '');
    expect(await suggest(asker, { auditEventId: low.auditEventId })).toMatchObject({ denyCode: 'EXPLICIT_DENY', grants: [] });
    await admin.mutate('revokeMemberRole', { id: 'mr_denied_by_level' }, '');
  });
});

describe('what stands in the way', () => {
  it('is an explicit denial', async () => {
    await permission('denied', { effect: 'DENY' });
    await role('denied', ['perm_denied']);
    await admin.mutate('createMemberRole', { id: 'mr_denied', memberId: MEMBER, roleId: 'role_denied' }, '');
    expect(await suggest(asker, { question: DENIED })).toMatchObject({
      decision: 'DENY', denyCode: 'EXPLICIT_DENY', grants: [], found: 0,
      obstacle: { code: 'EXPLICIT_DENY', reason: 'A role of the member forbids this action on the resource.', memberRoleId: 'mr_denied', roleId: 'role_denied', permissionId: 'perm_denied' },
    });
    await admin.mutate('revokeMemberRole', { id: 'mr_denied' }, '');
    // A Role that denies what it allows helps nobody.
    await admin.mutate('createRolePermission', { id: 'rp_denied_allows', roleId: 'role_denied', permissionId: 'perm_approve_space' }, '');
    expect(told((await suggest(asker, { question: DENIED, limit: 50 })).grants).filter((text) => text.includes(' denied'))).toEqual([]);
  });

  it('is a condition that is not met', async () => {
    const { memberRole: { id } } = await admin.mutate<{ memberRole: { id: string } }>('createMemberRole', { memberId: MEMBER, roleId: 'role_space', condition: 'request.context.level > 2' }, 'memberRole { id }');
    expect(await suggest(asker, { question: { ...DENIED, context: { level: 1 } } })).toMatchObject({
      denyCode: 'CONDITION_NOT_MET', grants: [], obstacle: { code: 'CONDITION_NOT_MET', memberRoleId: id, roleId: 'role_space', permissionId: 'perm_approve_space' },
    });
    await admin.mutate('revokeMemberRole', { id }, '');
  });

  it('is whatever check says of actor, registry and target, with the same code', async () => {
    await admin.mutate('archiveResource', { id: 'invoice_001' }, '');
    const stranger = { userId: 'user_alice', memberId: 'member_nowhere', userMemberId: 'um_nowhere', spaceId: SPACE };
    const questions: object[] = [
      approve(ACTORS.revoked, 'invoice_002'), approve(ACTORS.expired, 'invoice_002'), approve(stranger, 'invoice_002'), approve({ ...ACTORS.alice, userId: 'user_bob' }, 'invoice_002'),
      approve({ ...ACTORS.alice, memberId: 'member_other' }, 'invoice_002'), approve(ACTORS.alice, 'invoice_001'), approve(ACTORS.alice, 'invoice_nowhere'),
      { ...DENIED, action: 'sign' }, { ...DENIED, resourceType: 'memo' },
    ];
    const codes: (string | null)[] = [];
    for (const question of questions) {
      const [answer, { denyCode }] = [await suggest(asker, { question }), await check(asker, question)];
      expect([question, answer.denyCode, answer.obstacle?.code, answer.grants]).toEqual([question, denyCode, denyCode, []]);
      codes.push(denyCode);
    }
    expect(new Set(codes)).toEqual(new Set(['USER_MEMBER_REVOKED', 'USER_MEMBER_EXPIRED', 'ACTOR_NOT_FOUND', 'CROSS_SPACE_VIOLATION', 'RESOURCE_INACTIVE', 'RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ACTION', 'INVALID_RESOURCE_TYPE']));
    await admin.mutate('restoreResource', { id: 'invoice_001' }, '');
    await admin.mutate('disableGroup', { id: 'group_legal_emea' }, '');
    expect(await suggest(asker, { question: DENIED })).toMatchObject({ denyCode: 'TARGET_GROUP_INACTIVE', obstacle: { memberRoleId: null }, grants: [] });
    await admin.mutate('restoreGroup', { id: 'group_legal_emea' }, '');
  });
});

describe('separation of duty', () => {
  it('is said of grants that would be refused for it, which come last', async () => {
    const rule = async (input: object): Promise<string> => (await admin.mutate<{ separationRule: { id: string } }>('createSeparationRule', { spaceId: SPACE, name: 'Apart', atMost: 1, ...input }, 'separationRule { id }')).separationRule.id;
    const apart = await rule({ roleIds: [APPROVER, 'role_group'] });
    const { grants } = await suggest(asker, { question: DENIED });
    expect(told(grants).at(-1)).toBe('ASSIGN_ROLE group group_legal_emea');
    expect(grants.map(({ breaksRuleIds }) => breaksRuleIds)).toEqual([[], [], [], [], [apart]]);
    expect((await make(admin, grants.at(-1) as SuggestedGrant)).refused).toEqual(['SEPARATION_OF_DUTY']);
    await admin.mutate('disableSeparationRule', { id: apart }, '');
    // Another Member that has the Role would exceed the rule, the one that asks would not.
    await role('payer', ['perm_invoice_reject_group_tree']);
    await admin.mutate('createMemberRole', { id: 'mr_payer', memberId: CREATOR, roleId: 'role_payer' }, '');
    const pair = await rule({ permissionIds: ['perm_approve_space', 'perm_invoice_reject_group_tree'] });
    const given = async (): Promise<SuggestedGrant> => (await suggest(asker, { question: DENIED })).grants.find(({ kind }) => kind === 'GIVE_PERMISSION') as SuggestedGrant;
    expect((await given()).breaksRuleIds).toEqual([]);
    await admin.mutate('createMemberRole', { id: 'mr_creator_2', memberId: CREATOR, roleId: APPROVER, scopeAnchorGroupId: 'group_legal' }, '');
    const broken = await given();
    expect(broken.breaksRuleIds).toEqual([pair]);
    expect((await make(admin, broken)).refused).toEqual(['SEPARATION_OF_DUTY']);
    await admin.mutate('disableSeparationRule', { id: pair }, '');
    expect((await make(admin, await given())).refused).toEqual([]);
  });
});
