import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { Caller } from '../../shared/contracts/index.js';
import { ACME, ALICE, callerOf, FINANCE_GROUP, INSTANCE, openFinanceWorld, type FinanceWorld } from '../testing/finance-world.js';
import type { CheckInput, GrantInput } from './check-input.js';
import { authorizationDecisionsRef, type Explanation } from './decisions.js';

describe.each([['the database', { memory: false }], ['memory', { memory: true }]] as const)('decided from %s', (_from, from) => {
  let store: TestDatabase;
  let world: FinanceWorld;

  beforeAll(async () => {
    store = await createTestDatabase();
    world = await openFinanceWorld(store.appUrl, from);
  });

  afterAll(async () => {
    await world.close();
    await store.drop();
  });

  beforeEach(() => {
    world.entries.length = 0;
  });

  const key = callerOf('api_key', [INSTANCE]);
  const explain = (input: CheckInput, caller: Caller = key): Promise<Explanation> => world.services.get(authorizationDecisionsRef).explain(world.as(caller), input);

  const actor = {
    userId: 'user_external_alice', userEmail: 'alice@example.com', memberId: 'member_finance_reviewer', memberDisplayName: 'Finance Reviewer',
    userMemberId: 'binding_external_alice_finance', spaceId: 'space_acme', spaceName: 'Acme', relationType: 'external_session',
  };
  const grant: GrantInput = { roleKey: 'finance_approver', resourceType: 'invoice', action: 'approve', scope: 'group_tree', spaceId: 'space_acme', scopeAnchorGroupPath: 'finance' };
  const resource = (externalId: string, groupPath = 'finance.apac', more: CheckInput['resource'] = {}): CheckInput['resource'] => ({
    type: 'invoice', externalId, spaceId: 'space_acme', groupPath, ownerMemberId: 'member_invoice_creator', ...more,
  });
  const inline = (externalId: string, more: Partial<CheckInput> = {}): CheckInput => ({ actor, resource: resource(externalId), grants: [grant], action: 'approve', ...more });

  describe('pure inline', () => {
    test('CM-1 allows, keeps the external id and adds nothing from the database', async () => {
      const trace = await explain(inline('invoice_context_001'));
      expect(trace).toMatchObject({
        decision: 'ALLOW', contextMode: 'inline', audit: { resourceId: 'invoice_context_001' },
        target: { group: { path: 'finance.apac' }, resource: { externalId: 'invoice_context_001' } },
        actor: { user: { email: 'alice@example.com' }, member: { displayName: 'Finance Reviewer' }, userMember: { relationType: 'external_session' }, space: { name: 'Acme' } },
      });
      expect(trace.matchedCandidates).toHaveLength(1);
      expect(trace.matchedCandidates[0]).toMatchObject({ role: { id: 'role_inline_finance_approver' }, permission: { id: 'perm_inline_invoice_approve_group_tree' }, scopeCheck: { covered: true } });
      expect(world.entries).toMatchObject([{ target: { type: 'invoice', id: 'invoice_context_001' }, details: { contextMode: 'inline' } }]);
      expect(JSON.stringify(world.entries)).not.toMatch(/alice@example|Finance Reviewer|Acme/);
    });

    test('CM-2 denies outside the anchor', async () => {
      const trace = await explain(inline('invoice_context_002', { resource: resource('invoice_context_002', 'legal.emea') }));
      expect(trace.denyCode).toBe('SCOPE_OUT_OF_BOUNDS');
      expect(trace.matchedCandidates[0]?.scopeCheck.reason).toBe('The target is outside the anchor group.');
    });

    test('CM-3 denies without grants: stored ones of the same Member are not added', async () => {
      const trace = await explain(inline('invoice_context_003', { grants: [] }));
      expect([trace.denyCode, trace.matchedCandidates.length]).toEqual(['NO_MATCHING_PERMISSION', 0]);
    });

    test('CM-4 drops grants for other actions', async () => {
      const trace = await explain(inline('invoice_context_004', { grants: [grant, { ...grant, action: 'delete', scope: 'space' }] }));
      expect(trace.decision).toBe('ALLOW');
      expect(trace.matchedCandidates.map(({ permission }) => permission.action)).toEqual(['approve']);
    });

    test.each([
      ['CM-5', { actor: { ...actor, userStatus: 'disabled' } }, 'ACTOR_USER_INACTIVE'],
      ['member', { actor: { ...actor, memberStatus: 'disabled' } }, 'ACTOR_MEMBER_INACTIVE'],
      ['Space', { actor: { ...actor, spaceStatus: 'deleting' } }, 'SPACE_INACTIVE'],
      ['binding', { actor: { ...actor, bindingStatus: 'revoked' } }, 'USER_MEMBER_REVOKED'],
      ['resource', { resource: resource('x1', 'finance.apac', { status: 'archived' }) }, 'RESOURCE_INACTIVE'],
      ['CM-6', { resource: resource('invoice_context_006', 'finance.apac', { spaceId: 'space_other' }) }, 'CROSS_SPACE_VIOLATION'],
      ['grant of another Space', { grants: [{ ...grant, spaceId: 'space_other' }] }, 'CROSS_SPACE_VIOLATION'],
      ['CM-7a', { resource: resource('invoice_context_007', 'finance.apac', { type: 'contract' }) }, 'INVALID_RESOURCE_TYPE'],
      ['CM-7b', { action: 'void' }, 'INVALID_RESOURCE_ACTION'],
    ] as const)('%s denies', async (_, change, denyCode) => {
      expect(await explain(inline('invoice_context_00x', change))).toMatchObject({ decision: 'DENY', denyCode });
    });

    test('a path gives the same made-up group everywhere in its Space', async () => {
      const trace = await explain(inline('x2', { resource: resource('x2', 'finance'), grants: [{ ...grant, scope: 'group' }] }));
      expect(trace.decision).toBe('ALLOW');
      expect(trace.target.group?.id).toMatch(/^group_inline_[0-9a-f]{16}$/);
      const byId = await explain(inline('x3', { resource: { ...resource('x3'), groupPath: null, groupId: 'group_9' } }));
      expect(byId.target.group).toMatchObject({ id: 'group_9', path: 'group_9' });
    });

    test('what is not said has its default', async () => {
      const bare = { userId: 'user_x', memberId: 'member_x', userMemberId: 'um_x', spaceId: 'space_acme' };
      const trace = await explain({ actor: bare, resource: resource('x4'), grants: [{ ...grant, roleKey: null }], action: 'approve' });
      expect(trace).toMatchObject({
        decision: 'ALLOW',
        actor: { user: { status: 'active' }, member: { displayName: 'member_x', status: 'active' }, userMember: { relationType: 'external', isPrimary: true }, space: { name: 'space_acme' } },
        matchedCandidates: [{ role: { key: 'inline', id: 'role_inline_inline' } }],
      });
    });
  });

  describe('proposed target', () => {
    const draft = (more: CheckInput['resource'] = {}): CheckInput => ({
      actor: ALICE, resourceType: 'invoice', action: 'approve',
      resource: { id: 'invoice_draft_001', spaceId: 'space_acme', groupPath: 'finance.apac', ...more },
    });

    test('EN-1 allows by stored grants what is not stored', async () => {
      const trace = await explain(draft());
      expect(trace).toMatchObject({ decision: 'ALLOW', contextMode: 'proposed_target', target: { group: { id: 'group_finance_apac' } } });
      expect(trace.matchedCandidates.map(({ role }) => role.id)).toEqual(['role_finance_approver']);
    });

    test('takes what the request says and not the stored row of the same id', async () => {
      expect(await explain(draft({ id: 'invoice_002' }))).toMatchObject({ decision: 'ALLOW' });
      expect(await explain(draft({ id: 'invoice_001', groupPath: 'legal.emea' }))).toMatchObject({ denyCode: 'SCOPE_OUT_OF_BOUNDS' });
    });

    test('a group that does not exist covers nothing', async () => {
      expect(await explain(draft({ groupPath: 'finance.made_up' }))).toMatchObject({ denyCode: 'TARGET_GROUP_MISSING' });
      expect(await explain(draft({ groupPath: null, groupId: 'group_other' }))).toMatchObject({ denyCode: 'TARGET_GROUP_MISSING' });
      await expect(explain(draft({ groupId: 'group_legal' }))).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'resource', 'groupPath'] });
    });

    test('a foreign target is a violation', async () => {
      expect(await explain(draft({ spaceId: 'space_other', groupPath: 'finance' }))).toMatchObject({ denyCode: 'CROSS_SPACE_VIOLATION' });
    });
  });

  describe('who may bring facts', () => {
    test.each([
      ['a resource', { resource: { id: 'invoice_001', spaceId: 'space_acme' } }],
      ['metadata', { resource: { id: 'invoice_001', metadata: {} } }],
      ['grants', { grants: [grant] }],
      ['a status', { actor: { userStatus: 'active' } }],
    ])('a session may not bring %s', async (_, more) => {
      const session = callerOf('session', [INSTANCE], { userId: 'user_alice', actor: ALICE });
      await expect(explain({ resourceType: 'invoice', resourceId: 'invoice_001', action: 'approve', ...more }, session)).rejects.toMatchObject({ code: 'INLINE_CONTEXT_REQUIRES_API_KEY' });
      expect(world.entries).toHaveLength(0);
    });

    test('a key needs the right in every Space and Group that is named, before the engine', async () => {
      const denied = { code: 'ADMIN_PERMISSION_REQUIRED' };
      const space = callerOf('api_key', [ACME]);
      expect(await explain(inline('y1'), space)).toMatchObject({ decision: 'ALLOW' });
      await expect(explain(inline('y2', { resource: resource('y2', 'finance.apac', { spaceId: 'space_other' }) }), space)).rejects.toMatchObject(denied);
      await expect(explain(inline('y3', { grants: [grant, { ...grant, spaceId: 'space_other' }] }), space)).rejects.toMatchObject(denied);
      expect(world.entries).toHaveLength(1);
    });

    test('a key of a Group names places inside it only; a stored path counts more than a claimed one', async () => {
      const denied = { code: 'ADMIN_PERMISSION_REQUIRED' };
      const group = callerOf('api_key', [FINANCE_GROUP]);
      expect(await explain(inline('z1'), group)).toMatchObject({ decision: 'ALLOW' });
      await expect(explain(inline('z2', { resource: resource('z2', 'legal.emea') }), group)).rejects.toMatchObject(denied);
      await expect(explain(inline('z3', { resource: resource('z3', 'finance.apac', { groupId: 'group_legal' }) }), group)).rejects.toMatchObject(denied);
      await expect(explain(inline('z4', { grants: [{ ...grant, scopeAnchorGroupPath: null }] }), group)).rejects.toMatchObject(denied);
      const proposed = { actor: ALICE, resourceType: 'invoice', action: 'approve' };
      expect(await explain({ ...proposed, resource: { id: 'draft_1', spaceId: 'space_acme', groupId: 'group_finance_emea' } }, group)).toMatchObject({ decision: 'ALLOW' });
      await expect(explain({ ...proposed, resource: { id: 'draft_1', spaceId: 'space_acme', groupId: 'group_legal' } }, group)).rejects.toMatchObject(denied);
      await expect(explain({ ...proposed, resource: { id: 'draft_1', spaceId: 'space_acme' } }, group)).rejects.toMatchObject(denied);
      expect(world.entries).toHaveLength(2);
    });
  });

  test.each<[string, CheckInput, (string | number)[]]>([
    ['no scope', inline('a1', { grants: [{ ...grant, scope: null }] }), ['grants', 0, 'scope']],
    ['an unknown scope', inline('a2', { grants: [grant, { ...grant, scope: 'planet' }] }), ['grants', 1, 'scope']],
    ['no type', inline('a3', { resource: resource('a3', 'finance', { type: null }) }), ['resourceType']],
    ['no id', inline('a4', { resource: resource('a4', 'finance', { externalId: null }) }), ['resourceId']],
    ['no Space', inline('a5', { resource: resource('a5', 'finance', { spaceId: null }) }), ['resource', 'spaceId']],
    ['two types', inline('a6', { resourceType: 'contract' }), ['resource', 'type']],
    ['two ids', { actor: ALICE, resourceType: 'invoice', resourceId: 'invoice_001', resource: { id: 'invoice_002' }, action: 'approve' }, ['resource', 'id']],
    ['a malformed path', inline('a7', { resource: resource('a7', 'finance..apac') }), ['resource', 'groupPath']],
    ['a control character', inline('a\u0000b'), ['resource', 'externalId']],
    ['no action', inline('a8', { action: '' }), ['action']],
    ['metadata that is too large', inline('a9', { resource: resource('a9', 'finance', { metadata: { text: 'x'.repeat(20_000) } }) }), ['resource', 'metadata']],
  ])('%s is the mistake of the caller', async (_, input, path) => {
    await expect(explain(input)).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', ...path] });
    expect(world.entries).toHaveLength(0);
  });
});
