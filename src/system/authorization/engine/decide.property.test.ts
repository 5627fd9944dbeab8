import fc from 'fast-check';
import { decide, type Facts, type GrantFact, type Question } from './index.js';

const NOW = 1_000;
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> => fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })));
const status = mostly('active', 'disabled');
const space = mostly('space_a', 'space_b');
const end = mostly<number | undefined>(undefined, NOW - 1, NOW, NOW + 1);
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> => fc.option(arbitrary, { nil: undefined, freq: 20 });
const PATHS: Record<string, string> = { group_f: 'f', group_fa: 'f.a', group_fx: 'fx', group_l: 'l' };
const group = fc.record({ id: fc.constantFrom(...Object.keys(PATHS)), spaceId: space, status }).map((part) => ({ ...part, path: PATHS[part.id]! }));

const grant: fc.Arbitrary<GrantFact> = fc.record({
  memberRole: fc.record({ id: fc.constantFrom('mr_1', 'mr_2', 'mr_3'), memberId: mostly('member_a', 'member_b'), spaceId: space, status, expiresAt: end }),
  role: fc.record({ id: fc.constant('role_a'), key: fc.constantFrom('a', 'b', 'B'), spaceId: space, status }),
  inherited: fc.constant([]),
  rolePermission: fc.record({ id: fc.constantFrom('rp_1', 'rp_2'), status }),
  permission: fc.record({
    id: fc.constant('perm_a'), resourceType: mostly('invoice', 'contract'), action: mostly('approve', 'read'),
    scope: fc.constantFrom('self', 'group', 'group_tree', 'space', 'global', 'odd'), effect: fc.constant('allow' as const), status,
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
  grants: fc.array(grant, { maxLength: 4 }),
});

const question: Question = { actor: { userId: 'user_a', memberId: 'member_a', userMemberId: 'um_a', spaceId: 'space_a' }, resourceType: 'invoice', resourceId: 'r1', action: 'approve' };

/** The rules once more, as a table from top to bottom, with nothing shared with the engine. */
function oracle(f: Facts): string {
  const live = f.grants.filter((g) => g.memberRole.status === 'active' && !(g.memberRole.expiresAt! <= NOW) && g.role.status === 'active'
    && g.rolePermission.status === 'active' && g.permission.status === 'active' && g.permission.resourceType === 'invoice' && g.permission.action === 'approve');
  const key = (g: GrantFact): string => [g.role.key, g.permission.scope, g.memberRole.id, g.rolePermission.id].join('\u0001');
  const sorted = [...live].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  const scope = (g: GrantFact): string => {
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
    if (g.permission.scope === 'group') return g.anchor.id === f.group.id ? '' : 'SCOPE_OUT_OF_BOUNDS';
    return `${f.group.path}.`.startsWith(`${g.anchor.path}.`) ? '' : 'SCOPE_OUT_OF_BOUNDS';
  };
  const spaces = [f.member, f.userMember, f.resource, f.group, ...live.flatMap((g) => [g.memberRole, g.role, g.anchor])];
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
    [sorted.length === 0, 'NO_MATCHING_PERMISSION'],
  ];
  const failed = table.find(([fails]) => fails);
  if (failed) return failed[1];
  return sorted.some((g) => scope(g) === '') ? 'ALLOW' : scope(sorted[0]!);
}

test('the engine answers as the table of rules does, with and without a recorder', () => {
  const seen = new Set<string>();
  fc.assert(fc.property(facts, (f) => {
    const expected = oracle(f);
    seen.add(expected);
    const recorded: unknown[] = [];
    const plain = decide(question, f, NOW);
    expect(decide(question, f, NOW, (candidate) => recorded.push(candidate))).toEqual(plain);
    expect(plain.denyCode ?? plain.decision).toBe(expected);
  }), { numRuns: 20_000, seed: 7 });
  expect(seen.size).toBeGreaterThanOrEqual(20);
});

test('the order in which grants are found does not matter', () => {
  fc.assert(fc.property(facts, (f) => {
    const { matched: _one, ...forwards } = decide(question, f, NOW);
    const { matched: _two, ...backwards } = decide(question, { ...f, grants: f.grants.toReversed() }, NOW);
    expect(backwards).toEqual(forwards);
  }), { numRuns: 3_000, seed: 11 });
});

test('more grants of the own Space never turn an allow into a deny, and nothing allows without a grant', () => {
  fc.assert(fc.property(facts, (f) => {
    expect(decide(question, { ...f, grants: [] }, NOW).decision).toBe('DENY');
    fc.pre(decide(question, f, NOW).decision === 'ALLOW');
    const more = { ...f.grants[0]!, role: { ...f.grants[0]!.role, key: 'A', spaceId: 'space_a' } };
    const own = { ...more, memberRole: { ...more.memberRole, memberId: 'member_a', spaceId: 'space_a' }, anchor: undefined };
    expect(decide(question, { ...f, grants: [own, ...f.grants] }, NOW).decision).toBe('ALLOW');
  }), { numRuns: 300, seed: 13, maxSkipsPerRun: 1_000 });
});
