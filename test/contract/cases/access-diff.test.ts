import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { diffPage, tryDiff, wholeDiff, type AccessChange } from '../support/access-diffs.js';
import { auditEvents } from '../support/audit-events.js';
import { withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';

const SPACE = 'space_acme';
const MEMBER = 'member_finance_reviewer';
const ROLE = 'role_finance_approver';

let server: TestServer;
let admin: GraphqlCaller;
let reader: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  reader = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check', 'roles:read'] });
});
afterAll(() => server.stop());

async function moment(): Promise<string> {
  await sleep(5);
  const now = new Date().toISOString();
  await sleep(5);
  return now;
}

/** Rows that came about while something was done, shortly told. */
async function during(work: () => Promise<unknown>, more: object = {}): Promise<AccessChange[]> {
  const from = { time: await moment() };
  await work();
  return wholeDiff(reader, { spaceId: SPACE, from, to: { time: await moment() }, ...more });
}

const told = (rows: readonly AccessChange[]): string[] =>
  rows.map(({ direction, reasons, memberId, action, scope, userMemberId, groupId }) => [direction, reasons.join('+'), memberId.replace('member_', ''), `${action}/${scope}`, userMemberId, groupId].filter(Boolean).join(' '));
const act = (mutation: string, input: object): (() => Promise<unknown>) => () => admin.mutate(mutation, input, '');
const ACTIONS = ['approve', 'create', 'delete', 'read', 'update'];
const each = (text: string, tail = ''): string[] => ACTIONS.map((action) => `${text} finance_reviewer ${action}/GROUP_TREE${tail}`);

describe('each kind of change', () => {
  it('granted, revoked, and granted again', async () => {
    const { memberRole } = await admin.mutate<{ memberRole: { id: string } }>('createMemberRole', { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' }, 'memberRole { id }');
    await admin.mutate('revokeMemberRole', { id: memberRole.id }, '');
    const granted = await during(act('createMemberRole', { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' }));
    expect(told(granted)).toEqual(each('GAINED GRANTED'));
    expect(granted[0]).toEqual({
      direction: 'GAINED', reasons: ['GRANTED'], memberId: MEMBER, userId: null, userMemberId: null, resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', effect: 'ALLOW',
      condition: null, memberRoleId: memberRole.id, assignmentCondition: null, anchorGroupId: 'group_legal', roleId: ROLE, inheritedRoleIds: [],
      rolePermissionId: 'rp_finance_approver_approve', permissionId: 'perm_invoice_approve_group_tree', groupId: null, resourceId: null, denyCode: null,
    });
    expect(told(await during(act('revokeMemberRole', { id: memberRole.id })))).toEqual(each('LOST REVOKED'));
    // What came and went between the moments is not there.
    expect(await during(async () => {
      await act('createMemberRole', { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' })();
      await act('revokeMemberRole', { id: memberRole.id })();
    })).toEqual([]);
  });

  it('started and expired by the clock alone, and changed', async () => {
    const now = Date.now();
    const [before, startsAt, inside, expiresAt] = [now - 7_200_000, now - 3_600_000, now - 1_800_000, now + 3_000].map((time) => new Date(time).toISOString());
    await admin.mutate('createMemberRole', { id: 'mr_short', memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal_emea', startsAt, expiresAt }, '');
    const { revision } = await check(await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: ['authz:check'] }), approve(ACTORS.alice, 'invoice_001'));
    await sleep(Math.max(0, now + 3_010 - Date.now()));
    const after = await moment();
    const between = async (from: string | undefined, to: string | undefined): Promise<string[]> => told(await wholeDiff(reader, { spaceId: SPACE, from: { revision, time: from }, to: { revision, time: to } }));
    expect(await between(before, inside)).toEqual(each('GAINED STARTED'));
    expect(await between(inside, after)).toEqual(each('LOST EXPIRED'));
    expect(await between(before, after)).toEqual([]);
    expect(told(await wholeDiff(reader, { spaceId: SPACE, from: { revision, time: inside } }))).toEqual(each('LOST EXPIRED'));
    expect(told(await during(act('updateMemberRole', { id: 'mr_short', expiresAt: '2090-01-01T00:00:00Z' })))).toEqual(each('GAINED ASSIGNMENT_CHANGED'));
    const conditional = await during(act('updateMemberRole', { id: 'mr_short', condition: 'resource.metadata.amount < 5' }));
    expect(told(conditional).toSorted()).toEqual([...each('GAINED ASSIGNMENT_CHANGED'), ...each('LOST ASSIGNMENT_CHANGED')].toSorted());
    expect(conditional.map(({ direction, assignmentCondition }) => [direction, assignmentCondition])).toEqual(expect.arrayContaining([['GAINED', 'resource.metadata.amount < 5'], ['LOST', null]]));
    await admin.mutate('revokeMemberRole', { id: 'mr_short' }, '');
  });

  it('of Roles, inheritance, Permissions and the registry', async () => {
    expect(told(await during(act('disableRole', { id: ROLE })))).toEqual(each('LOST ROLE_CHANGED'));
    expect(told(await during(act('restoreRole', { id: ROLE })))).toEqual(each('GAINED ROLE_CHANGED'));
    expect(told(await during(act('revokeRolePermission', { id: 'rp_finance_approver_delete' })))).toEqual(['LOST ROLE_CHANGED finance_reviewer delete/GROUP_TREE']);
    expect(told(await during(act('createRolePermission', { roleId: ROLE, permissionId: 'perm_invoice_delete_group_tree' })))).toEqual(['GAINED ROLE_CHANGED finance_reviewer delete/GROUP_TREE']);
    await admin.mutate('createRole', { id: 'role_below', spaceId: SPACE, key: 'below', name: 'Below' }, '');
    await admin.mutate('createRolePermission', { id: 'rp_below', roleId: 'role_below', permissionId: 'perm_invoice_delete_space' }, '');
    const inherited = await during(act('createRoleInheritance', { id: 'ri_below', roleId: ROLE, inheritedRoleId: 'role_below' }));
    expect(told(inherited)).toEqual(['GAINED INHERITANCE_CHANGED finance_reviewer delete/SPACE']);
    expect(inherited[0]).toMatchObject({ roleId: ROLE, inheritedRoleIds: ['role_below'], rolePermissionId: 'rp_below' });
    expect(told(await during(act('disableRole', { id: 'role_below' })))).toEqual(['LOST ROLE_CHANGED finance_reviewer delete/SPACE']);
    await admin.mutate('restoreRole', { id: 'role_below' }, '');
    expect(told(await during(act('revokeRoleInheritance', { id: 'ri_below' })))).toEqual(['LOST INHERITANCE_CHANGED finance_reviewer delete/SPACE']);
    expect(told(await during(act('disablePermission', { id: 'perm_invoice_read_group_tree' })))).toEqual(['LOST PERMISSION_CHANGED finance_reviewer read/GROUP_TREE']);
    expect(told(await during(act('restorePermission', { id: 'perm_invoice_read_group_tree' })))).toEqual(['GAINED PERMISSION_CHANGED finance_reviewer read/GROUP_TREE']);
    expect(told(await during(act('disableResourceAction', { id: 'ra_invoice_read' })))).toEqual(['LOST REGISTRY_CHANGED finance_reviewer read/GROUP_TREE']);
    expect(told(await during(act('restoreResourceAction', { id: 'ra_invoice_read' })))).toEqual(['GAINED REGISTRY_CHANGED finance_reviewer read/GROUP_TREE']);
    expect(told(await during(act('disableResourceType', { id: 'rt_invoice' })))).toEqual(each('LOST REGISTRY_CHANGED'));
    expect(told(await during(act('restoreResourceType', { id: 'rt_invoice' })))).toEqual(each('GAINED REGISTRY_CHANGED'));
  });

  it('of Spaces, Members, Users and bindings', async () => {
    expect(told(await during(act('disableSpace', { id: SPACE })))).toEqual(each('LOST SPACE_CHANGED'));
    expect(told(await during(act('restoreSpace', { id: SPACE })))).toEqual(each('GAINED SPACE_CHANGED'));
    expect(told(await during(act('disableMember', { id: MEMBER })))).toEqual(each('LOST MEMBER_CHANGED'));
    expect(told(await during(act('restoreMember', { id: MEMBER })))).toEqual(each('GAINED MEMBER_CHANGED'));
    const user = await during(act('disableUser', { id: 'user_bob' }));
    expect(told(user)).toEqual(each('LOST USER_CHANGED', ' um_bob_finance_reviewer'));
    expect(user[0]).toMatchObject({ userId: 'user_bob', userMemberId: 'um_bob_finance_reviewer' });
    expect(told(await during(act('restoreUser', { id: 'user_bob' })))).toEqual(each('GAINED USER_CHANGED', ' um_bob_finance_reviewer'));
    await admin.mutate('createUser', { id: 'user_carol', email: 'carol@example.com' }, '');
    expect(told(await during(act('createUserMember', { id: 'um_carol', userId: 'user_carol', memberId: MEMBER, expiresAt: new Date(Date.now() + 3_000).toISOString() })))).toEqual(each('GAINED BINDING_CHANGED', ' um_carol'));
    expect(told(await during(() => sleep(3_050)))).toEqual(each('LOST BINDING_EXPIRED', ' um_carol'));
    await admin.mutate('createUserMember', { id: 'um_carol_2', userId: 'user_carol', memberId: 'member_invoice_creator' }, '');
    await admin.mutate('createMemberRole', { id: 'mr_creator', memberId: 'member_invoice_creator', roleId: ROLE, scopeAnchorGroupId: 'group_legal' }, '');
    expect(told(await during(act('revokeUserMember', { id: 'um_carol_2' })))).toEqual(ACTIONS.map((action) => `LOST BINDING_CHANGED invoice_creator ${action}/GROUP_TREE um_carol_2`));
    await admin.mutate('revokeMemberRole', { id: 'mr_creator' }, '');
  });

  it('of Groups: disabled as anchor and as place, and moved with all below it', async () => {
    const disabled = await during(act('disableGroup', { id: 'group_finance' }));
    expect(told(disabled)).toEqual(each('LOST GROUP_CHANGED'));
    expect(told(await during(act('restoreGroup', { id: 'group_finance' })))).toEqual(each('GAINED GROUP_CHANGED'));
    // The anchor counts still; what lies in the disabled Group itself is covered no more.
    expect(told(await during(act('disableGroup', { id: 'group_finance_apac' })))).toEqual(each('LOST GROUP_CHANGED', ' group_finance_apac'));
    expect(told(await during(act('restoreGroup', { id: 'group_finance_apac' })))).toEqual(each('GAINED GROUP_CHANGED', ' group_finance_apac'));
    expect(told(await during(act('moveGroup', { id: 'group_finance_apac', parentGroupId: 'group_legal' })))).toEqual(each('LOST GROUP_MOVED', ' group_finance_apac'));
    expect(told(await during(act('moveGroup', { id: 'group_legal', parentGroupId: 'group_finance' })))).toEqual(each('GAINED GROUP_MOVED', ' group_legal'));
    // Renaming moves nothing.
    expect(await during(act('updateGroup', { id: 'group_finance_emea', key: 'europe' }))).toEqual([]);
    await admin.mutate('moveGroup', { id: 'group_legal', parentGroupId: null }, '');
    await admin.mutate('moveGroup', { id: 'group_finance_apac', parentGroupId: 'group_finance' }, '');
  });

  it('of a denial', async () => {
    await admin.mutate('createPermission', { id: 'perm_deny_approve', resourceType: 'invoice', action: 'approve', scope: 'SPACE', effect: 'DENY' }, '');
    const rows = await during(act('createRolePermission', { id: 'rp_deny', roleId: ROLE, permissionId: 'perm_deny_approve' }));
    expect(rows).toMatchObject([{ direction: 'GAINED', reasons: ['ROLE_CHANGED'], effect: 'DENY', scope: 'SPACE', action: 'approve' }]);
    await admin.mutate('revokeRolePermission', { id: 'rp_deny' }, '');
  });
});

describe('one Resource', () => {
  const about = { resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };

  it('names who may at one moment and not at the other, and why', async () => {
    const rows = await during(act('updateResource', { id: 'invoice_001', groupId: 'group_legal' }), about);
    expect(rows).toMatchObject([
      { direction: 'LOST', reasons: ['RESOURCE_CHANGED'], userMemberId: 'um_alice_finance_reviewer', denyCode: 'SCOPE_OUT_OF_BOUNDS', resourceId: 'invoice_001', roleId: ROLE },
      { direction: 'LOST', reasons: ['RESOURCE_CHANGED'], userMemberId: 'um_bob_finance_reviewer', userId: 'user_bob' },
    ]);
    expect(told(await during(act('moveGroup', { id: 'group_legal', parentGroupId: 'group_finance' }), about))).toEqual(['um_alice_finance_reviewer', 'um_bob_finance_reviewer'].map((id) => `GAINED GROUP_MOVED finance_reviewer approve/GROUP_TREE ${id}`));
    expect(told(await during(act('disableGroup', { id: 'group_legal' }), about))).toEqual(['um_alice_finance_reviewer', 'um_bob_finance_reviewer'].map((id) => `LOST GROUP_CHANGED finance_reviewer approve/GROUP_TREE ${id}`));
    await admin.mutate('restoreGroup', { id: 'group_legal' }, '');
    expect(told(await during(act('disableUser', { id: 'user_bob' }), about))).toEqual(['LOST USER_CHANGED finance_reviewer approve/GROUP_TREE um_bob_finance_reviewer']);
    expect(told(await during(act('restoreUser', { id: 'user_bob' }), about))).toEqual(['GAINED USER_CHANGED finance_reviewer approve/GROUP_TREE um_bob_finance_reviewer']);
    await admin.mutate('createRolePermission', { id: 'rp_deny_2', roleId: 'role_below', permissionId: 'perm_deny_approve' }, '');
    const denied = await during(act('createMemberRole', { id: 'mr_below', memberId: MEMBER, roleId: 'role_below' }), about);
    expect(denied).toMatchObject([{ direction: 'LOST', reasons: ['DENIED'], denyCode: 'EXPLICIT_DENY' }, { direction: 'LOST', reasons: ['DENIED'] }]);
    await admin.mutate('revokeMemberRole', { id: 'mr_below' }, '');
    expect(await during(act('archiveResource', { id: 'invoice_001' }), about)).toMatchObject([{ direction: 'LOST', reasons: ['RESOURCE_CHANGED'], denyCode: 'RESOURCE_INACTIVE' }, {}]);
    await admin.mutate('restoreResource', { id: 'invoice_001' }, '');
    expect(await during(act('revokeMemberRole', { id: 'mr_finance_reviewer_approver_finance' }), about)).toMatchObject([{ direction: 'LOST', reasons: ['REVOKED'], denyCode: 'NO_MATCHING_PERMISSION' }, {}]);
    await admin.mutate('createMemberRole', { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_finance' }, '');
  });

  it('evaluates conditions over what the caller sends', async () => {
    const conditional = async (context: object): Promise<AccessChange[]> => during(act('updateMemberRole', { id: 'mr_finance_reviewer_approver_finance', condition: 'request.context.level > 2' }), { ...about, context });
    expect(await conditional({ level: 1 })).toMatchObject([{ direction: 'LOST', reasons: ['ASSIGNMENT_CHANGED', 'CONDITION'], denyCode: 'CONDITION_NOT_MET' }, {}]);
    await admin.mutate('updateMemberRole', { id: 'mr_finance_reviewer_approver_finance', condition: null }, '');
    expect(await conditional({ level: 3 })).toEqual([]);
    await admin.mutate('updateMemberRole', { id: 'mr_finance_reviewer_approver_finance', condition: null }, '');
  });

  it('of another Space is nothing to be seen', async () => {
    expect(await during(act('updateResource', { id: 'invoice_other', ownerMemberId: null }), { ...about, resourceId: 'invoice_other' })).toEqual([]);
  });
});

describe('an answer', () => {
  it('is whole, in pages of any size and both ways, and filtered as asked', async () => {
    const from = { time: await moment() };
    for (const n of [1, 2, 3]) {
      await admin.mutate('createMember', { id: `member_page_${n}`, spaceId: SPACE, displayName: `P${n}` }, '');
      await admin.mutate('createMemberRole', { memberId: `member_page_${n}`, roleId: ROLE, scopeAnchorGroupId: 'group_finance' }, '');
    }
    const input = { spaceId: SPACE, from, to: { time: await moment() } };
    const all = await wholeDiff(reader, input);
    expect(all).toHaveLength(15);
    expect(all.every(({ reasons }) => reasons.join() === 'MEMBER_CHANGED,GRANTED')).toBe(true);
    for (const size of [1, 4, 5, 14, 15]) {
      expect(await wholeDiff(reader, input, size)).toEqual(all);
      expect(await wholeDiff(reader, input, size, true)).toEqual(all);
    }
    const page = await diffPage(reader, input, { first: 2 });
    expect(page).toMatchObject({ totalCount: 15, complete: true, to: { time: input.to.time } });
    // The moments of an answer name it for the next page.
    expect(await wholeDiff(reader, { spaceId: SPACE, from: page.from, to: page.to })).toEqual(all);
    expect(await wholeDiff(reader, { ...input, memberIds: ['member_page_2', 'member_nowhere', 'member_page_1'] }, 3)).toEqual(all.filter(({ memberId }) => memberId !== 'member_page_3'));
    expect(await wholeDiff(reader, { ...input, memberIds: ['member_page_2', 'member_page_1'] }, 3, true)).toEqual(all.filter(({ memberId }) => memberId !== 'member_page_3'));
    expect(await wholeDiff(reader, { ...input, action: 'read' })).toEqual(all.filter(({ action }) => action === 'read'));
    expect(await wholeDiff(reader, { ...input, resourceType: 'memo' })).toEqual([]);
    expect(await diffPage(reader, { ...input, memberIds: [] })).toMatchObject({ edges: [], totalCount: 0 });
  });

  it('is one event for each page, with question, moments, count and hash', async () => {
    const time = await moment();
    const page = await diffPage(reader, { spaceId: SPACE, from: { time }, action: 'read' });
    const events = await auditEvents(admin, { types: ['authorization.access_diff'] });
    expect(events.at(-1)).toMatchObject({
      spaceId: SPACE, target: { type: 'Space', id: SPACE },
      details: { action: 'read', count: 0, from: { clock: Date.parse(time), revision: { space: expect.any(Number) } }, to: { clock: Date.parse(page.to.time) }, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('of a Space that was not there yet is all that it has', async () => {
    const all = await wholeDiff(reader, { spaceId: SPACE, from: { time: '1970-01-01T00:00:00Z' }, memberIds: [MEMBER] });
    expect(told(all)).toEqual(ACTIONS.map((action) => `GAINED SPACE_CHANGED+REGISTRY_CHANGED+MEMBER_CHANGED+GRANTED+ROLE_CHANGED+INHERITANCE_CHANGED+GROUP_CHANGED finance_reviewer ${action}/GROUP_TREE`));
  });
});

describe('who may ask', () => {
  it('needs both permissions in the whole Space', async () => {
    const input = { spaceId: SPACE, from: { time: new Date().toISOString() } };
    const code = async (grant: object): Promise<unknown> => {
      const { errors, data } = await tryDiff(await withApiKey(admin, grant), input);
      return errors?.[0]?.extensions.code ?? (data?.accessDiff === null ? 'null' : 'answer');
    };
    const keys = ['authz:check', 'roles:read'];
    expect(await code({ level: 'SPACE', spaceId: SPACE, permissionKeys: keys })).toBe('answer');
    expect(await code({ level: 'INSTANCE', permissionKeys: keys })).toBe('answer');
    expect(await code({ level: 'GROUP', spaceId: SPACE, groupId: 'group_finance', permissionKeys: keys })).toBe('ADMIN_PERMISSION_REQUIRED');
    expect(await code({ level: 'SPACE', spaceId: 'space_other', permissionKeys: keys })).toBe('ADMIN_PERMISSION_REQUIRED');
    for (const key of keys) expect(await code({ level: 'SPACE', spaceId: SPACE, permissionKeys: [key] })).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect((await tryDiff(server.anonymous, input)).data?.accessDiff ?? null).toBeNull();
  });

  it('finds an absent Space only where it may look', async () => {
    const input = { spaceId: 'space_nowhere', from: { time: new Date().toISOString() } };
    expect((await tryDiff(reader, input)).errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }]);
    expect((await tryDiff(admin, input)).errors).toMatchObject([{ extensions: { code: 'SPACE_NOT_FOUND', inputPath: ['input', 'spaceId'] } }]);
  });
});

describe('bad input', () => {
  const now = (): object => ({ time: new Date().toISOString() });
  it.each([
    ['a later first moment', () => ({ from: now(), to: { time: '2020-01-01T00:00:00Z' } }), ['input', 'from']],
    ['no moment', () => ({ from: {} }), ['input', 'from']],
    ['a moment to come', () => ({ from: now(), to: { time: '2090-01-01T00:00:00Z' } }), ['input', 'to', 'time']],
    ['a made up revision', () => ({ from: { revision: 'zzzzzz' } }), ['input', 'from', 'revision']],
    ['a wrong type', () => ({ from: now(), resourceType: 'a b' }), ['input', 'resourceType']],
    ['a wrong action', () => ({ from: now(), action: '\u0000' }), ['input', 'action']],
    ['a wrong Member', () => ({ from: now(), memberIds: ['member_ok', '?'] }), ['input', 'memberIds', 1]],
    ['too many Members', () => ({ from: now(), memberIds: Array.from({ length: 5_000 }, (_, n) => `member_${n}`) }), ['input', 'memberIds']],
    ['a Resource without an action', () => ({ from: now(), resourceType: 'invoice', resourceId: 'invoice_001' }), ['input', 'action']],
    ['a Resource without a type', () => ({ from: now(), action: 'read', resourceId: 'invoice_001' }), ['input', 'resourceType']],
    ['context without a Resource', () => ({ from: now(), context: { a: 1 } }), ['input', 'resourceId']],
    ['a huge context', () => ({ from: now(), action: 'read', resourceType: 'invoice', resourceId: 'invoice_001', context: { a: 'x'.repeat(20_000) } }), ['input', 'context']],
    ['a wrong Space', () => ({ from: now(), spaceId: 'a b' }), ['input', 'spaceId']],
  ])('%s is refused where it stands', async (_name, input, path) => {
    const { errors, status } = await tryDiff(reader, { spaceId: SPACE, ...input() });
    expect(errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: path } }]);
    expect(status).toBe(200);
  });

  it('a cursor of another list, or a page that is too large, is refused', async () => {
    const input = { spaceId: SPACE, from: { time: '1970-01-01T00:00:00Z' } };
    const { edges } = await diffPage(reader, input, { first: 1 });
    const about = { ...input, resourceType: 'invoice', action: 'read', resourceId: 'invoice_001' };
    expect((await tryDiff(reader, about, { first: 1, after: edges[0]?.cursor })).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID', inputPath: ['after'] } }]);
    expect((await tryDiff(reader, input, { first: 1_000 })).errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['first'] } }]);
  });
});
