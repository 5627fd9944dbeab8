import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { PolityError } from '../../../../kernel/errors/index.js';
import { revisionFeedRef, settingsRef, type Caller, type Evaluation, type EvaluationAnswer, type Evaluations } from '../../../shared/contracts/index.js';
import { ACME, ALICE, callerOf, FINANCE_GROUP, INSTANCE, openFinanceWorld, OTHER, type FinanceWorld } from '../../testing/finance-world.js';
import { encodeRevision } from '../revision-token.js';
import { createEvaluations } from './create-evaluations.js';

let store: TestDatabase;
let world: FinanceWorld;
let evaluations: Evaluations;

/** Those of a node whose feed was last heard of so long ago, and brings nothing. */
function evaluationsOf(silentForMs: number): Evaluations {
  const stand = new Map<unknown, unknown>([
    [revisionFeedRef, { subscribe: () => () => undefined, silentForMs: () => silentForMs }],
    [settingsRef, { governance: { authzenSubjectTypes: ['identity=user'] } }],
  ]);
  return createEvaluations({ get: (ref) => (stand.get(ref) ?? world.services.get(ref)) as never });
}

beforeAll(async () => {
  store = await createTestDatabase();
  world = await openFinanceWorld(store.appUrl);
  evaluations = evaluationsOf(Infinity);
  await world.run(`
    INSERT INTO sys_identity.members (id, space_id, display_name, member_type, external_id) VALUES ('member_robot', 'space_acme', 'Robot', 'service', 'robot');
    INSERT INTO sys_authz.member_roles (id, space_id, member_id, role_id, scope_anchor_group_id) VALUES ('mr_robot', 'space_acme', 'member_robot', 'role_finance_approver', 'group_finance')`);
});

afterAll(async () => {
  await world.close();
  await store.drop();
});

beforeEach(() => {
  world.entries.length = 0;
  world.writes = 0;
});

const acme = callerOf('api_key', [ACME]);
const instance = callerOf('api_key', [INSTANCE]);
const alice = callerOf('session', [ACME], { userId: 'user_alice', actor: ALICE });

const approve = (more: Partial<Evaluation> = {}): Evaluation => ({
  subject: { type: 'user', id: 'user_alice' }, action: { name: 'approve' }, resource: { type: 'invoice', id: 'INV-001' }, ...more,
});
const evaluate = async (questions: readonly Evaluation[], caller: Caller = acme, stopAt?: 'ALLOW' | 'DENY') =>
  (await evaluations.evaluate(world.as(caller), questions, stopAt)).map((answer) => (answer instanceof PolityError ? answer.code : answer.denyCode ?? answer.decision));

describe('one question', () => {
  test('is the decision of check, recorded alike', async () => {
    const [answer] = (await evaluations.evaluate(world.as(acme), [approve()])) as [EvaluationAnswer];
    expect(answer).toMatchObject({ decision: 'ALLOW', denyCode: null, traceId: expect.stringMatching(/^trc_/), auditEventId: expect.stringMatching(/^audit_/) });
    expect(world.entries).toEqual([expect.objectContaining({
      type: 'authorization.decision', spaceId: 'space_acme', actor: ALICE, action: 'invoice.approve', target: { type: 'invoice', id: 'invoice_001' }, decision: 'ALLOW', traceId: answer.traceId,
    })]);
    expect(world.entries[0]).not.toHaveProperty('personal');
  });

  test.each<[string, Partial<Evaluation>, string]>([
    ['another name of the subject type', { subject: { type: 'identity', id: 'user_alice' } }, 'ALLOW'],
    ['a service Member that acts by itself', { subject: { type: 'service', id: 'robot' } }, 'ALLOW'],
    ['an unknown subject type', { subject: { type: 'spaceship', id: 'user_alice' } }, 'ACTOR_NOT_FOUND'],
    ['an unknown subject', { subject: { type: 'user', id: 'alice@example.com' } }, 'ACTOR_NOT_FOUND'],
    ['an unknown type', { resource: { type: 'Contract of 1999', id: 'INV-001' } }, 'INVALID_RESOURCE_TYPE'],
    ['an unknown action', { action: { name: 'frob nicate' } }, 'INVALID_RESOURCE_ACTION'],
    ['an unknown resource', { resource: { type: 'invoice', id: '/invoices/{id}' } }, 'RESOURCE_NOT_FOUND'],
    ['a resource of another type', { resource: { type: 'memo', id: 'invoice_001' } }, 'INVALID_RESOURCE_ACTION'],
    ['a name in other letters', { resource: { type: 'invoice', id: 'inv-001' } }, 'RESOURCE_NOT_FOUND'],
    ['a Space without the subject', { spaceId: 'space_other' }, 'ADMIN_PERMISSION_REQUIRED'],
  ])('with %s', async (_, more, outcome) => {
    expect(await evaluate([approve(more)])).toEqual([outcome]);
  });

  test('names that stand for nothing are sealed, not written down', async () => {
    await evaluate([approve({ subject: { type: 'user', id: 'alice@example.com' }, resource: { type: 'invoice', id: 'bob@example.com' } })]);
    const [{ personal, ...entry }] = world.entries as [(typeof world.entries)[0]];
    expect(personal).toEqual({ identifier: 'user:alice@example.com', values: { resource: 'bob@example.com' } });
    expect(JSON.stringify(entry)).not.toContain('@example.com');
    expect(entry).toMatchObject({ decision: 'DENY', denyCode: 'ACTOR_NOT_FOUND', target: { type: 'invoice', id: '-' } });
  });

  test('a service Member that is asked about is the actor in the log, not the caller', async () => {
    await evaluate([approve({ subject: { type: 'service', id: 'robot' } })]);
    expect(world.entries[0]).toMatchObject({ actor: { memberId: 'member_robot', spaceId: 'space_acme' }, decision: 'ALLOW' });
  });

  test.each([
    ['a key of the instance without a Space', instance, {}, 'VALIDATION_FAILED'],
    ['a key of the instance with a Space', instance, { spaceId: 'space_acme' }, 'ALLOW'],
    ['a key of the instance with an unknown Space', instance, { spaceId: 'space_none' }, 'ACTOR_NOT_FOUND'],
    ['a malformed Space', instance, { spaceId: 'space acme' }, 'VALIDATION_FAILED'],
    ['a key of another Space', callerOf('api_key', [OTHER]), { spaceId: 'space_acme' }, 'ADMIN_PERMISSION_REQUIRED'],
    ['a key of a Group, inside', callerOf('api_key', [FINANCE_GROUP]), {}, 'ALLOW'],
    ['a key of a Group, outside', callerOf('api_key', [FINANCE_GROUP]), { resource: { type: 'invoice', id: 'invoice_002' } }, 'ADMIN_PERMISSION_REQUIRED'],
    ['a person about the own binding', alice, {}, 'ALLOW'],
    ['a person about somebody else', alice, { subject: { type: 'user', id: 'user_bob' } }, 'ACTIVE_MEMBER_REQUIRED'],
    ['a person about nobody', alice, { subject: { type: 'user', id: 'nobody' } }, 'ACTIVE_MEMBER_REQUIRED'],
    ['a person about a service Member', alice, { subject: { type: 'service', id: 'robot' } }, 'ACTIVE_MEMBER_REQUIRED'],
    ['a person without the permission', callerOf('session', [], { userId: 'user_alice', actor: ALICE }), {}, 'ADMIN_PERMISSION_REQUIRED'],
  ] as const)('asked by %s', async (_, caller, more, outcome) => {
    expect(await evaluate([approve(more)], caller)).toEqual([outcome]);
  });

  test('a refusal leaves no event and tells nothing', async () => {
    await evaluate([approve({ resource: { type: 'invoice', id: 'invoice_002' } })], callerOf('api_key', [FINANCE_GROUP]));
    expect(world.entries).toEqual([]);
  });

  test('about a Space out of reach looks nothing up', async () => {
    const look = jest.spyOn(world.database, 'prepared');
    expect(await evaluate([approve({ spaceId: 'space_acme', subject: { type: 'user', id: 'never-seen' } })], callerOf('api_key', [OTHER]))).toEqual(['ADMIN_PERMISSION_REQUIRED']);
    expect(look).not.toHaveBeenCalled();
    look.mockRestore();
    expect(await evaluate([approve({ spaceId: 'space_acme', subject: { type: 'user', id: 'user_bob' } })], callerOf('session', [OTHER], { userId: 'user_alice', actor: ALICE }))).toEqual(['ADMIN_PERMISSION_REQUIRED']);
  });

  test('has seen the revision that it names', async () => {
    const [first] = (await evaluations.evaluate(world.as(acme), [approve()])) as [EvaluationAnswer];
    expect(await evaluate([approve({ atLeast: first.revision })])).toEqual(['ALLOW']);
    await expect(evaluate([approve({ atLeast: encodeRevision('space_acme', { space: 1_000_000, instance: 0 }) })])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    await expect(evaluate([approve({ atLeast: 'nonsense' })])).rejects.toMatchObject({ code: 'VALIDATION_FAILED', path: ['context', 'at_least'] });
  });

  test('that names a revision reads names anew, also where the feed is behind', async () => {
    const behind = evaluationsOf(0);
    const ask = async (atLeast?: string): Promise<unknown> => {
      const more = { resource: { type: 'invoice', id: 'INV-LATE' }, ...(atLeast === undefined ? {} : { atLeast }) };
      const [answer] = (await behind.evaluate(world.as(acme), [approve(more)])) as [EvaluationAnswer];
      return answer.denyCode ?? answer.decision;
    };
    expect(await ask()).toBe('RESOURCE_NOT_FOUND');
    await world.run(`INSERT INTO sys_resource.resources (id, space_id, resource_type, group_id, external_id) SELECT 'invoice_late', space_id, resource_type, group_id, 'INV-LATE' FROM sys_resource.resources WHERE id = 'invoice_001'`);
    expect(await ask()).toBe('RESOURCE_NOT_FOUND');
    const [{ revision }] = (await evaluations.evaluate(world.as(acme), [approve()])) as [EvaluationAnswer];
    expect(await ask(revision)).toBe('ALLOW');
  });

  test.each([
    ['a name that is too long', { resource: { type: 'invoice', id: 'x'.repeat(513) } }, ['resource', 'id']],
    ['a type that is too long', { resource: { type: 'é'.repeat(65), id: 'x' } }, ['resource', 'type']],
    ['NUL', { subject: { type: 'user', id: 'a\0b' } }, ['subject', 'id']],
    ['half of a surrogate pair', { action: { name: 'a\ud800' } }, ['action', 'name']],
    ['no text', { subject: { type: '', id: 'a' } }, ['subject', 'type']],
    ['properties beyond 16 KiB', { subject: { type: 'user', id: 'user_alice', properties: { text: 'x'.repeat(17_000) } } }, ['subject', 'properties']],
    ['a number that JSON cannot say exactly', { resource: { type: 'invoice', id: 'INV-001', properties: { amount: [2 ** 53 + 2] } } }, ['resource', 'properties', 'amount', 0]],
    ['NUL in the context', { context: { a: { b: 'c\0' } } }, ['context', 'a', 'b']],
  ])('refuses %s, naming the place', async (_, more, path) => {
    const [answer] = await evaluations.evaluate(world.as(acme), [approve({ ...more, path: ['evaluations', 3] })]);
    expect(answer).toMatchObject({ code: 'VALIDATION_FAILED', path: ['evaluations', 3, ...path] });
  });
});

describe('many questions', () => {
  const deny = approve({ resource: { type: 'invoice', id: 'invoice_002' } });
  const broken = approve({ action: { name: '' } });

  test('are answered in their order, recorded by one statement, and errors stay their own', async () => {
    expect(await evaluate([approve(), deny, broken, approve()])).toEqual(['ALLOW', 'SCOPE_OUT_OF_BOUNDS', 'VALIDATION_FAILED', 'ALLOW']);
    expect([world.writes, world.entries.length]).toEqual([1, 3]);
  });

  test.each([
    ['the first deny', 'DENY', [approve(), deny, approve()], ['ALLOW', 'SCOPE_OUT_OF_BOUNDS']],
    ['an error, which counts as a deny', 'DENY', [approve(), broken, approve()], ['ALLOW', 'VALIDATION_FAILED']],
    ['the first deny before an error', 'DENY', [deny, broken], ['SCOPE_OUT_OF_BOUNDS']],
    ['the first allow', 'ALLOW', [deny, broken, approve(), deny, broken], ['SCOPE_OUT_OF_BOUNDS', 'VALIDATION_FAILED', 'ALLOW']],
    ['the end when there is none of the kind', 'ALLOW', [deny, broken], ['SCOPE_OUT_OF_BOUNDS', 'VALIDATION_FAILED']],
  ] as const)('stop at %s; what comes after it is not recorded', async (_, stopAt, questions, outcomes) => {
    expect(await evaluate(questions, acme, stopAt)).toEqual(outcomes);
    expect(world.entries).toHaveLength(outcomes.filter((outcome) => (outcome as string) !== 'VALIDATION_FAILED').length);
  });

  test('are found by one look for all names of a Space', async () => {
    const spy = jest.spyOn(world.database, 'prepared');
    await evaluate(Array.from({ length: 50 }, (_, index) => approve({ resource: { type: 'invoice', id: `INV-${index}` } })));
    expect(spy.mock.calls.filter(([name]) => name.startsWith('authorization.subjects') || name === 'authorization.named_resources')).toHaveLength(2);
    spy.mockRestore();
  });

  test('are at most 1,000', async () => {
    await expect(evaluate(Array.from({ length: 1_001 }, () => approve()))).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
  });
});
