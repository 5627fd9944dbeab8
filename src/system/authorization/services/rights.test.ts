import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { Caller } from '../../shared/contracts/index.js';
import { ACME, ALICE, callerOf, FINANCE_GROUP, INSTANCE, openFinanceWorld, OTHER, type FinanceWorld } from '../testing/finance-world.js';
import { authorizationDecisionsRef } from './decisions.js';
import { memberRolesRef, type CreateMemberRole } from './member-roles.js';
import { permissionsRef } from './permissions.js';
import { rolePermissionsRef } from './role-permissions.js';
import { rolesRef } from './roles.js';

let store: TestDatabase;
let world: FinanceWorld;

beforeEach(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
});

afterEach(async () => {
  await world.close();
  await store.drop();
});

const instance = callerOf('session', [INSTANCE]);
const acme = callerOf('session', [ACME]);
const other = callerOf('session', [OTHER]);
const finance = callerOf('session', [FINANCE_GROUP]);
const reader = callerOf('session', [{ ...ACME, permissionKey: 'roles:read' }]);
const PAGE = { first: 50 };

const roles = () => world.services.get(rolesRef);
const permissions = () => world.services.get(permissionsRef);
const rolePermissions = () => world.services.get(rolePermissionsRef);
const memberRoles = () => world.services.get(memberRolesRef);
const types = (): string[] => world.entries.map(({ type }) => type);
const error = (code: string, ...path: string[]) => ({ errors: [{ code, path: ['input', ...path], message: expect.any(String) }] });
const denied = { code: 'ADMIN_PERMISSION_REQUIRED' };
const approves = async (now?: number): Promise<boolean> => {
  const context = world.as(callerOf('api_key', [INSTANCE]), now);
  return (await world.services.get(authorizationDecisionsRef).check(context, { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' })).decision === 'ALLOW';
};
const revisionOf = async (spaceId: string): Promise<number> =>
  (await world.database.pool.query<{ rev: number }>('SELECT rev FROM sys_authz.revision WHERE space_id = $1', [spaceId])).rows[0]?.rev ?? 0;

describe('Roles', () => {
  test('are created, changed, disabled and restored, each with its event and revision', async () => {
    const before = await revisionOf('space_acme');
    const { role } = await roles().create(world.as(acme), { spaceId: 'space_acme', key: 'auditor', name: 'Auditor', metadata: { note: 'x' } });
    expect(role).toMatchObject({ spaceId: 'space_acme', key: 'auditor', status: 'active', version: 1 });
    expect(role?.id).toMatch(/^role_/);
    const id = role!.id;
    expect((await roles().update(world.as(acme), { id, name: 'Head of audit', metadata: {} })).role).toMatchObject({ name: 'Head of audit', version: 2 });
    expect((await roles().disable(world.as(acme), { id, expectedVersion: 2 })).role).toMatchObject({ status: 'disabled' });
    expect((await roles().restore(world.as(acme), { id })).role).toMatchObject({ status: 'active' });
    await roles().restore(world.as(acme), { id });
    expect(types()).toEqual(['role.created', 'role.updated', 'role.disabled', 'role.restored']);
    expect(world.entries[1]).toMatchObject({ spaceId: 'space_acme', target: { type: 'Role', id }, changes: { name: ['Auditor', 'Head of audit'] } });
    expect(JSON.stringify(world.entries)).not.toContain('"note"');
    expect(await revisionOf('space_acme')).toBeGreaterThan(before + 2);
  });

  test('a disabled Role grants nothing', async () => {
    expect(await approves()).toBe(true);
    await roles().disable(world.as(acme), { id: 'role_finance_approver' });
    expect(await approves()).toBe(false);
    await roles().restore(world.as(acme), { id: 'role_finance_approver' });
    expect(await approves()).toBe(true);
  });

  test('name what is wrong and change nothing', async () => {
    const create = (input: object) => roles().create(world.as(acme), { spaceId: 'space_acme', key: 'fresh', name: 'Fresh', ...input });
    expect(await create({ key: 'finance_approver' })).toEqual(error('ALREADY_EXISTS', 'key'));
    expect(await create({ key: 'Not A Key' })).toEqual(error('VALIDATION_FAILED', 'key'));
    expect(await create({ name: '' })).toEqual(error('VALIDATION_FAILED', 'name'));
    expect(await create({ description: 'x'.repeat(2_001) })).toEqual(error('VALIDATION_FAILED', 'description'));
    expect(await create({ metadata: [] })).toEqual(error('VALIDATION_FAILED', 'metadata'));
    expect(await create({ id: 'member_1' })).toEqual(error('VALIDATION_FAILED', 'id'));
    expect(await create({ id: 'role_finance_approver' })).toEqual(error('ID_UNAVAILABLE', 'id'));
    expect(await create({ spaceId: 'space_missing' })).toEqual(error('SPACE_NOT_FOUND', 'spaceId'));
    expect(await create({ spaceId: 'space_other' })).toEqual(error('SPACE_NOT_FOUND', 'spaceId'));
    expect(await roles().update(world.as(acme), { id: 'role_finance_approver', name: 'x', expectedVersion: 9 })).toEqual(error('CONFLICT', 'expectedVersion'));
    expect(await roles().update(world.as(acme), { id: 'role_missing', name: 'x' })).toEqual(error('ROLE_NOT_FOUND', 'id'));
    expect(types()).toEqual([]);
  });

  test('are hidden from other Spaces and changed only with the right', async () => {
    expect(await roles().byIds(world.as(other), ['role_finance_approver', 'role_other'])).toEqual([undefined, expect.objectContaining({ id: 'role_other' })]);
    expect((await roles().list(world.as(other), {}, PAGE)).edges.map(({ node }) => node.id)).toEqual(['role_other']);
    expect((await roles().list(world.as(finance), {}, PAGE)).edges).toEqual([]);
    expect((await roles().list(world.as(instance), { key: 'deleter', status: 'active', spaceId: 'space_acme' }, PAGE)).edges).toHaveLength(1);
    expect(await (await roles().list(world.as(acme), {}, { first: 1 })).totalCount()).toBe(2);
    for (const caller of [other, finance]) expect(await roles().disable(world.as(caller), { id: 'role_finance_approver' })).toEqual(error('ROLE_NOT_FOUND', 'id'));
    await expect(roles().disable(world.as(reader), { id: 'role_finance_approver' })).rejects.toMatchObject(denied);
    await expect(roles().create(world.as(finance), { spaceId: 'space_acme', key: 'k', name: 'n' })).rejects.toMatchObject(denied);
    expect(types()).toEqual([]);
  });

  test('take no changes in a Space that is being deleted', async () => {
    await world.run(`UPDATE sys_identity.spaces SET status = 'deleting', delete_after = now() + interval '1 day' WHERE id = 'space_acme'`);
    expect(await roles().create(world.as(acme), { spaceId: 'space_acme', key: 'late', name: 'Late' })).toEqual(error('SPACE_DELETION_PENDING', 'spaceId'));
    expect(await roles().disable(world.as(acme), { id: 'role_finance_approver' })).toEqual(error('SPACE_DELETION_PENDING', 'id'));
  });

  test('change together with their event or not at all', async () => {
    world.breakLog('disk full');
    await expect(roles().disable(world.as(acme), { id: 'role_finance_approver' })).rejects.toThrow('disk full');
    world.breakLog(undefined);
    expect(await roles().byIds(world.as(acme), ['role_finance_approver'])).toMatchObject([{ status: 'active' }]);
  });

  test('a mutation sent twice with one key acts once', async () => {
    const input = { spaceId: 'space_acme', key: 'once', name: 'Once', idempotencyKey: 'k1' };
    const first = await roles().create(world.as(acme), input);
    const second = await roles().create(world.as(acme), input);
    expect(second.role?.id).toBe(first.role?.id);
    expect(types()).toEqual(['role.created']);
  });
});

describe('Permissions', () => {
  test('are one catalogue, changed on the instance only', async () => {
    const { permission } = await permissions().create(world.as(instance), { resourceType: 'invoice', action: 'reject', scope: 'space' });
    expect(permission).toMatchObject({ status: 'active', scope: 'space' });
    const id = permission!.id;
    expect((await permissions().update(world.as(instance), { id, description: 'No' })).permission).toMatchObject({ description: 'No' });
    await permissions().disable(world.as(instance), { id });
    await permissions().restore(world.as(instance), { id });
    expect(types()).toEqual(['permission.created', 'permission.updated', 'permission.disabled', 'permission.restored']);
    expect((await permissions().list(world.as(acme), { resourceType: 'invoice', scope: 'group_tree' }, PAGE)).edges).toHaveLength(2);
    expect(await permissions().byIds(world.as(reader), [id])).toEqual([undefined]);
    await expect(permissions().create(world.as(acme), { resourceType: 'a', action: 'b', scope: 'self' })).rejects.toMatchObject(denied);
    await expect(permissions().disable(world.as(acme), { id })).rejects.toMatchObject(denied);
    expect(await permissions().disable(world.as(reader), { id })).toEqual(error('PERMISSION_NOT_FOUND', 'id'));
  });

  test('RC-4: type, action and scope are unique', async () => {
    expect(await permissions().create(world.as(instance), { resourceType: 'invoice', action: 'approve', scope: 'group_tree' })).toEqual(error('ALREADY_EXISTS'));
    expect(await permissions().create(world.as(instance), { resourceType: 'In voice', action: 'approve', scope: 'self' })).toEqual(error('VALIDATION_FAILED', 'resourceType'));
    expect(await permissions().create(world.as(instance), { resourceType: 'invoice', action: '', scope: 'self' })).toEqual(error('VALIDATION_FAILED', 'action'));
  });

  test('of global scope are disabled for ever', async () => {
    const { permission } = await permissions().create(world.as(instance), { resourceType: 'invoice', action: 'approve', scope: 'global' });
    expect(permission?.status).toBe('disabled');
    expect(await permissions().restore(world.as(instance), { id: permission!.id })).toEqual(error('VALIDATION_FAILED', 'id'));
  });

  test('a disabled one grants nothing anywhere, and raises the revision of the instance', async () => {
    const before = await revisionOf('');
    await permissions().disable(world.as(instance), { id: 'perm_invoice_approve_group_tree' });
    expect(await approves()).toBe(false);
    expect(await revisionOf('')).toBe(before + 1);
  });
});

describe('RolePermissions', () => {
  test('are taken away softly and revive with their id', async () => {
    expect((await rolePermissions().revoke(world.as(acme), { id: 'rp_approve' })).rolePermission).toMatchObject({ status: 'revoked' });
    expect(await approves()).toBe(false);
    await rolePermissions().revoke(world.as(acme), { id: 'rp_approve' });
    const again = { roleId: 'role_finance_approver', permissionId: 'perm_invoice_approve_group_tree' };
    expect((await rolePermissions().create(world.as(acme), again)).rolePermission).toMatchObject({ id: 'rp_approve', status: 'active' });
    expect(await approves()).toBe(true);
    expect(await rolePermissions().create(world.as(acme), again)).toEqual(error('ALREADY_EXISTS', 'permissionId'));
    expect(types().filter((type) => type.startsWith('role_permission'))).toEqual(['role_permission.revoked', 'role_permission.created']);
  });

  test('link what the caller may see and change', async () => {
    const create = (caller: Caller, roleId: string, permissionId = 'perm_invoice_delete_space') => rolePermissions().create(world.as(caller), { roleId, permissionId });
    expect((await create(acme, 'role_finance_approver')).rolePermission).toMatchObject({ spaceId: 'space_acme', status: 'active' });
    expect(await create(acme, 'role_other')).toEqual(error('ROLE_NOT_FOUND', 'roleId'));
    expect(await create(acme, 'role_deleter', 'perm_missing')).toEqual(error('PERMISSION_NOT_FOUND', 'permissionId'));
    await expect(create(reader, 'role_deleter')).rejects.toMatchObject(denied);
    expect(await rolePermissions().revoke(world.as(other), { id: 'rp_approve' })).toEqual(error('ROLE_PERMISSION_NOT_FOUND', 'id'));
    expect((await rolePermissions().list(world.as(other), {}, PAGE)).edges).toEqual([]);
    expect((await rolePermissions().list(world.as(acme), { roleId: 'role_finance_approver', status: 'active' }, PAGE)).edges).toHaveLength(3);
    expect(await rolePermissions().byIds(world.as(other), ['rp_approve'])).toEqual([undefined]);
  });
});

describe('MemberRoles', () => {
  const APPROVER: CreateMemberRole = { memberId: 'member_invoice_creator', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance_apac' };
  const create = (input: Partial<CreateMemberRole>, caller = acme) => memberRoles().create(world.as(caller), { ...APPROVER, ...input });

  test('are granted, revoked with a reason, and revive with their id', async () => {
    const { memberRole } = await create({});
    expect(memberRole).toMatchObject({ spaceId: 'space_acme', status: 'active', scopeAnchorGroupId: 'group_finance_apac' });
    expect(await create({})).toEqual(error('ALREADY_EXISTS', 'roleId'));
    const revoked = await memberRoles().revoke(world.as(acme), { id: memberRole!.id, reason: 'left' });
    expect(revoked.memberRole).toMatchObject({ status: 'revoked', revokedReason: 'left', revokedAt: expect.any(Date) });
    await memberRoles().revoke(world.as(acme), { id: memberRole!.id });
    const again = await create({ expiresAt: new Date(Date.now() + 60_000) });
    expect(again.memberRole).toMatchObject({ id: memberRole!.id, status: 'active', revokedReason: null, revokedAt: null, expiresAt: expect.any(Date) });
    expect(types()).toEqual(['member_role.created', 'member_role.revoked', 'member_role.created']);
    expect(world.entries[0]).toMatchObject({ groupId: 'group_finance_apac', details: { memberId: 'member_invoice_creator', roleId: 'role_finance_approver' } });
  });

  test('a revoke counts for the next decision, an end at its moment', async () => {
    await memberRoles().revoke(world.as(acme), { id: 'mr_finance_reviewer_approver_finance' });
    expect(await approves()).toBe(false);
    const end = Date.now() + 60_000;
    const { memberRole } = await create({ memberId: 'member_finance_reviewer', scopeAnchorGroupId: 'group_finance', expiresAt: new Date(end) });
    expect(memberRole?.id).toBe('mr_finance_reviewer_approver_finance');
    expect([await approves(end - 1), await approves(end)]).toEqual([true, false]);
    const revived = await memberRoles().create(world.as(acme, end), { memberId: 'member_finance_reviewer', roleId: 'role_finance_approver', scopeAnchorGroupId: 'group_finance' });
    expect(revived.memberRole).toMatchObject({ expiresAt: null });
    expect(await approves(end)).toBe(true);
  });

  test('never link two Spaces: the input that is elsewhere is named before the database refuses', async () => {
    const everywhere = instance;
    expect(await create({ memberId: 'member_other' }, everywhere)).toEqual(error('MEMBER_NOT_FOUND', 'memberId'));
    expect(await create({ scopeAnchorGroupId: 'group_other' }, everywhere)).toEqual(error('GROUP_NOT_FOUND', 'scopeAnchorGroupId'));
    expect(await create({ roleId: 'role_other' }, everywhere)).toEqual(error('MEMBER_NOT_FOUND', 'memberId'));
    expect(await create({ roleId: 'role_other', memberId: 'member_other' })).toEqual(error('ROLE_NOT_FOUND', 'roleId'));
    expect(await create({ roleId: 'role_missing' })).toEqual(error('ROLE_NOT_FOUND', 'roleId'));
    expect(await create({ expiresAt: new Date(Date.now() - 1) })).toEqual(error('VALIDATION_FAILED', 'expiresAt'));
    expect(await create({ id: 'role_x' })).toEqual(error('VALIDATION_FAILED', 'id'));
    expect(types()).toEqual([]);
  });

  test('an admin of a Group assigns inside it, and nothing that reaches beyond', async () => {
    expect((await create({}, finance)).memberRole).toMatchObject({ status: 'active' });
    expect((await create({ scopeAnchorGroupId: 'group_finance' }, finance)).memberRole).toMatchObject({ status: 'active' });
    await expect(create({ scopeAnchorGroupId: 'group_legal' }, finance)).rejects.toMatchObject(denied);
    await expect(create({ scopeAnchorGroupId: null }, finance)).rejects.toMatchObject(denied);
    await expect(create({ roleId: 'role_deleter' }, finance)).rejects.toMatchObject(denied);
    expect((await create({ roleId: 'role_deleter' })).memberRole).toMatchObject({ status: 'active' });
    await world.run(`INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES
      ('mr_legal', 'space_acme', 'member_invoice_creator', 'role_finance_approver', 'group_legal'), ('mr_whole', 'space_acme', 'member_invoice_creator', 'role_finance_approver', NULL)`);
    for (const id of ['mr_legal', 'mr_whole']) expect(await memberRoles().revoke(world.as(finance), { id })).toEqual(error('MEMBER_ROLE_NOT_FOUND', 'id'));
    expect((await memberRoles().revoke(world.as(finance), { id: 'mr_finance_reviewer_approver_finance' })).memberRole).toMatchObject({ status: 'revoked' });
    const seen = await memberRoles().list(world.as(finance), {}, PAGE);
    expect(seen.edges.map(({ node }) => node.scopeAnchorGroupId)).not.toContain('group_legal');
    expect(seen.edges).toHaveLength(4);
  });

  test('are hidden from other Spaces and changed only with the right', async () => {
    expect(await memberRoles().byIds(world.as(other), ['mr_finance_reviewer_approver_finance'])).toEqual([undefined]);
    expect(await memberRoles().revoke(world.as(other), { id: 'mr_finance_reviewer_approver_finance' })).toEqual(error('MEMBER_ROLE_NOT_FOUND', 'id'));
    await expect(memberRoles().revoke(world.as(reader), { id: 'mr_finance_reviewer_approver_finance' })).rejects.toMatchObject(denied);
    await expect(create({}, reader)).rejects.toMatchObject(denied);
    expect(await memberRoles().revoke(world.as(acme), { id: 'mr_finance_reviewer_approver_finance', reason: 'x'.repeat(501) })).toEqual(error('VALIDATION_FAILED', 'reason'));
    expect((await memberRoles().list(world.as(acme), { memberId: 'member_finance_reviewer', status: 'active', scopeAnchorGroupId: 'group_finance' }, PAGE)).edges).toHaveLength(1);
  });
});
