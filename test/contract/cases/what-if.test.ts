/** What-if: what simulateChange foretells comes true when the changes are really made, and recorded decisions flip as it says. */
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { wholeDiff, type AccessChange } from '../support/access-diffs.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { simulate, trySimulate, type FlippedDecision, type Simulation } from '../support/simulations.js';

const SPACE = 'space_acme';
const MEMBER = 'member_finance_reviewer';
const CREATOR = 'member_invoice_creator';
const ROLE = 'role_finance_approver';
const ASSIGNMENT = 'mr_finance_reviewer_approver_finance';
const FAR = '2090-01-01T00:00:00Z';

let server: TestServer;
let admin: GraphqlCaller;
let asker: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  await admin.mutate('createRole', { id: 'role_below', spaceId: SPACE, key: 'below', name: 'Below' }, '');
  await admin.mutate('createRolePermission', { id: 'rp_below', roleId: 'role_below', permissionId: 'perm_invoice_delete_space' }, '');
  asker = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check', 'roles:read', 'audit:read', 'permissions:read'] });
});
afterAll(() => server.stop());

type Step = readonly [mutation: string, input: object];

// What is really made by these tests begins with the same words, and what is only proposed has no id yet.
const newId = (id: string): string => (/^(proposed\.|mr_new|rp_new)/.test(id) ? 'new' : id);
const rowsOf = (rows: readonly AccessChange[]): string[] => rows.map((row) => JSON.stringify({ ...row, memberRoleId: newId(row.memberRoleId), rolePermissionId: newId(row.rolePermissionId) })).toSorted();
const told = (rows: readonly AccessChange[]): string[] =>
  rows.map(({ direction, reasons, memberId, action, scope, userMemberId, groupId }) => [direction, reasons.join('+'), memberId.replace('member_', ''), `${action}/${scope}`, userMemberId, groupId].filter(Boolean).join(' '));
const nodes = ({ changes }: Simulation): AccessChange[] => changes.edges.map(({ node }) => node);
const HELD = ['approve', 'create', 'delete', 'read', 'update'];
const each = (text: string, tail = ''): string[] => HELD.map((action) => `${text} finance_reviewer ${action}/GROUP_TREE${tail}`);

/** Foretells changes, makes them, asserts that what was foretold is what the difference between the two moments has, and undoes them. */
async function comesTrue(changes: readonly object[], steps: readonly Step[], undo: readonly Step[] = []): Promise<string[]> {
  const foretold = await simulate(asker, { spaceId: SPACE, changes });
  for (const [mutation, input] of steps) await admin.mutate(mutation, input, '');
  const time = new Date().toISOString();
  const real = await wholeDiff(asker, { spaceId: SPACE, from: { revision: foretold.revision, time }, to: { time } });
  expect(rowsOf(nodes(foretold))).toEqual(rowsOf(real));
  expect(foretold).toMatchObject({
    gained: real.filter(({ direction }) => direction === 'GAINED').length, lost: real.filter(({ direction }) => direction === 'LOST').length,
    members: new Set(real.map(({ memberId }) => memberId)).size, violations: { totalCount: 0 }, decisions: null, changes: { totalCount: real.length },
  });
  for (const [mutation, input] of undo) await admin.mutate(mutation, input, '');
  return told(nodes(foretold));
}

/** The change of a status, as it is proposed and made. */
const turned = (type: string, id: string): [changes: object[], steps: Step[], undo: Step[]] => [[{ [`set${type}Status`]: { id, status: 'DISABLED' } }], [[`disable${type}`, { id }]], [[`restore${type}`, { id }]]];

describe('each kind of change comes true', () => {
  it('assigning, changing and revoking', async () => {
    const input = { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' };
    expect(await comesTrue([{ createMemberRole: input }], [['createMemberRole', { id: 'mr_new_1', ...input }]])).toEqual(each('GAINED GRANTED'));
    const condition = 'resource.metadata.region == "EMEA"';
    expect(await comesTrue([{ updateMemberRole: { id: 'mr_new_1', condition } }], [['updateMemberRole', { id: 'mr_new_1', condition }]])).toHaveLength(2 * HELD.length);
    expect(await comesTrue([{ updateMemberRole: { id: 'mr_new_1', startsAt: '2080-01-01T00:00:00Z', expiresAt: FAR } }], [['updateMemberRole', { id: 'mr_new_1', startsAt: '2080-01-01T00:00:00Z', expiresAt: FAR }]])).toEqual(each('LOST ASSIGNMENT_CHANGED'));
    expect(await comesTrue([{ updateMemberRole: { id: 'mr_new_1', startsAt: null, expiresAt: null, condition: null } }], [['updateMemberRole', { id: 'mr_new_1', startsAt: null, expiresAt: null, condition: null }]])).toEqual(each('GAINED ASSIGNMENT_CHANGED'));
    expect(await comesTrue([{ revokeMemberRole: { id: 'mr_new_1' } }], [['revokeMemberRole', { id: 'mr_new_1' }]])).toEqual(each('LOST REVOKED'));
    // It revives under its old id, which a proposal finds, too.
    const revived = await simulate(asker, { spaceId: SPACE, changes: [{ createMemberRole: input }] });
    expect(nodes(revived).map(({ memberRoleId }) => memberRoleId)).toEqual(HELD.map(() => 'mr_new_1'));
  });

  it('Roles, their Permissions and what they inherit', async () => {
    expect(await comesTrue(...turned('Role', ROLE))).toEqual(each('LOST ROLE_CHANGED'));
    await admin.mutate('disableRole', { id: ROLE }, '');
    expect(await comesTrue([{ setRoleStatus: { id: ROLE, status: 'ACTIVE' } }], [['restoreRole', { id: ROLE }]])).toEqual(each('GAINED ROLE_CHANGED'));
    const given = { roleId: ROLE, permissionId: 'perm_invoice_reject_group_tree' };
    expect(await comesTrue([{ createRolePermission: given }], [['createRolePermission', { id: 'rp_new_1', ...given }]])).toEqual(['GAINED ROLE_CHANGED finance_reviewer reject/GROUP_TREE']);
    expect(await comesTrue([{ revokeRolePermission: { id: 'rp_new_1' } }], [['revokeRolePermission', { id: 'rp_new_1' }]])).toEqual(['LOST ROLE_CHANGED finance_reviewer reject/GROUP_TREE']);
    const inherited = { roleId: ROLE, inheritedRoleId: 'role_below' };
    expect(await comesTrue([{ createRoleInheritance: inherited }], [['createRoleInheritance', { id: 'ri_new_1', ...inherited }]])).toEqual(['GAINED INHERITANCE_CHANGED finance_reviewer delete/SPACE']);
    expect(await comesTrue([{ revokeRoleInheritance: { id: 'ri_new_1' } }], [['revokeRoleInheritance', { id: 'ri_new_1' }]])).toEqual(['LOST INHERITANCE_CHANGED finance_reviewer delete/SPACE']);
  });

  it('Permissions of the catalogue', async () => {
    expect(await comesTrue(...turned('Permission', 'perm_invoice_read_group_tree'))).toEqual(['LOST PERMISSION_CHANGED finance_reviewer read/GROUP_TREE']);
    await admin.mutate('disablePermission', { id: 'perm_invoice_read_group_tree' }, '');
    expect(await comesTrue([{ setPermissionStatus: { id: 'perm_invoice_read_group_tree', status: 'ACTIVE' } }], [['restorePermission', { id: 'perm_invoice_read_group_tree' }]])).toEqual(['GAINED PERMISSION_CHANGED finance_reviewer read/GROUP_TREE']);
    const denial = { id: 'perm_new_deny', resourceType: 'invoice', action: 'approve', scope: 'SPACE', effect: 'DENY', condition: 'resource.metadata.region == "APAC"' };
    const given = { roleId: ROLE, permissionId: 'perm_new_deny' };
    expect(await comesTrue([{ createPermission: denial }, { createRolePermission: given }], [['createPermission', denial], ['createRolePermission', { id: 'rp_new_2', ...given }]], [['revokeRolePermission', { id: 'rp_new_2' }]]))
      .toEqual(['GAINED ROLE_CHANGED finance_reviewer approve/SPACE']);
  });

  it('Members, bindings and Groups', async () => {
    expect(await comesTrue(...turned('Member', MEMBER))).toEqual(each('LOST MEMBER_CHANGED'));
    expect(await comesTrue(...turned('Group', 'group_finance'))).toEqual(each('LOST GROUP_CHANGED'));
    expect(await comesTrue(...turned('Group', 'group_finance_apac'))).toEqual(each('LOST GROUP_CHANGED', ' group_finance_apac'));
    const moved = { id: 'group_legal', parentGroupId: 'group_finance' };
    expect((await comesTrue([{ moveGroup: moved }], [['moveGroup', moved]])).toSorted()).toEqual([...each('GAINED GROUP_MOVED', ' group_legal'), ...each('GAINED GROUP_MOVED', ' group_legal_emea')].filter((row) => row.endsWith(' group_legal')).toSorted());
    expect(await comesTrue([{ moveGroup: { id: 'group_legal', parentGroupId: null } }], [['moveGroup', { id: 'group_legal', parentGroupId: null }]])).toEqual(each('LOST GROUP_MOVED', ' group_legal'));
    await admin.mutate('createUser', { id: 'user_carol', email: 'carol@example.com' }, '');
    await admin.mutate('createUserMember', { id: 'um_carol', userId: 'user_carol', memberId: MEMBER }, '');
    expect(await comesTrue([{ revokeUserMember: { id: 'um_carol' } }], [['revokeUserMember', { id: 'um_carol' }]])).toEqual(each('LOST BINDING_CHANGED', ' um_carol'));
  });

  it('a new Role with a new Permission, given and assigned: proposals name what those before them make', async () => {
    const role = { id: 'role_new_payer', key: 'payer' };
    const permission = { id: 'perm_new_reject_self', resourceType: 'invoice', action: 'reject', scope: 'SELF' };
    const [given, assigned] = [{ roleId: role.id, permissionId: permission.id }, { memberId: CREATOR, roleId: role.id }];
    const rows = await comesTrue(
      [{ createRole: role }, { createPermission: permission }, { createRolePermission: given }, { createMemberRole: assigned }, { createRoleInheritance: { roleId: role.id, inheritedRoleId: 'role_below' } }],
      [['createRole', { ...role, spaceId: SPACE, name: 'Payer' }], ['createPermission', permission], ['createRolePermission', { id: 'rp_new_3', ...given }], ['createMemberRole', { id: 'mr_new_3', ...assigned }],
        ['createRoleInheritance', { id: 'ri_new_3', roleId: role.id, inheritedRoleId: 'role_below' }]],
      [['revokeMemberRole', { id: 'mr_new_3' }]]);
    expect(rows.map((row) => row.replace(/ [A-Z_+]+ /, ' '))).toEqual(['GAINED invoice_creator delete/SPACE', 'GAINED invoice_creator reject/SELF']);
  });

  it('what comes and goes within one proposal is nothing', async () => {
    const input = { memberId: CREATOR, roleId: ROLE, scopeAnchorGroupId: 'group_finance' };
    expect(await simulate(asker, { spaceId: SPACE, changes: [{ createMemberRole: input }, { revokeMemberRole: { id: 'proposed.0' } }] })).toMatchObject({ gained: 0, lost: 0, members: 0, changes: { edges: [] } });
  });

  it('only what is asked for is told', async () => {
    const revoke = { spaceId: SPACE, changes: [{ revokeMemberRole: { id: ASSIGNMENT } }] };
    expect(await simulate(asker, { ...revoke, action: 'read' })).toMatchObject({ lost: 1, changes: { edges: [{ node: { action: 'read' } }] } });
    expect(await simulate(asker, { ...revoke, resourceType: 'memo' })).toMatchObject({ lost: 0 });
  });
});

describe('recorded decisions', () => {
  const flipsOf = ({ decisions }: Simulation): FlippedDecision[] => (decisions?.flips.edges ?? []).map(({ node }) => node);
  const simulated = (since: string, ...changes: object[]): Promise<Simulation> => simulate(asker, { spaceId: SPACE, since, changes });
  const revoked = { revokeMemberRole: { id: ASSIGNMENT } };
  let since: string;
  beforeEach(() => {
    since = new Date().toISOString();
  });

  it('flip in both directions, as the questions really do when the change is made', async () => {
    const [allowed, denied] = [await check(asker, approve(ACTORS.alice, 'invoice_001')), await check(asker, approve(ACTORS.alice, 'invoice_002'))];
    const lost = await simulated(since, revoked);
    expect(flipsOf(lost)).toMatchObject([{
      auditEventId: allowed.auditEventId, userId: 'user_alice', memberId: MEMBER, userMemberId: 'um_alice_finance_reviewer', resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve',
      recorded: 'ALLOW', recordedDenyCode: null, before: 'ALLOW', beforeDenyCode: null, after: 'DENY', afterDenyCode: 'NO_MATCHING_PERMISSION',
    }]);
    expect(lost.decisions).toMatchObject({ since, examined: 2, unreadable: 0, undecided: 0, flipped: 1, isWhole: true, oldestAuditEventId: allowed.auditEventId, flips: { totalCount: 1 } });
    const granted = await simulated(since, { createMemberRole: { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' } });
    expect(flipsOf(granted)).toMatchObject([{ auditEventId: denied.auditEventId, recorded: 'DENY', recordedDenyCode: 'SCOPE_OUT_OF_BOUNDS', before: 'DENY', after: 'ALLOW', afterDenyCode: null }]);
    await admin.mutate('revokeMemberRole', { id: ASSIGNMENT }, '');
    expect(await check(asker, approve(ACTORS.alice, 'invoice_001'))).toMatchObject({ decision: 'DENY', denyCode: 'NO_MATCHING_PERMISSION' });
    await admin.mutate('createMemberRole', { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_finance' }, '');
  });

  it('are asked about the Resource as it was then, and only of this Space, of this span and about the present', async () => {
    await check(await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] }), { actor: { userId: 'user_alice', memberId: 'member_other', userMemberId: 'um_x', spaceId: 'space_other' }, resourceType: 'invoice', resourceId: 'invoice_other', action: 'approve' });
    const { auditEventId } = await check(asker, approve(ACTORS.bob, 'invoice_001'));
    await admin.mutate('updateResource', { id: 'invoice_001', groupId: 'group_legal' }, '');
    const until = new Date().toISOString();
    expect(flipsOf(await simulated(since, revoked))).toMatchObject([{ auditEventId, before: 'ALLOW', after: 'DENY' }]);
    await admin.mutate('updateResource', { id: 'invoice_001', groupId: 'group_finance_apac' }, '');
    await check(asker, approve(ACTORS.bob, 'invoice_001', { asOf: { time: until } }));
    const resource = { id: 'invoice_001', type: 'invoice', spaceId: SPACE, groupId: 'group_finance' };
    await check(asker, approve(ACTORS.bob, 'invoice_001', { resource, grants: [{ resourceType: 'invoice', action: 'approve', spaceId: SPACE, scope: 'SPACE' }] }));
    expect((await simulated(since, revoked)).decisions).toMatchObject({ examined: 1, unreadable: 2, flipped: 1 });
    // A Resource that came with the question is in the record of it.
    await check(asker, approve(ACTORS.bob, 'invoice_001', { resource }));
    expect((await simulated(since, revoked)).decisions).toMatchObject({ examined: 2, unreadable: 2, flipped: 2 });
    expect((await simulate(asker, { spaceId: SPACE, since: '2020-01-01T00:00:00Z', until: '2020-02-01T00:00:00Z', changes: [revoked] })).decisions).toMatchObject({ examined: 0, flipped: 0, isWhole: true, oldest: null, oldestAuditEventId: null });
  });

  it('keep what their conditions gave; what hangs on input that the log does not keep is undecided', async () => {
    const condition = 'request.context.level > 2';
    await admin.mutate('createPermission', { id: 'perm_leveled', resourceType: 'invoice', action: 'reject', scope: 'SPACE', condition }, '');
    await admin.mutate('createRole', { id: 'role_leveled', spaceId: SPACE, key: 'leveled', name: 'Leveled' }, '');
    await admin.mutate('createRolePermission', { id: 'rp_leveled', roleId: 'role_leveled', permissionId: 'perm_leveled' }, '');
    await admin.mutate('createMemberRole', { id: 'mr_leveled', memberId: MEMBER, roleId: 'role_leveled' }, '');
    const reject = async (level: number): Promise<string | null> => (await check(asker, { ...approve(ACTORS.alice, 'invoice_002'), action: 'reject', context: { level } })).auditEventId;
    const [high, low] = [await reject(3), await reject(1)];
    expect(flipsOf(await simulated(since, { revokeMemberRole: { id: 'mr_leveled' } })).map(({ auditEventId }) => auditEventId)).toEqual([high]);
    // A condition that is not the recorded one any more may give anything.
    const other = await simulated(since, { updateMemberRole: { id: 'mr_leveled', condition: 'request.context.level < 2' } });
    expect(other.decisions).toMatchObject({ flipped: 0, undecided: 1 });
    // Where the new one decides nothing, nothing is unknown: the Permission's own condition was false.
    await admin.mutate('createPermission', { id: 'perm_plain_reject', resourceType: 'invoice', action: 'reject', scope: 'SPACE' }, '');
    expect(flipsOf(await simulated(since, { createRolePermission: { roleId: 'role_leveled', permissionId: 'perm_plain_reject' } }))).toMatchObject([{ auditEventId: low, beforeDenyCode: 'CONDITION_NOT_MET', after: 'ALLOW' }]);
    // A denial and an allowance of which nothing is known: every combination counts.
    await admin.mutate('revokeMemberRole', { id: 'mr_leveled' }, '');
    await admin.mutate('createPermission', { id: 'perm_denied_reject', resourceType: 'invoice', action: 'reject', scope: 'SPACE', effect: 'DENY', condition: 'request.context.level > 5' }, '');
    await admin.mutate('createRolePermission', { id: 'rp_denied', roleId: 'role_below', permissionId: 'perm_denied_reject' }, '');
    const later = new Date().toISOString();
    await reject(3);
    await admin.mutate('createMemberRole', { id: 'mr_denied', memberId: MEMBER, roleId: 'role_below' }, '');
    const both = await simulated(later, { createMemberRole: { memberId: MEMBER, roleId: 'role_leveled' } });
    expect(both.decisions).toMatchObject({ examined: 1, flipped: 0, undecided: 1 });
    await admin.mutate('revokeMemberRole', { id: 'mr_denied' }, '');
  });

  it('that came without input have their conditions evaluated again; those with input are undecided where a Group would move', async () => {
    await admin.mutate('createPermission', { id: 'perm_by_path', resourceType: 'invoice', action: 'reject', scope: 'SPACE', condition: 'resource.groupPath.startsWith("legal") && !has(request.context.blocked)' }, '');
    await admin.mutate('createRole', { id: 'role_by_path', spaceId: SPACE, key: 'by_path', name: 'By path' }, '');
    await admin.mutate('createRolePermission', { roleId: 'role_by_path', permissionId: 'perm_by_path' }, '');
    await admin.mutate('createMemberRole', { id: 'mr_by_path', memberId: MEMBER, roleId: 'role_by_path' }, '');
    const question = { ...approve(ACTORS.alice, 'invoice_002'), action: 'reject' };
    const { auditEventId, decision } = await check(asker, question);
    expect(decision).toBe('ALLOW');
    const moved = { moveGroup: { id: 'group_legal', parentGroupId: 'group_finance' } };
    const tightened = { updateMemberRole: { id: 'mr_by_path', condition: 'resource.metadata.region == "APAC"' } };
    for (const change of [moved, tightened]) {
      const simulation = await simulated(since, change);
      expect(simulation.decisions).toMatchObject({ examined: 1, flipped: 1, undecided: 0 });
      expect(flipsOf(simulation)).toMatchObject([{ auditEventId, before: 'ALLOW', after: 'DENY', afterDenyCode: 'CONDITION_NOT_MET' }]);
    }
    expect((await simulated(since, { updateMemberRole: { id: 'mr_by_path', condition: 'resource.metadata.region == "EMEA"' } })).decisions).toMatchObject({ flipped: 0, undecided: 0 });
    await check(asker, { ...question, context: { level: 1 } });
    expect((await simulated(since, moved)).decisions).toMatchObject({ examined: 2, flipped: 1, undecided: 1 });
    // What reads nothing that came along is evaluated, whatever came along.
    expect((await simulated(since, tightened)).decisions).toMatchObject({ examined: 2, flipped: 2, undecided: 0 });
    expect((await simulated(since, { setGroupStatus: { id: 'group_legal_emea', status: 'DISABLED' } })).decisions).toMatchObject({ flipped: 2, undecided: 0 });
    await admin.mutate('revokeMemberRole', { id: 'mr_by_path' }, '');
  });

  it('are looked at part by part, the newest first, each once, also where many have the same time', async () => {
    const items = Array.from({ length: 7 }, () => approve(ACTORS.alice, 'invoice_001'));
    await asker.data('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items } });
    const found: string[] = [];
    const parts: (number | undefined)[] = [];
    for (let beforeAuditEventId: string | null = null, isWhole = false; !isWhole;) {
      const part: Simulation = await simulate(asker, { spaceId: SPACE, since, mostDecisions: 3, changes: [revokedNow], beforeAuditEventId });
      found.push(...flipsOf(part).map(({ auditEventId }) => auditEventId));
      parts.push(part.decisions?.examined);
      isWhole = part.decisions?.isWhole ?? true;
      beforeAuditEventId = part.decisions?.oldestAuditEventId ?? null;
    }
    expect(parts).toEqual([3, 3, 1]);
    expect(new Set(found).size).toBe(7);
  });
  type Flips = NonNullable<Simulation['decisions']>['flips'] | undefined;
  const revokedNow = { setMemberStatus: { id: MEMBER, status: 'DISABLED' } };

  it('come in pages both ways', async () => {
    const items = Array.from({ length: 5 }, () => approve(ACTORS.alice, 'invoice_001'));
    await asker.data('query ($input: CheckManyInput!) { checkMany(input: $input) { decision } }', { input: { items } });
    await check(asker, approve(ACTORS.alice, 'invoice_001'));
    const input = { spaceId: SPACE, since, changes: [revokedNow] };
    const all = flipsOf(await simulate(asker, input)).map(({ auditEventId }) => auditEventId);
    expect(all).toHaveLength(6);
    for (const size of [1, 4, 6]) {
      const [forwards, backwards]: [string[], string[]] = [[], []];
      for (let afterFlips: string | null = null, more = true; more;) {
        const page: Flips = (await simulate(asker, input, { first: 1, firstViolations: 1, firstFlips: size, afterFlips })).decisions?.flips;
        forwards.push(...(page?.edges ?? []).map(({ node }) => node.auditEventId));
        [afterFlips, more] = [page?.pageInfo.endCursor ?? null, page?.pageInfo.hasNextPage ?? false];
      }
      for (let beforeFlips: string | null = null, more = true; more;) {
        const page: Flips = (await simulate(asker, input, { first: 1, firstViolations: 1, lastFlips: size, beforeFlips })).decisions?.flips;
        backwards.unshift(...(page?.edges ?? []).map(({ node }) => node.auditEventId));
        [beforeFlips, more] = [page?.pageInfo.startCursor ?? null, page?.pageInfo.hasPreviousPage ?? false];
      }
      expect([forwards, backwards]).toEqual([all, all]);
    }
    expect((await trySimulate(asker, input, { first: 1, firstViolations: 1, firstFlips: 1, afterFlips: 'made-up' })).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
  });
});
