import { createClient } from 'graphql-ws';
import { Client } from 'pg';
import type { PolityServer } from '../../src/boot/polity-server.js';
import { GraphqlCaller } from '../support/graphql-caller.js';
import { startOn, startTestServer, type TestServer } from '../support/server.js';
import { Pdp } from './authzen/support/pdp.js';
import { EVERY_DOOR, post, type DoorAnswer } from './graphql/support/doors.js';
import { signInUser, withApiKey } from './support/callers.js';
import { PASSWORD } from './support/finance-reviewer.js';

/** One unit comes back per second: none that a test would notice. */
const BUDGET = 60;
const PROXY = { POLITY_TRUSTED_PROXIES: '127.0.0.1/32' };
const PAGE = 'query ($rows: Int) { spaces(first: $rows) { edges { node { id } } } }';
/** A page of 10 costs 25, one of 2 costs 9. */
const page = (rows: number): { query: string; variables: { rows: number } } => ({ query: PAGE, variables: { rows } });
const VERSION = { query: '{ version }' };
const LIMITED = { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) };

let server: TestServer;
let second: PolityServer;
const keyOf = async (input: object = {}): Promise<GraphqlCaller> => {
  const { secret } = await withApiKey(server.admin, { level: 'INSTANCE', permissionKeys: ['spaces:read', 'authz:check'], ...input });
  return new GraphqlCaller(server.url, { authorization: `Bearer ${secret}` });
};
const outcome = ({ errors, data }: DoorAnswer): unknown => errors?.[0]?.extensions ?? (data === undefined ? 'nothing' : 'ok');
const send = async (caller: GraphqlCaller, request: object, headers: Record<string, string> = {}): Promise<unknown> => outcome(await (await post(caller, '/graphql', request, headers)).json() as DoorAnswer);
const count = async (scope: string): Promise<number> => Number(new RegExp(`^polity_rate_limited_total\\{scope="${scope}"\\} (\\d+)$`, 'm').exec(await (await fetch(`${server.url}/metrics`)).text())?.[1] ?? 0);

beforeAll(async () => {
  server = await startTestServer({ environment: { POLITY_RATE_CALLER: String(BUDGET), POLITY_RATE_SPACE: String(2 * BUDGET), POLITY_RATE_ANONYMOUS: String(BUDGET), ...PROXY } });
  second = await startOn(server.environment);
  for (const name of ['one', 'two']) {
    await server.admin.mutate('createSpace', { id: `space_${name}`, name }, 'space { id }');
    await server.admin.mutate('createMember', { id: `member_${name}`, spaceId: `space_${name}`, displayName: name }, 'member { id }');
  }
}, 60_000);
afterAll(async () => {
  await second.stop();
  await server.stop();
});

test.each(EVERY_DOOR)('by %s: an operation takes what it costs, and is refused when that is not there', async (name, door) => {
  const caller = await keyOf();
  for (let time = 0; time < 2; time++) expect(outcome(await door(caller, page(10)))).toBe('ok');
  const refused = await door(caller, page(10));
  expect(refused.errors).toEqual([{ message: 'The budget of this caller is spent.', extensions: LIMITED }]);
  expect(refused.errors?.[0]?.extensions?.retryAfterSeconds).toBeGreaterThanOrEqual(10);
  expect([refused.data, refused.status]).toEqual([undefined, name === 'WebSocket' ? undefined : 429]);
  expect(outcome(await door(caller, page(2)))).toBe('ok');
});

test.each(['application/json', 'application/graphql-response+json'])('a refusal is 429 with Retry-After for %s, by the plan and without it', async (accept) => {
  const caller = await keyOf();
  for (let time = 0; time < 2; time++) await send(caller, page(10), { accept });
  const headersOf = ({ headers }: Response): unknown[] => [...headers].filter(([key]) => !['date', 'x-request-id', 'retry-after', 'content-length'].includes(key));
  // A document that nobody has sent before goes the long way.
  const planned = await post(caller, '/graphql', page(10), { accept });
  const unplanned = await post(caller, '/graphql', { ...page(10), query: `${PAGE} # ${accept}` }, { accept });
  for (const response of [planned, unplanned]) {
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(10);
    expect(response.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
  }
  expect(headersOf(planned)).toEqual(headersOf(unplanned));
  const withoutTime = async (response: Response): Promise<string> => (await response.text()).replace(/(?<="retryAfterSeconds":)\d+/, '?');
  expect(await withoutTime(planned)).toBe(await withoutTime(unplanned));
});

test('each operation of a batch is judged by itself, and the batch is not to be repeated', async () => {
  const caller = await keyOf();
  const response = await post(caller, '/graphql', [page(10), page(10), page(10)]);
  const answers = (await response.json()) as DoorAnswer[];
  expect(answers.map(outcome)).toEqual(['ok', 'ok', LIMITED]);
  expect([response.status, response.headers.get('retry-after')]).toEqual([200, null]);
});

test('a socket stays when an operation is refused', async () => {
  const { url, headers } = await keyOf();
  const closed: unknown[] = [];
  const client = createClient({ url: `${url.replace(/^http/, 'ws')}/graphql`, connectionParams: headers, retryAttempts: 0, lazy: false, on: { closed: (event) => closed.push(event) } });
  const run = (request: object): Promise<unknown> => new Promise((resolve) => {
    client.subscribe(request as never, { next: (answer) => resolve(outcome(answer as DoorAnswer)), error: (errors) => resolve((errors as readonly { extensions: unknown }[])[0]?.extensions), complete: () => undefined });
  });
  expect([await run(page(10)), await run(page(10)), await run(page(10)), await run(page(2))]).toEqual(['ok', 'ok', LIMITED, 'ok']);
  expect(closed).toEqual([]);
  await client.dispose();
});

describe('a caller', () => {
  test('does not escape by another session', async () => {
    await server.admin.mutate('createUser', { id: 'user_two', email: 'two@example.com' }, 'user { id }');
    const one = await signInUser(server, 'user_two', 'two@example.com');
    await server.admin.mutate('createAdminGrant', { userId: 'user_two', level: 'INSTANCE_ADMIN', permissionKey: 'spaces:read' }, 'adminGrant { id }');
    const other = await server.signIn('two@example.com', PASSWORD);
    expect(await send(one, page(10))).toBe('ok');
    expect(await send(other, page(10))).toBe('ok');
    expect([await send(one, page(10)), await send(other, page(10))]).toEqual([LIMITED, LIMITED]);
  });
  test('does not escape by another key of the same Member', async () => {
    const bound = { level: 'SPACE', spaceId: 'space_one', memberId: 'member_one', permissionKeys: ['spaces:read'] };
    const [one, other] = [await keyOf(bound), await keyOf(bound)];
    expect([await send(one, page(10)), await send(other, page(10)), await send(one, page(10)), await send(other, page(10))]).toEqual(['ok', 'ok', LIMITED, LIMITED]);
  });
  test('does not escape by another node: both spend one budget', async () => {
    const here = await keyOf();
    const nodes = [here, new GraphqlCaller(second.url, here.headers)];
    const began = performance.now();
    let through = 0;
    for (let at = 0; at < 100; at++) if ((await send(nodes[at % 2] as GraphqlCaller, VERSION)) === 'ok') through++;
    expect(through).toBeLessThanOrEqual(BUDGET + (performance.now() - began) / 1000);
    // What lies at a node is a twentieth at most.
    expect(through).toBeGreaterThanOrEqual(BUDGET - 2 * (BUDGET / 20));
  });
  test('who is a super admin is not held', async () => {
    for (let time = 0; time < 4; time++) expect(await send(server.admin, page(10))).toBe('ok');
  });
});

test('a Space spends its own budget, and starves no other', async () => {
  const inSpace = (name: string): Promise<GraphqlCaller> => keyOf({ level: 'SPACE', spaceId: `space_${name}`, permissionKeys: ['spaces:read'] });
  const before = await count('space');
  const answers: unknown[] = [];
  for (let key = 0; key < 4; key++) {
    const caller = await inSpace('two');
    for (let time = 0; time < 2; time++) answers.push(await send(caller, page(10)));
  }
  expect(answers.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'ok'));
  expect(answers.slice(4)).toEqual(Array.from({ length: 4 }, () => LIMITED));
  expect(await count('space')).toBe(before + 4);
  await server.admin.mutate('createSpace', { id: 'space_three', name: 'three' }, 'space { id }');
  expect(await send(await inSpace('three'), page(10))).toBe('ok');
});

describe('callers without credentials', () => {
  const from = (address: string): GraphqlCaller => server.anonymous.with({ 'x-forwarded-for': address });

  test('are held by their address, and can sign in when it is spent', async () => {
    const before = await count('anonymous');
    const answers: unknown[] = [];
    for (let at = 0; at < BUDGET + 10; at++) answers.push(await send(from('203.0.113.1'), VERSION));
    const refused = answers.filter((answer) => answer !== 'ok');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toEqual(LIMITED);
    expect(await count('anonymous')).toBe(before + refused.length);
    expect(await send(from('203.0.113.2'), VERSION)).toBe('ok');
    const signIn = 'mutation { signIn(input: { email: "root@example.com", password: "a long enough password" }) { accessToken } }';
    expect((await from('203.0.113.1').data<{ signIn: { accessToken: string | null } }>(signIn)).signIn.accessToken).not.toBeNull();
    expect((await fetch(`${server.url}/readyz`, { headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(200);
  });
});

test('while nobody can say what a budget holds, callers are refused, and those who bring the instance back are not', async () => {
  const owner = new Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  const before = await keyOf();
  expect(await send(before, VERSION)).toBe('ok');
  try {
    await owner.query('ALTER TABLE sys_kernel.rate_budgets RENAME TO rate_budgets_away');
    const caller = await keyOf();
    const response = await post(caller, '/graphql', page(2), { accept: 'application/json' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toEqual({ errors: [{ message: 'The budget of this caller cannot be read; try again.', extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 } }] });
    // A node lives on the share that it holds.
    expect([await send(before, VERSION), await send(before, page(10))]).toEqual(['ok', { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 }]);
    expect(await send(server.admin, page(10))).toBe('ok');
    expect(await send(await server.signIn('root@example.com', 'a long enough password'), page(10))).toBe('ok');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  } finally {
    await owner.query('ALTER TABLE sys_kernel.rate_budgets_away RENAME TO rate_budgets');
    await owner.end();
  }
  const after = await keyOf();
  expect(await send(after, page(2))).toBe('ok');
});

describe('AuthZEN', () => {
  const EVALUATION = { subject: { type: 'user', id: 'user_x' }, action: { name: 'approve' }, resource: { type: 'invoice', id: 'inv-1' }, context: { space: 'space_one' } };

  test('counts decisions, those of a batch one by one, and names of a search', async () => {
    const pdp = new Pdp(server.url, (await keyOf()).headers);
    const batch = (items: number) => pdp.evaluations({ ...EVALUATION, evaluations: Array.from({ length: items }, () => ({})) });
    const first = await batch(40);
    expect([first.status, first.body.evaluations?.length]).toEqual([200, 40]);
    const refused = await batch(30);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0, refused.body]).toEqual([429, true, { errors: [{ message: 'The budget of this caller is spent.', extensions: LIMITED }] }]);
    expect((await pdp.evaluation(EVALUATION)).status).toBe(200);
    const search = { ...EVALUATION, subject: { type: 'user' } };
    expect((await pdp.search('subject', { ...search, page: { limit: 30 } })).status).toBe(429);
    expect((await pdp.search('subject', { ...search, page: { limit: 5 } })).status).not.toBe(429);
  });
});
