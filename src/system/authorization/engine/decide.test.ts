import { APPROVE, APAC, CLOCK, FINANCE, FR_1, FR_1_FACTS, LEGAL_EMEA } from '../testing/finance-facts.js';
import { explain, grant, type Explained } from '../testing/explain.js';
import { DENY_REASONS, type Facts, type Question } from './index.js';

const facts = (changes: Partial<Facts>): Facts => ({ ...FR_1_FACTS, ...changes });
const asActor = (changes: Partial<Question['actor']>): Question => ({ ...FR_1, actor: { ...FR_1.actor, ...changes } });

describe('Finance Reviewer', () => {
  test('FR-1 allows inside the tree, with its one candidate', () => {
    const { decision, denyCode, matched, candidates } = explain(FR_1, FR_1_FACTS);
    expect({ decision, denyCode }).toEqual({ decision: 'ALLOW', denyCode: undefined });
    expect(candidates).toHaveLength(1);
    expect(matched).toEqual(candidates[0]);
    expect(matched?.scopeCheck.covered).toBe(true);
  });

  test('FR-2 denies outside the tree', () => {
    const legal = { ...FR_1_FACTS.resource!, id: 'invoice_002', groupId: 'group_legal_emea' };
    const { denyCode, candidates } = explain({ ...FR_1, resourceId: 'invoice_002' }, facts({ resource: legal, group: LEGAL_EMEA }));
    expect(denyCode).toBe('SCOPE_OUT_OF_BOUNDS');
    expect(candidates.map(({ scopeCheck }) => scopeCheck.covered)).toEqual([false]);
  });

  test('FR-3 allows another User of the same Member', () => {
    const bob = facts({
      user: { id: 'user_bob', status: 'active' },
      userMember: { ...FR_1_FACTS.userMember!, id: 'um_bob_finance_reviewer', userId: 'user_bob', relationType: 'login' },
    });
    expect(explain(asActor({ userId: 'user_bob', userMemberId: 'um_bob_finance_reviewer' }), bob).decision).toBe('ALLOW');
  });

  test('FR-4 denies a revoked binding and still lists the candidate', () => {
    const revoked = facts({ userMember: { ...FR_1_FACTS.userMember!, id: 'um_alice_finance_reviewer_revoked', status: 'revoked' } });
    const { denyCode, candidates } = explain(asActor({ userMemberId: 'um_alice_finance_reviewer_revoked' }), revoked);
    expect([denyCode, candidates.length]).toEqual(['USER_MEMBER_REVOKED', 1]);
  });

  test('FR-5 denies a binding that ended before the clock, and one that ends at it', () => {
    const until = (expiresAt: number): Facts => facts({ userMember: { ...FR_1_FACTS.userMember!, expiresAt } });
    const { denyCode, candidates } = explain(FR_1, until(Date.parse('2026-05-05T00:00:00Z')));
    expect([denyCode, candidates.length]).toEqual(['USER_MEMBER_EXPIRED', 1]);
    expect(explain(FR_1, until(CLOCK)).denyCode).toBe('USER_MEMBER_EXPIRED');
    expect(explain(FR_1, until(CLOCK + 1)).decision).toBe('ALLOW');
  });
});

describe('engine variants', () => {
  test('EN-1 allows a proposed target that is not stored', () => {
    const draft = { ...FR_1_FACTS.resource!, id: 'invoice_draft_001' };
    const { decision, candidates } = explain({ ...FR_1, resourceId: 'invoice_draft_001' }, facts({ resource: draft, isTargetInline: true }));
    expect([decision, candidates.length]).toEqual(['ALLOW', 1]);
  });

  test('EN-2 denies an action that nobody granted', () => {
    const reject = facts({ registry: { ...FR_1_FACTS.registry, action: { ...FR_1_FACTS.registry.action!, key: 'reject' } } });
    const { denyCode, candidates } = explain({ ...FR_1, action: 'reject' }, reject);
    expect([denyCode, candidates.length]).toEqual(['NO_MATCHING_PERMISSION', 0]);
  });

  test('EN-3 denies an unregistered type, without candidates', () => {
    const { denyCode, candidates } = explain({ ...FR_1, resourceType: 'contract' }, facts({ registry: {} }));
    expect([denyCode, candidates.length]).toEqual(['INVALID_RESOURCE_TYPE', 0]);
  });

  test('EN-4 denies an unregistered action, without candidates', () => {
    const { denyCode, candidates } = explain({ ...FR_1, action: 'void' }, facts({ registry: { ...FR_1_FACTS.registry, action: undefined } }));
    expect([denyCode, candidates.length]).toEqual(['INVALID_RESOURCE_ACTION', 0]);
  });

  test('EN-5 never covers by global scope', () => {
    const { denyCode, candidates } = explain(FR_1, facts({ grants: [grant({ permission: { scope: 'global' } })] }));
    expect(denyCode).toBe('GLOBAL_SCOPE_DISABLED');
    expect(candidates.map(({ scopeCheck }) => scopeCheck.covered)).toEqual([false]);
  });
});

describe('same Space', () => {
  const other = { spaceId: 'space_other' };
  test.each<[string, Partial<Facts>]>([
    ['SS-1 Member', { member: { ...FR_1_FACTS.member!, ...other } }],
    ['SS-2 Member of the binding', { userMember: { ...FR_1_FACTS.userMember!, memberId: 'member_other' } }],
    ['SS-3 resource', { resource: { ...FR_1_FACTS.resource!, ...other } }],
    ['SS-4 target group', { group: { ...APAC, ...other } }],
    ['SS-5 Role of a candidate', { grants: [grant({ role: other })] }],
    ['SS-6 MemberRole of a candidate', { grants: [grant({ memberRole: other })] }],
    ['SS-7 anchor of a candidate', { grants: [grant({ anchor: other })] }],
    ['User of the binding', { userMember: { ...FR_1_FACTS.userMember!, userId: 'user_other' } }],
    ['binding', { userMember: { ...FR_1_FACTS.userMember!, ...other } }],
    ['Member of a candidate', { grants: [grant({ memberRole: { memberId: 'member_other' } })] }],
  ])('%s elsewhere is a violation', (_, changes) => {
    expect(explain(FR_1, facts(changes)).denyCode).toBe('CROSS_SPACE_VIOLATION');
  });

  test('one foreign candidate beside a good one is a violation too', () => {
    expect(explain(FR_1, facts({ grants: [APPROVE, grant({ role: other })] })).denyCode).toBe('CROSS_SPACE_VIOLATION');
  });
});

describe('what is missing or not in use', () => {
  const { registry } = FR_1_FACTS;
  test.each<[keyof typeof DENY_REASONS, string, Partial<Facts>]>([
    ['ACTOR_NOT_FOUND', 'no user', { user: undefined }],
    ['ACTOR_NOT_FOUND', 'no member', { member: undefined }],
    ['ACTOR_NOT_FOUND', 'no binding', { userMember: undefined }],
    ['ACTOR_NOT_FOUND', 'no Space', { space: undefined }],
    ['ACTOR_USER_INACTIVE', 'user', { user: { id: 'user_alice', status: 'disabled' } }],
    ['ACTOR_MEMBER_INACTIVE', 'member', { member: { ...FR_1_FACTS.member!, status: 'disabled' } }],
    ['SPACE_INACTIVE', 'disabled Space', { space: { id: 'space_acme', status: 'disabled' } }],
    ['SPACE_INACTIVE', 'Space being deleted', { space: { id: 'space_acme', status: 'deleting' } }],
    ['RESOURCE_TYPE_INACTIVE', 'type', { registry: { ...registry, resourceType: { ...registry.resourceType!, status: 'disabled' } } }],
    ['RESOURCE_ACTION_INACTIVE', 'action', { registry: { ...registry, action: { ...registry.action!, status: 'disabled' } } }],
    ['RESOURCE_MAPPING_NOT_FOUND', 'no mapping', { registry: { ...registry, mapping: undefined } }],
    ['RESOURCE_MAPPING_INACTIVE', 'mapping', { registry: { ...registry, mapping: { ...registry.mapping!, status: 'disabled' } } }],
    ['RESOURCE_NOT_FOUND', 'no resource', { resource: undefined, group: undefined }],
    ['RESOURCE_NOT_FOUND', 'resource of another type', { resource: { ...FR_1_FACTS.resource!, resourceType: 'contract' } }],
    ['RESOURCE_NOT_FOUND', 'stored row of a type held elsewhere', { registry: { ...registry, mapping: { ...registry.mapping!, storageKind: 'plugin_managed' } } }],
    ['RESOURCE_INACTIVE', 'archived resource', { resource: { ...FR_1_FACTS.resource!, status: 'archived' } }],
    ['RESOURCE_INACTIVE', 'deleted resource', { resource: { ...FR_1_FACTS.resource!, status: 'deleted' } }],
    ['TARGET_GROUP_MISSING', 'group that does not exist', { group: undefined }],
    ['TARGET_GROUP_INACTIVE', 'target group', { group: { ...APAC, status: 'disabled' } }],
    ['NO_MATCHING_PERMISSION', 'role', { grants: [grant({ role: { status: 'disabled' } })] }],
    ['NO_MATCHING_PERMISSION', 'permission', { grants: [grant({ permission: { status: 'disabled' } })] }],
    ['NO_MATCHING_PERMISSION', 'role-permission', { grants: [grant({ rolePermission: { status: 'revoked' } })] }],
    ['NO_MATCHING_PERMISSION', 'assignment', { grants: [grant({ memberRole: { status: 'revoked' } })] }],
    ['NO_MATCHING_PERMISSION', 'ended assignment', { grants: [grant({ memberRole: { expiresAt: CLOCK } })] }],
    ['SCOPE_ANCHOR_INACTIVE', 'anchor', { grants: [grant({ anchor: { status: 'disabled' } })] }],
  ])('%s: %s', (code, _, changes) => {
    const { denyCode, reason } = explain(FR_1, facts(changes));
    expect({ denyCode, reason }).toEqual({ denyCode: code, reason: DENY_REASONS[code] });
  });

  test('an inactive anchor does not matter to a scope that does not read it', () => {
    expect(explain(FR_1, facts({ grants: [grant({ permission: { scope: 'space' }, anchor: { status: 'disabled' } })] })).decision).toBe('ALLOW');
  });

  test('an assignment counts until its end and not at it', () => {
    const ending = facts({ grants: [grant({ memberRole: { expiresAt: CLOCK + 1 } })] });
    expect(explain(FR_1, ending).decision).toBe('ALLOW');
    expect(explain(FR_1, ending, CLOCK + 1).denyCode).toBe('NO_MATCHING_PERMISSION');
  });

  test('the actor is looked at before the registry', () => {
    expect(explain(FR_1, facts({ registry: {}, user: { id: 'user_alice', status: 'disabled' } })).denyCode).toBe('ACTOR_USER_INACTIVE');
  });

  test('a machine credential needs no User and no binding, but its Member', () => {
    const machine = asActor({ userId: '', userMemberId: '', isMachine: true });
    const bare = facts({ user: undefined, userMember: undefined });
    expect(explain(machine, bare).decision).toBe('ALLOW');
    expect(explain(machine, { ...bare, member: { ...FR_1_FACTS.member!, status: 'disabled' } }).denyCode).toBe('ACTOR_MEMBER_INACTIVE');
    expect(explain(machine, { ...bare, member: undefined }).denyCode).toBe('ACTOR_NOT_FOUND');
    expect(explain(asActor({ userId: '', userMemberId: '' }), bare).denyCode).toBe('ACTOR_NOT_FOUND');
  });
});

describe('candidates', () => {
  test('stand in the order of role key, scope and assignment; any covered one allows', () => {
    const grants = [
      grant({ memberRole: { id: 'mr_b' }, role: { key: 'zeta' } }),
      grant({ memberRole: { id: 'mr_c' }, role: { key: 'alpha' }, permission: { scope: 'self' } }),
      grant({ memberRole: { id: 'mr_a' }, role: { key: 'zeta' } }),
      grant({ memberRole: { id: 'mr_d' }, role: { key: 'alpha' }, permission: { scope: 'global' } }),
    ];
    const { decision, matched, candidates } = explain(FR_1, facts({ grants }));
    expect(candidates.map((candidate) => candidate.grant.memberRole.id)).toEqual(['mr_d', 'mr_c', 'mr_a', 'mr_b']);
    expect([decision, matched?.grant.memberRole.id]).toEqual(['ALLOW', 'mr_a']);
  });

  test('the first candidate gives the deny code', () => {
    const grants = [grant({ role: { key: 'b' }, permission: { scope: 'global' } }), grant({ role: { key: 'a' }, permission: { scope: 'self' } })];
    expect(explain(FR_1, facts({ grants })).denyCode).toBe('SCOPE_OUT_OF_BOUNDS');
  });

  test('for another type or action are none', () => {
    expect(explain(FR_1, facts({ grants: [grant({ permission: { action: 'read' } })] })).candidates).toHaveLength(0);
    expect(explain(FR_1, facts({ grants: [grant({ permission: { resourceType: 'contract' } })] })).candidates).toHaveLength(0);
  });

  test('IW-1 and IW-2: a new type enters with no code of its own', () => {
    const inExpenses = (group: typeof FINANCE): Explained =>
      explain(
        { actor: FR_1.actor, resourceType: 'expense_report', resourceId: 'expense_report_001', action: 'approve' },
        facts({
          resource: { ...FR_1_FACTS.resource!, id: 'expense_report_001', resourceType: 'expense_report', externalId: 'er-001', groupId: group.id },
          group,
          grants: [grant({ permission: { resourceType: 'expense_report' } })],
        }),
      );
    expect(inExpenses(APAC).decision).toBe('ALLOW');
    expect(inExpenses(LEGAL_EMEA).denyCode).toBe('SCOPE_OUT_OF_BOUNDS');
  });
});
