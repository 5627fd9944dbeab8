import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { decide, type Facts, type Question } from '../engine/index.js';
import { ALICE, openFinanceWorld, type FinanceWorld } from '../testing/finance-world.js';
import { FactLoader } from './fact-loader.js';
import type { FactRequest } from './fact-source.js';
import { PastFactLoader, type PastFactRequest } from './past-fact-loader.js';

const APPROVE: Question = { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve' };
const CREATOR = { ...ALICE, memberId: 'member_invoice_creator', userMemberId: 'um_alice_creator' };

/** Questions of every kind: stored, foreign, absent, proposed by id and by path, inline. */
const QUESTIONS: readonly FactRequest[] = [
  { question: APPROVE, mode: 'stored' },
  { question: { ...APPROVE, actor: CREATOR, action: 'read' }, mode: 'stored' },
  { question: { ...APPROVE, actor: CREATOR, resourceId: 'invoice_002' }, mode: 'stored' },
  { question: { ...APPROVE, resourceId: 'invoice_other', action: 'read' }, mode: 'stored' },
  { question: { ...APPROVE, actor: { ...ALICE, memberId: 'member_other' } }, mode: 'stored' },
  { question: { ...APPROVE, actor: { ...ALICE, userId: '', userMemberId: '', isMachine: true }, resourceType: 'memo', action: 'read' }, mode: 'stored' },
  { question: { ...APPROVE, resourceType: 'contract', resourceId: 'none' }, mode: 'stored' },
  { question: APPROVE, mode: 'proposed_target', targetGroup: { spaceId: 'space_acme', path: 'finance.apac' } },
  { question: APPROVE, mode: 'proposed_target', targetGroup: { spaceId: 'space_acme', id: 'group_legal' } },
  { question: APPROVE, mode: 'proposed_target', targetGroup: { spaceId: 'space_other', path: 'finance' } },
  { question: APPROVE, mode: 'proposed_target', targetGroup: { spaceId: 'space_acme', id: 'group_other' } },
  { question: APPROVE, mode: 'proposed_target' },
  { question: APPROVE, mode: 'inline' },
];

const ROLES = ['role_finance_approver', 'role_deleter', 'role_a', 'role_b', 'role_c'];
const PERMISSIONS = ['perm_invoice_approve_group_tree', 'perm_invoice_read_group_tree', 'perm_deny'];
const one = (...values: string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const quoted = (values: readonly string[]): fc.Arbitrary<string> => one(...values.map((value) => `'${value}'`));
const status = one("'active'", "'disabled'");
const rightStatus = one("'active'", "'revoked'");
const group = one('NULL', "'group_finance'", "'group_finance_apac'", "'group_legal'");
const time = one('NULL', "'2020-01-01T00:00:00.123Z'", "'2031-02-03T04:05:06.789456Z'");

const update = (table: string, id: fc.Arbitrary<string>, columns: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc.tuple(id, fc.oneof(...Object.entries(columns).map(([column, value]) => value.map((each) => `${column} = ${each}`)))).map(([key, change]) => `UPDATE ${table} SET ${change} WHERE id = ${key}`);

/** One change that somebody could make. What the database refuses is no change. */
const change: fc.Arbitrary<string> = fc.oneof(
  update('sys_identity.users', quoted(['user_alice']), { status }),
  update('sys_identity.members', quoted(['member_finance_reviewer', 'member_other']), { status }),
  update('sys_identity.spaces', quoted(['space_acme']), { status }),
  update('sys_identity.groups', quoted(['group_finance', 'group_finance_apac', 'group_legal', 'group_other']), { status }),
  one(...['money', 'finance'].map((key) => `UPDATE sys_identity.groups SET key = '${key}', path = '${key}' WHERE id = 'group_finance'`)),
  one(...['apac', 'asia'].map((key) => `UPDATE sys_identity.groups SET key = '${key}', path = 'finance.${key}' WHERE id = 'group_finance_apac'`)),
  update('sys_resource.resource_types', quoted(['rt_invoice', 'rt_memo']), { status }),
  update('sys_resource.resource_actions', quoted(['ra_approve', 'ra_read']), { status, risk_level: quoted(['low', 'critical']), audit_default: one('true', 'false') }),
  update('sys_resource.resource_mappings', quoted(['rm_invoice_resources']), { status, storage_kind: quoted(['internal_table', 'plugin_managed']) }),
  update('sys_resource.resources', quoted(['invoice_001', 'invoice_002']), {
    group_id: group, status: quoted(['active', 'archived']), owner_member_id: one('NULL', "'member_finance_reviewer'"),
    metadata: quoted(['{}', '{"amount": 5}', '{"a": null, "b": {"c": [1, null]}}']), external_id: one('NULL', "'INV-9'"),
  }),
  update('sys_authz.roles', quoted(ROLES), { status }),
  update('sys_authz.permissions', quoted(PERMISSIONS), { status }),
  update('sys_authz.role_permissions', quoted(['rp_approve', 'rp_read', 'rp_a', 'rp_b', 'rp_c']), { status: rightStatus }),
  update('sys_authz.member_roles', quoted(['mr_finance_reviewer_approver_finance', 'mr_a', 'mr_b', 'mr_c', 'mr_d']), {
    status: rightStatus, scope_anchor_group_id: group, starts_at: time, expires_at: time, condition: one('NULL', "'true'"),
  }),
  fc.tuple(quoted(['mr_a', 'mr_b', 'mr_c', 'mr_d']), quoted(['member_finance_reviewer', 'member_invoice_creator']), quoted(ROLES), group)
    .map((values) => `INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) SELECT v.id, 'space_acme', v.m, v.r, v.g FROM (VALUES (${values.join()})) v (id, m, r, g)`),
  fc.tuple(quoted(['rp_a', 'rp_b', 'rp_c']), quoted(ROLES), quoted(PERMISSIONS))
    .map((values) => `INSERT INTO sys_authz.role_permissions (id, space_id, role_id, permission_id) SELECT v.id, 'space_acme', v.r, v.p FROM (VALUES (${values.join()})) v (id, r, p)`),
  fc.tuple(quoted(['ri_a', 'ri_b', 'ri_c', 'ri_d']), quoted(ROLES), quoted(ROLES))
    .map((values) => `INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id) SELECT v.id, 'space_acme', v.r, v.i FROM (VALUES (${values.join()})) v (id, r, i)`),
  update('sys_authz.role_inheritances', quoted(['ri_1', 'ri_2', 'ri_a', 'ri_b', 'ri_c', 'ri_d']), { status: rightStatus }),
);

let store: TestDatabase;
let world: FinanceWorld;

beforeEach(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
  await world.run(`
    INSERT INTO sys_authz.roles (id, space_id, key, name) VALUES ('role_a', 'space_acme', 'a', 'A'), ('role_b', 'space_acme', 'b', 'B'), ('role_c', 'space_acme', 'c', 'C');
    INSERT INTO sys_authz.permissions (id, resource_type, action, scope, effect, condition) VALUES ('perm_deny', 'invoice', 'approve', 'space', 'deny', 'resource.metadata.amount > 3');
    INSERT INTO sys_authz.role_inheritances (id, space_id, role_id, inherited_role_id)
      VALUES ('ri_1', 'space_acme', 'role_a', 'role_b'), ('ri_2', 'space_acme', 'role_b', 'role_finance_approver');
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id) VALUES ('mr_1', 'space_acme', 'member_invoice_creator', 'role_a')`);
});

afterEach(async () => {
  await world.close();
  await store.drop();
});

/** Rows come in no order; decisions put grants in theirs. */
function ordered(facts: Facts): Facts {
  const key = ({ memberRole, rolePermission }: Facts['grants'][number]): string => `${memberRole.id} ${rolePermission.id}`;
  return { ...facts, grants: facts.grants.toSorted((left, right) => (key(left) < key(right) ? -1 : 1)) };
}

const moment = async (): Promise<number> => {
  const { rows } = await world.database.pool.query<{ at: string }>('SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000) AS at');
  // What comes next comes after it, to the millisecond.
  await world.database.pool.query('SELECT pg_sleep(0.002)');
  return Number(rows[0]!.at);
};

test('for each revision of random histories the facts are those that were loaded at it', async () => {
  const random = fc.sample(change, { numRuns: 420, seed: 41 });
  const past = new PastFactLoader(world.database);
  const seen: { readonly request: PastFactRequest; readonly facts: Facts }[] = [];
  const revisions = new Set<string>();
  const refused = new Set<string | undefined>();
  for (const text of random) {
    await world.run(text).catch((error: { code?: string }) => refused.add(error.code));
    const facts = await new FactLoader(world.database).load(QUESTIONS);
    const at = await moment();
    for (const [index, each] of facts.entries()) seen.push({ request: { ...QUESTIONS[index]!, revision: each.revision, moment: at }, facts: each });
    revisions.add(JSON.stringify(facts[0]!.revision));
  }
  // What is there already, and cycles.
  expect([...refused].toSorted((left, right) => String(left).localeCompare(String(right)))).toEqual(['23505', '23514']);
  expect(revisions.size).toBeGreaterThan(120);
  expect(seen.some(({ facts }) => facts.grants.some(({ inherited }) => inherited.length > 1))).toBe(true);

  const again = await past.load(seen.map(({ request }) => request));
  for (const [index, { facts }] of seen.entries()) expect(ordered(again[index]!)).toEqual(ordered(facts));

  const alone = seen.filter((_, index) => index % 97 === 0);
  for (const { request, facts } of alone) expect(ordered((await past.load([request]))[0]!)).toEqual(ordered(facts));
}, 120_000);

test('an assignment that is somebody else\'s by then is not found by whom it was', async () => {
  const past = new PastFactLoader(world.database);
  const before = (await new FactLoader(world.database).load([QUESTIONS[0]!]))[0]!;
  await world.run("UPDATE sys_authz.member_roles SET member_id = 'member_invoice_creator'");
  const [now] = await new FactLoader(world.database).load([QUESTIONS[0]!]);
  const [then, later] = await past.load([before, now!].map(({ revision }) => ({ ...QUESTIONS[0]!, revision, moment: Date.now() })));
  expect([then!.grants.length, later!.grants.length]).toEqual([1, 0]);
  expect(decide(APPROVE, then!, Date.now()).decision).toBe('ALLOW');
});

test('before everything there is nothing, and a revision of the future is the newest', async () => {
  const past = new PastFactLoader(world.database);
  const [nothing, newest] = await past.load([
    { ...QUESTIONS[0]!, revision: { space: 0, instance: 0 }, moment: 0 },
    { ...QUESTIONS[0]!, revision: { space: 1_000_000, instance: 1_000_000 }, moment: Date.now() },
  ]);
  expect(nothing).toEqual({ revision: { space: 0, instance: 0 }, registry: {}, isTargetInline: false, grants: [] });
  expect(newest!.grants).toHaveLength(1);
  expect(await past.load([])).toEqual([]);
});
