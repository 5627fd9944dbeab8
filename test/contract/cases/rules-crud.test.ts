/** The writing side of rules: effects and conditions of Permissions, periods and conditions of assignments, inheritance of Roles. */
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditEvents } from '../support/audit-events.js';
import { Delegate, withApiKey } from '../support/callers.js';
import { approve, check } from '../support/decisions.js';
import { ACTORS, createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { StateReader } from '../support/state.js';

const ASSIGNMENT = 'mr_finance_reviewer_approver_finance';
const APPROVER = 'role_finance_approver';
const MEMBER_ROLE = 'memberRole { id status startsAt expiresAt condition version }';
const YEAR_MS = 365 * 86_400_000;

let server: TestServer;
let admin: GraphqlCaller;
let backend: GraphqlCaller;
let delegate: Delegate;
let state: StateReader;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  backend = await withApiKey(admin, { level: 'SPACE', spaceId: 'space_acme', permissionKeys: ['authz:check'] });
  delegate = await Delegate.create(server, 'delegate');
  state = await StateReader.open(server);
});
afterAll(async () => {
  await state.close();
  await server.stop();
});

const inYears = (years: number): string => new Date(Date.now() + years * YEAR_MS).toISOString();
const decides = async (resource = 'invoice_001', more: object = {}): Promise<string> => {
  const { decision, denyCode } = await check(backend, approve(ACTORS.alice, resource, more));
  return denyCode ?? decision;
};
const made = async <Payload>(mutation: string, input: object, selection: string, caller = admin): Promise<Payload> => caller.mutate<object>(mutation, input, selection) as Promise<Payload>;

/** Code and path of a refused mutation, after which nothing is different. */
async function refusal(mutation: string, input: object, caller = admin): Promise<string> {
  const before = await state.read();
  const { errors } = await caller.tryMutate(mutation, input, '');
  expect(await state.read()).toEqual(before);
  return errors.map(({ code, path }) => `${code} ${path.slice(1).join('.')}`).join();
}

/** Asserts that a mutation needs a right that its caller does not have here, and that nothing is different. */
async function expectDenied(mutation: string, input: object, caller: GraphqlCaller): Promise<void> {
  const before = await state.read();
  await expect(caller.tryMutate(mutation, input, '')).rejects.toThrow('ADMIN_PERMISSION_REQUIRED');
  expect(await state.read()).toEqual(before);
}

const role = async (key: string, spaceId = 'space_acme'): Promise<string> => (await made<{ role: { id: string } }>('createRole', { id: `role_${key}`, spaceId, key, name: key }, 'role { id }')).role.id;
const gives = (roleId: string, permissionId: string): Promise<unknown> => made('createRolePermission', { roleId, permissionId }, 'rolePermission { id }');
const takes = async (roleId: string, permissionId: string): Promise<void> => {
  const { rolePermissions } = await admin.data<{ rolePermissions: { edges: { node: { id: string } }[] } }>(
    'query ($roleId: ID!, $permissionId: ID!) { rolePermissions(roleId: $roleId, permissionId: $permissionId) { edges { node { id } } } }', { roleId, permissionId });
  await made('revokeRolePermission', { id: rolePermissions.edges[0]?.node.id }, 'rolePermission { id }');
};

describe('a Permission', () => {
  const PERMISSION = 'permission { id effect condition status }';

  test('allows everywhere unless it says otherwise', async () => {
    expect(await made('createPermission', { resourceType: 'invoice', action: 'print', scope: 'SPACE' }, PERMISSION)).toMatchObject({ permission: { effect: 'ALLOW', condition: null, status: 'ACTIVE' } });
  });

  test('denies, and is found by its effect', async () => {
    const input = { id: 'perm_no_approval', resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', effect: 'DENY', description: 'Frozen' };
    expect(await made('createPermission', input, PERMISSION)).toMatchObject({ permission: { effect: 'DENY', condition: null } });
    expect(await auditEvents(admin, { targetId: 'perm_no_approval' })).toMatchObject([{ type: 'permission.created', changes: { effect: [null, 'deny'] } }]);
    const { permissions } = await admin.data<{ permissions: { edges: { node: { id: string } }[] } }>('{ permissions(effect: DENY) { edges { node { id } } } }');
    expect(permissions.edges).toEqual([{ node: { id: 'perm_no_approval' } }]);

    expect(await decides()).toBe('ALLOW');
    await gives(APPROVER, 'perm_no_approval');
    expect(await decides()).toBe('EXPLICIT_DENY');
    await takes(APPROVER, 'perm_no_approval');
    expect(await decides()).toBe('ALLOW');
  });

  test('counts where its condition is true, and stands beside rules with other conditions', async () => {
    const rule = (id: string, more: object): object => ({ id, resourceType: 'invoice', action: 'approve', scope: 'GROUP_TREE', effect: 'DENY', ...more });
    await made('createPermission', rule('perm_no_emea', { condition: 'resource.metadata.region == "EMEA"' }), PERMISSION);
    expect(await made('createPermission', rule('perm_no_apac', { condition: 'resource.metadata.region == "APAC"' }), PERMISSION))
      .toMatchObject({ permission: { condition: 'resource.metadata.region == "APAC"' } });
    for (const condition of [undefined, 'resource.metadata.region == "APAC"']) expect(await refusal('createPermission', rule('perm_again', { condition }))).toBe('ALREADY_EXISTS ');
    await gives(APPROVER, 'perm_no_emea');
    expect(await decides()).toBe('ALLOW');
    await gives(APPROVER, 'perm_no_apac');
    expect(await decides()).toBe('EXPLICIT_DENY');
    await takes(APPROVER, 'perm_no_apac');
    await takes(APPROVER, 'perm_no_emea');
  });

  test.each([
    ['is empty', ''], ['breaks off', 'resource.'], ['reads what is not there', 'resource.nothing == 1'], ['is a text', 'resource.id'], ['is a number', '1 + 1'],
    ['is too long', `"${'x'.repeat(2_000)}" == ""`], ['holds NUL', 'resource.id == "\u0000"'], ['holds half a surrogate pair', 'resource.id == "\ud83d"'],
  ])('whose condition %s is refused', async (_, condition) => {
    expect(await refusal('createPermission', { resourceType: 'invoice', action: 'wrong', scope: 'SPACE', condition })).toBe('VALIDATION_FAILED condition');
  });

  test('never changes what it says, and of global scope stays disabled', async () => {
    for (const [field, value] of [['effect', 'ALLOW'], ['condition', 'true']]) {
      const { data, errors } = await admin.send('mutation ($input: UpdatePermissionInput!) { updatePermission(input: $input) { errors { code } } }', { input: { id: 'perm_no_approval', [field as string]: value } });
      expect({ data, errors }).toMatchObject({ errors: [{ message: expect.stringContaining(`"${field}" is not defined`) as unknown }] });
    }
    expect(await made('createPermission', { id: 'perm_global', resourceType: 'invoice', action: 'approve', scope: 'GLOBAL', effect: 'DENY' }, PERMISSION)).toMatchObject({ permission: { status: 'DISABLED' } });
    expect(await refusal('restorePermission', { id: 'perm_global' })).toBe('VALIDATION_FAILED id');
  });

  test('is for the instance alone to make', async () => {
    const caller = await delegate.holds({ level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'permissions:*' });
    await expectDenied('createPermission', { resourceType: 'invoice', action: 'approve', scope: 'GROUP', effect: 'DENY' }, caller);
  });
});

describe('an assignment', () => {
  let id: string;

  test('has a start, an end and a condition', async () => {
    const input = { memberId: 'member_invoice_creator', roleId: APPROVER, scopeAnchorGroupId: 'group_legal', startsAt: inYears(1), expiresAt: inYears(2), condition: 'request.time.getHours() < 18' };
    const { memberRole } = await made<{ memberRole: { id: string } }>('createMemberRole', input, MEMBER_ROLE);
    ({ id } = memberRole);
    expect(memberRole).toEqual({ id, status: 'ACTIVE', startsAt: input.startsAt, expiresAt: input.expiresAt, condition: input.condition, version: 1 });
    expect(await admin.data(`query ($id: ID!) { node(id: $id) { ... on MemberRole { startsAt expiresAt condition } } }`, { id })).toEqual({ node: { startsAt: input.startsAt, expiresAt: input.expiresAt, condition: input.condition } });
  });

  test('changes by field: absent stays, null is taken away, and every change is an event', async () => {
    const startsAt = inYears(1.5);
    expect(await made('updateMemberRole', { id, startsAt, expectedVersion: 1 }, MEMBER_ROLE)).toMatchObject({ memberRole: { startsAt, condition: 'request.time.getHours() < 18', version: 2 } });
    expect(await made('updateMemberRole', { id, condition: 'actor.isMachine' }, MEMBER_ROLE)).toMatchObject({ memberRole: { startsAt, condition: 'actor.isMachine', version: 3 } });
    expect(await made('updateMemberRole', { id, startsAt: null, expiresAt: null, condition: null }, MEMBER_ROLE)).toMatchObject({ memberRole: { startsAt: null, expiresAt: null, condition: null, version: 4 } });
    expect(await made('updateMemberRole', { id, condition: null }, MEMBER_ROLE)).toMatchObject({ memberRole: { version: 4 } });
    expect(await auditEvents(admin, { targetId: id, types: ['member_role.updated'] })).toMatchObject([
      { risk: 'HIGH', spaceId: 'space_acme', changes: { startsAt: [expect.any(String), startsAt] }, details: { memberId: 'member_invoice_creator', roleId: APPROVER } },
      { changes: { condition: ['request.time.getHours() < 18', 'actor.isMachine'] } },
      { changes: { condition: ['actor.isMachine', null], startsAt: [startsAt, null] } },
    ]);
    expect(await refusal('updateMemberRole', { id, condition: 'true', expectedVersion: 3 })).toBe('CONFLICT expectedVersion');
  });

  test.each<[string, object, string]>([
    ['a start after its end', { startsAt: inYears(3), expiresAt: inYears(2) }, 'startsAt'],
    ['a start at its end', { startsAt: inYears(2).slice(0, 10).concat('T00:00:00Z'), expiresAt: inYears(2).slice(0, 10).concat('T00:00:00Z') }, 'startsAt'],
    ['an end that has passed', { expiresAt: inYears(-1) }, 'expiresAt'],
    ['a condition that does not compile', { condition: 'resource.owner == actor' }, 'condition'],
    ['an empty condition', { condition: '' }, 'condition'],
    ['a condition that is too long', { condition: `"${'x'.repeat(2_000)}" == ""` }, 'condition'],
  ])('is neither made nor changed to have %s', async (_, wrong, field) => {
    expect(await refusal('createMemberRole', { memberId: 'member_invoice_creator', roleId: APPROVER, scopeAnchorGroupId: 'group_finance', ...wrong })).toBe(`VALIDATION_FAILED ${field}`);
    expect(await refusal('updateMemberRole', { id, ...wrong })).toBe(`VALIDATION_FAILED ${field}`);
  });

  test('is held against what of its period stays', async () => {
    await made('updateMemberRole', { id, startsAt: inYears(1), expiresAt: inYears(2) }, MEMBER_ROLE);
    expect(await refusal('updateMemberRole', { id, startsAt: inYears(3) })).toBe('VALIDATION_FAILED startsAt');
    expect(await refusal('updateMemberRole', { id, expiresAt: inYears(0.5) })).toBe('VALIDATION_FAILED expiresAt');
  });

  test('counts from its start, while its condition is true', async () => {
    expect(await decides()).toBe('ALLOW');
    await made('updateMemberRole', { id: ASSIGNMENT, startsAt: inYears(1) }, MEMBER_ROLE);
    expect(await decides()).toBe('NO_MATCHING_PERMISSION');
    await made('updateMemberRole', { id: ASSIGNMENT, startsAt: inYears(-1), condition: 'resource.metadata.region == "EMEA"' }, MEMBER_ROLE);
    expect(await decides()).toBe('CONDITION_NOT_MET');
    await made('updateMemberRole', { id: ASSIGNMENT, startsAt: null, condition: null }, MEMBER_ROLE);
    expect(await decides()).toBe('ALLOW');
  });

  test('that was revoked does not change; assigned again it has what the new input says, and nothing of before', async () => {
    await made('updateMemberRole', { id, condition: 'actor.isMachine' }, MEMBER_ROLE);
    await made('revokeMemberRole', { id, reason: 'moved' }, MEMBER_ROLE);
    expect(await refusal('updateMemberRole', { id, condition: null })).toBe('VALIDATION_FAILED id');
    const again = { memberId: 'member_invoice_creator', roleId: APPROVER, scopeAnchorGroupId: 'group_legal' };
    expect(await made('createMemberRole', { ...again, expiresAt: inYears(1) }, MEMBER_ROLE)).toMatchObject({ memberRole: { id, status: 'ACTIVE', startsAt: null, condition: null } });
    expect(await refusal('createMemberRole', { ...again, startsAt: inYears(1) })).toBe('ALREADY_EXISTS roleId');
  });

  describe('may be changed by whom may give it', () => {
    const change = { id: ASSIGNMENT, expiresAt: inYears(5) };
    const overFinance = (): Promise<GraphqlCaller> => delegate.holds({ level: 'GROUP_ADMIN', groupId: 'group_finance', permissionKey: 'roles:*' });

    test.each<[string, object]>([
      ['another Space', { level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:*' }],
      ['a sibling Group', { level: 'GROUP_ADMIN', groupId: 'group_legal', permissionKey: 'roles:*' }],
      ['a Group below the anchor', { level: 'GROUP_ADMIN', groupId: 'group_finance_apac', permissionKey: 'roles:*' }],
    ])('not the admin of %s, for whom it is not there', async (_, grant) => {
      expect(await refusal('updateMemberRole', change, await delegate.holds(grant))).toBe('MEMBER_ROLE_NOT_FOUND id');
    });

    test('not who may read it there and change others elsewhere', async () => {
      const reader = await delegate.holds({ level: 'SPACE_ADMIN', spaceId: 'space_acme', permissionKey: 'roles:read' }, { level: 'GROUP_ADMIN', groupId: 'group_legal', permissionKey: 'roles:manage' });
      await expectDenied('updateMemberRole', change, reader);
    });

    test('the admin of its Group, as long as the Role ends at the anchor', async () => {
      const group = await overFinance();
      await made('updateMemberRole', change, MEMBER_ROLE, group);
      await gives(APPROVER, 'perm_invoice_delete_space');
      await expectDenied('updateMemberRole', { ...change, expiresAt: inYears(6) }, group);
      await takes(APPROVER, 'perm_invoice_delete_space');
    });

    test('not by what the Role inherits either', async () => {
      const group = await overFinance();
      const wide = await role('wide');
      const between = await role('between');
      await gives(wide, 'perm_invoice_delete_space');
      await made('createRoleInheritance', { roleId: between, inheritedRoleId: wide }, 'roleInheritance { id }');
      const { roleInheritance } = await made<{ roleInheritance: { id: string } }>('createRoleInheritance', { roleId: APPROVER, inheritedRoleId: between }, 'roleInheritance { id }');
      const assignment = { memberId: 'member_invoice_creator', roleId: APPROVER, scopeAnchorGroupId: 'group_finance' };
      // A disabled Role counts, because it can be restored.
      for (const mutation of ['disableRole', 'restoreRole']) {
        await made(mutation, { id: wide }, 'role { id }');
        await expectDenied('createMemberRole', assignment, group);
        await expectDenied('updateMemberRole', { ...change, expiresAt: inYears(6) }, group);
      }
      await made('revokeRoleInheritance', { id: roleInheritance.id }, 'roleInheritance { id }');
      await made('updateMemberRole', { ...change, expiresAt: null }, MEMBER_ROLE, group);
    });

    test('nor may a denial that reaches beyond the Group be taken away by its admin', async () => {
      const group = await overFinance();
      await made('createPermission', { id: 'perm_no_delete', resourceType: 'invoice', action: 'delete', scope: 'SPACE', effect: 'DENY' }, 'permission { id }');
      const barred = await role('barred');
      await gives(barred, 'perm_no_delete');
      const { memberRole } = await made<{ memberRole: { id: string } }>('createMemberRole', { memberId: 'member_invoice_creator', roleId: barred, scopeAnchorGroupId: 'group_finance' }, MEMBER_ROLE);
      await expectDenied('revokeMemberRole', { id: memberRole.id }, group);
      await takes(barred, 'perm_no_delete');
      await made('revokeMemberRole', { id: memberRole.id }, MEMBER_ROLE, group);
    });
  });
});

describe('the inheritance of a Role', () => {
  const INHERITANCE = 'roleInheritance { id status version role { key } inheritedRole { key } }';
  const inherits = (roleId: string, inheritedRoleId: string, more: object = {}): Promise<{ roleInheritance: { id: string } }> => made('createRoleInheritance', { roleId, inheritedRoleId, ...more }, INHERITANCE);

  test('gives what the other Role has, is listed, taken away and given again with its old id', async () => {
    const reject = { action: 'reject' };
    const [auditor, rejector] = [await role('inheritor'), await role('rejector')];
    await gives(rejector, 'perm_invoice_reject_group_tree');
    await inherits(auditor, rejector);
    expect(await decides('invoice_001', reject)).toBe('NO_MATCHING_PERMISSION');
    const { roleInheritance } = await inherits(APPROVER, auditor, { id: 'ri_approver' });
    expect(roleInheritance).toEqual({ id: 'ri_approver', status: 'ACTIVE', version: 1, role: { key: 'finance_approver' }, inheritedRole: { key: 'inheritor' } });
    expect(await decides('invoice_001', reject)).toBe('ALLOW');
    expect(await refusal('createRoleInheritance', { roleId: APPROVER, inheritedRoleId: auditor })).toBe('ALREADY_EXISTS inheritedRoleId');

    const list = async (filter: string): Promise<string[]> => {
      const { roleInheritances } = await admin.data<{ roleInheritances: { edges: { node: { inheritedRoleId: string } }[] } }>(`{ roleInheritances(${filter}) { edges { node { inheritedRoleId } } } }`);
      return roleInheritances.edges.map(({ node }) => node.inheritedRoleId);
    };
    expect(await list(`roleId: "${auditor}"`)).toEqual([rejector]);
    expect(await list(`inheritedRoleId: "${auditor}", status: ACTIVE`)).toEqual([auditor]);
    expect(await list('spaceId: "space_other"')).toEqual([]);

    await made('revokeRoleInheritance', { id: 'ri_approver', expectedVersion: 1 }, INHERITANCE);
    expect(await decides('invoice_001', reject)).toBe('NO_MATCHING_PERMISSION');
    expect(await list(`roleId: "${APPROVER}", status: ACTIVE`)).toEqual([]);
    expect(await inherits(APPROVER, auditor)).toMatchObject({ roleInheritance: { id: 'ri_approver', status: 'ACTIVE', version: 3 } });
    expect(await admin.data('{ node(id: "ri_approver") { __typename id } }')).toEqual({ node: { __typename: 'RoleInheritance', id: 'ri_approver' } });
    expect(await auditEvents(admin, { targetId: 'ri_approver' })).toMatchObject([
      { type: 'role_inheritance.created', risk: 'HIGH', spaceId: 'space_acme', changes: { status: [null, 'active'] }, details: { roleId: APPROVER, inheritedRoleId: auditor } },
      { type: 'role_inheritance.revoked', risk: 'HIGH', changes: { status: ['active', 'revoked'] } },
      { type: 'role_inheritance.created', changes: { status: ['revoked', 'active'] } },
    ]);
    await made('revokeRoleInheritance', { id: 'ri_approver' }, INHERITANCE);
  });

  test('has no cycles', async () => {
    const [one, two, three] = [await role('cycle_one'), await role('cycle_two'), await role('cycle_three')];
    await inherits(one, two);
    await inherits(two, three);
    expect(await refusal('createRoleInheritance', { roleId: one, inheritedRoleId: one })).toBe('ROLE_CYCLE inheritedRoleId');
    expect(await refusal('createRoleInheritance', { roleId: two, inheritedRoleId: one })).toBe('ROLE_CYCLE inheritedRoleId');
    expect(await refusal('createRoleInheritance', { roleId: three, inheritedRoleId: one })).toBe('ROLE_CYCLE inheritedRoleId');
    await inherits(one, three);
  });

  test('of two halves of a cycle made at one moment, one is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await role(`half_one_${round}`), await role(`half_two_${round}`)];
      const answers = await Promise.all([[one, two], [two, one]].map(([roleId, inheritedRoleId]) => admin.tryMutate('createRoleInheritance', { roleId, inheritedRoleId }, '')));
      expect(answers.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(['ROLE_CYCLE']);
    }
  });

  test('makes chains of at most 16', async () => {
    const chain = await Promise.all(Array.from({ length: 18 }, (_, position) => role(`chain_${position}`)));
    for (let position = 0; position < 16; position++) await inherits(chain[position] as string, chain[position + 1] as string);
    expect(await refusal('createRoleInheritance', { roleId: chain[16], inheritedRoleId: chain[17] })).toBe('ROLE_CHAIN_TOO_LONG inheritedRoleId');
    expect(await refusal('createRoleInheritance', { roleId: chain[17], inheritedRoleId: chain[0] })).toBe('ROLE_CHAIN_TOO_LONG inheritedRoleId');
    await inherits(chain[15] as string, chain[17] as string);
  });

  test('stays inside the Space', async () => {
    expect(await refusal('createRoleInheritance', { roleId: APPROVER, inheritedRoleId: 'role_other' })).toBe('ROLE_NOT_FOUND inheritedRoleId');
    expect(await refusal('createRoleInheritance', { roleId: 'role_other', inheritedRoleId: APPROVER })).toBe('ROLE_NOT_FOUND inheritedRoleId');
  });

  test.each<[string, object[], string]>([
    ['another Space', [{ level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:*' }], 'ROLE_NOT_FOUND roleId'],
    ['a Group', [{ level: 'GROUP_ADMIN', groupId: 'group_finance', permissionKey: 'roles:*' }], 'ROLE_NOT_FOUND roleId'],
  ])('is not for the admin of %s, who sees none', async (_, grants, mistake) => {
    const caller = await delegate.holds(...grants);
    expect(await refusal('createRoleInheritance', { roleId: APPROVER, inheritedRoleId: 'role_chain_0' }, caller)).toBe(mistake);
    expect(await refusal('revokeRoleInheritance', { id: 'ri_approver' }, caller)).toBe('ROLE_INHERITANCE_NOT_FOUND id');
    expect(await caller.data('{ roleInheritance(id: "ri_approver") { id } roleInheritances(spaceId: "space_acme") { totalCount } }')).toEqual({ roleInheritance: null, roleInheritances: { totalCount: 0 } });
  });

  test('is for who may change Roles of the whole Space, not for who may read them', async () => {
    const change = { roleId: APPROVER, inheritedRoleId: 'role_chain_17' };
    const space = { level: 'SPACE_ADMIN', spaceId: 'space_acme' };
    const reader = await delegate.holds({ ...space, permissionKey: 'roles:read' }, { level: 'GROUP_ADMIN', groupId: 'group_finance', permissionKey: 'roles:manage' });
    await expectDenied('createRoleInheritance', change, reader);
    await expectDenied('revokeRoleInheritance', { id: 'ri_approver' }, reader);
    const manager = await delegate.holds({ ...space, permissionKey: 'roles:manage' });
    const { roleInheritance } = await made<{ roleInheritance: { id: string } }>('createRoleInheritance', change, 'roleInheritance { id }', manager);
    await made('revokeRoleInheritance', { id: roleInheritance.id }, 'roleInheritance { id }', manager);
  });
});
