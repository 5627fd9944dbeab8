import { parse, type OperationDefinitionNode } from 'graphql';
import { ANONYMOUS, SYSTEM, type Caller } from '../../system/shared/contracts/index.js';
import type { BudgetStore, ShareRequest } from './budget-store.js';
import { RateLimits, type RateSettings } from './rate-limits.js';

/** Budgets of all nodes, on a clock that a test moves. */
class SharedBudgets implements BudgetStore {
  now = 1_000_000;
  failure: Error | undefined;
  readonly statements: (readonly ShareRequest[])[] = [];
  private readonly buckets = new Map<string, { units: number; at: number }>();

  async take(requests: readonly ShareRequest[]) {
    this.statements.push(requests);
    if (this.failure !== undefined) throw this.failure;
    return requests.map(({ key, size, rate, least, wanted }) => {
      const known = this.buckets.get(key) ?? { units: size, at: this.now };
      const available = Math.min(size, known.units + ((this.now - known.at) / 1000) * rate);
      const granted = available >= least ? Math.min(Math.floor(available), wanted) : 0;
      this.buckets.set(key, { units: available - granted, at: this.now });
      return { key, granted, available };
    });
  }
}

const person = (userId: string, more: Partial<Caller> = {}): Caller => ({ kind: 'session', key: `session:of ${userId}`, userId, grants: [], revision: 1, ...more });
const inSpace = (userId: string, spaceId: string): Caller => person(userId, { actor: { userId, memberId: `m_${userId}`, userMemberId: 'um', spaceId } });
const apiKey = (id: string, more: Partial<Caller> = {}): Caller => ({ kind: 'api_key', key: `api_key:${id}`, credentialId: id, grants: [], revision: 1, ...more });

let budgets: SharedBudgets;
let counted: string[];
let logged: unknown[];
beforeEach(() => {
  budgets = new SharedBudgets();
  counted = [];
  logged = [];
});

const node = (settings: Partial<RateSettings> = {}): RateLimits => new RateLimits({
  settings: { callerBudget: 600, spaceBudget: 0, anonymousBudget: 60, burstS: 60, ...settings }, store: budgets, now: () => budgets.now,
  metrics: { countRateLimited: (scope) => void counted.push(scope) }, logger: { warn: (_message, fields) => void logged.push(fields) },
});
const spend = async (rates: RateLimits, caller: Caller, cost: number, ip = '192.0.2.1', operation?: OperationDefinitionNode): Promise<unknown> => {
  try {
    await rates.admit({ caller, request: { id: 'req_1', now: budgets.now, ip } }, cost, operation);
    return 'ok';
  } catch (error) {
    const { code, details } = error as { code: string; details: { retryAfterSeconds: number } };
    return [code, details.retryAfterSeconds];
  }
};
/** Units that get by, spent one by one. */
const most = async (nodes: readonly RateLimits[], caller: Caller, times: number): Promise<number> => {
  let through = 0;
  for (let at = 0; at < times; at++) if ((await spend(nodes[at % nodes.length] as RateLimits, caller, 1)) === 'ok') through++;
  return through;
};

describe('the budget of a caller', () => {
  test('is spent by cost, and comes back with time', async () => {
    const rates = node();
    expect(await spend(rates, person('ann'), 400)).toBe('ok');
    expect(await spend(rates, person('ann'), 300)).toEqual(['RATE_LIMITED', 10]);
    expect(await spend(rates, person('ann'), 150)).toBe('ok');
    budgets.now += 60_000;
    expect(await spend(rates, person('ann'), 560)).toBe('ok');
    expect(counted).toEqual(['caller']);
  });
  test('holds no more after a long rest than at the beginning', async () => {
    const rates = node();
    expect(await spend(rates, person('ann'), 600)).toBe('ok');
    budgets.now += 86_400_000;
    expect(await most([rates], person('ann'), 700)).toBe(600);
  });
  test('an operation that costs more than all of it costs all of it', async () => {
    const rates = node();
    expect(await spend(rates, person('ann'), 20_000)).toBe('ok');
    expect(await spend(rates, person('ann'), 1)).toEqual(['RATE_LIMITED', 1]);
  });
  test('is one for all sessions of a User, and for all keys of a Member', async () => {
    const rates = node();
    expect(await spend(rates, person('ann'), 600)).toBe('ok');
    expect(await spend(rates, person('ann', { key: 'session:another' }), 600)).toEqual(['RATE_LIMITED', 60]);
    expect(await spend(rates, person('ann', { kind: 'oidc', key: 'oidc:ann' }), 600)).toEqual(['RATE_LIMITED', 60]);
    expect(await spend(rates, person('bob'), 600)).toBe('ok');
    const actor = { userId: '', memberId: 'm_1', userMemberId: '', spaceId: 'space_1' };
    expect(await spend(rates, apiKey('one', { actor }), 600)).toBe('ok');
    expect(await spend(rates, apiKey('two', { actor }), 600)).toEqual(['RATE_LIMITED', 60]);
    expect(await spend(rates, apiKey('three'), 600)).toBe('ok');
  });
  test('is one for all nodes: never more than it holds, and of what idles at a node at most a share', async () => {
    const nodes = [node(), node(), node()];
    const through = await most(nodes, person('ann'), 1_000);
    expect(through).toBeLessThanOrEqual(600);
    expect(through).toBeGreaterThanOrEqual(600 - 2 * 30);
  });
  test('over any time, nodes together pass it by their shares at most', async () => {
    const nodes = [node(), node()];
    let through = 0;
    for (let second = 0; second < 300; second++) {
      through += await most(nodes, person('ann'), 30);
      budgets.now += 1_000;
    }
    expect(through).toBeLessThanOrEqual(600 + 300 * 10);
    expect(through).toBeGreaterThan(300 * 10 - 2 * 30);
  });
  test('needs one statement for many operations, also for many at once', async () => {
    const rates = node({ callerBudget: 60_000 });
    const all = await Promise.all(Array.from({ length: 500 }, () => spend(rates, person('ann'), 1)));
    expect(all.every((outcome) => outcome === 'ok')).toBe(true);
    for (let at = 0; at < 2_000; at++) expect(rates.admit({ caller: person('ann'), request: { id: 'r', now: budgets.now } }, 1)).toBeUndefined();
    expect(budgets.statements.length).toBeLessThan(5);
  });
  test('is filled up before it runs dry: nobody waits who goes on as before', async () => {
    const rates = node({ callerBudget: 60_000 });
    expect(await spend(rates, person('ann'), 1)).toBe('ok');
    const waited: unknown[] = [];
    for (let at = 0; at < 200; at++) {
      waited.push(rates.admit({ caller: person('ann'), request: { id: 'r', now: budgets.now } }, 100));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    expect(waited.every((wait) => wait === undefined)).toBe(true);
  });
  test('is not asked for again and again by those who are refused', async () => {
    const rates = node();
    await spend(rates, person('ann'), 600);
    const before = budgets.statements.length;
    for (let at = 0; at < 100; at++) expect(await spend(rates, person('ann'), 10)).toEqual(['RATE_LIMITED', 1]);
    expect(budgets.statements.length - before).toBeLessThanOrEqual(2);
    expect(counted).toHaveLength(100);
    expect(logged).toEqual([{ scope: 'caller', key: 'user:ann' }]);
  });
  test('is not held against super admins, nor against the server itself', async () => {
    const rates = node();
    const admin = person('root', { grants: [{ id: 'g', level: 'instance_super_admin', permissionKey: '*' }] });
    for (const caller of [admin, SYSTEM]) for (let at = 0; at < 3; at++) expect(await spend(rates, caller, 600)).toBe('ok');
    expect(budgets.statements).toEqual([]);
  });
  test('a share that idles is dropped', async () => {
    const rates = node();
    await spend(rates, person('ann'), 1);
    budgets.now += 59_000;
    rates.forgetIdle();
    expect(rates.admit({ caller: person('ann'), request: { id: 'r', now: budgets.now } }, 1)).toBeUndefined();
    await new Promise(setImmediate);
    budgets.now += 61_000;
    rates.forgetIdle();
    const before = budgets.statements.length;
    await spend(rates, person('ann'), 1);
    expect(budgets.statements.length).toBe(before + 1);
  });
});

describe('while the database is away', () => {
  test('a node lives on its share and then refuses, until the database is back', async () => {
    const rates = node();
    expect(await spend(rates, person('ann'), 1)).toBe('ok');
    budgets.failure = new Error('gone');
    expect(await spend(rates, person('ann'), 20)).toBe('ok');
    expect(await spend(rates, person('ann'), 20)).toEqual(['SERVICE_UNAVAILABLE', 1]);
    expect(await spend(rates, person('bob'), 1)).toEqual(['SERVICE_UNAVAILABLE', 1]);
    const before = budgets.statements.length;
    for (let at = 0; at < 50; at++) await spend(rates, person('bob'), 1);
    expect(budgets.statements.length).toBe(before);
    expect(counted).toEqual([]);
    budgets.failure = undefined;
    budgets.now += 1_000;
    expect(await spend(rates, person('bob'), 1)).toBe('ok');
    expect(await spend(rates, person('ann'), 20)).toBe('ok');
  });
});

describe('the budget of a Space', () => {
  test('is spent by all who act there, and by nobody else', async () => {
    const rates = node({ callerBudget: 0, spaceBudget: 600 });
    expect(await spend(rates, inSpace('ann', 'space_1'), 400)).toBe('ok');
    expect(await spend(rates, inSpace('bob', 'space_1'), 400)).toEqual(['RATE_LIMITED', 20]);
    expect(await spend(rates, apiKey('k', { grants: [{ id: 'g', level: 'space_admin', permissionKey: 'authz:check', spaceId: 'space_1' }] }), 400)).toEqual(['RATE_LIMITED', 20]);
    expect(await spend(rates, inSpace('cat', 'space_2'), 600)).toBe('ok');
    expect(await spend(rates, person('dan'), 10_000)).toBe('ok');
    expect(counted).toEqual(['space', 'space']);
  });
  test('a refusal of it costs the caller nothing', async () => {
    const rates = node({ callerBudget: 600, spaceBudget: 60 });
    expect(await spend(rates, inSpace('ann', 'space_1'), 60)).toBe('ok');
    for (let at = 0; at < 20; at++) expect(await spend(rates, inSpace('ann', 'space_1'), 60)).toEqual(['RATE_LIMITED', 60]);
    expect(await spend(rates, inSpace('ann', 'space_2'), 60)).toBe('ok');
    expect(await spend(rates, person('ann'), 480)).toBe('ok');
  });
});

describe('callers without credentials', () => {
  const signIn = parse('mutation { signIn(input: { email: "a", password: "b" }) { accessToken } }').definitions[0] as OperationDefinitionNode;

  test('are counted by their address, those of IPv6 by their network', async () => {
    const rates = node();
    expect(await spend(rates, ANONYMOUS, 60)).toBe('ok');
    expect(await spend(rates, ANONYMOUS, 6)).toEqual(['RATE_LIMITED', 6]);
    expect(await spend(rates, ANONYMOUS, 60, '192.0.2.2')).toBe('ok');
    expect(await spend(rates, ANONYMOUS, 60, '2001:db8::1')).toBe('ok');
    expect(await spend(rates, ANONYMOUS, 60, '2001:db8::ffff:1')).toEqual(['RATE_LIMITED', 60]);
    expect(await spend(rates, ANONYMOUS, 60, '2001:db8:0:1::1')).toBe('ok');
    budgets.now += 6_000;
    expect(await spend(rates, ANONYMOUS, 6)).toBe('ok');
    expect(counted).toEqual(['anonymous', 'anonymous']);
    expect(budgets.statements).toEqual([]);
  });
  test('may sign in from an address whose budget is spent', async () => {
    const rates = node();
    await spend(rates, ANONYMOUS, 60);
    expect(await spend(rates, ANONYMOUS, 1)).toEqual(['RATE_LIMITED', 1]);
    expect(await spend(rates, ANONYMOUS, 10, undefined, signIn)).toBe('ok');
    const more = parse('mutation { signIn(input: { email: "a", password: "b" }) { accessToken } other }').definitions[0] as OperationDefinitionNode;
    expect(await spend(rates, ANONYMOUS, 10, undefined, more)).toEqual(['RATE_LIMITED', 10]);
  });
});

test('a budget of 0 is none', async () => {
  const rates = node({ callerBudget: 0, spaceBudget: 0, anonymousBudget: 0 });
  for (const caller of [ANONYMOUS, inSpace('ann', 'space_1'), apiKey('k')]) for (let at = 0; at < 3; at++) expect(await spend(rates, caller, 1_000_000)).toBe('ok');
  expect(budgets.statements).toEqual([]);
});
