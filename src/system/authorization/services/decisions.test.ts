import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { decisionsRef, type Caller } from '../../shared/contracts/index.js';
import { ALLOW_REASON, DENY_REASONS } from '../engine/index.js';
import { ACME, ALICE, callerOf, FINANCE_GROUP, INSTANCE, openFinanceWorld, OTHER, type FinanceWorld } from '../testing/finance-world.js';
import { allowCountsRef } from './allow-counts.js';
import type { CheckInput } from './check-input.js';
import { authorizationDecisionsRef, type CheckAnswer, type Explanation } from './decisions.js';
import { encodeRevision } from './revision-token.js';

describe.each([['the database', { memory: false }], ['memory', { memory: true }]] as const)('decided from %s', (_from, from) => {
  let store: TestDatabase;
  let world: FinanceWorld;

  beforeEach(async () => {
    store = await createTestDatabase();
    world = await openFinanceWorld(store.appUrl, from);
  });

  afterEach(async () => {
    await world.close();
    await store.drop();
  });

  const key = callerOf('api_key', [INSTANCE]);
  const alice = callerOf('session', [ACME], { userId: 'user_alice', actor: ALICE });
  const approve = (resourceId = 'invoice_001', actor: CheckInput['actor'] = ALICE): CheckInput => ({ actor, resourceType: 'invoice', resourceId, action: 'approve' });
  const bound = (userMemberId: string, userId = 'user_alice'): CheckInput['actor'] => ({ ...ALICE, userId, userMemberId });

  const check = (input: CheckInput, caller: Caller = key): Promise<CheckAnswer> => world.services.get(authorizationDecisionsRef).check(world.as(caller), input);
  const explain = (input: CheckInput, caller: Caller = key): Promise<Explanation> => world.services.get(authorizationDecisionsRef).explain(world.as(caller), input);

  describe('the demo cases', () => {
    test.each([
      ['FR-1', approve(), null],
      ['FR-2', approve('invoice_002'), 'SCOPE_OUT_OF_BOUNDS'],
      ['FR-3', approve('invoice_001', bound('um_bob_finance_reviewer', 'user_bob')), null],
      ['FR-4', approve('invoice_001', bound('um_alice_finance_reviewer_revoked')), 'USER_MEMBER_REVOKED'],
      ['FR-5', approve('invoice_001', bound('um_alice_finance_reviewer_expired')), 'USER_MEMBER_EXPIRED'],
      ['EN-2', { ...approve(), action: 'reject' }, 'NO_MATCHING_PERMISSION'],
      ['EN-3', { ...approve(), resourceType: 'contract' }, 'INVALID_RESOURCE_TYPE'],
      ['EN-4', { ...approve(), action: 'void' }, 'INVALID_RESOURCE_ACTION'],
      ['a missing actor', approve('invoice_001', bound('um_nobody')), 'ACTOR_NOT_FOUND'],
      ['a missing resource', approve('invoice_404'), 'RESOURCE_NOT_FOUND'],
      ['a foreign resource', approve('invoice_other'), 'CROSS_SPACE_VIOLATION'],
    ] as const)('%s: check and explain agree (FR-7)', async (_, input, denyCode) => {
      const answer = await check(input);
      expect(answer).toMatchObject({ decision: denyCode === null ? 'ALLOW' : 'DENY', denyCode, reason: denyCode === null ? ALLOW_REASON : DENY_REASONS[denyCode] });
      const { decision, denyCode: explained, reason } = await explain(input);
      expect({ decision, denyCode: explained, reason }).toEqual({ decision: answer.decision, denyCode: answer.denyCode, reason: answer.reason });
    });

    test('FR-6: one audit event per decision, naming the actor who was asked about', async () => {
      const inputs = [approve(), approve('invoice_002'), approve('invoice_001', bound('um_bob_finance_reviewer', 'user_bob'))];
      const answers = [];
      for (const input of inputs) answers.push(await check(input));
      expect(world.entries).toHaveLength(3);
      expect(world.entries.map(({ traceId }) => traceId)).toEqual(answers.map(({ traceId }) => traceId));
      expect(world.entries[2]).toMatchObject({
        type: 'authorization.decision', risk: 'HIGH', spaceId: 'space_acme', groupId: 'group_finance_apac', action: 'invoice.approve',
        target: { type: 'invoice', id: 'invoice_001' }, decision: 'ALLOW', actor: { userId: 'user_bob', memberId: 'member_finance_reviewer' },
      });
      expect(answers.every(({ traceId, auditEventId }) => traceId.startsWith('trc_') && auditEventId?.startsWith('audit_'))).toBe(true);
    });

    test('IW-3: the event holds ids, statuses and the revision, and no name or e-mail', async () => {
      await check(approve());
      const { details, denyCode } = world.entries[0]!;
      expect(denyCode).toBeUndefined();
      expect(details).toMatchObject({
        contextMode: 'stored', actor: ALICE, resource: { type: 'invoice', id: 'invoice_001', groupId: 'group_finance_apac' }, action: 'approve', risk: 'high',
        statuses: { user: 'active', member: 'active', space: 'active', userMember: 'active', resourceType: 'active', action: 'active', mapping: 'active', resource: 'active', group: 'active' },
        matched: {
          memberRoleId: 'mr_finance_reviewer_approver_finance', roleId: 'role_finance_approver', permissionId: 'perm_invoice_approve_group_tree',
          rolePermissionId: 'rp_approve', anchorGroupId: 'group_finance', scope: 'group_tree',
          statuses: { memberRole: 'active', role: 'active', rolePermission: 'active', permission: 'active', anchor: 'active' },
        },
      });
      expect(JSON.stringify(details)).not.toMatch(/alice@example|Finance Reviewer|INV-001|Acme/);
    });
  });

  describe('before it is answered', () => {
    test('a decision is in the log', async () => {
      const { auditEventId } = await check(approve());
      const rows = await world.database.pool.query(`SELECT decision FROM sys_audit.event WHERE id = $1`, [auditEventId]);
      expect(rows.rows).toEqual([{ decision: 'ALLOW' }]);
    });

    test('a log that fails makes the call fail', async () => {
      world.breakLog('disk full');
      await expect(check(approve())).rejects.toThrow('disk full');
      await expect(explain(approve())).rejects.toThrow('disk full');
      await expect(world.services.get(authorizationDecisionsRef).checkMany(world.as(key), { items: [approve()] })).rejects.toThrow('disk full');
      await expect(world.services.get(decisionsRef).guardAudited(world.as(alice), [{ resourceType: 'invoice', action: 'approve', resourceId: 'invoice_001' }])).rejects.toThrow('disk full');
    });

    test('an action that is counted records its denies and counts its allows', async () => {
      const read = { ...approve(), action: 'read' };
      expect(await check(read)).toMatchObject({ decision: 'ALLOW', auditEventId: null });
      await check(read);
      expect(world.entries).toHaveLength(0);
      expect(await check({ ...read, resourceId: 'invoice_002' })).toMatchObject({ decision: 'DENY', auditEventId: expect.stringMatching(/^audit_/) });
      expect(world.entries).toHaveLength(1);

      const counts = world.services.get(allowCountsRef);
      world.breakLog('gone');
      await expect(counts.flush()).rejects.toThrow('gone');
      world.breakLog(undefined);
      await counts.stop();
      expect(world.entries[1]).toMatchObject({ type: 'authorization.allow_counts', spaceId: 'space_acme', action: 'invoice.read', details: { allowed: 2 } });
      await counts.flush();
      expect(world.entries).toHaveLength(2);
    });
  });

  describe('checkMany', () => {
    test('answers in order with one statement for what has to be read and one for the log', async () => {
      const query = jest.spyOn(world.database.pool, 'query');
      const items = Array.from({ length: 1_000 }, (_, index) => approve(index % 3 === 0 ? 'invoice_002' : 'invoice_001'));
      const answers = await world.services.get(authorizationDecisionsRef).checkMany(world.as(key), { items });
      expect(answers.map(({ decision }) => decision)).toEqual(items.map((_, index) => (index % 3 === 0 ? 'DENY' : 'ALLOW')));
      expect(new Set(answers.map(({ auditEventId }) => auditEventId)).size).toBe(1_000);
      expect([world.writes, world.entries.length]).toEqual([1, 1_000]);
      // From memory each decision is made again from the database here: the world checks one in one. The feed looks at the revisions all the time.
      const asked = query.mock.calls.filter(([statement]) => (statement as { readonly name?: string }).name !== 'revisions');
      expect(asked).toHaveLength(from.memory ? 2 + items.length : 2);
    });

    test('takes no more than 1,000 questions, and none is no question', async () => {
      const many = (count: number): Promise<unknown> => world.services.get(authorizationDecisionsRef).checkMany(world.as(key), { items: Array(count).fill(approve()) });
      await expect(many(1_001)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE', path: ['input', 'items'] });
      expect(await many(0)).toEqual([]);
      expect(world.entries).toHaveLength(0);
    });

    test('names the item that is wrong and records nothing', async () => {
      const items = [approve(), { ...approve(), resourceId: 'x' }];
      await expect(world.services.get(authorizationDecisionsRef).checkMany(world.as(key), { items }))
        .rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'items', 1, 'resourceId'] });
      expect(world.entries).toHaveLength(0);
    });
  });

  describe('who may ask about whom', () => {
    test('a person acts as the active Member of the session, or as another own usable binding', async () => {
      expect(await check(approve('invoice_001', undefined), alice)).toMatchObject({ decision: 'ALLOW' });
      expect(await check(approve('invoice_001', { memberId: 'member_invoice_creator' }), alice)).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION' });
      expect(world.entries[1]).toMatchObject({ actor: { userMemberId: 'um_alice_creator' } });
    });

    test.each([
      ['another User', bound('um_bob_finance_reviewer', 'user_bob')],
      ['the binding of another User', { userMemberId: 'um_bob_finance_reviewer' }],
      ['a revoked binding', bound('um_alice_finance_reviewer_revoked')],
      ['an ended binding', { userMemberId: 'um_alice_finance_reviewer_expired' }],
      ['a foreign Space', { spaceId: 'space_other' }],
    ])('a person may not ask as %s', async (_, actor) => {
      await expect(check(approve('invoice_001', actor), alice)).rejects.toMatchObject({ code: 'ACTIVE_MEMBER_REQUIRED' });
      expect(world.entries).toHaveLength(0);
    });

    test('a person without an active Member is told so', async () => {
      await expect(check(approve('invoice_001', undefined), callerOf('session', [ACME], { userId: 'user_bob' }))).rejects.toMatchObject({ code: 'ACTIVE_MEMBER_REQUIRED' });
    });

    test.each(['userId', 'memberId', 'userMemberId', 'spaceId'] as const)('an API key names %s', async (field) => {
      await expect(check(approve('invoice_001', { ...ALICE, [field]: null }))).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'actor', field] });
    });

    test('an API key names an actor even when it is bound to a Member', async () => {
      await expect(check({ ...approve(), actor: null }, { ...key, actor: ALICE })).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'actor'] });
    });

    test('a key asks only where it reaches', async () => {
      const denied = { code: 'ADMIN_PERMISSION_REQUIRED', details: { permission: 'authz:check' } };
      expect(await check(approve(), callerOf('api_key', [ACME]))).toMatchObject({ decision: 'ALLOW' });
      await expect(check(approve(), callerOf('api_key', [OTHER]))).rejects.toMatchObject(denied);
      await expect(check(approve(), callerOf('api_key', [{ ...ACME, permissionKey: 'roles:read' }]))).rejects.toMatchObject(denied);
      await expect(check(approve(), { ...alice, grants: callerOf('session', [OTHER]).grants })).rejects.toMatchObject(denied);
      expect(world.entries).toHaveLength(1);
    });

    test('a key of a Group asks about what lies inside it, and learns nothing of the rest', async () => {
      const group = callerOf('api_key', [FINANCE_GROUP]);
      expect(await check(approve(), group)).toMatchObject({ decision: 'ALLOW' });
      for (const id of ['invoice_002', 'invoice_404', 'invoice_other']) {
        await expect(check(approve(id), group)).rejects.toMatchObject({ code: 'ADMIN_PERMISSION_REQUIRED' });
      }
      expect(world.entries).toHaveLength(1);
    });
  });

  describe('revisions', () => {
    test('an answer names what it saw; a later question may ask for it', async () => {
      const first = await check(approve());
      expect(await check({ ...approve(), atLeast: first.revision })).toMatchObject({ decision: 'ALLOW', revision: first.revision });
      await world.run(`UPDATE sys_authz.roles SET status = 'disabled'`);
      const second = await check({ ...approve(), atLeast: first.revision });
      expect(second).toMatchObject({ denyCode: 'NO_MATCHING_PERMISSION' });
      expect(second.revision).not.toBe(first.revision);
    });

    test('what was never given is refused, and so is the future', async () => {
      for (const atLeast of ['', 'abc', 'bm90IGpzb24', Buffer.from('[1,"space_acme",-1,0]').toString('base64url'), encodeRevision('space_acme', { space: 1e9, instance: 0 })]) {
        await expect(check({ ...approve(), atLeast })).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['input', 'atLeast'] });
      }
      expect(await check({ ...approve(), atLeast: encodeRevision('space_other', { space: 1e9, instance: 0 }) })).toMatchObject({ decision: 'ALLOW' });
    });
  });

  describe('guards', () => {
    const question = (resourceId: string) => ({ resourceType: 'invoice', action: 'approve', resourceId });
    const guards = () => world.services.get(decisionsRef);

    test('answer for the active Member and leave no event', async () => {
      expect(await guards().guard(world.as(alice), [question('invoice_001'), question('invoice_002'), question("'); --\0")])).toEqual([
        { allowed: true }, { allowed: false, denyCode: 'SCOPE_OUT_OF_BOUNDS' }, { allowed: false, denyCode: 'RESOURCE_NOT_FOUND' },
      ]);
      expect(world.entries).toHaveLength(0);
    });

    test('of mutations are audited decisions', async () => {
      expect(await guards().guardAudited(world.as(alice), [question('invoice_001'), question('invoice_002')])).toEqual([
        { allowed: true }, { allowed: false, denyCode: 'SCOPE_OUT_OF_BOUNDS' },
      ]);
      expect(world.entries.map(({ decision }) => decision)).toEqual(['ALLOW', 'DENY']);
      expect(world.writes).toBe(1);
    });

    test('deny whoever has no active Member', async () => {
      const nobody = callerOf('session', [INSTANCE], { userId: 'user_alice' });
      expect(await guards().guard(world.as(nobody), [question('invoice_001')])).toEqual([{ allowed: false, denyCode: 'ACTOR_NOT_FOUND' }]);
      expect(await guards().guardAudited(world.as(nobody), [question('invoice_001')])).toEqual([{ allowed: false, denyCode: 'ACTOR_NOT_FOUND' }]);
      expect(world.entries).toMatchObject([{ decision: 'DENY', denyCode: 'ACTOR_NOT_FOUND', spaceId: '' }]);
    });

    test('let an API key act as the Member that it is bound to', async () => {
      const machine = callerOf('api_key', [], { actor: { ...ALICE, userId: '', userMemberId: '' } });
      expect(await guards().guard(world.as(machine), [question('invoice_001')])).toEqual([{ allowed: true }]);
      await world.run(`UPDATE sys_identity.members SET status = 'disabled'`);
      expect(await guards().guard(world.as(machine), [question('invoice_001')])).toEqual([{ allowed: false, denyCode: 'ACTOR_MEMBER_INACTIVE' }]);
    });
  });
});
