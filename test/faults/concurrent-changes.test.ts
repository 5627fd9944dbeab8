import type { PolityServer } from '../../src/boot/polity-server.js';
import { GraphqlCaller } from '../support/graphql-caller.js';
import { readLog } from '../support/read-log.js';
import { at, signInAt } from '../support/server-process.js';
import { startOn, startTestServer, type TestServer } from '../support/server.js';
import { createPerson, type Person } from './support/small-world.js';

/** What the loser of a race for the last right is told: it would be the last, or the loser has no rights any more. */
const REFUSALS = [
  'LAST_SUPER_ADMIN', 'ADMIN_PERMISSION_REQUIRED', 'UNAUTHORIZED_FIELD_OR_TYPE', 'SESSION_EXPIRED', 'UNAUTHENTICATED', 'ADMIN_GRANT_NOT_FOUND', 'USER_NOT_FOUND',
];

interface Payload {
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path: readonly string[] }[];
}

interface Group {
  readonly id: string;
  readonly path: string;
  readonly parentGroupId: string | null;
}

describe('changes that come at the same moment, through two nodes', () => {
  let server: TestServer;
  let other: PolityServer;
  let nodes: readonly GraphqlCaller[];
  let spaceId: string;

  beforeAll(async () => {
    server = await startTestServer();
    other = await startOn(server.environment);
    nodes = [server.admin, at(other.url, server.admin)];
    spaceId = (await server.admin.mutate<{ space: { id: string } }>('createSpace', { name: 'Race' }, 'space { id }')).space.id;
  });
  afterAll(async () => {
    await other.stop();
    await server.stop();
  });

  /** The node that takes the n-th of concurrent calls. */
  const node = (index: number): GraphqlCaller => nodes[index % nodes.length] as GraphqlCaller;

  describe('the last super admin', () => {
    const people: Person[] = [];
    beforeAll(async () => {
      people.push(await createPerson(server.admin, 'first-root'), await createPerson(server.admin, 'second-root'));
    });

    type Removal = (callers: readonly GraphqlCaller[], grantIds: readonly string[]) => Promise<unknown>[];
    const revoke = (caller: GraphqlCaller | undefined, id: string | undefined): Promise<string> => outcome(caller?.tryMutate('revokeAdminGrant', { id }, 'adminGrant { id }'));
    const disable = (caller: GraphqlCaller | undefined, person: Person | undefined): Promise<string> => outcome(caller?.tryMutate('disableUser', { id: person?.userId }, 'user { id }'));
    const removals: Readonly<Record<string, Removal>> = {
      'each of two takes the right of the other': ([a, b], [one, two]) => [revoke(a, two), revoke(b, one)],
      'each of two gives up its own right': ([a, b], [one, two]) => [revoke(a, one), revoke(b, two)],
      'each of two disables the other': ([a, b]) => [disable(a, people[1]), disable(b, people[0])],
      'one disables the other, which takes the right of the first': ([a, b], [one]) => [disable(a, people[1]), revoke(b, one)],
    };

    it.each(Object.keys(removals))('stays when %s', async (name) => {
      for (let round = 0; round < 3; round++) {
        const grantIds = await makeSuperAdmins();
        const callers = await Promise.all(people.map((person, index) => signInAt(index === 0 ? server.url : other.url, person)));
        await giveUpOwn();
        const outcomes = await Promise.all((removals[name] as Removal)(callers, grantIds));
        expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
        await takeBack(callers);
        expect(REFUSALS).toEqual(expect.arrayContaining(outcomes.filter((each) => each !== 'done')));
      }
    });

    /** Makes both super admins, active again if need be; gives their grants. */
    async function makeSuperAdmins(): Promise<string[]> {
      return Promise.all(people.map(async ({ userId }) => {
        await server.admin.tryMutate('restoreUser', { id: userId }, 'user { id }');
        const { adminGrants } = await server.admin.data<{ adminGrants: { edges: { node: { id: string } }[] } }>(
          'query ($userId: ID!) { adminGrants(userId: $userId, level: INSTANCE_SUPER_ADMIN, status: ACTIVE) { edges { node { id } } } }', { userId });
        const [held] = adminGrants.edges;
        if (held !== undefined) return held.node.id;
        const { adminGrant } = await server.admin.mutate<{ adminGrant: { id: string } }>('createAdminGrant', { userId, level: 'INSTANCE_SUPER_ADMIN', permissionKey: '*' }, 'adminGrant { id }');
        return adminGrant.id;
      }));
    }

    /** Leaves only the two. */
    async function giveUpOwn(): Promise<void> {
      const { adminGrants } = await server.admin.data<{ adminGrants: { edges: { node: { id: string } }[] } }>(
        'query ($userId: ID!) { adminGrants(userId: $userId, status: ACTIVE) { edges { node { id } } } }', { userId: server.adminUserId });
      for (const { node: { id } } of adminGrants.edges) await server.admin.mutate('revokeAdminGrant', { id }, 'adminGrant { id }');
    }

    /** Whoever is left makes the test's own admin one again: there is somebody left. */
    async function takeBack(callers: readonly GraphqlCaller[]): Promise<void> {
      const given = await Promise.all(callers.map((caller) => outcome(caller.tryMutate('createAdminGrant', { userId: server.adminUserId, level: 'INSTANCE_SUPER_ADMIN', permissionKey: '*' }, 'adminGrant { id }'))));
      expect(given.filter((each) => each === 'done')).toHaveLength(1);
    }
  });

  describe('moves of Groups', () => {
    it('of twenty that would close a ring, one at least is refused, and the tree stays a tree', async () => {
      const ids = await createGroups(20, 'ring');
      const outcomes = await Promise.all(ids.map((id, index) =>
        outcome(node(index).tryMutate('moveGroup', { id, parentGroupId: ids[(index + 1) % ids.length] }, 'group { id }'))));
      const refused = outcomes.filter((each) => each !== 'done');
      expect(refused.length).toBeGreaterThan(0);
      expect([...new Set(refused)]).toEqual(['GROUP_CYCLE']);
      await assertTree(await groupsOf(spaceId));
    });

    it('of two that put each under the other, one is done', async () => {
      for (let round = 0; round < 10; round++) {
        const [one, two] = await createGroups(2, `pair${round}`);
        const outcomes = await Promise.all([
          outcome(node(0).tryMutate('moveGroup', { id: one, parentGroupId: two }, 'group { id }')),
          outcome(node(1).tryMutate('moveGroup', { id: two, parentGroupId: one }, 'group { id }')),
        ]);
        expect(outcomes.toSorted((a, b) => a.localeCompare(b))).toEqual(['done', 'GROUP_CYCLE'].toSorted((a, b) => a.localeCompare(b)));
      }
      await assertTree(await groupsOf(spaceId));
    });

    it('and renames above them give every Group the path of its place', async () => {
      const ids = await createGroups(12, 'mixed');
      const [root = '', ...rest] = ids;
      const outcomes = await Promise.all(rest.flatMap((id, index) => [
        outcome(node(index).tryMutate('moveGroup', { id, parentGroupId: rest[index - 1] ?? root }, 'group { id }')),
        outcome(node(index + 1).tryMutate('updateGroup', { id: index % 2 === 0 ? root : id, key: `renamed_${index}` }, 'group { id }')),
      ]));
      expect([...new Set(outcomes)]).toEqual(['done']);
      await assertTree(await groupsOf(spaceId));
    });

    function createGroups(count: number, prefix: string): Promise<string[]> {
      return Promise.all(Array.from({ length: count }, async (_, index) =>
        (await node(index).mutate<{ group: { id: string } }>('createGroup', { spaceId, key: `${prefix}_${index}` }, 'group { id }')).group.id));
    }
  });

  describe('one idempotency key', () => {
    it('sent ten times at once acts once and answers the same', async () => {
      const input = { spaceId, displayName: 'Once', externalId: 'once', idempotencyKey: 'ten-at-once' };
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => node(index).mutate<{ member: { id: string } }>('createMember', input, 'member { id displayName version }')));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      const { members } = await server.admin.data<{ members: { totalCount: number } }>('query ($spaceId: ID!) { members(spaceId: $spaceId, externalId: "once") { totalCount } }', { spaceId });
      expect(members.totalCount).toBe(1);
      expect(await eventsOf('member.created', answers[0]?.member.id)).toHaveLength(1);
    });

    it('sent at once with two requests acts for one of them', async () => {
      const send = (index: number, displayName: string): Promise<string> =>
        outcome(node(index).tryMutate('createMember', { spaceId, displayName, idempotencyKey: 'two-requests' }, 'member { id }'));
      const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) => send(index, index % 2 === 0 ? 'Even' : 'Odd')));
      expect(outcomes.filter((each) => each === 'done')).toHaveLength(5);
      expect(outcomes.filter((each) => each === 'IDEMPOTENCY_KEY_REUSED')).toHaveLength(5);
    });
  });

  describe('one version of an object', () => {
    it('is changed by one of ten', async () => {
      const { member } = await server.admin.mutate<{ member: { id: string; version: number } }>('createMember', { spaceId, displayName: 'Contested' }, 'member { id version }');
      const outcomes = await Promise.all(Array.from({ length: 10 }, (_, index) =>
        outcome(node(index).tryMutate('updateMember', { id: member.id, displayName: `Writer ${index}`, expectedVersion: member.version }, 'member { id }'))));
      expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
      expect(outcomes.filter((each) => each === 'CONFLICT')).toHaveLength(9);
      expect(await eventsOf('member.updated', member.id)).toHaveLength(1);
    });
  });

  describe('one refresh token', () => {
    const REFRESH = 'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { refreshToken session { id } } }';
    interface Refreshed {
      readonly refreshSession: { readonly refreshToken: string; readonly session: { readonly id: string } } | null;
    }
    let person: Person;
    beforeAll(async () => {
      person = await createPerson(server.admin, 'tabs');
    });

    const signIn = (): Promise<{ refreshToken: string; session: { id: string } }> =>
      server.anonymous.mutate('signIn', { email: person.email, password: person.password }, 'refreshToken session { id }');

    it('used ten times at once by one client gives one successor', async () => {
      const { refreshToken } = await signIn();
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => anonymousAt(index).data<Refreshed>(REFRESH, { input: { refreshToken } })));
      expect(new Set(answers.map(({ refreshSession }) => refreshSession?.refreshToken)).size).toBe(1);
      expect(await eventsOf('session.refreshed', answers[0]?.refreshSession?.session.id)).toHaveLength(1);
    });

    it('used at once by two clients serves one, and then its session is over', async () => {
      const { refreshToken, session } = await signIn();
      const answers = await Promise.all(['first', 'second'].map((agent, index) => anonymousAt(index).send<Refreshed>(REFRESH, { input: { refreshToken } }, { 'user-agent': agent })));
      const served = answers.flatMap(({ data }) => data?.refreshSession ?? []);
      expect(served).toHaveLength(1);
      expect(answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions.code)).toEqual(['TOKEN_INVALID']);
      expect(await eventsOf('session.refresh_reused', session.id)).toHaveLength(1);
      const again = await server.anonymous.send<Refreshed>(REFRESH, { input: { refreshToken: served[0]?.refreshToken } });
      expect(again.errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    });

    const anonymousAt = (index: number): GraphqlCaller => (index % 2 === 0 ? server.anonymous : new GraphqlCaller(other.url));
  });

  /** `done`, or the code of the refusal. */
  async function outcome(answer: Promise<Payload> | undefined): Promise<string> {
    try {
      return (await answer)?.errors[0]?.code ?? 'done';
    } catch (error) {
      return /"code":"([A-Z_]+)"/.exec((error as Error).message)?.[1] ?? (error as Error).message;
    }
  }

  async function eventsOf(type: string, targetId: string | undefined): Promise<unknown[]> {
    return (await readLog(server.admin)).events.filter((event) => event.type === type && event.targetId === targetId);
  }

  async function groupsOf(space: string): Promise<Group[]> {
    const { groups } = await server.admin.data<{ groups: { edges: { node: Group }[]; pageInfo: { hasNextPage: boolean } } }>(
      'query ($space: ID!) { groups(spaceId: $space, first: 200) { edges { node { id path parentGroupId } } pageInfo { hasNextPage } } }', { space });
    expect(groups.pageInfo.hasNextPage).toBe(false);
    return groups.edges.map((edge) => edge.node);
  }

  /** Every Group hangs on a root, and its path is that of its parent and its own last step. */
  async function assertTree(groups: readonly Group[]): Promise<void> {
    const byId = new Map(groups.map((group) => [group.id, group]));
    for (const group of groups) {
      const parent = group.parentGroupId === null ? undefined : byId.get(group.parentGroupId);
      expect(parent === undefined).toBe(group.parentGroupId === null);
      expect(group.path).toBe(`${parent === undefined ? '' : `${parent.path}.`}${group.path.split('.').at(-1)}`);
    }
    expect(new Set(groups.map(({ path }) => path)).size).toBe(groups.length);
  }
});
