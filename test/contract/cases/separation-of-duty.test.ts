/** Separation of duty: no door gives a Member together what a rule keeps apart, and what was there before is listed. */
import { startTestServer, type TestServer } from '../../support/server.js';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { auditEvents } from '../support/audit-events.js';
import { Delegate, signInUser } from '../support/callers.js';
import { createFinanceReviewer, createOtherSpace } from '../support/finance-reviewer.js';
import { asOwner } from '../support/owner-sql.js';
import { StateReader } from '../support/state.js';

const SPACE = 'space_acme';
const RULE = 'separationRule { id name roleIds permissionIds atMost status version }';
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

let server: TestServer;
let admin: GraphqlCaller;
let delegate: Delegate;
let state: StateReader;
let count = 0;

beforeAll(async () => {
  server = await startTestServer();
  ({ admin } = server);
  await createFinanceReviewer(admin);
  await createOtherSpace(admin);
  delegate = await Delegate.create(server, 'delegate');
  state = await StateReader.open(server);
});
afterAll(async () => {
  await state.close();
  await server.stop();
});

const make = async <Payload>(mutation: string, input: object, selection: string, caller = admin): Promise<Payload> => caller.mutate<object>(mutation, input, selection) as Promise<Payload>;
const idFrom = async (mutation: string, object: string, input: object): Promise<string> => (await make<Record<string, { id: string }>>(mutation, input, `${object} { id }`))[object]?.id as string;

const role = (spaceId = SPACE): Promise<string> => idFrom('createRole', 'role', { spaceId, key: `r${++count}`, name: `Role ${count}` });
const member = (spaceId = SPACE): Promise<string> => idFrom('createMember', 'member', { spaceId, displayName: `Member ${++count}` });
const permission = (more: object = {}): Promise<string> => idFrom('createPermission', 'permission', { resourceType: 'invoice', action: `a${++count}`, scope: 'SPACE', ...more });
const assign = (memberId: string, roleId: string, more: object = {}): Promise<string> => idFrom('createMemberRole', 'memberRole', { memberId, roleId, ...more });
const give = (roleId: string, permissionId: string): Promise<string> => idFrom('createRolePermission', 'rolePermission', { roleId, permissionId });
const inherit = (roleId: string, inheritedRoleId: string): Promise<string> => idFrom('createRoleInheritance', 'roleInheritance', { roleId, inheritedRoleId });
const rule = (input: object, spaceId = SPACE): Promise<string> => idFrom('createSeparationRule', 'separationRule', { spaceId, name: `Rule ${++count}`, ...input });
const disable = (type: string, id: string): Promise<unknown> => make(`disable${type}`, { id }, 'errors { code }');

/** Asserts that a change is refused for a rule and a Member, whom it names, and that nothing is different. */
async function expectRefused(mutation: string, input: object, { ruleId, memberId, path, caller = admin }: { ruleId: string; memberId: string; path: string; caller?: GraphqlCaller }): Promise<void> {
  const before = await state.read();
  const { errors } = await caller.tryMutate(mutation, input, '');
  expect(errors).toEqual([{ code: 'SEPARATION_OF_DUTY', path: ['input', ...path.split('.')], message: expect.stringContaining(ruleId) as unknown }]);
  expect(errors[0]?.message).toContain(memberId);
  expect(await state.read()).toEqual(before);
}

const VIOLATIONS = `query ($spaceId: ID!, $ruleId: ID, $memberId: ID, $first: Int, $after: String) {
  separationViolations(spaceId: $spaceId, ruleId: $ruleId, memberId: $memberId, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { ruleId memberId roleIds permissionIds rule { name } } } } }`;
interface Violations {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly edges: readonly { readonly node: { readonly ruleId: string; readonly memberId: string; readonly roleIds: string[]; readonly permissionIds: string[] } }[];
}
const violations = async (filter: object, caller = admin): Promise<Violations> => (await caller.data<{ separationViolations: Violations }>(VIOLATIONS, { spaceId: SPACE, ...filter })).separationViolations;

/** Two Roles apart, and a Member that holds the first. */
async function apart(): Promise<{ ruleId: string; memberId: string; held: string; other: string }> {
  const [held, other, memberId] = [await role(), await role(), await member()];
  const ruleId = await rule({ roleIds: [held, other] });
  await assign(memberId, held);
  return { ruleId, memberId, held, other };
}

describe('a rule', () => {
  test('is made, changed, disabled, restored and listed, each change with its event', async () => {
    const [one, two, three] = [await role(), await role(), await role()];
    const { separationRule } = await make<{ separationRule: { id: string } }>('createSeparationRule', { spaceId: SPACE, name: 'Payments', roleIds: [one, two] }, RULE);
    const { id } = separationRule;
    expect(separationRule).toEqual({ id: expect.stringMatching(/^sod_/) as unknown, name: 'Payments', roleIds: [one, two], permissionIds: [], atMost: 1, status: 'ACTIVE', version: 1 });
    expect(await make('updateSeparationRule', { id, roleIds: [one, two, three], atMost: 2, expectedVersion: 1 }, RULE)).toMatchObject({ separationRule: { roleIds: [one, two, three], atMost: 2, name: 'Payments', version: 2 } });
    expect(await make('updateSeparationRule', { id, name: 'Payments' }, RULE)).toMatchObject({ separationRule: { version: 2 } });
    expect(await make('disableSeparationRule', { id }, RULE)).toMatchObject({ separationRule: { status: 'DISABLED' } });
    const { separationRules } = await admin.data<{ separationRules: { edges: unknown[] } }>('{ separationRules(spaceId: "space_acme", status: DISABLED) { edges { node { id } } } }');
    expect(separationRules.edges).toEqual([{ node: { id } }]);
    expect(await make('restoreSeparationRule', { id }, RULE)).toMatchObject({ separationRule: { status: 'ACTIVE', version: 4 } });
    expect(await auditEvents(admin, { targetId: id })).toMatchObject([
      { type: 'separation_rule.created', risk: 'HIGH', spaceId: SPACE, changes: { roleIds: [null, [one, two]], atMost: [null, 1] } },
      { type: 'separation_rule.updated', risk: 'HIGH', changes: { roleIds: [[one, two], [one, two, three]], atMost: [1, 2] } },
      { type: 'separation_rule.disabled', risk: 'HIGH' }, { type: 'separation_rule.restored', risk: 'HIGH' },
    ]);
    await disable('SeparationRule', id);
  });

  test.each<[string, (one: string, two: string, permissionId: string) => object, string]>([
    ['nothing', () => ({}), 'roleIds'],
    ['one Role', (one) => ({ roleIds: [one] }), 'roleIds'],
    ['one Permission', (_one, _two, permissionId) => ({ permissionIds: [permissionId] }), 'permissionIds'],
    ['a Role twice', (one) => ({ roleIds: [one, one] }), 'roleIds.1'],
    ['Roles and Permissions', (one, two, permissionId) => ({ roleIds: [one, two], permissionIds: [permissionId, 'perm_invoice_delete_space'] }), 'permissionIds'],
    ['101 Roles', (one) => ({ roleIds: Array.from({ length: 101 }, (_, n) => `${one}${n}`) }), 'roleIds'],
    ['none at all allowed', (one, two) => ({ roleIds: [one, two], atMost: 0 }), 'atMost'],
    ['all of them allowed', (one, two) => ({ roleIds: [one, two], atMost: 2 }), 'atMost'],
    ['an empty name', (one, two) => ({ name: '', roleIds: [one, two] }), 'name'],
  ])('about %s is refused', async (_, input, field) => {
    const wrong = { spaceId: SPACE, name: 'Wrong', ...input(await role(), await role(), await permission()) };
    const before = await state.read();
    expect((await admin.tryMutate('createSeparationRule', wrong, '')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', ...field.split('.')] }]);
    expect(await state.read()).toEqual(before);
  });

  test('stays about what it is about, and allows fewer than all when it is changed', async () => {
    const id = await rule({ roleIds: [await role(), await role()] });
    for (const [input, field] of [[{ permissionIds: [await permission(), await permission()] }, 'permissionIds'], [{ atMost: 2 }, 'atMost'], [{ roleIds: [] }, 'roleIds']] as const) {
      expect((await admin.tryMutate('updateSeparationRule', { id, ...input }, '')).errors).toMatchObject([{ code: 'VALIDATION_FAILED', path: ['input', field] }]);
    }
  });

  test('cannot be stored with a Role of another Space, whoever writes it', async () => {
    await expect(asOwner(server.database, (owner) => owner.query(`INSERT INTO sys_authz.separation_rules (id, space_id, name, role_ids) VALUES ('sod_wrong', 'space_acme', 'x', '{role_finance_approver,role_other}')`)))
      .rejects.toMatchObject({ code: '23503', constraint: 'separation_rules_role_ids' });
  });

  test.each<[string, object]>([
    ['another Space', { level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:*' }],
    ['a Group', { level: 'GROUP_ADMIN', groupId: 'group_finance', permissionKey: 'roles:*' }],
  ])('is not there for the admin of %s', async (_, grant) => {
    const { ruleId, memberId, other } = await apart();
    await make('disableSeparationRule', { id: ruleId }, RULE);
    await assign(memberId, other);
    await make('restoreSeparationRule', { id: ruleId }, RULE);
    const caller = await delegate.holds(grant);
    expect((await violations({ ruleId })).edges).toHaveLength(1);
    expect((await violations({ ruleId }, caller)).edges).toEqual([]);
    expect(await caller.data('query ($id: ID!) { separationRule(id: $id) { id } node(id: $id) { id } separationRules(spaceId: "space_acme") { totalCount } }', { id: ruleId })).toEqual({ separationRule: null, node: null, separationRules: { totalCount: 0 } });
    for (const mutation of ['updateSeparationRule', 'disableSeparationRule', 'restoreSeparationRule']) {
      expect((await caller.tryMutate(mutation, { id: ruleId }, '')).errors).toMatchObject([{ code: 'SEPARATION_RULE_NOT_FOUND', path: ['input', 'id'] }]);
    }
    await disable('SeparationRule', ruleId);
  });

  test('is read, and not changed, by who may read Roles', async () => {
    const { ruleId } = await apart();
    const reader = await delegate.holds({ level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey: 'roles:read' }, { level: 'SPACE_ADMIN', spaceId: 'space_other', permissionKey: 'roles:manage' });
    expect(await reader.data('query ($id: ID!) { node(id: $id) { id } }', { id: ruleId })).toEqual({ node: { id: ruleId } });
    for (const document of ['mutation ($input: SeparationRuleIdInput!) { disableSeparationRule(input: $input) { errors { code } } }', 'mutation ($input: UpdateSeparationRuleInput!) { updateSeparationRule(input: $input) { errors { code } } }']) {
      expect((await reader.send(document, { input: { id: ruleId } })).errors).toMatchObject([{ extensions: { code: 'ADMIN_PERMISSION_REQUIRED' } }]);
    }
  });
});

describe('a Member that would exceed a rule is refused', () => {
  test('an assignment, by every admin who may make it, and gets none in a Group either', async () => {
    const { ruleId, memberId, held, other } = await apart();
    await expectRefused('createMemberRole', { memberId, roleId: other }, { ruleId, memberId, path: 'roleId' });
    const group = await delegate.holds({ level: 'GROUP_ADMIN', groupId: 'group_finance', permissionKey: 'roles:*' });
    await expectRefused('createMemberRole', { memberId, roleId: other, scopeAnchorGroupId: 'group_finance_apac' }, { ruleId, memberId, path: 'roleId', caller: group });
    // The same Role at another anchor is the same Role.
    await assign(memberId, held, { scopeAnchorGroupId: 'group_finance' });
    // Others may hold the other one.
    await assign(await member(), other);
  });

  test('an assignment that starts later, or whose condition may never be true', async () => {
    const { ruleId, memberId, other } = await apart();
    await expectRefused('createMemberRole', { memberId, roleId: other, startsAt: TOMORROW }, { ruleId, memberId, path: 'roleId' });
    await expectRefused('createMemberRole', { memberId, roleId: other, condition: 'false' }, { ruleId, memberId, path: 'roleId' });
  });

  test('a longer end of an assignment that has ended', async () => {
    const { ruleId, memberId, other } = await apart();
    const id = `mr_ended_${count}`;
    await make('importFacts', { spaceId: SPACE, jsonl: JSON.stringify({ kind: 'member_role', id, memberId, roleId: other, expiresAt: '2020-01-01T00:00:00Z' }) }, 'created');
    await expectRefused('updateMemberRole', { id, expiresAt: TOMORROW }, { ruleId, memberId, path: 'id' });
    await expectRefused('updateMemberRole', { id, expiresAt: null }, { ruleId, memberId, path: 'id' });
    await make('updateMemberRole', { id, condition: 'true' }, 'memberRole { id }');
  });

  test('a Role that inherits the other one', async () => {
    const { ruleId, memberId, other } = await apart();
    const [lower, middle, upper] = [await role(), await role(), await role()];
    await inherit(lower, other);
    await inherit(upper, middle);
    await assign(memberId, upper);
    await expectRefused('createRoleInheritance', { roleId: middle, inheritedRoleId: lower }, { ruleId, memberId, path: 'inheritedRoleId' });
    await expectRefused('createMemberRole', { memberId, roleId: lower }, { ruleId, memberId, path: 'roleId' });
  });

  test('a Permission of a Role, its own or an inherited one', async () => {
    const [one, two, roleId, inherited, memberId] = [await permission(), await permission(), await role(), await role(), await member()];
    const ruleId = await rule({ permissionIds: [one, two] });
    await inherit(roleId, inherited);
    await give(inherited, one);
    await assign(memberId, roleId);
    await expectRefused('createRolePermission', { roleId, permissionId: two }, { ruleId, memberId, path: 'permissionId' });
    await expectRefused('createRolePermission', { roleId: inherited, permissionId: two }, { ruleId, memberId, path: 'permissionId' });
    // What nobody holds may hold both: it is refused to whoever would get it.
    const both = await role();
    await give(both, one);
    await give(both, two);
    await expectRefused('createMemberRole', { memberId, roleId: both }, { ruleId, memberId, path: 'roleId' });
  });

  test.each(['Role', 'Permission', 'Member'])('the restoring of a %s', async (type) => {
    const [one, two, holdsOne, holdsTwo, memberId] = [await permission(), await permission(), await role(), await role(), await member()];
    const ruleId = await rule({ permissionIds: [one, two] });
    const id = { Role: holdsOne, Permission: one, Member: memberId }[type] as string;
    await disable(type, id);
    await give(holdsOne, one);
    await give(holdsTwo, two);
    await assign(memberId, holdsOne);
    await assign(memberId, holdsTwo);
    await expectRefused(`restore${type}`, { id }, { ruleId, memberId, path: 'id' });
    await disable('SeparationRule', ruleId);
    await make(`restore${type}`, { id }, 'errors { code }');
  });

  test('the restoring of a Permission by which a Member of any Space would exceed a rule of it', async () => {
    const [one, two] = [await permission(), await permission()];
    await disable('Permission', one);
    const places = [];
    for (const spaceId of [SPACE, 'space_other']) {
      const [roleId, memberId] = [await role(spaceId), await member(spaceId)];
      await give(roleId, one);
      await give(roleId, two);
      await assign(memberId, roleId);
      places.push({ memberId, ruleId: await rule({ permissionIds: [one, two] }, spaceId) });
    }
    for (const { memberId, ruleId } of places) {
      await expectRefused('restorePermission', { id: one }, { ruleId, memberId, path: 'id' });
      await disable('SeparationRule', ruleId);
    }
    await make('restorePermission', { id: one }, 'errors { code }');
  });

  test('an access request, when it is approved', async () => {
    const { ruleId, memberId, other } = await apart();
    await make('updateRole', { id: other, requestable: true }, 'role { id }');
    const userId = await idFrom('createUser', 'user', { email: `asks${count}@example.com` });
    await make('createUserMember', { userId, memberId, isPrimary: true }, 'userMember { id }');
    const person = await signInUser(server, userId, `asks${count}@example.com`);
    const { accessRequest } = await make<{ accessRequest: { id: string } }>('requestAccess', { roleId: other, reason: 'Both', expiresAt: TOMORROW }, 'accessRequest { id }', person);
    await expectRefused('approveAccessRequest', { id: accessRequest.id }, { ruleId, memberId, path: 'id' });
  });

  test('facts of an import, whichever line makes the difference', async () => {
    const lines = async (...facts: readonly object[]): Promise<object> => ({ spaceId: SPACE, jsonl: facts.map((fact) => JSON.stringify(fact)).join('\n') });
    const { ruleId, memberId, held, other } = await apart();
    const bystander = { kind: 'member', id: `member_by_${count}`, displayName: 'By' };
    const assignment = { kind: 'member_role', memberId, roleId: other };
    await expectRefused('importFacts', await lines(bystander, assignment), { ruleId, memberId, path: 'jsonl.2.roleId' });
    await expectRefused('importFacts', { ...(await lines(bystander, assignment)), dryRun: true }, { ruleId, memberId, path: 'jsonl.2.roleId' });
    await expectRefused('importFacts', await lines({ kind: 'role_inheritance', roleId: held, inheritedRoleId: other }), { ruleId, memberId, path: 'jsonl.1' });
    // A rule of the same lines comes after them, and is no way around the one that is stored.
    const renamed = { kind: 'separation_rule', id: ruleId, name: 'Other', roleIds: [held, await role()] };
    await expectRefused('importFacts', await lines(assignment, renamed), { ruleId, memberId, path: 'jsonl.1.roleId' });

    await disable('Member', memberId);
    await make('importFacts', await lines(assignment), 'created');
    await expectRefused('importFacts', await lines({ kind: 'member', id: memberId, displayName: 'Back' }), { ruleId, memberId, path: 'jsonl.1' });
  });

  test('more than a rule about three allows', async () => {
    const [one, two, three, memberId] = [await role(), await role(), await role(), await member()];
    const ruleId = await rule({ roleIds: [one, two, three], atMost: 2 });
    await assign(memberId, three);
    await assign(memberId, one);
    await expectRefused('createMemberRole', { memberId, roleId: two }, { ruleId, memberId, path: 'roleId' });
  });
});

describe('what does not count', () => {
  test('is revoked, ended or of a disabled Role', async () => {
    const { memberId, held, other } = await apart();
    const { memberRoles } = await admin.data<{ memberRoles: { edges: { node: { id: string } }[] } }>('query ($memberId: ID!) { memberRoles(memberId: $memberId) { edges { node { id } } } }', { memberId });
    await make('revokeMemberRole', { id: memberRoles.edges[0]?.node.id }, 'memberRole { id }');
    const id = await assign(memberId, other, { expiresAt: TOMORROW });
    await asOwner(server.database, (owner) => owner.query(`UPDATE sys_authz.member_roles SET expires_at = now() - interval '1 minute' WHERE id = '${id}'`));
    await assign(memberId, held);
    await disable('Role', held);
    await make('createMemberRole', { memberId, roleId: other }, 'memberRole { id }');
    expect((await violations({ memberId })).edges).toEqual([]);
  });

  test('is denied, or inherited through a disabled Role', async () => {
    const [one, denial, two, roleId, between, last, memberId] = [await permission(), await permission({ effect: 'DENY' }), await permission(), await role(), await role(), await role(), await member()];
    await rule({ permissionIds: [one, denial] });
    await rule({ permissionIds: [one, two] });
    await give(roleId, one);
    await give(roleId, denial);
    await give(last, two);
    await inherit(roleId, between);
    await disable('Role', between);
    await assign(memberId, roleId);
    await inherit(between, last);
    await expectRefused('restoreRole', { id: between }, { ruleId: 'sod_', memberId, path: 'id' });
  });

  test('belongs to a rule that is disabled', async () => {
    const { ruleId, memberId, other } = await apart();
    await disable('SeparationRule', ruleId);
    await assign(memberId, other);
    expect((await violations({ memberId })).edges).toEqual([]);
  });
});

describe('what was there before a rule', () => {
  test('is not undone, is listed with what is held, and nothing is added to it', async () => {
    const [one, two, three, memberId] = [await role(), await role(), await role(), await member()];
    const upper = await role();
    await inherit(upper, two);
    await assign(memberId, one);
    const later = await assign(memberId, upper, { startsAt: TOMORROW });
    const ruleId = await rule({ name: 'Later', roleIds: [one, two, three] });
    expect((await violations({ memberId })).edges).toEqual([{ node: { ruleId, memberId, roleIds: [one, two].toSorted(), permissionIds: [], rule: { name: 'Later' } } }]);
    await expectRefused('createMemberRole', { memberId, roleId: three }, { ruleId, memberId, path: 'roleId' });
    // Neither what is no business of the rule nor the same once more.
    await assign(memberId, await role());
    await assign(memberId, two);
    await make('revokeMemberRole', { id: later }, 'memberRole { id }');
    expect((await violations({ memberId })).edges).toHaveLength(1);
    await make('updateSeparationRule', { id: ruleId, atMost: 2 }, RULE);
    expect((await violations({ memberId })).edges).toEqual([]);
  });

  test('is listed in pages, by rule and Member', async () => {
    const [one, two] = [await permission(), await permission()];
    const roleId = await role();
    await give(roleId, one);
    await give(roleId, two);
    const members = await Promise.all(Array.from({ length: 5 }, () => member()));
    for (const memberId of members) await assign(memberId, roleId);
    const rules = [await rule({ permissionIds: [one, two] }), await rule({ permissionIds: [two, one] })].toSorted();
    const listed: string[][] = [];
    for (let after: string | undefined, more = true; more;) {
      const { edges, pageInfo, totalCount } = await violations({ first: 3, after });
      listed.push(...edges.map(({ node }) => [node.ruleId, node.memberId, ...node.permissionIds]));
      expect(totalCount).toBeGreaterThanOrEqual(10);
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(listed.filter(([ruleId]) => rules.includes(ruleId as string))).toEqual(rules.flatMap((ruleId) => members.toSorted().map((memberId) => [ruleId, memberId, ...[one, two].toSorted()])));
    for (const ruleId of rules) expect((await violations({ ruleId })).totalCount).toBe(5);
  });
});

describe('of changes made at one moment that each fit and together do not, one is refused', () => {
  const together = async (changes: readonly (readonly [mutation: string, input: object])[]): Promise<(string | undefined)[]> =>
    (await Promise.all(changes.map(([mutation, input]) => admin.tryMutate(mutation, input, '')))).map(({ errors }) => errors[0]?.code);

  test.each(Array.from({ length: 8 }, (_, round) => round))('two assignments, round %i', async () => {
    const [one, two, memberId] = [await role(), await role(), await member()];
    await rule({ roleIds: [one, two] });
    const codes = await together([one, two].map((roleId) => ['createMemberRole', { memberId, roleId }]));
    expect(new Set(codes)).toEqual(new Set(['SEPARATION_OF_DUTY', undefined]));
    expect((await violations({ memberId })).edges).toEqual([]);
  });

  test.each(Array.from({ length: 4 }, (_, round) => round))('an assignment, a Permission of a Role, an inheritance and a restored Permission, round %i', async () => {
    const permissions = await Promise.all(Array.from({ length: 4 }, () => permission()));
    const [one, two, three, four] = permissions as [string, string, string, string];
    const [first, second, third, memberId] = [await role(), await role(), await role(), await member()];
    await rule({ permissionIds: permissions });
    await disable('Permission', four);
    await give(first, one);
    await give(third, three);
    await give(second, four);
    await assign(memberId, second);
    const codes = await together([
      ['createMemberRole', { memberId, roleId: first }], ['createRolePermission', { roleId: second, permissionId: two }],
      ['createRoleInheritance', { roleId: second, inheritedRoleId: third }], ['restorePermission', { id: four }],
    ]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'SEPARATION_OF_DUTY')).toHaveLength(3);
    expect((await violations({ memberId })).edges).toEqual([]);
  });

  test.each(Array.from({ length: 8 }, (_, round) => round))('an assignment and a rule: it is refused, or was there before the rule, round %i', async () => {
    const [one, two, memberId] = [await role(), await role(), await member()];
    await assign(memberId, one);
    const from = new Date().toISOString();
    const [assigned, ruled] = await Promise.all([
      admin.tryMutate('createMemberRole', { memberId, roleId: two }, ''),
      admin.tryMutate<{ separationRule: { id: string } }>('createSeparationRule', { spaceId: SPACE, name: 'Now', roleIds: [one, two] }, 'separationRule { id }'),
    ]);
    const listed = (await violations({ ruleId: ruled.separationRule.id })).edges.map(({ node }) => node.memberId);
    const events = (await auditEvents(admin, { spaceId: SPACE, types: ['member_role.created', 'separation_rule.created'], from })).map(({ type }) => type);
    expect([
      { code: 'SEPARATION_OF_DUTY', listed: [], events: ['separation_rule.created'] },
      { code: undefined, listed: [memberId], events: ['member_role.created', 'separation_rule.created'] },
    ]).toContainEqual({ code: assigned.errors[0]?.code, listed, events });
  });

  test('an assignment that looked for rules before there was this one', async () => {
    const spaceId = await idFrom('createSpace', 'space', { name: 'Without rules' });
    const [one, two, memberId] = [await role(spaceId), await role(spaceId), await member(spaceId)];
    await assign(memberId, one);
    const [{ errors }, ruleId] = await asOwner(server.database, async (owner) => {
      // Whoever refers to the Member waits, after its look and before its end.
      await owner.query('BEGIN');
      await owner.query('SELECT FROM sys_identity.members WHERE id = $1 FOR UPDATE', [memberId]);
      const assigned = admin.tryMutate('createMemberRole', { memberId, roleId: two }, '');
      const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      while ((await owner.query(waiting)).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const made = await rule({ roleIds: [one, two] }, spaceId);
      await owner.query('COMMIT');
      return [await assigned, made] as const;
    });
    expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTY', message: expect.stringContaining(ruleId) as unknown }]);
    expect((await violations({ spaceId, ruleId })).edges).toEqual([]);
  });
});
