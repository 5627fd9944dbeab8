import fc from 'fast-check';
import { decide, type CheckedCandidate, type ConditionEvaluator, type Facts, type GrantFact, type Question } from './index.js';

const NOW = 1_000;
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> => fc.oneof({ weight: 30, arbitrary: fc.constant(usual) }, ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })));
const status = mostly('active', 'disabled');
const space = mostly('space_a', 'space_b');
const end = mostly<number | undefined>(undefined, NOW - 1, NOW, NOW + 1);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(arbitrary, { nil: undefined, freq: 20 });
const PATHS: Record<string, string> = { group_f: 'f', group_fa: 'f.a', group_fx: 'fx', group_l: 'l' };
const group = fc.record({ id: fc.constantFrom(...Object.keys(PATHS)), spaceId: space, status }).map((part) => ({ ...part, path: PATHS[part.id]! }));

/** Outcomes of conditions, by their text: nothing here depends on the language. */
const OUTCOMES: Record<string, true | false | { error: string }> = { yes: true, no: false, broken: { error: 'broken' } };
const condition = fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: fc.constantFrom('yes', 'yes', 'no', 'broken') });
const outcomes: ConditionEvaluator = (owner) => OUTCOMES[owner.condition];
const inherited = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.record({
  id: fc.constantFrom('role_b', 'role_c'), key: fc.constant('x'), spaceId: space, status,
}), { minLength: 1, maxLength: 2 }) });

const grant: fc.Arbitrary<GrantFact> = fc.record({
  memberRole: fc.record({ id: fc.constantFrom('mr_1', 'mr_2', 'mr_3'), memberId: mostly('member_a', 'member_b'), spaceId: space, status, startsAt: end, expiresAt: end, condition }),
  role: fc.record({ id: fc.constant('role_a'), key: fc.constantFrom('a', 'b', 'B'), spaceId: space, status }),
  inherited,
  rolePermission: fc.record({ id: fc.constantFrom('rp_1', 'rp_2'), status }),
  permission: fc.record({
    id: fc.constant('perm_a'), resourceType: mostly('invoice', 'contract'), action: mostly('approve', 'read'),
    scope: fc.constantFrom('self', 'group', 'group_tree', 'space', 'global', 'odd'), effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const), condition, status,
  }),
  anchor: maybe(group),
});

const facts: fc.Arbitrary<Facts> = fc.record({
  revision: fc.constant({ space: 1, instance: 1 }),
  user: maybe(fc.record({ id: mostly('user_a', 'user_b'), status })),
  member: maybe(fc.record({ id: mostly('member_a', 'member_b'), spaceId: space, status })),
  userMember: maybe(fc.record({
    id: fc.constant('um_a'), userId: mostly('user_a', 'user_b'), memberId: mostly('member_a', 'member_b'), spaceId: space,
    relationType: fc.constant('login'), status, isPrimary: fc.constant(true), expiresAt: end,
  })),
  space: maybe(fc.record({ id: fc.constant('space_a'), status })),
  registry: fc.record({
    resourceType: maybe(fc.record({ id: fc.constant('rt_a'), key: fc.constant('invoice'), status })),
    action: maybe(fc.record({ id: fc.constant('ra_a'), key: fc.constant('approve'), riskLevel: fc.constant('low'), auditDefault: fc.constant(true), status })),
    mapping: maybe(fc.record({ id: fc.constant('rm_a'), storageKind: mostly('internal_table', 'plugin_managed'), status })),
  }),
  resource: maybe(fc.record({
    id: fc.constant('r1'), spaceId: space, resourceType: mostly('invoice', 'contract'), groupId: maybe(fc.constant('group_f')),
    ownerMemberId: fc.constantFrom('member_a', 'member_b', undefined), status,
  })),
  group: maybe(group),
  isTargetInline: fc.boolean(),
  grants: fc.array(grant, { maxLength: 5 }),
});

const question: Question = { actor: { userId: 'user_a', memberId: 'member_a', userMemberId: 'um_a', spaceId: 'space_a' }, resourceType: 'invoice', resourceId: 'r1', action: 'approve' };

type Answer = { readonly code: string; readonly matched?: GrantFact };

/** The rules once more, as a table from top to bottom, with nothing shared with the engine. */
function oracle(f: Facts): Answer {
  const live = f.grants.filter((g) => [g.memberRole, g.role, g.rolePermission, g.permission].every((p) => p.status === 'active') && !g.inherited.some((p) => p.status !== 'active')
    && !(g.memberRole.expiresAt! <= NOW) && !(g.memberRole.startsAt! > NOW) && g.permission.resourceType === 'invoice' && g.permission.action === 'approve');
  const key = (g: GrantFact): string => [g.role.key, g.permission.scope, g.permission.effect, g.memberRole.id, g.rolePermission.id, JSON.stringify(g.inherited.map((p) => p.id))].join('\u0001');
  const sorted = [...live].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const inTree = (g: GrantFact): boolean => (g.permission.scope === 'group' ? g.anchor!.id === f.group!.id : `${f.group!.path}.`.startsWith(`${g.anchor!.path}.`));
  const allowScope = (g: GrantFact): string => {
    switch (g.permission.scope) {
      case 'self': return f.resource!.ownerMemberId === 'member_a' ? '' : 'SCOPE_OUT_OF_BOUNDS';
      case 'space': return f.resource!.spaceId === 'space_a' ? '' : 'SCOPE_OUT_OF_BOUNDS';
      case 'global': return 'GLOBAL_SCOPE_DISABLED';
      case 'odd': return 'SCOPE_OUT_OF_BOUNDS';
      default:
    }
    if (!g.anchor) return 'SCOPE_ANCHOR_MISSING';
    if (g.anchor.status !== 'active') return 'SCOPE_ANCHOR_INACTIVE';
    if (!f.group) return 'TARGET_GROUP_MISSING';
    return inTree(g) ? '' : 'SCOPE_OUT_OF_BOUNDS';
  };
  const denialReaches = (g: GrantFact): boolean => {
    switch (g.permission.scope) {
      case 'self': return f.resource!.ownerMemberId === 'member_a';
      case 'group': case 'group_tree': return !g.anchor || (f.group !== undefined && inTree(g));
      default: return true;
    }
  };
  const said = (g: GrantFact): (true | false | { error: string })[] => [g.permission.condition, g.memberRole.condition].map((c) => (c === undefined ? true : OUTCOMES[c]!));
  const spaces = [f.member, f.userMember, f.resource, f.group, ...live.flatMap((g) => [g.memberRole, g.role, g.anchor, ...g.inherited])];
  const denial = (): GrantFact | undefined => sorted.find((g) => g.permission.effect === 'deny' && denialReaches(g) && !said(g).includes(false));
  const allowances = sorted.filter((g) => g.permission.effect === 'allow');
  const table: [boolean, string][] = [
    [!f.user || !f.member || !f.userMember || !f.space, 'ACTOR_NOT_FOUND'],
    [f.user?.status !== 'active', 'ACTOR_USER_INACTIVE'],
    [f.member?.status !== 'active', 'ACTOR_MEMBER_INACTIVE'],
    [f.space?.status !== 'active', 'SPACE_INACTIVE'],
    [f.userMember?.status !== 'active', 'USER_MEMBER_REVOKED'],
    [f.userMember?.expiresAt !== undefined && f.userMember.expiresAt <= NOW, 'USER_MEMBER_EXPIRED'],
    [!f.registry.resourceType, 'INVALID_RESOURCE_TYPE'],
    [f.registry.resourceType?.status !== 'active', 'RESOURCE_TYPE_INACTIVE'],
    [!f.registry.action, 'INVALID_RESOURCE_ACTION'],
    [f.registry.action?.status !== 'active', 'RESOURCE_ACTION_INACTIVE'],
    [!f.registry.mapping, 'RESOURCE_MAPPING_NOT_FOUND'],
    [f.registry.mapping?.status !== 'active', 'RESOURCE_MAPPING_INACTIVE'],
    [f.resource?.resourceType !== 'invoice' || (!f.isTargetInline && f.registry.mapping?.storageKind === 'plugin_managed'), 'RESOURCE_NOT_FOUND'],
    [f.user?.id !== 'user_a' || f.member?.id !== 'member_a' || f.userMember?.userId !== 'user_a' || f.userMember.memberId !== 'member_a'
      || spaces.some((part) => part && part.spaceId !== 'space_a') || live.some((g) => g.memberRole.memberId !== 'member_a'), 'CROSS_SPACE_VIOLATION'],
    [f.resource?.status !== 'active', 'RESOURCE_INACTIVE'],
    [f.resource?.groupId !== undefined && !f.group, 'TARGET_GROUP_MISSING'],
    [f.resource?.groupId !== undefined && f.group?.status !== 'active', 'TARGET_GROUP_INACTIVE'],
  ];
  const failed = table.find(([fails]) => fails);
  if (failed) return { code: failed[1] };
  if (denial()) return { code: 'EXPLICIT_DENY', matched: denial() };
  const covering = allowances.filter((g) => allowScope(g) === '');
  const allowing = covering.find((g) => said(g).every((outcome) => outcome === true));
  if (allowing) return { code: 'ALLOW', matched: allowing };
  if (covering[0]) return { code: 'CONDITION_NOT_MET', matched: covering[0] };
  return allowances[0] ? { code: allowScope(allowances[0]), matched: allowances[0] } : { code: 'NO_MATCHING_PERMISSION' };
}

const answer = (f: Facts, record?: (candidate: CheckedCandidate) => void) => decide(question, f, NOW, record, outcomes);
const mentions = (f: Facts, effect: string): boolean => f.grants.some(({ permission }) => permission.effect === effect);

test('the engine answers as the table of rules does, with and without a recorder', () => {
  const seen = new Map<string, number>();
  fc.assert(fc.property(facts, (f) => {
    const expected = oracle(f);
    seen.set(expected.code, (seen.get(expected.code) ?? 0) + 1);
    const plain = answer(f);
    expect(answer(f, () => undefined)).toEqual(plain);
    expect(plain.denyCode ?? plain.decision).toBe(expected.code);
    expect(plain.matched?.grant).toEqual(expected.matched);
  }), { numRuns: 30_000, seed: 7 });
  expect(seen.size).toBeGreaterThanOrEqual(22);
  for (const code of ['ALLOW', 'EXPLICIT_DENY', 'CONDITION_NOT_MET']) expect(seen.get(code)).toBeGreaterThan(300);
});

test('the order in which grants are found does not matter', () => {
  fc.assert(fc.property(facts, (f) => {
    const { matched: _one, ...forwards } = answer(f);
    const { matched: _two, ...backwards } = answer({ ...f, grants: f.grants.toReversed() });
    expect(backwards).toEqual(forwards);
  }), { numRuns: 3_000, seed: 11 });
});

test('without a recorder fewer conditions are asked, and none where nothing is in force', () => {
  fc.assert(fc.property(facts, (f) => {
    const asked: string[] = [];
    const withRecorder: string[] = [];
    decide(question, f, NOW, undefined, (owner) => (asked.push(owner.condition), outcomes(owner)));
    decide(question, f, NOW, () => undefined, (owner) => (withRecorder.push(owner.condition), outcomes(owner)));
    expect(asked.length).toBeLessThanOrEqual(withRecorder.length);
    expect(oracle(f).code === 'NO_MATCHING_PERMISSION' && !mentions(f, 'deny') ? asked : []).toEqual([]);
  }), { numRuns: 3_000, seed: 17 });
});

test('more allowances of the own Space never turn an allow into a deny, a denial always does, and nothing allows without an allowance', () => {
  fc.assert(fc.property(facts, (f) => {
    expect(answer({ ...f, grants: f.grants.filter(({ permission }) => permission.effect === 'deny') }).decision).toBe('DENY');
    fc.pre(answer(f).decision === 'ALLOW');
    const more = f.grants.find(({ permission }) => permission.effect === 'allow')!;
    const own = {
      ...more, role: { ...more.role, key: 'A', spaceId: 'space_a' }, inherited: [], anchor: undefined,
      memberRole: { ...more.memberRole, memberId: 'member_a', spaceId: 'space_a', condition: undefined },
    };
    expect(answer({ ...f, grants: [own, ...f.grants] }).decision).toBe('ALLOW');
    const rolePermission = { ...own.rolePermission, status: 'active' };
    const inForce = { ...own, rolePermission, role: { ...own.role, status: 'active' }, memberRole: { ...own.memberRole, status: 'active', startsAt: undefined, expiresAt: undefined } };
    const denial = { ...inForce, permission: { ...more.permission, resourceType: 'invoice', action: 'approve', status: 'active', effect: 'deny' as const, scope: 'space', condition: undefined } };
    expect(answer({ ...f, grants: [denial, ...f.grants] }).denyCode).toBe('EXPLICIT_DENY');
  }), { numRuns: 300, seed: 13, maxSkipsPerRun: 1_000 });
});
