import { ApolloClient, gql, HttpLink, InMemoryCache, ApolloLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client as UrqlClient, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphqlCaller } from '../../support/graphql-caller.js';
import { startTestServer, type TestServer } from '../../support/server.js';
import { asOwner } from './support/owner.js';
import { signInAdmin } from './support/people.js';
import { compileRelay, type CompiledProject } from './support/relay-project.js';
import { endOfAuditLog, socketParams } from './support/streams.js';

const SPACE = 'space_acme';
const MEMBERS = 23;
const ROOTS = 5;
const CHILDREN = 7;

let server: TestServer;
/** Reads Members and Groups of the Space and nothing else. */
let reader: GraphqlCaller;

beforeAll(async () => {
  server = await startTestServer();
  const { admin } = server;
  await admin.mutate('createSpace', { id: SPACE, name: 'Acme' }, 'space { id }');
  const lines: object[] = Array.from({ length: MEMBERS }, (_, index) => ({ kind: 'member', id: `member_${numbered(index)}`, displayName: `Member ${numbered(index)}` }));
  for (let root = 0; root < ROOTS; root++) {
    lines.push({ kind: 'group', id: `group_${root}`, path: `root_${root}` });
    for (let child = 0; child < CHILDREN; child++) lines.push({ kind: 'group', id: `group_${root}_${child}`, path: `root_${root}.child_${child}` });
  }
  await admin.mutate('importFacts', { spaceId: SPACE, jsonl: lines.map((line) => JSON.stringify(line)).join('\n') }, 'created');
  const grants = ['members:read', 'groups:read'].map((permissionKey) => ({ level: 'SPACE_ADMIN', spaceId: SPACE, permissionKey }));
  reader = (await signInAdmin(server, 'reader', grants)).caller;
}, 60_000);

afterAll(() => server.stop());

function numbered(index: number): string {
  return String(index).padStart(2, '0');
}

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
  readonly totalCount: number | null;
}

const PAGE = 'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount';
const idsOf = ({ edges }: Pick<Page, 'edges'>): string[] => edges.map(({ node }) => node.id);

/** Pages through a list to its end, forwards or backwards, and gives the ids of each page in the order of the list. */
async function walk(read: (slice: Record<string, unknown>) => Promise<Page>, size: number, backwards: boolean): Promise<{ pages: string[][]; totals: (number | null)[] }> {
  const pages: string[][] = [];
  const totals: (number | null)[] = [];
  for (let cursor: string | null = null, more = true; more;) {
    const page: Page = await read(backwards ? { last: size, before: cursor } : { first: size, after: cursor });
    const { pageInfo, edges } = page;
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges.at(0)?.cursor, edges.at(-1)?.cursor]);
    // On the way there is always something behind.
    expect(backwards ? pageInfo.hasNextPage : pageInfo.hasPreviousPage).toBe(cursor !== null);
    more = backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
    cursor = backwards ? pageInfo.startCursor : pageInfo.endCursor;
    pages[backwards ? 'unshift' : 'push'](idsOf(page));
    totals.push(page.totalCount);
  }
  return { pages, totals };
}

describe('Relay paging', () => {
  const members = async (slice: object): Promise<Page> =>
    (await reader.data<{ members: Page }>(`query ($spaceId: ID!, $first: Int, $after: String, $last: Int, $before: String) { members(spaceId: $spaceId, first: $first, after: $after, last: $last, before: $before) { ${PAGE} } }`, { spaceId: SPACE, ...slice })).members;
  const ALL = Array.from({ length: MEMBERS }, (_, index) => `member_${numbered(index)}`);

  test.each([[1, false], [4, false], [23, false], [200, false], [1, true], [4, true], [23, true], [200, true]])('pages of %d members, backwards: %s', async (size, backwards) => {
    const { pages, totals } = await walk(members, size, backwards);
    expect(pages.flat()).toEqual(ALL);
    const lengths = Array.from({ length: Math.ceil(MEMBERS / size) }, (_, index) => Math.min(size, MEMBERS - index * size));
    expect(pages.map(({ length }) => length)).toEqual(backwards ? lengths.toReversed() : lengths);
    expect(new Set(totals)).toEqual(new Set([MEMBERS]));
  });

  test('goes on at a row that is gone, and neither loses nor repeats the others', async () => {
    const id = 'member_gone';
    await server.admin.mutate('createMember', { id, spaceId: SPACE, displayName: 'Member 09 and a half' }, 'member { id }');
    const first = await members({ first: 11 });
    expect(idsOf(first).at(-1)).toBe(id);
    await asOwner(server.database, (owner) => owner.query('DELETE FROM sys_identity.members WHERE id = $1', [id]));
    expect(idsOf(await members({ first: 200, after: first.pageInfo.endCursor }))).toEqual(ALL.slice(10));
    expect(idsOf(await members({ last: 200, before: first.pageInfo.endCursor }))).toEqual(ALL.slice(0, 10));
  });

  test.each([false, true])('pages of a list inside the pages of another, backwards: %s', async (backwards) => {
    const slice = backwards ? 'last: $size, before: $cursor' : 'first: $size, after: $cursor';
    const variablesOf = ({ first, after, last, before }: Record<string, unknown>): object => ({ size: first ?? last, cursor: after ?? before ?? null });
    const found: Record<string, string[]> = {};
    const roots = async (outer: Record<string, unknown>): Promise<Page> => {
      const document = `query ($spaceId: ID!, $size: Int, $cursor: String) {
        groupTree(spaceId: $spaceId, ${slice}) { edges { cursor node { id children(${backwards ? 'last' : 'first'}: 3) { ${PAGE} } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
      const { groupTree } = await reader.data<{ groupTree: Page & { edges: { node: { children: Page } }[] } }>(document, { spaceId: SPACE, ...variablesOf(outer) });
      for (const { node: { id, children } } of groupTree.edges) {
        const query = `query ($id: ID!, $size: Int, $cursor: String) { node(id: $id) { ... on Group { children(${slice}) { ${PAGE} } } } }`;
        const more = async (variables: object): Promise<Page> => (await reader.data<{ node: { children: Page } }>(query, { id, ...variables })).node.children;
        // The first page came inside the other list.
        const inner = await walk(async (next) => ((next.after ?? next.before ?? null) === null ? children : more(variablesOf(next))), 3, backwards);
        expect(new Set(inner.totals)).toEqual(new Set([CHILDREN]));
        found[id] = inner.pages.flat();
      }
      return groupTree;
    };
    const { pages, totals } = await walk(roots, 2, backwards);
    expect(pages.flat()).toEqual(Array.from({ length: ROOTS }, (_, root) => `group_${root}`));
    expect(new Set(totals)).toEqual(new Set([ROOTS]));
    expect(found).toEqual(Object.fromEntries(pages.flat().map((id) => [id, Array.from({ length: CHILDREN }, (_, child) => `${id}_${child}`)])));
  });

  test('totalCount is exact to 10,000 and null above', async () => {
    const id = 'space_large';
    await server.admin.mutate('createSpace', { id, name: 'Large' }, 'space { id }');
    await asOwner(server.database, async (owner) => {
      // Without triggers: the versions of ten thousand facts are not what is counted.
      await owner.query("SET session_replication_role = 'replica'");
      await owner.query("INSERT INTO sys_identity.members (id, space_id, display_name) SELECT 'member_large_' || n, $1, 'Large ' || n FROM generate_series(1, 10000) n", [id]);
    });
    const count = async (): Promise<unknown> => (await server.admin.data<{ members: unknown }>('query ($id: ID!) { members(spaceId: $id, first: 1) { totalCount pageInfo { hasNextPage } } }', { id })).members;
    expect(await count()).toEqual({ totalCount: 10_000, pageInfo: { hasNextPage: true } });
    await server.admin.mutate('createMember', { spaceId: id, displayName: 'One more' }, 'member { id }');
    expect(await count()).toEqual({ totalCount: null, pageInfo: { hasNextPage: true } });
  });
});

describe('relay-compiler', () => {
  const SOURCE = `
    import { graphql } from 'relay-runtime';
    graphql\`query ExampleQuery($spaceId: ID!) { ...ExampleMembers_query @arguments(spaceId: $spaceId) }\`;
    graphql\`
      fragment ExampleMembers_query on Query
      @argumentDefinitions(spaceId: { type: "ID!" }, count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
      @refetchable(queryName: "ExampleMembersPageQuery") {
        members(spaceId: $spaceId, first: $count, after: $cursor) @connection(key: "ExampleMembers_members", filters: ["spaceId"]) {
          totalCount
          edges { node { id displayName space { name } } }
        }
      }\`;
    graphql\`
      fragment ExampleChildren_group on Group
      @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
      @refetchable(queryName: "ExampleChildrenPageQuery") {
        path
        children(first: $count, after: $cursor) @connection(key: "ExampleChildren_children") { edges { node { id path } } }
      }\`;
    graphql\`
      fragment ExampleMember_member on Member @refetchable(queryName: "ExampleMemberRefetchQuery") { displayName status }\`;
    graphql\`mutation ExampleMutation($input: CreateMemberInput!) { createMember(input: $input) { member { id ...ExampleMember_member } errors { code path } } }\`;
    graphql\`subscription ExampleSubscription($after: String) { auditEvents(after: $after) { id position type } }\`;`;
  let compiled: CompiledProject;

  beforeAll(async () => {
    compiled = await compileRelay(SOURCE);
  }, 30_000);

  test('compiles refetchable fragments with connections, a mutation and a subscription', () => {
    expect(Object.keys(compiled.operations).toSorted()).toEqual([
      'ExampleChildrenPageQuery', 'ExampleMemberRefetchQuery', 'ExampleMembersPageQuery', 'ExampleMutation', 'ExampleQuery', 'ExampleSubscription',
    ]);
  });

  test('pages by what it made, with the rights of the list alone', async () => {
    const ids: string[] = [];
    for (let cursor: string | null = null, more = true; more;) {
      const { members }: { members: Page } = await reader.data<{ members: Page }>(compiled.operations.ExampleMembersPageQuery ?? '', { spaceId: SPACE, cursor });
      ids.push(...idsOf(members));
      more = members.pageInfo.hasNextPage;
      cursor = members.pageInfo.endCursor;
    }
    expect(ids).toHaveLength(MEMBERS);
    expect(ids).toEqual(idsOf((await reader.data<{ members: Page }>(compiled.operations.ExampleMembersPageQuery ?? '', { spaceId: SPACE, count: 200 })).members));
  });

  // Relay asks node(id:) for __typename and id beside the fragment: that must need no other right than the object itself.
  test('refetches an object by its id, with the rights of the object alone', async () => {
    const member = await reader.data(compiled.operations.ExampleMemberRefetchQuery ?? '', { id: 'member_07' });
    expect(member).toEqual({ node: { __typename: 'Member', id: 'member_07', displayName: 'Member 07', status: 'ACTIVE' } });
    const { node } = await reader.data<{ node: { children: Page } }>(compiled.operations.ExampleChildrenPageQuery ?? '', { id: 'group_1', count: 3 });
    expect(idsOf(node.children)).toEqual(['group_1_0', 'group_1_1', 'group_1_2']);
  });
});

/** An operation as the other clients send it. */
const CHANGE = 'mutation Change($input: UpdateMemberInput!) { updateMember(input: $input) { member { id displayName version } errors { code path } } }';
const READ = 'query Read($id: ID!) { member(id: $id) { id displayName } }';
const FOLLOW = 'subscription Follow($after: String) { auditEvents(after: $after, filter: { types: ["member.updated"] }) { id target { id } } }';

function socketsOf(caller: GraphqlCaller): SocketClient {
  return createClient({ url: `${server.url.replace(/^http/, 'ws')}/graphql`, connectionParams: socketParams(caller), lazyCloseTimeout: 0 });
}

test('urql runs a query, a mutation and a subscription', async () => {
  const { admin } = server;
  const sockets = socketsOf(admin);
  const client = new UrqlClient({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: admin.headers },
    exchanges: [cacheExchange, fetchExchange, subscriptionExchange({ forwardSubscription: ({ query = '', variables }) => ({ subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink as never) }) }) })],
  });
  expect((await client.query<object>(READ, { id: 'member_01' }).toPromise()).data).toMatchObject({ member: { displayName: 'Member 01' } });
  const after = await endOfAuditLog(admin);
  const changed = await client.mutation<object>(CHANGE, { input: { id: 'member_01', externalId: 'urql' } }).toPromise();
  expect([changed.error, changed.data]).toMatchObject([undefined, { updateMember: { member: { id: 'member_01' }, errors: [] } }]);
  const wrong = await client.mutation<object>(CHANGE, { input: { id: 'member_none', displayName: 'x' } }).toPromise();
  expect([wrong.error, wrong.data]).toMatchObject([undefined, { updateMember: { member: null, errors: [{ code: 'MEMBER_NOT_FOUND', path: ['input', 'id'] }] } }]);
  const event = await new Promise<unknown>((resolve) => {
    const subscription = client.subscription(FOLLOW, { after }).subscribe((result) => {
      subscription.unsubscribe();
      resolve(result.data);
    });
  });
  expect(event).toMatchObject({ auditEvents: { target: { id: 'member_01' } } });
  const denied = await client.query<object>('{ users { totalCount } me { credentialKind } }', {}, { fetchOptions: { headers: reader.headers } }).toPromise();
  expect([denied.data, denied.error?.graphQLErrors[0]?.extensions.code]).toMatchObject([{ users: null, me: { credentialKind: 'SESSION' } }, 'UNAUTHORIZED_FIELD_OR_TYPE']);
  await sockets.dispose();
});

test('Apollo Client runs a query, a mutation that updates its cache, and a subscription', async () => {
  const { admin } = server;
  const sockets = socketsOf(admin);
  const isSubscription = ({ operationType }: { operationType: string }): boolean => operationType === 'subscription';
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes: { Node: ['Member'] } }),
    link: ApolloLink.split(isSubscription as never, new GraphQLWsLink(sockets), new HttpLink({ uri: `${server.url}/graphql`, headers: admin.headers })),
  });
  const read = (fetchPolicy: 'network-only' | 'cache-only'): Promise<unknown> => client.query({ query: gql(READ), variables: { id: 'member_02' }, fetchPolicy }).then(({ data }) => data);
  expect(await read('network-only')).toMatchObject({ member: { displayName: 'Member 02' } });
  const after = await endOfAuditLog(admin);
  const { data } = await client.mutate({ mutation: gql(CHANGE), variables: { input: { id: 'member_02', displayName: 'Member 02 of Apollo' } } });
  expect(data).toMatchObject({ updateMember: { member: { id: 'member_02' }, errors: [] } });
  expect(await read('cache-only')).toMatchObject({ member: { displayName: 'Member 02 of Apollo' } });
  const event = await new Promise<unknown>((resolve, reject) => {
    const subscription = client.subscribe({ query: gql(FOLLOW), variables: { after } }).subscribe({
      next: (result) => {
        subscription.unsubscribe();
        resolve(result.data);
      },
      error: reject,
    });
  });
  expect(event).toMatchObject({ auditEvents: { target: { id: 'member_02' } } });
  await server.admin.mutate('updateMember', { id: 'member_02', displayName: 'Member 02' }, 'member { id }');
  client.stop();
  await sockets.dispose();
});

test('a graphql-ws client that is cut again and again resumes with after, and gets each event once and in order', async () => {
  const { admin } = server;
  const EVENTS = 60;
  const start = await endOfAuditLog(admin);
  const sockets = new Set<WebSocket>();
  class CutSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols);
      sockets.add(this);
    }
  }
  const received: string[] = [];
  let cuts = 0;
  const follow = async (): Promise<void> => {
    let after = start;
    while (received.length < EVENTS) {
      const client = createClient({ url: `${server.url.replace(/^http/, 'ws')}/graphql`, connectionParams: socketParams(admin), webSocketImpl: CutSocket, retryAttempts: 0, lazyCloseTimeout: 0 });
      const query = 'subscription ($after: String) { auditEvents(after: $after, filter: { types: ["group.updated"] }) { position } }';
      try {
        for await (const { data } of client.iterate<{ auditEvents: { position: string } }>({ query, variables: { after } })) {
          after = data?.auditEvents.position ?? after;
          received.push(after);
          if (received.length === EVENTS) break;
          if (received.length % 13 !== 0) continue;
          // What the client has beyond this one is lost with its connection.
          for (const socket of sockets) socket.terminate();
          throw new Error('cut');
        }
      } catch {
        cuts++;
      }
      sockets.clear();
      await client.dispose();
    }
  };
  const following = follow();
  for (let round = 1; round <= EVENTS; round++) await admin.mutate('updateGroup', { id: 'group_0', sortOrder: round }, 'group { id }');
  await following;
  const { auditEvents } = await admin.data<{ auditEvents: { edges: { node: { position: string } }[] } }>(
    'query ($after: String) { auditEvents(after: $after, types: ["group.updated"], order: OLDEST_FIRST, first: 200) { edges { node { position } } } }', { after: start });
  expect(received).toEqual(auditEvents.edges.map(({ node }) => node.position));
  expect([received.length, cuts]).toEqual([EVENTS, Math.floor((EVENTS - 1) / 13)]);
});
