import { CLOCK, FR_1, FR_1_FACTS, LEGAL_EMEA } from '../testing/finance-facts.js';
import { explain, grant } from '../testing/explain.js';
import { decide, type ConditionEvaluator, type Facts, type GrantFact } from './index.js';

const RESOURCE = { ...FR_1_FACTS.resource!, metadata: { amount: 900 } };
const facts = (grants: readonly GrantFact[], changes: Partial<Facts> = {}): Facts => ({ ...FR_1_FACTS, resource: RESOURCE, grants, ...changes });
const outcome = (grants: readonly GrantFact[], changes?: Partial<Facts>): string => {
  const { decision, denyCode } = explain(FR_1, facts(grants, changes));
  return denyCode ?? decision;
};
const denial = (changes: Parameters<typeof grant>[0] = {}): GrantFact =>
  grant({ ...changes, memberRole: { id: 'mr_denial', ...changes.memberRole }, permission: { id: 'perm_denial', effect: 'deny', ...changes.permission } });
const allowed = grant({});
const [MET, UNMET, BROKEN] = ['resource.metadata.amount < 1000', 'resource.metadata.amount > 1000', 'resource.metadata.missing == 1'] as const;

describe('an explicit denial', () => {
  test('wins over every allowance and is what matched', () => {
    const { denyCode, matched, candidates } = explain(FR_1, facts([allowed, denial(), grant({ memberRole: { id: 'mr_x' } })]));
    expect([denyCode, matched?.grant.memberRole.id, candidates.length]).toEqual(['EXPLICIT_DENY', 'mr_denial', 3]);
  });

  test('without an allowance is an explicit denial too', () => {
    expect(outcome([denial()])).toBe('EXPLICIT_DENY');
  });

  test.each<[string, Parameters<typeof grant>[0], Partial<Facts>, string]>([
    ['covers its tree', {}, {}, 'EXPLICIT_DENY'],
    ['leaves what lies outside its tree', {}, { resource: { ...RESOURCE, groupId: LEGAL_EMEA.id }, group: LEGAL_EMEA }, 'ALLOW'],
    ['leaves what has no group', {}, { resource: { ...RESOURCE, groupId: undefined }, group: undefined }, 'ALLOW'],
    ['denies its tree when its anchor is disabled', { anchor: { status: 'disabled' } }, {}, 'EXPLICIT_DENY'],
    ['denies everywhere as global', { permission: { scope: 'global' } }, {}, 'EXPLICIT_DENY'],
    ['denies everywhere with a scope that is not known', { permission: { scope: 'planet' } }, {}, 'EXPLICIT_DENY'],
    ['denies the Space', { permission: { scope: 'space' } }, {}, 'EXPLICIT_DENY'],
    ['leaves what others own as self', { permission: { scope: 'self' } }, {}, 'ALLOW'],
    ['denies what the member owns as self', { permission: { scope: 'self' } }, { resource: { ...RESOURCE, ownerMemberId: 'member_finance_reviewer' } }, 'EXPLICIT_DENY'],
    ['is none when it ended', { memberRole: { expiresAt: CLOCK } }, {}, 'ALLOW'],
    ['is none before it starts', { memberRole: { startsAt: CLOCK + 1 } }, {}, 'ALLOW'],
    ['is none when it is not active', { permission: { status: 'disabled' } }, {}, 'ALLOW'],
    ['is none when its assignment is revoked', { memberRole: { status: 'revoked' } }, {}, 'ALLOW'],
    ['is none for another action', { permission: { action: 'read' } }, {}, 'ALLOW'],
    ['applies with conditions that are met', { permission: { condition: MET }, memberRole: { condition: MET } }, {}, 'EXPLICIT_DENY'],
    ['does not apply with a condition that is false', { permission: { condition: UNMET } }, {}, 'ALLOW'],
    ['does not apply with an assignment whose condition is false', { memberRole: { condition: UNMET } }, {}, 'ALLOW'],
    ['applies when its condition gives no answer', { permission: { condition: BROKEN } }, {}, 'EXPLICIT_DENY'],
    ['applies when the condition of its assignment gives no answer', { memberRole: { condition: BROKEN }, permission: { condition: MET } }, {}, 'EXPLICIT_DENY'],
    ['applies when its condition is not valid at all', { permission: { condition: 'nonsense(' } }, {}, 'EXPLICIT_DENY'],
    ['does not apply when one condition is false and the other gives no answer', { permission: { condition: BROKEN }, memberRole: { condition: UNMET } }, {}, 'ALLOW'],
    ['of a foreign Role is a violation', { role: { spaceId: 'space_other' } }, {}, 'CROSS_SPACE_VIOLATION'],
  ])('%s', (_, changes, more, expected) => {
    // The allowance is one of the whole Space, so that only the denial depends on where the resource lies.
    expect(outcome([grant({ permission: { scope: 'space' } }), denial(changes)], more)).toBe(expected);
  });

  test('without its anchor denies everywhere', () => {
    const { anchor: _, ...unanchored } = denial();
    expect(outcome([grant({ permission: { scope: 'space' } }), unanchored], { resource: { ...RESOURCE, groupId: LEGAL_EMEA.id }, group: LEGAL_EMEA })).toBe('EXPLICIT_DENY');
  });

  test('the first that applies, in the order of candidates, is what matched', () => {
    const first = denial({ role: { key: 'a' }, memberRole: { id: 'mr_1' }, permission: { condition: UNMET } });
    const second = denial({ role: { key: 'b' }, memberRole: { id: 'mr_2' } });
    const third = denial({ role: { key: 'c' }, memberRole: { id: 'mr_3' } });
    expect(explain(FR_1, facts([third, second, first])).matched?.grant.memberRole.id).toBe('mr_2');
  });

  test('that does not reach, without an allowance, is no permission', () => {
    expect(outcome([denial({ permission: { scope: 'self' } })])).toBe('NO_MATCHING_PERMISSION');
  });

  test('comes after what is wrong with actor and target', () => {
    expect(outcome([denial()], { user: { id: 'user_alice', status: 'disabled' } })).toBe('ACTOR_USER_INACTIVE');
    expect(outcome([denial()], { resource: { ...RESOURCE, status: 'archived' } })).toBe('RESOURCE_INACTIVE');
  });
});

describe('a condition', () => {
  test.each<[string, Parameters<typeof grant>[0], string]>([
    ['that is met allows', { permission: { condition: MET } }, 'ALLOW'],
    ['of the assignment that is met allows', { memberRole: { condition: MET } }, 'ALLOW'],
    ['that is false denies', { permission: { condition: UNMET } }, 'CONDITION_NOT_MET'],
    ['of the assignment that is false denies', { permission: { condition: MET }, memberRole: { condition: UNMET } }, 'CONDITION_NOT_MET'],
    ['without an answer denies', { permission: { condition: BROKEN } }, 'CONDITION_NOT_MET'],
    ['that is not valid denies', { memberRole: { condition: '1 +' } }, 'CONDITION_NOT_MET'],
    ['is not reached outside the scope', { permission: { condition: UNMET, scope: 'self' } }, 'SCOPE_OUT_OF_BOUNDS'],
  ])('%s', (_, changes, expected) => {
    expect(outcome([grant(changes)])).toBe(expected);
  });

  test('one candidate without it is enough', () => {
    expect(outcome([grant({ permission: { condition: UNMET }, role: { key: 'a' } }), grant({ role: { key: 'b' } })])).toBe('ALLOW');
  });

  test('that is not met comes before scopes that do not cover, with the first such candidate', () => {
    const outside = grant({ role: { key: 'a' }, memberRole: { id: 'mr_a' }, permission: { scope: 'self' } });
    const unmet = grant({ role: { key: 'b' }, memberRole: { id: 'mr_b', condition: UNMET } });
    const unmetToo = grant({ role: { key: 'c' }, memberRole: { id: 'mr_c' }, permission: { condition: UNMET } });
    const { denyCode, matched } = explain(FR_1, facts([unmetToo, unmet, outside]));
    expect([denyCode, matched?.grant.memberRole.id, matched?.conditionCheck]).toEqual(['CONDITION_NOT_MET', 'mr_b', { met: false, failed: 'member_role' }]);
  });

  test('is shown with its outcome, only where the scope covers', () => {
    const { candidates } = explain(FR_1, facts([
      grant({ role: { key: 'a' }, permission: { condition: MET } }),
      grant({ role: { key: 'b' }, permission: { condition: BROKEN } }),
      grant({ role: { key: 'c' }, permission: { condition: MET, scope: 'self' } }),
      grant({ role: { key: 'd' } }),
    ]));
    expect(candidates.map(({ conditionCheck }) => conditionCheck)).toEqual([{ met: true }, { met: false, failed: 'permission', error: 'no_such_key at 1:19' }, undefined, undefined]);
  });

  test('reads the input, which replaces no fact', () => {
    const question = { ...FR_1, input: { actor: { level: 3 }, resource: { groupId: 'g', ownerMemberId: 'm' }, action: { reason: 'x' }, context: { ip: '10.0.0.1' } } };
    const condition = 'actor.properties.level == 3 && action.properties.reason == "x" && request.context.ip.startsWith("10.")'
      + ' && resource.groupId == "group_finance_apac" && resource.ownerMemberId == "member_invoice_creator" && resource.properties.groupId == "g"'
      + ' && resource.groupPath == "finance.apac" && request.time == timestamp("2026-05-06T00:00:00Z") && !actor.isMachine && action.key == "approve"';
    expect(explain(question, facts([grant({ permission: { condition } })])).decision).toBe('ALLOW');
  });

  test('is not evaluated where the answer does not need it, nor where anything else denies', () => {
    const asked: string[] = [];
    const evaluate: ConditionEvaluator = ({ id }) => (asked.push(id), false);
    const conditional = (id: string, key: string, more: Parameters<typeof grant>[0]['permission'] = {}): GrantFact => grant({ role: { key }, permission: { id, condition: 'x', ...more } });
    const grants = [grant({ role: { key: 'b' } }), conditional('p_a', 'a'), conditional('p_c', 'c'), conditional('p_self', 'a', { scope: 'self' }), conditional('p_deny', 'z', { effect: 'deny' })];
    expect(decide(FR_1, facts(grants), CLOCK, undefined, evaluate).decision).toBe('ALLOW');
    expect(asked).toEqual(['p_deny', 'p_a']);
    asked.length = 0;
    decide(FR_1, facts(grants, { space: { id: 'space_acme', status: 'disabled' } }), CLOCK, () => undefined, evaluate);
    expect(asked).toEqual([]);
  });
});

describe('a start', () => {
  test.each([[CLOCK - 1, 'ALLOW'], [CLOCK, 'ALLOW'], [CLOCK + 1, 'NO_MATCHING_PERMISSION']])('at %i', (startsAt, expected) => {
    expect(outcome([grant({ memberRole: { startsAt } })])).toBe(expected);
  });

  test('and an end bound a period', () => {
    const within = facts([grant({ memberRole: { startsAt: CLOCK, expiresAt: CLOCK + 10 } })]);
    expect([CLOCK - 1, CLOCK, CLOCK + 9, CLOCK + 10].map((now) => explain(FR_1, within, now).decision)).toEqual(['DENY', 'ALLOW', 'ALLOW', 'DENY']);
  });
});

describe('inheritance', () => {
  const role = (id: string, changes = {}) => ({ id, key: id, spaceId: 'space_acme', status: 'active', ...changes });

  test('grants through active Roles only', () => {
    expect(outcome([grant({ inherited: [role('role_b'), role('role_c')] })])).toBe('ALLOW');
    expect(outcome([grant({ inherited: [role('role_b', { status: 'disabled' }), role('role_c')] })])).toBe('NO_MATCHING_PERMISSION');
    expect(outcome([grant({ inherited: [role('role_b'), role('role_c', { status: 'disabled' })] })])).toBe('NO_MATCHING_PERMISSION');
  });

  test('of a Role of another Space is a violation', () => {
    expect(outcome([grant({ inherited: [role('role_b', { spaceId: 'space_other' })] })])).toBe('CROSS_SPACE_VIOLATION');
  });

  test('carries denials', () => {
    expect(outcome([allowed, denial({ inherited: [role('role_b')] })])).toBe('EXPLICIT_DENY');
  });
});

describe('the order of candidates', () => {
  test('is total: effect, then ids down to the path', () => {
    const path = (...ids: string[]): GrantFact['inherited'] => ids.map((id) => ({ id, key: id, spaceId: 'space_acme', status: 'active' }));
    const grants = [
      grant({ inherited: path('role_c') }), grant({ inherited: path('role_b', 'role_c') }), grant({ inherited: path('role_b') }), grant({}),
      grant({ rolePermission: { id: 'rp_a' } }), denial({ memberRole: { id: 'mr_0' } }), grant({ memberRole: { id: 'mr_1' } }),
    ];
    const shown = (all: readonly GrantFact[]): unknown =>
      explain(FR_1, facts(all)).candidates.map(({ grant: { permission, memberRole, rolePermission, inherited } }) => [permission.effect, memberRole.id, rolePermission.id, inherited.map(({ id }) => id).join()]);
    const own = 'mr_finance_reviewer_approver_finance';
    expect(shown(grants)).toEqual([
      ['allow', 'mr_1', 'rp_finance_approver_approve', ''],
      ['allow', own, 'rp_a', ''],
      ['allow', own, 'rp_finance_approver_approve', 'role_b,role_c'],
      ['allow', own, 'rp_finance_approver_approve', 'role_b'],
      ['allow', own, 'rp_finance_approver_approve', 'role_c'],
      ['allow', own, 'rp_finance_approver_approve', ''],
      ['deny', 'mr_0', 'rp_finance_approver_approve', ''],
    ]);
    expect(shown(grants.toReversed())).toEqual(shown(grants));
  });
});
