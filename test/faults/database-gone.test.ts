import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/persistence/embedded/index.js';
import { APP_ROLE } from '../../src/persistence/migrations/index.js';
import type { GraphqlAnswer, GraphqlCaller } from '../support/graphql-caller.js';
import { readLog, type LoggedEvent } from '../support/read-log.js';
import { bootstrapAdmin, freshEnvironment, scratchDataFolder, spawnServer, type ServerProcess } from '../support/server-process.js';
import { subscribe, type TestSubscription } from '../support/subscription.js';
import { postmasterPid } from './support/postmaster.js';
import { assign, CHECK, createBackend, createSmallWorld, question, type SmallWorld } from './support/small-world.js';

const DATABASE = 'polity';
const PATIENCE_MS = 20_000;
/** Codes that tell a caller to come back. */
const COME_BACK = ['SERVICE_UNAVAILABLE', 'NOT_READY'];

type Send = () => Promise<GraphqlAnswer<unknown>>;

interface StreamedEvent {
  readonly auditEvents: { readonly id: string; readonly index: string; readonly position: string } | null;
}

describe('a server whose database is gone', () => {
  const folder = scratchDataFolder();
  const figures: string[] = [];
  let cluster: EmbeddedPostgres;
  let environment: Record<string, string>;
  let server: ServerProcess;
  let admin: GraphqlCaller;
  let backend: GraphqlCaller;
  let world: SmallWorld;

  beforeAll(async () => {
    cluster = await start();
    await cluster.ensureDatabase(DATABASE);
    // A connection that an outage leaves behind in the pool would soon be missed.
    environment = { ...freshEnvironment(cluster.url(DATABASE, APP_ROLE), cluster.url(DATABASE)), POLITY_POOL_SIZE: '3' };
    await cluster.stop();
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await cluster.stop();
    folder.remove();
    process.stdout.write(`ready again after the database came back (ms): ${figures.join('; ')}\n`);
  });

  it('listens while it has no database, and becomes ready by itself when there is one, migrating it', async () => {
    server = await spawnServer(environment);
    await assertGone();
    cluster = await start();
    figures.push(`first start ${await becomesReady(server)}`);
    admin = await bootstrapAdmin(server.url, environment);
    world = await createSmallWorld(admin);
    await assign(admin, world);
    ({ caller: backend } = await createBackend(admin));
    expect(server.running).toBe(true);
  }, 60_000);

  let groups = 1;

  it.each([
    ['is stopped', async (): Promise<void> => cluster.stop(), startAgain],
    ['is killed', async (): Promise<void> => {
      process.kill(postmasterPid(folder.path), 'SIGKILL');
      await cluster.stop();
    }, startAgain],
    ['is closed', async (): Promise<void> => {
      await runAsSuperuser(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS false`);
      await runAsSuperuser(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${DATABASE}'`);
    }, (): Promise<void> => runAsSuperuser(`ALTER DATABASE ${DATABASE} ALLOW_CONNECTIONS true`)],
  ])('answers 503 after it %s, and works again when it is back', async (name, end, bringBack) => {
    const before = await readLog(admin);
    const stream = await openStream(before.last.cursor);
    await stream.until(({ data }) => data?.auditEvents != null);
    const traffic = startTraffic(`${name} `);
    const outage = async (): Promise<void> => {
      await traffic.further(10);
      await end();
      await traffic.failures(10);
      await assertGone();
      await assertRefused();
      const { errors } = await stream.ended;
      expect(errors ?? stream.received.at(-1)?.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
      await bringBack();
      figures.push(`${name} ${await becomesReady(server)}`);
      await traffic.further(10);
    };
    const [passed, acknowledged] = await Promise.allSettled([outage()]).then(async ([result]) => [result, await traffic.stop()] as const);
    expect(passed).toEqual({ status: 'fulfilled', value: undefined });
    expect(traffic.strange).toEqual([]);

    const { events } = await readLog(admin, before.last);
    const created = events.filter(({ type }) => type === 'group.created').map(({ targetId }) => targetId);
    expect(new Set(created).size).toBe(created.length);
    expect(acknowledged.filter((id) => !created.includes(id))).toEqual([]);
    groups += created.length;
    expect(await groupIds()).toHaveLength(groups);
    await assertResumes(stream, before.last.cursor, events);
    await stream.close();
  }, 60_000);
  it('starts in production without its database, and becomes ready by itself; ends on a signal without one', async () => {
    await cluster.stop();
    const { POLITY_REGISTRATION_MODE: _mode, POLITY_BOOTSTRAP_TOKEN: _token, ...rest } = environment;
    const production = await spawnServer({ ...rest, NODE_ENV: 'production', POLITY_PUBLIC_URL: 'https://polity.example.org' });
    expect((await fetch(`${production.url}/livez`)).status).toBe(200);
    expect((await fetch(`${production.url}/readyz`)).status).toBe(503);
    cluster = await start();
    figures.push(`production start ${await becomesReady(production)}`);
    await becomesReady(server);
    await cluster.stop();
    expect(await production.stop()).toEqual({ code: 0, signal: null });
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);

  function start(): Promise<EmbeddedPostgres> {
    return startEmbeddedPostgres({ dataDir: folder.path, fsync: false });
  }

  async function startAgain(): Promise<void> {
    cluster = await start();
  }

  async function runAsSuperuser(statement: string): Promise<void> {
    const client = new Client({ connectionString: cluster.url('postgres') });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  function openStream(after: string): Promise<TestSubscription<StreamedEvent>> {
    return subscribe<StreamedEvent>(server.url, { authorization: admin.headers['authorization'] as string },
      'subscription ($after: String) { auditEvents(after: $after) { id index position } }', { after });
  }

  /** Live, and not ready because of the database. */
  async function assertGone(): Promise<void> {
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const readiness = await fetch(`${server.url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(readiness.headers.get('retry-after')).toBe('1');
    expect(await readiness.json()).toMatchObject({ status: 'not ready', reasons: expect.arrayContaining(['the database does not answer']) });
  }

  /** Whoever asks is told to come back. */
  async function assertRefused(): Promise<void> {
    const anonymous = admin.with({ authorization: '' });
    const asked: Record<string, Send> = {
      'a held session': () => admin.send('{ spaces { totalCount } }'),
      'a mutation': () => admin.send('mutation ($input: CreateSpaceInput!) { createSpace(input: $input) { space { id } } }', { input: { name: 'Gone' } }),
      'an API key': () => backend.send(CHECK, { input: question(world) }),
      'a new key': () => admin.withApiKey(`ply_ak_${'0'.repeat(32)}.${'0'.repeat(64)}`).send(CHECK, { input: question(world) }),
      'a sign-in': () => anonymous.send('mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }', { input: { email: 'root@example.com', password: 'a long enough password' } }),
      'the log': () => admin.send('{ auditEvents(first: 1) { edges { cursor } } }'),
    };
    for (const [name, send] of Object.entries(asked)) {
      const { status, errors } = await send();
      expect([name, status, COME_BACK.includes(errors?.[0]?.extensions.code ?? '')]).toEqual([name, 503, true]);
    }
    const sse = await fetch(`${server.url}/graphql/stream?query=${encodeURIComponent('{ spaces { totalCount } }')}`, { headers: admin.headers });
    expect([200, 503]).toContain(sse.status);
    expect(await sse.text()).toMatch(/SERVICE_UNAVAILABLE|NOT_READY/);
    await expect(openStream('').then((stream) => stream.ended)).rejects.toThrow(/1013|1006/);
  }

  /** Milliseconds until the server says that it is ready. */
  async function becomesReady({ url }: ServerProcess): Promise<number> {
    const began = performance.now();
    while ((await fetch(`${url}/readyz`)).status !== 200) {
      if (performance.now() - began > PATIENCE_MS) throw new Error(`not ready: ${await (await fetch(`${url}/readyz`)).text()}`);
      await sleep(10);
    }
    return Math.round(performance.now() - began);
  }

  /** Reads, decisions and changes without a pause: each succeeds, or is told to come back. */
  function startTraffic(prefix: string): { strange: string[]; further(count: number): Promise<void>; failures(count: number): Promise<void>; stop(): Promise<string[]> } {
    const strange: string[] = [];
    const acknowledged: string[] = [];
    const counts = { answered: 0, refused: 0 };
    let number = 0;
    let stopped = false;
    const run = async (send: Send, take: (data: unknown) => void = () => undefined): Promise<void> => {
      while (!stopped) {
        const { status, data, errors } = await send();
        const code = errors?.[0]?.extensions.code ?? '';
        if (status === 200 && errors === undefined) {
          take(data);
          counts.answered++;
        } else if (status === 503 && COME_BACK.includes(code)) {
          counts.refused++;
          await sleep(5);
        } else strange.push(`${status} ${JSON.stringify(errors)}`);
      }
    };
    const create: Send = () => admin.send('mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } errors { code message } } }', {
      input: { spaceId: world.spaceId, parentGroupId: world.groupId, key: `${prefix}${++number}`.replaceAll(' ', '_') },
    });
    const loops = Promise.all([
      run(create, (data) => acknowledged.push((data as { createGroup: { group: { id: string } } }).createGroup.group.id)),
      run(create, (data) => acknowledged.push((data as { createGroup: { group: { id: string } } }).createGroup.group.id)),
      run(() => admin.send('{ spaces { totalCount } }')),
      run(() => backend.send(CHECK, { input: question(world) })),
    ]);
    const reach = async (name: keyof typeof counts, count: number): Promise<void> => {
      for (const target = counts[name] + count; counts[name] < target; await sleep(5)) if (strange.length > 0) throw new Error(strange[0]);
    };
    return {
      strange,
      further: (count) => reach('answered', count),
      failures: (count) => reach('refused', count),
      async stop() {
        stopped = true;
        await loops;
        return acknowledged;
      },
    };
  }

  async function groupIds(): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | null = null; ;) {
      const { groups }: GroupPage = await admin.data<GroupPage>(
        'query ($spaceId: ID!, $after: String) { groups(spaceId: $spaceId, first: 200, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }', { spaceId: world.spaceId, after });
      ids.push(...groups.edges.map(({ node }) => node.id));
      if (!groups.pageInfo.hasNextPage) return ids;
      after = groups.pageInfo.endCursor;
    }
  }

  /** The ended stream and one that goes on after its last event show the log without gap and repetition. */
  async function assertResumes(stream: TestSubscription<StreamedEvent>, from: string, events: readonly LoggedEvent[]): Promise<void> {
    const seen = stream.received.flatMap(({ data }) => (data?.auditEvents == null ? [] : [data.auditEvents]));
    const resumed = await openStream(seen.at(-1)?.position ?? from);
    const last = events.at(-1)?.id;
    await resumed.until(({ data }) => data?.auditEvents?.id === last);
    seen.push(...resumed.received.flatMap(({ data }) => (data?.auditEvents == null ? [] : [data.auditEvents])));
    expect(seen.slice(0, events.length).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    await resumed.close();
  }
});

interface GroupPage {
  readonly groups: { readonly edges: readonly { readonly node: { readonly id: string } }[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
}
