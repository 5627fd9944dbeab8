import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { decide, type Facts, type Question } from '../engine/index.js';
import { ALICE, openFinanceWorld, type FinanceWorld } from '../testing/finance-world.js';
import { FactLoader } from './fact-loader.js';
import type { FactRequest } from './fact-source.js';

const APPROVE: Question = { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };

let store: TestDatabase;
let world: FinanceWorld;
let loader: FactLoader;

beforeEach(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
  loader = new FactLoader(world.database);
});

afterEach(async () => {
  await world.close();
  await store.drop();
});

async function load(question: Question = APPROVE, more: Partial<FactRequest> = {}): Promise<Facts> {
  const [facts] = await loader.load([{ question, mode: 'stored', ...more }]);
  return facts!;
}

const codeNow = async (question: Question = APPROVE, now = Date.now()): Promise<string> => {
  const { decision, denyCode } = decide(question, await load(question), now);
  return denyCode ?? decision;
};

test('reads everything that one decision needs', async () => {
  const facts = await load();
  expect(facts).toMatchObject({
    user: { id: 'user_alice', status: 'active' },
    member: { id: 'member_finance_reviewer', spaceId: 'space_acme' },
    userMember: { id: 'um_alice_finance_reviewer', userId: 'user_alice', relationType: 'delegate', isPrimary: true },
    space: { id: 'space_acme', status: 'active' },
    registry: { resourceType: { key: 'invoice' }, action: { key: 'approve', riskLevel: 'high', auditDefault: true }, mapping: { storageKind: 'internal_table' } },
    resource: { id: 'invoice_001', groupId: 'group_finance_apac', ownerMemberId: 'member_invoice_creator', externalId: 'INV-001' },
    group: { path: 'finance.apac' },
    isTargetInline: false,
  });
  expect(facts.grants).toEqual([{
    memberRole: { id: 'mr_finance_reviewer_approver_finance', memberId: 'member_finance_reviewer', spaceId: 'space_acme', status: 'active' },
    role: { id: 'role_finance_approver', key: 'finance_approver', spaceId: 'space_acme', status: 'active' },
    inherited: [],
    rolePermission: { id: 'rp_approve', status: 'active' },
    permission: { id: 'perm_invoice_approve_group_tree', resourceType: 'invoice', action: 'approve', scope: 'group_tree', effect: 'allow', status: 'active' },
    anchor: { id: 'group_finance', spaceId: 'space_acme', path: 'finance', status: 'active' },
  }]);
  expect(decide(APPROVE, facts, Date.now()).decision).toBe('ALLOW');
});

test('answers many questions by one statement, each with its own facts', async () => {
  const query = jest.spyOn(world.database.pool, 'query');
  const questions: Question[] = Array.from({ length: 1_000 }, (_, index) => ({ ...APPROVE, resourceId: index % 2 === 0 ? 'invoice_001' : 'invoice_002' }));
  const all = await loader.load(questions.map((question) => ({ question, mode: 'stored' })));
  expect(query).toHaveBeenCalledTimes(1);
  expect(all.map((facts, index) => decide(questions[index]!, facts, Date.now()).decision)).toEqual(questions.map((_, index) => (index % 2 === 0 ? 'ALLOW' : 'DENY')));
});

test('names the revisions of the snapshot, and sees what was committed before', async () => {
  const before = (await load()).revision;
  await world.run(`UPDATE sys_authz.member_roles SET status = 'revoked', revoked_at = now()`);
  const facts = await load();
  expect(facts.revision).toEqual({ space: before.space + 1, instance: before.instance });
  expect(decide(APPROVE, facts, Date.now()).denyCode).toBe('NO_MATCHING_PERMISSION');
  await world.run(`UPDATE sys_identity.users SET status = 'disabled' WHERE id = 'user_alice'`);
  expect((await load()).revision).toEqual({ space: before.space + 1, instance: before.instance + 1 });
});

test('gives nothing for what does not exist', async () => {
  const nobody = { userId: 'user_x', memberId: 'member_x', userMemberId: 'um_x', spaceId: 'space_x' };
  const facts = await load({ actor: nobody, resourceType: 'contract', resourceId: 'contract_1', action: 'void' });
  expect(facts).toMatchObject({ grants: [], registry: {}, revision: { space: 0 } });
  expect([facts.user, facts.member, facts.userMember, facts.space, facts.resource, facts.group]).toEqual(Array(6).fill(undefined));
});

test('finds objects of another Space, so that the invariant can refuse them', async () => {
  expect(await codeNow({ ...APPROVE, resourceId: 'invoice_other' })).toBe('CROSS_SPACE_VIOLATION');
  expect(await codeNow({ ...APPROVE, actor: { ...ALICE, memberId: 'member_other' } })).toBe('CROSS_SPACE_VIOLATION');
  expect(await codeNow({ ...APPROVE, actor: { ...ALICE, spaceId: 'space_other' } })).toBe('CROSS_SPACE_VIOLATION');
  expect(await codeNow({ ...APPROVE, actor: { ...ALICE, userId: 'user_bob' } })).toBe('CROSS_SPACE_VIOLATION');
});

test('a type without a mapping denies by its own code', async () => {
  expect(await codeNow({ ...APPROVE, resourceType: 'memo', action: 'read' })).toBe('RESOURCE_MAPPING_NOT_FOUND');
});

test('ends are compared with the clock of the request, to the millisecond', async () => {
  const end = Date.parse('2030-01-01T00:00:00.500Z');
  await world.run(`UPDATE sys_authz.member_roles SET expires_at = '2030-01-01T00:00:00.500Z'`);
  expect(await codeNow(APPROVE, end - 1)).toBe('ALLOW');
  expect(await codeNow(APPROVE, end)).toBe('NO_MATCHING_PERMISSION');
  await world.run(`UPDATE sys_identity.user_members SET expires_at = '2029-01-01Z' WHERE id = 'um_alice_finance_reviewer'`);
  expect(await codeNow(APPROVE, end - 1)).toBe('USER_MEMBER_EXPIRED');
});

test.each([
  ['ACTOR_USER_INACTIVE', `UPDATE sys_identity.users SET status = 'disabled'`],
  ['ACTOR_MEMBER_INACTIVE', `UPDATE sys_identity.members SET status = 'disabled'`],
  ['SPACE_INACTIVE', `UPDATE sys_identity.spaces SET status = 'disabled'`],
  ['SPACE_INACTIVE', `UPDATE sys_identity.spaces SET status = 'deleting', delete_after = now()`],
  ['USER_MEMBER_REVOKED', `UPDATE sys_identity.user_members SET status = 'revoked', revoked_at = now()`],
  ['RESOURCE_TYPE_INACTIVE', `UPDATE sys_resource.resource_types SET status = 'disabled'`],
  ['RESOURCE_ACTION_INACTIVE', `UPDATE sys_resource.resource_actions SET status = 'disabled'`],
  ['RESOURCE_MAPPING_INACTIVE', `UPDATE sys_resource.resource_mappings SET status = 'disabled'`],
  ['RESOURCE_NOT_FOUND', `UPDATE sys_resource.resource_mappings SET storage_kind = 'plugin_managed'`],
  ['RESOURCE_INACTIVE', `UPDATE sys_resource.resources SET status = 'archived'`],
  ['TARGET_GROUP_INACTIVE', `UPDATE sys_identity.groups SET status = 'disabled' WHERE id = 'group_finance_apac'`],
  ['SCOPE_ANCHOR_INACTIVE', `UPDATE sys_identity.groups SET status = 'disabled' WHERE id = 'group_finance'`],
  ['SCOPE_ANCHOR_MISSING', `UPDATE sys_authz.member_roles SET scope_anchor_group_id = NULL`],
  ['TARGET_GROUP_MISSING', `UPDATE sys_resource.resources SET group_id = NULL`],
  ['NO_MATCHING_PERMISSION', `UPDATE sys_authz.roles SET status = 'disabled'`],
  ['NO_MATCHING_PERMISSION', `UPDATE sys_authz.permissions SET status = 'disabled'`],
  ['NO_MATCHING_PERMISSION', `UPDATE sys_authz.role_permissions SET status = 'revoked'`],
])('%s after %s', async (code, change) => {
  expect(await codeNow()).toBe('ALLOW');
  await world.run(change);
  expect(await codeNow()).toBe(code);
});

test('a proposed target gets the stored group, by id or by path, of its own Space only', async () => {
  const proposed = (id?: string, path?: string): Promise<Facts> =>
    load(APPROVE, { mode: 'proposed_target', targetGroup: { spaceId: 'space_acme', ...(id ? { id } : {}), ...(path ? { path } : {}) } });
  expect((await proposed(undefined, 'finance.apac')).group?.id).toBe('group_finance_apac');
  expect((await proposed('group_legal_emea')).group?.path).toBe('legal.emea');
  expect((await proposed('group_other')).group).toBeUndefined();
  expect((await proposed(undefined, 'finance.made_up')).group).toBeUndefined();
  expect((await proposed()).resource).toBeUndefined();
});

test('an inline question reads the registry and nothing else', async () => {
  const facts = await load(APPROVE, { mode: 'inline' });
  expect(Object.keys(facts).sort()).toEqual(['grants', 'isTargetInline', 'registry', 'revision']);
  expect(facts.grants).toEqual([]);
  expect(facts.registry.action?.key).toBe('approve');
});

describe('rules', () => {
  const RULES = `
    INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_senior', 'space_acme', 'senior', 'Senior'), ('role_middle', 'space_acme', 'middle', 'Middle');
    INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES
      ('ri_1', 'space_acme', 'role_senior', 'role_middle'), ('ri_2', 'space_acme', 'role_middle', 'role_finance_approver');
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id, starts_at, condition)
      VALUES ('mr_senior', 'space_acme', 'member_invoice_creator', 'role_senior', 'group_finance', '2030-01-01Z', 'resource.metadata.amount < 5')`;
  const CREATOR: Question = { ...APPROVE, actor: { ...ALICE, memberId: 'member_invoice_creator', userMemberId: 'um_alice_creator' } };

  test('the columns of rules are facts', async () => {
    await world.run("INSERT INTO sys_authz.permissions (id, resource_type, action, scope, effect, condition) VALUES ('perm_no', 'invoice', 'approve', 'space', 'deny', 'true')");
    await world.run("INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) VALUES ('rp_no', 'space_acme', 'role_finance_approver', 'perm_no')");
    await world.run(RULES);
    const { grants, resource } = await load(CREATOR);
    expect(grants.map(({ permission, memberRole }) => [permission.id, permission.effect, permission.condition, memberRole.startsAt, memberRole.condition]).toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1))).toEqual([
      ['perm_invoice_approve_group_tree', 'allow', undefined, Date.parse('2030-01-01Z'), 'resource.metadata.amount < 5'],
      ['perm_no', 'deny', 'true', Date.parse('2030-01-01Z'), 'resource.metadata.amount < 5'],
    ]);
    expect(resource?.metadata).toEqual({ number: 'INV-001', api_key: 'k' });
  });

  test('inherited Roles are on the path, in order', async () => {
    await world.run(RULES);
    const [found] = (await load(CREATOR)).grants;
    expect([found?.role.id, found?.inherited.map(({ id, status }) => [id, status]), found?.rolePermission.id]).toEqual([
      'role_senior', [['role_middle', 'active'], ['role_finance_approver', 'active']], 'rp_approve',
    ]);
    const later = Date.parse('2030-01-01Z');
    await world.run("UPDATE sys_authz.member_roles SET condition = NULL");
    expect([await codeNow(CREATOR, later - 1), await codeNow(CREATOR, later)]).toEqual(['NO_MATCHING_PERMISSION', 'ALLOW']);
  });

  test.each([
    ["UPDATE sys_authz.role_inheritances SET status = 'revoked' WHERE id = 'ri_2'", 0],
    ["UPDATE sys_authz.roles SET status = 'disabled' WHERE id = 'role_middle'", 1],
  ])('%s ends what is inherited', async (change, found) => {
    await world.run(RULES);
    await world.run('UPDATE sys_authz.member_roles SET condition = NULL, starts_at = NULL');
    expect(await codeNow(CREATOR)).toBe('ALLOW');
    await world.run(change);
    expect(await codeNow(CREATOR)).toBe('NO_MATCHING_PERMISSION');
    expect((await load(CREATOR)).grants).toHaveLength(found);
  });

  test('several ways to one permission are one grant', async () => {
    await world.run(RULES);
    await world.run("INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) VALUES ('ri_3', 'space_acme', 'role_senior', 'role_finance_approver')");
    expect((await load(CREATOR)).grants.map(({ inherited }) => inherited.map(({ id }) => id))).toEqual([['role_finance_approver']]);
  });

  test('nulls inside metadata stay', async () => {
    await world.run(`UPDATE sys_resource.resources SET metadata = '{"a": null, "b": {"c": null}}'`);
    expect((await load()).resource?.metadata).toEqual({ a: null, b: { c: null } });
    await world.run("UPDATE sys_resource.resources SET metadata = '{}'");
    expect((await load()).resource?.metadata).toBeUndefined();
  });
});
