/** What-if: who may ask, what is refused and where it stands, and that nothing but one audit event is left behind. */
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import type { AccessChange } from '../support/access-diffs.js';
import { auditEvents } from '../support/audit-events.js';
import { Delegate, withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';
import { simulate, trySimulate, type Simulation } from '../support/simulations.js';
import { StateReader } from '../support/state.js';

const SPACE = 'space_acme';
const MEMBER = 'member_finance_reviewer';
const ROLE = 'role_finance_approver';
const ASSIGNMENT = 'mr_finance_reviewer_approver_finance';
const KEYS = ['authz:check', 'roles:read', 'audit:read', 'permissions:read'];
const REVOKED = { revokeMemberRole: { id: ASSIGNMENT } };
const GRANTED = { createMemberRole: { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_legal' } };

let server: TestServer;
let admin: GraphqlCaller;
let asker: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  for (const id of ['role_a', 'role_b', 'role_c']) await admin.mutate('createRole', { id, spaceId: SPACE, key: id.slice(5), name: id }, '');
  await admin.mutate('createPermission', { id: 'perm_global', resourceType: 'invoice', action: 'read', scope: 'GLOBAL' }, '');
  asker = await withApiKey(admin, { level: 'SPACE', spaceId: SPACE, permissionKeys: KEYS });
});
afterAll(() => server.stop());

describe('who may ask', () => {
  const failure = async (caller: GraphqlCaller, input: object = {}): Promise<unknown> => {
    const { data, errors } = await trySimulate(caller, { spaceId: SPACE, changes: [REVOKED], ...input });
    return errors === undefined ? (data?.simulateChange?.lost ?? 'null') : errors.map(({ message, extensions }) => [extensions.code, extensions['permission'], message]);
  };
  const withKeys = (permissionKeys: readonly string[], more: object = { level: 'SPACE', spaceId: SPACE }): Promise<GraphqlCaller> => withApiKey(admin, { permissionKeys, ...more });
  const refused = (permission: string): unknown => [['ADMIN_PERMISSION_REQUIRED', permission, expect.any(String)]];

  it('needs authz:check and roles:read in the whole Space', async () => {
    expect(await failure(await withKeys(['authz:check', 'roles:read']))).toBe(5);
    expect(await failure(await withKeys(['authz:check', 'roles:read'], { level: 'INSTANCE' }))).toBe(5);
    for (const key of ['authz:check', 'roles:read']) expect(await failure(await withKeys([key]))).toEqual([['UNAUTHORIZED_FIELD_OR_TYPE', undefined, expect.any(String)]]);
    expect((await trySimulate(server.anonymous, { spaceId: SPACE, changes: [REVOKED] })).data?.simulateChange ?? null).toBeNull();
  });

  it('is refused to the admin of a Group, whichever of the keys reaches no further', async () => {
    const group = { level: 'GROUP_ADMIN', spaceId: SPACE, groupId: 'group_finance' };
    const whole = { level: 'SPACE_ADMIN', spaceId: SPACE };
    const delegate = await Delegate.create(server, 'partly');
    for (const [check_, read] of [[group, group], [group, whole], [whole, group]] as const) {
      const caller = await delegate.holds({ ...check_, permissionKey: 'authz:check' }, { ...read, permissionKey: 'roles:read' });
      expect(await failure(caller)).toEqual(refused(check_ === group ? 'authz:check' : 'roles:read'));
    }
    expect(await failure(await delegate.holds({ ...whole, permissionKey: 'authz:check' }, { ...whole, permissionKey: 'roles:read' }))).toBe(5);
  });

  it('gives the admin of another Space what it gives for a Space that does not exist', async () => {
    const other = await withKeys(KEYS, { level: 'SPACE', spaceId: 'space_other' });
    expect(await failure(other)).toEqual(refused('authz:check'));
    expect(await failure(other, { spaceId: 'space_nowhere' })).toEqual(await failure(other));
    expect(await failure(other, { since: '2020-01-01T00:00:00Z', spaceId: 'space_nowhere' })).toEqual(await failure(other, { since: '2020-01-01T00:00:00Z' }));
    expect(await failure(await withKeys(KEYS, { level: 'INSTANCE' }), { spaceId: 'space_nowhere' })).toEqual([['SPACE_NOT_FOUND', undefined, expect.any(String)]]);
  });

  it('shows recorded decisions to who may read the log of the whole Space', async () => {
    const since = { since: '2020-01-01T00:00:00Z' };
    expect(await failure(await withKeys(['authz:check', 'roles:read']), since)).toEqual(refused('audit:read'));
    const whole = { level: 'SPACE_ADMIN', spaceId: SPACE };
    const delegate = await Delegate.create(server, 'reads_part');
    const rights = ['authz:check', 'roles:read'].map((permissionKey) => ({ ...whole, permissionKey }));
    expect(await failure(await delegate.holds(...rights, { level: 'GROUP_ADMIN', spaceId: SPACE, groupId: 'group_finance', permissionKey: 'audit:read' }), since)).toEqual(refused('audit:read'));
    expect(await failure(await withKeys(['authz:check', 'roles:read', 'audit:read']), since)).toBe(5);
  });

  it('tells what Permissions of the catalogue would do to who may read them', async () => {
    const blind = await withKeys(['authz:check', 'roles:read', 'audit:read']);
    for (const change of [
      { createRolePermission: { roleId: ROLE, permissionId: 'perm_invoice_reject_group_tree' } }, { createRolePermission: { roleId: ROLE, permissionId: 'perm_nowhere' } },
      { setPermissionStatus: { id: 'perm_invoice_read_group_tree', status: 'DISABLED' } }, { createPermission: { id: 'perm_x', resourceType: 'invoice', action: 'read', scope: 'SELF' } },
    ]) expect(await failure(blind, { changes: [change] })).toEqual(refused('permissions:read'));
    expect(await failure(asker, { changes: [{ setPermissionStatus: { id: 'perm_invoice_read_group_tree', status: 'DISABLED' } }] })).toBe(1);
  });
});

describe('what is refused', () => {
  const FAR = '2090-01-01T00:00:00Z';
  const at = (...tail: (string | number)[]): (string | number)[] => ['input', 'changes', ...tail];
  const NOT_FOUND: readonly (readonly [name: string, change: object, code: string, path: (string | number)[]])[] = [
    ['an unknown Role', { createMemberRole: { memberId: MEMBER, roleId: 'role_nowhere' } }, 'ROLE_NOT_FOUND', at(0, 'createMemberRole', 'roleId')],
    ['a Role of another Space', { createMemberRole: { memberId: MEMBER, roleId: 'role_other' } }, 'ROLE_NOT_FOUND', at(0, 'createMemberRole', 'roleId')],
    ['a Member of another Space', { createMemberRole: { memberId: 'member_other', roleId: ROLE } }, 'MEMBER_NOT_FOUND', at(0, 'createMemberRole', 'memberId')],
    ['a Group of another Space', { createMemberRole: { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_other' } }, 'GROUP_NOT_FOUND', at(0, 'createMemberRole', 'scopeAnchorGroupId')],
    ['an unknown assignment', { revokeMemberRole: { id: 'mr_nowhere' } }, 'MEMBER_ROLE_NOT_FOUND', at(0, 'revokeMemberRole', 'id')],
    ['an unknown Permission', { createRolePermission: { roleId: ROLE, permissionId: 'perm_nowhere' } }, 'PERMISSION_NOT_FOUND', at(0, 'createRolePermission', 'permissionId')],
    ['an unknown RolePermission', { revokeRolePermission: { id: 'rp_nowhere' } }, 'ROLE_PERMISSION_NOT_FOUND', at(0, 'revokeRolePermission', 'id')],
    ['an unknown RoleInheritance', { revokeRoleInheritance: { id: 'ri_nowhere' } }, 'ROLE_INHERITANCE_NOT_FOUND', at(0, 'revokeRoleInheritance', 'id')],
    ['a foreign Role to inherit', { createRoleInheritance: { roleId: ROLE, inheritedRoleId: 'role_other' } }, 'ROLE_NOT_FOUND', at(0, 'createRoleInheritance', 'inheritedRoleId')],
    ['an unknown binding', { revokeUserMember: { id: 'um_nowhere' } }, 'USER_MEMBER_NOT_FOUND', at(0, 'revokeUserMember', 'id')],
    ['a foreign parent', { moveGroup: { id: 'group_legal', parentGroupId: 'group_other' } }, 'GROUP_NOT_FOUND', at(0, 'moveGroup', 'parentGroupId')],
    ['a foreign Member to disable', { setMemberStatus: { id: 'member_other', status: 'DISABLED' } }, 'MEMBER_NOT_FOUND', at(0, 'setMemberStatus', 'id')],
    ['an id with a NUL byte', { revokeMemberRole: { id: 'mr_\u0000' } }, 'VALIDATION_FAILED', at(0, 'revokeMemberRole', 'id')],
  ];
  const RULES: typeof NOT_FOUND = [
    ['a Group below itself', { moveGroup: { id: 'group_finance', parentGroupId: 'group_finance_apac' } }, 'GROUP_CYCLE', at(0, 'moveGroup', 'parentGroupId')],
    ['a place that is taken', { moveGroup: { id: 'group_legal_emea', parentGroupId: 'group_finance' } }, 'ALREADY_EXISTS', at(0, 'moveGroup', 'parentGroupId')],
    ['a move without a place', { moveGroup: { id: 'group_legal' } }, 'VALIDATION_FAILED', at(0, 'moveGroup', 'parentGroupId')],
    ['a Role that inherits itself', { createRoleInheritance: { roleId: 'role_a', inheritedRoleId: 'role_a' } }, 'ROLE_CYCLE', at(0, 'createRoleInheritance', 'inheritedRoleId')],
    ['an end that has passed', { createMemberRole: { memberId: MEMBER, roleId: 'role_a', expiresAt: '2020-01-01T00:00:00Z' } }, 'VALIDATION_FAILED', at(0, 'createMemberRole', 'expiresAt')],
    ['an assignment changed to have ended', { updateMemberRole: { id: ASSIGNMENT, expiresAt: '2020-01-01T00:00:00Z' } }, 'VALIDATION_FAILED', at(0, 'updateMemberRole', 'expiresAt')],
    ['a start behind the end', { updateMemberRole: { id: ASSIGNMENT, startsAt: '2091-01-01T00:00:00Z', expiresAt: FAR } }, 'VALIDATION_FAILED', at(0, 'updateMemberRole', 'startsAt')],
    ['what is held already', { createMemberRole: { memberId: MEMBER, roleId: ROLE, scopeAnchorGroupId: 'group_finance' } }, 'ALREADY_EXISTS', at(0, 'createMemberRole', 'roleId')],
    ['a Permission that is held already', { createRolePermission: { roleId: ROLE, permissionId: 'perm_invoice_read_group_tree' } }, 'ALREADY_EXISTS', at(0, 'createRolePermission', 'permissionId')],
    ['a condition that does not compile', { updateMemberRole: { id: ASSIGNMENT, condition: 'resource.' } }, 'VALIDATION_FAILED', at(0, 'updateMemberRole', 'condition')],
    ['a condition that gives no boolean', { createMemberRole: { memberId: MEMBER, roleId: 'role_a', condition: '1 + 1' } }, 'VALIDATION_FAILED', at(0, 'createMemberRole', 'condition')],
    ['a Role with a taken key', { createRole: { id: 'role_new', key: 'a' } }, 'ALREADY_EXISTS', at(0, 'createRole', 'key')],
    ['a Role with a wrong key', { createRole: { id: 'role_new', key: 'A b' } }, 'VALIDATION_FAILED', at(0, 'createRole', 'key')],
    ['a Role with a taken id', { createRole: { id: 'role_a', key: 'new' } }, 'ID_UNAVAILABLE', at(0, 'createRole', 'id')],
    ['a Role with an id that is taken elsewhere', { createRole: { id: 'role_other', key: 'new' } }, 'ID_UNAVAILABLE', at(0, 'createRole', 'id')],
    ['a Permission with a wrong id', { createPermission: { id: 'role_x', resourceType: 'invoice', action: 'read', scope: 'SELF' } }, 'VALIDATION_FAILED', at(0, 'createPermission', 'id')],
    ['a Permission with a wrong type', { createPermission: { id: 'perm_x', resourceType: 'In voice', action: 'read', scope: 'SELF' } }, 'VALIDATION_FAILED', at(0, 'createPermission', 'resourceType')],
    ['a Permission with a wrong action', { createPermission: { id: 'perm_x', resourceType: 'invoice', action: '9', scope: 'SELF' } }, 'VALIDATION_FAILED', at(0, 'createPermission', 'action')],
    ['a Permission that there is', { createPermission: { id: 'perm_x', resourceType: 'invoice', action: 'read', scope: 'SELF' } }, 'ALREADY_EXISTS', at(0, 'createPermission')],
    ['a Permission of global scope restored', { setPermissionStatus: { id: 'perm_global', status: 'ACTIVE' } }, 'VALIDATION_FAILED', at(0, 'setPermissionStatus', 'id')],
    ['a change that says nothing', {}, 'VALIDATION_FAILED', at(0)],
    ['a change that says two things', { ...REVOKED, ...GRANTED }, 'VALIDATION_FAILED', at(0)],
  ];

  it.each([...NOT_FOUND, ...RULES])('%s', async (_name, change, code, path) => {
    const { errors, status } = await trySimulate(asker, { spaceId: SPACE, changes: [change] });
    expect([errors?.map(({ extensions }) => [extensions.code, extensions['inputPath']]), status]).toEqual([[[code, path]], 200]);
  });

  it('a change that an earlier one of the same proposal forbids, and not without it', async () => {
    const [one, two, three] = [['role_a', 'role_b'], ['role_b', 'role_c'], ['role_c', 'role_a']].map(([roleId, inheritedRoleId]) => ({ createRoleInheritance: { roleId, inheritedRoleId } }));
    const refusalOf = async (...changes: unknown[]): Promise<unknown> => (await trySimulate(asker, { spaceId: SPACE, changes })).errors?.map(({ extensions }) => [extensions.code, extensions['inputPath']]);
    expect(await refusalOf(one, two)).toBeUndefined();
    expect(await refusalOf(one, two, three)).toEqual([['ROLE_CYCLE', at(2, 'createRoleInheritance', 'inheritedRoleId')]]);
    expect(await refusalOf(GRANTED, GRANTED)).toEqual([['ALREADY_EXISTS', at(1, 'createMemberRole', 'roleId')]]);
    expect(await refusalOf(REVOKED, { updateMemberRole: { id: ASSIGNMENT, condition: null } })).toEqual([['VALIDATION_FAILED', at(1, 'updateMemberRole', 'id')]]);
    expect(await refusalOf({ createRole: { id: 'role_twice', key: 'one' } }, { createRole: { id: 'role_twice', key: 'two' } })).toEqual([['ID_UNAVAILABLE', at(1, 'createRole', 'id')]]);
    const chain = Array.from({ length: 18 }, (_, n) => ({ createRole: { id: `role_chain_${n}`, key: `chain_${n}` } }));
    const links = Array.from({ length: 17 }, (_, n) => ({ createRoleInheritance: { roleId: `role_chain_${n}`, inheritedRoleId: `role_chain_${n + 1}` } }));
    expect(await refusalOf(...chain, ...links.slice(0, 16))).toBeUndefined();
    expect(await refusalOf(...chain, ...links)).toEqual([['ROLE_CHAIN_TOO_LONG', at(34, 'createRoleInheritance', 'inheritedRoleId')]]);
  });

  it.each([
    ['no change', { changes: [] }, ['changes']],
    ['too many changes', { changes: Array.from({ length: 101 }, () => REVOKED) }, ['changes']],
    ['a wrong Space', { spaceId: 'a b' }, ['spaceId']],
    ['a revision of another Space', { revision: 'zzzzzz' }, ['revision']],
    ['a wrong type', { resourceType: 'a b' }, ['resourceType']],
    ['a wrong action', { action: '\u0000' }, ['action']],
    ['a time to come', { since: FAR }, ['since']],
    ['a beginning behind the end', { since: '2020-02-01T00:00:00Z', until: '2020-01-01T00:00:00Z' }, ['since']],
    ['an end of nothing', { until: '2020-01-01T00:00:00Z' }, ['until']],
    ['a number of nothing', { mostDecisions: 5 }, ['mostDecisions']],
    ['an event of nothing', { beforeAuditEventId: 'audit_1' }, ['beforeAuditEventId']],
    ['no decisions', { since: '2020-01-01T00:00:00Z', mostDecisions: 0 }, ['mostDecisions']],
    ['too many decisions', { since: '2020-01-01T00:00:00Z', mostDecisions: 10_001 }, ['mostDecisions']],
    ['a wrong event', { since: '2020-01-01T00:00:00Z', beforeAuditEventId: '?' }, ['beforeAuditEventId']],
  ])('%s', async (_name, more, path) => {
    const { errors, status } = await trySimulate(asker, { spaceId: SPACE, changes: [REVOKED], ...more });
    expect([errors?.map(({ extensions }) => [extensions.code, extensions['inputPath']]), status]).toEqual([[['VALIDATION_FAILED', ['input', ...path]]], 200]);
  });

  it('to begin before an event that is no decision of the Space', async () => {
    const other = await check(await withApiKey(admin, { level: 'INSTANCE', permissionKeys: ['authz:check'] }), approve({ ...ACTORS.alice, spaceId: 'space_other' }, 'invoice_other'));
    const [made] = await auditEvents(admin, { types: ['role.created'] });
    for (const beforeAuditEventId of [other.auditEventId, made?.id, 'audit_nowhere']) {
      const { errors } = await trySimulate(asker, { spaceId: SPACE, changes: [REVOKED], since: '2020-01-01T00:00:00Z', beforeAuditEventId });
      expect(errors).toMatchObject([{ extensions: { code: 'AUDIT_EVENT_NOT_FOUND', inputPath: ['input', 'beforeAuditEventId'] } }]);
    }
  });
});

describe('separation of duty', () => {
  it('is told, where a mutation would be refused', async () => {
    const rule = async (input: object): Promise<string> => (await admin.mutate<{ separationRule: { id: string } }>('createSeparationRule', { spaceId: SPACE, name: 'Apart', atMost: 1, ...input }, 'separationRule { id }')).separationRule.id;
    await admin.mutate('createMemberRole', { id: 'mr_a', memberId: MEMBER, roleId: 'role_a' }, '');
    const [byRole, byPermission] = [await rule({ roleIds: ['role_a', 'role_b'] }), await rule({ permissionIds: ['perm_invoice_delete_space', 'perm_invoice_delete_group_tree'] })];
    const broken = async (...changes: object[]): Promise<unknown> => (await simulate(asker, { spaceId: SPACE, changes })).violations.edges.map(({ node }) => node);
    const assigned = { memberId: MEMBER, roleId: 'role_b' };
    const violation = { ruleId: byRole, memberId: MEMBER, roleIds: ['role_a', 'role_b'], permissionIds: [] };
    expect(await broken({ createMemberRole: assigned })).toEqual([violation]);
    expect((await admin.tryMutate('createMemberRole', assigned, '')).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTY' }]);
    const inherited = { roleId: 'role_a', inheritedRoleId: 'role_b' };
    expect(await broken({ createRoleInheritance: inherited })).toEqual([violation]);
    expect((await admin.tryMutate('createRoleInheritance', inherited, '')).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTY' }]);
    const given = { roleId: ROLE, permissionId: 'perm_invoice_delete_space' };
    expect(await broken({ createRolePermission: given })).toEqual([{ ruleId: byPermission, memberId: MEMBER, roleIds: [], permissionIds: ['perm_invoice_delete_group_tree', 'perm_invoice_delete_space'] }]);
    expect((await admin.tryMutate('createRolePermission', given, '')).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTY' }]);
    // What a later change of the proposal takes back is not broken, nor is what a disabled Role or Member has.
    expect(await broken({ createMemberRole: assigned }, { revokeMemberRole: { id: 'mr_a' } })).toEqual([]);
    expect(await broken({ createMemberRole: assigned }, { setMemberStatus: { id: MEMBER, status: 'DISABLED' } })).toEqual([]);
    expect(await broken({ createMemberRole: assigned }, { setRoleStatus: { id: 'role_b', status: 'DISABLED' } })).toEqual([]);
    const both = [{ createMemberRole: assigned }, { createRolePermission: given }];
    const expected = await broken(...both);
    const page = async (cut: object): Promise<Simulation['violations']> => (await simulate(asker, { spaceId: SPACE, changes: both }, { first: 1, firstFlips: 1, ...cut })).violations;
    const first = await page({ firstViolations: 1 });
    expect([...first.edges, ...(await page({ firstViolations: 1, afterViolations: first.pageInfo.endCursor })).edges].map(({ node }) => node)).toEqual(expected);
    const last = await page({ lastViolations: 1 });
    expect([...(await page({ lastViolations: 1, beforeViolations: last.pageInfo.startCursor })).edges, ...last.edges].map(({ node }) => node)).toEqual(expected);
    // What was exceeded before is not told again.
    await admin.mutate('disableSeparationRule', { id: byRole }, '');
    expect(await broken({ createMemberRole: assigned })).toEqual([]);
    await admin.mutate('createMemberRole', { id: 'mr_b', ...assigned }, '');
    await admin.mutate('restoreSeparationRule', { id: byRole }, '');
    expect(await broken({ updateMemberRole: { id: 'mr_b', condition: 'true' } })).toEqual([]);
  });
});

describe('an answer', () => {
  it('is whole in pages of any size and both ways, over the revision of the first', async () => {
    const input = { spaceId: SPACE, changes: [REVOKED, GRANTED] };
    const whole = await simulate(asker, input);
    const all = whole.changes.edges.map(({ node }) => node);
    expect(all).toHaveLength(10);
    const named = { ...input, revision: whole.revision };
    for (const size of [1, 3, 10]) {
      const [forwards, backwards]: [AccessChange[], AccessChange[]] = [[], []];
      for (let after: string | null = null, more = true; more;) {
        const { changes }: Simulation = await simulate(asker, named, { first: size, after, firstFlips: 1, firstViolations: 1 });
        forwards.push(...changes.edges.map(({ node }) => node));
        [after, more] = [changes.pageInfo.endCursor, changes.pageInfo.hasNextPage];
      }
      for (let before: string | null = null, more = true; more;) {
        const { changes }: Simulation = await simulate(asker, named, { last: size, before, firstFlips: 1, firstViolations: 1 });
        backwards.unshift(...changes.edges.map(({ node }) => node));
        [before, more] = [changes.pageInfo.startCursor, changes.pageInfo.hasPreviousPage];
      }
      expect([forwards, backwards]).toEqual([all, all]);
    }
    expect((await trySimulate(asker, input, { first: 1, after: 'made-up', firstFlips: 1, firstViolations: 1 })).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID', inputPath: ['after'] } }]);
    expect((await trySimulate(asker, input, { first: 1_000, firstFlips: 1, firstViolations: 1 })).errors).toMatchObject([{ extensions: { code: 'VALIDATION_FAILED', inputPath: ['first'] } }]);
  });

  it('leaves one event with the question and the hash of the answer, and nothing else', async () => {
    await check(asker, approve(ACTORS.alice, 'invoice_001'));
    const state = await StateReader.open(server);
    try {
      const [before, logged] = [await state.read(), await auditEvents(admin, { types: ['authorization.simulated'] })];
      const answer = await simulate(asker, { spaceId: SPACE, since: '2020-01-01T00:00:00Z', action: 'approve', changes: [REVOKED, { setGroupStatus: { id: 'group_legal', status: 'DISABLED' } }, { moveGroup: { id: 'group_finance_emea', parentGroupId: null } }] });
      expect(await state.read()).toEqual(before);
      const events = await auditEvents(admin, { types: ['authorization.simulated'] });
      expect(events).toHaveLength(logged.length + 1);
      expect(events.at(-1)).toMatchObject({
        id: answer.auditEventId, spaceId: SPACE, target: { type: 'Space', id: SPACE },
        details: {
          action: 'approve', changes: [REVOKED, { setGroupStatus: { id: 'group_legal', status: 'disabled' } }, { moveGroup: { id: 'group_finance_emea', parentGroupId: null } }], changesSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          gained: 0, lost: 1, members: 1, violations: 0, revision: { space: expect.any(Number), instance: expect.any(Number) },
          replay: { since: '2020-01-01T00:00:00.000Z', examined: answer.decisions?.examined, flipped: 1, undecided: 0 }, sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      });
    } finally {
      await state.close();
    }
  });

  it('is over the newest facts, also where the clock of the database is ahead', async () => {
    await admin.mutate('createRole', { id: 'role_ahead', spaceId: SPACE, key: 'ahead', name: 'Ahead' }, '');
    const forward = (by: string): Promise<unknown> => asOwner(server.database, (owner) => owner.query(`
      ALTER TABLE sys_authz.fact_version DISABLE TRIGGER USER; UPDATE sys_authz.fact_version SET recorded_at = recorded_at + interval '${by}'; ALTER TABLE sys_authz.fact_version ENABLE TRIGGER USER`));
    await forward('1 hour');
    expect(await simulate(asker, { spaceId: SPACE, changes: [REVOKED, { setRoleStatus: { id: 'role_ahead', status: 'DISABLED' } }] })).toMatchObject({ lost: 5 });
    await forward('-1 hour');
  });

  it('that is refused leaves no event of a simulation', async () => {
    const before = await auditEvents(admin, { types: ['authorization.simulated'] });
    await trySimulate(asker, { spaceId: SPACE, changes: [{ revokeMemberRole: { id: 'mr_nowhere' } }] });
    await trySimulate(await withApiKey(admin, { level: 'SPACE', spaceId: 'space_other', permissionKeys: KEYS }), { spaceId: SPACE, changes: [REVOKED] });
    expect(await auditEvents(admin, { types: ['authorization.simulated'] })).toHaveLength(before.length);
  });
});
