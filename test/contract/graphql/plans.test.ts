import type { PolityServer } from '../../../src/boot/polity-server.js';
import type { SchemaFragment } from '../../../src/graphql/index.js';
import { GraphqlCaller } from '../../support/graphql-caller.js';
import { startOn, startTestServer, type TestServer } from '../../support/server.js';
import { signInUser } from '../schema/support/people.js';

const fragment: SchemaFragment = {
  name: 'plans',
  typeDefs: /* GraphQL */ `
    extend type Query { planList(size: Int = 3, first: Int): [PlanItem] @public planItem(id: ID!): PlanItem @public planNode: PlanNode @public planFails: String @public }
    extend type Mutation { planAct(text: String!): String @authenticated }
    interface PlanNode { id: ID! note: String }
    type PlanItem implements PlanNode { id: ID! note: String secret: String @requiresScopes(scopes: [["users:read"]]) must: String! inner: PlanItem slow: String }
  `,
  resolvers: {
    Query: {
      planList: (_source: unknown, { size }: { size: number }) => Array.from({ length: size }, (_, index) => item(index)),
      planItem: (_source: unknown, { id }: { id: string }) => item(Number(id)),
      planNode: () => ({ ...item(7), __typename: 'PlanItem' }),
      planFails: () => { throw new Error('secret of the inside'); },
    },
    Mutation: { planAct: (_source: unknown, { text }: { text: string }) => `did ${text}` },
    PlanItem: { slow: async ({ id }: { id: string }) => `slow ${id}` },
  },
};
const item = (index: number): object => ({ id: `i${index}`, note: `note ${index}`, secret: 's', must: index === 2 ? null : 'must', inner: index < 5 ? { id: `x${index}`, note: null, must: 'm' } : null });

let server: TestServer;
/** On the same database. */
let unplanned: PolityServer;
let planned: PolityServer;
let nobody: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer({ fragments: [fragment] });
  [unplanned, planned] = await Promise.all((['never', 'second'] as const).map((planUse) => startOn(server.environment, undefined, [fragment], planUse))) as [PolityServer, PolityServer];
  await server.admin.mutate('createSpace', { id: 'space_plans', name: 'Plans' }, 'space { id }');
  await server.admin.mutate('createUser', { id: 'user_nobody', email: 'nobody@example.com' }, 'user { id }');
  nobody = await signInUser(server, 'user_nobody', 'nobody@example.com');
}, 60_000);
afterAll(async () => {
  await Promise.all([unplanned.stop(), planned.stop()]);
  await server.stop();
});

interface Asked {
  readonly body?: object;
  readonly search?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Status, headers and bytes of an answer, without what is new in every one. */
async function answer({ url }: PolityServer, caller: GraphqlCaller, { body, search, headers = {} }: Asked): Promise<object> {
  const address = `${url}/graphql${search === undefined ? '' : `?${new URLSearchParams(search)}`}`;
  const response = await fetch(address, { method: body === undefined ? 'GET' : 'POST', headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...caller.headers, ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
  const { 'x-request-id': _id, date: _date, ...kept } = Object.fromEntries(response.headers);
  return { status: response.status, headers: kept, text: await response.text() };
}

async function plansHeld(): Promise<number> {
  const text = await (await fetch(`${planned.url}/metrics`)).text();
  return [...text.matchAll(/^polity_graphql_plan_hits_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const FRAGMENTS = 'query Q($with: Boolean!, $size: Int) { a: planList(size: $size) { ...F ... @include(if: $with) { note } ...F @skip(if: $with) } } fragment F on PlanItem { id inner { id n: note __typename } }';

describe('an answer by a plan is the answer by Apollo, to the byte', () => {
  test.each<[string, Asked]>([
    ['POST', { body: { query: '{ planList { id note } }' } }],
    ['GET', { search: { query: '{ planList { id note } }' } }],
    ['GET with variables', { search: { query: 'query ($size: Int) { planList(size: $size) { id } }', variables: '{"size":1}' } }],
    ['the newer media type', { body: { query: '{ planList { id } }' }, headers: { accept: 'application/graphql-response+json' } }],
    ['a choice of media types', { body: { query: '{ planList { id } }' }, headers: { accept: 'application/graphql-response+json, application/json;q=0.9' } }],
    ['a media type that nobody gives', { body: { query: '{ planList { id } }' }, headers: { accept: 'image/png' } }],
    ['aliases and __typename', { body: { query: '{ a: planList { x: id __typename } b: __typename __proto__: planNode { id } }' } }],
    ['fragments and conditions, true', { body: { query: FRAGMENTS, variables: { with: true, size: 2 } } }],
    ['fragments and conditions, false', { body: { query: FRAGMENTS, variables: { with: false, size: 2 }, operationName: 'Q' } }],
    ['defaults of variables', { body: { query: 'query ($size: Int = 1) { planList(size: $size) { id } }', variables: {} } }],
    ['an interface', { body: { query: '{ planNode { id ... on PlanItem { note } } }' } }],
    ['promises', { body: { query: '{ planList { slow inner { slow } } }' } }],
    ['a denied field', { body: { query: '{ planList { id secret note } }' } }],
    ['a denied field, newer media type', { body: { query: '{ planList { secret } }' }, headers: { accept: 'application/graphql-response+json' } }],
    ['an error', { body: { query: '{ planFails planItem(id: "0") { id } }' } }],
    ['null where there is always a value', { body: { query: '{ planList(size: 4) { id must } }' } }],
    ['a missing variable', { body: { query: 'query ($id: ID!) { planItem(id: $id) { id } }' } }],
    ['a wrong variable', { body: { query: 'query ($size: Int) { planList(size: $size) { id } }', variables: { size: 'x' } } }],
    ['variables that are no object', { body: { query: '{ planList { id } }', variables: [1] } }],
    ['an operation that is not there', { body: { query: '{ planList { id } }', operationName: 'Other' } }],
    ['two operations and no name', { body: { query: 'query A { planList { id } } query B { planNode { id } }' } }],
    ['the second of two operations', { body: { query: 'query A { planList { id } } query B { planNode { id } }', operationName: 'B' } }],
    ['a mutation', { body: { query: 'mutation { planAct(text: "x") }' } }],
    ['a mutation by GET', { search: { query: 'mutation { planAct(text: "x") }' } }],
    ['a batch', { body: [{ query: '{ planList { id } }' }, { query: '{ planList { id note } }' }] }],
    ['the cost', { body: { query: '{ planList { id } }' }, headers: { 'x-polity-cost': 'report' } }],
    ['extensions', { body: { query: '{ planList { id } }', extensions: { cost: true } } }],
    ['introspection', { body: { query: '{ planList { id } __type(name: "PlanItem") { name fields { name } } }' } }],
    ['a syntax error', { body: { query: '{ planList {' } }],
    ['a field that is not there', { body: { query: '{ planNone }' } }],
    ['text that is more than ASCII', { body: { query: 'mutation { planAct(text: "Grüße, 世界 🌍") }' } }],
  ])('%s', async (_name, asked) => {
    for (const caller of [server.anonymous, nobody, server.admin]) {
      const expected = await answer(unplanned, caller, asked);
      for (let time = 1; time <= 3; time++) expect([time, await answer(planned, caller, asked)]).toEqual([time, expected]);
    }
  });
  test('and most of them are by plans', async () => {
    expect(await plansHeld()).toBeGreaterThan(80);
  });
});

describe('what was admitted once is refused where it would have been refused the first time', () => {
  const LIST = 'query ($first: Int!) { groups(spaceId: "space_plans", first: $first) { edges { node { id children(first: $first) { edges { node { id } } } } } } }';
  const codes = async (caller: GraphqlCaller, asked: Asked): Promise<unknown> => {
    const { status, text } = await answer(planned, caller, asked) as { status: number; text: string };
    return [status, (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.map(({ extensions }) => extensions.code)];
  };

  test('with variables that make it expensive', async () => {
    const cheap = { body: { query: LIST, variables: { first: 1 } } };
    for (let time = 0; time < 3; time++) expect(await codes(server.admin, cheap)).toEqual([200, undefined]);
    expect(await codes(server.admin, { body: { query: LIST, variables: { first: 200 } } })).toEqual([200, ['COST_ESTIMATED_TOO_EXPENSIVE']]);
    expect(await codes(server.admin, cheap)).toEqual([200, undefined]);
  });
  test('by a caller who may not', async () => {
    const asked = { body: { query: '{ users(first: 1) { totalCount } }' } };
    for (let time = 0; time < 3; time++) expect(await codes(server.admin, asked)).toEqual([200, undefined]);
    for (const caller of [server.anonymous, nobody]) expect(await codes(caller, asked)).toEqual([200, ['UNAUTHORIZED_FIELD_OR_TYPE']]);
  });
  test('by GET', async () => {
    const query = 'mutation { planAct(text: "by post") }';
    for (let time = 0; time < 3; time++) expect(await codes(nobody, { body: { query } })).toEqual([200, undefined]);
    expect(await codes(nobody, { search: { query } })).toEqual([405, ['BAD_REQUEST']]);
  });
  test('after the caller was revoked', async () => {
    await server.admin.mutate('createUser', { id: 'user_leaver', email: 'leaver@example.com' }, 'user { id }');
    const leaver = await signInUser(server, 'user_leaver', 'leaver@example.com');
    const asked = { body: { query: '{ me { credentialKind } }' } };
    for (let time = 0; time < 3; time++) expect(await codes(leaver, asked)).toEqual([200, undefined]);
    await server.admin.mutate('disableUser', { id: 'user_leaver' }, 'user { id }');
    for (const end = Date.now() + 10_000; JSON.stringify(await codes(leaver, asked)).startsWith('[200,null'); ) if (Date.now() > end) throw new Error('still answered');
    expect(await codes(leaver, asked)).toEqual([401, ['SESSION_EXPIRED']]);
  });
});
