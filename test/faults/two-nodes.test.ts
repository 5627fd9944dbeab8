import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import type { GraphqlCaller } from '../support/graphql-caller.js';
import { readLog } from '../support/read-log.js';
import { at, bootstrapAdmin, freshEnvironment, signInAt, spawnServer, type ServerProcess } from '../support/server-process.js';
import { subscribe } from '../support/subscription.js';
import { assign, CHECK, createBackend, createSmallWorld, grant, question, type CheckAnswer, type Person, type SmallWorld } from './support/small-world.js';

/** Ten times the bound. */
const MOST_MS = 1_000;
const ROUNDS = 3;

/** Asks the second node; true while it still allows. */
type Probe = () => Promise<boolean>;

/** A right that is used at the second node and taken at the first. */
interface HeldRight {
  readonly probe: Probe;
  readonly revoke: () => Promise<unknown>;
  /** The same, asked with a revision. */
  readonly askAtLeast: (revision: string) => Promise<boolean>;
}

describe('two server processes on one PostgreSQL', () => {
  const lags = new Map<string, number[]>();
  let database: TestDatabase;
  let environment: Record<string, string>;
  let owner: Client;
  let first: ServerProcess;
  let second: ServerProcess;
  let admin: GraphqlCaller;
  let backend: GraphqlCaller;
  let world: SmallWorld;
  let person: Person;

  beforeAll(async () => {
    database = await createTestDatabase();
    environment = freshEnvironment(database.appUrl, database.ownerUrl);
    [first, second] = await Promise.all([spawnServer(environment), spawnServer(environment)]);
    admin = await bootstrapAdmin(first.url, environment);
    world = await createSmallWorld(admin);
    ({ person } = world);
    ({ caller: backend } = await createBackend(admin));
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
  }, 60_000);

  afterAll(async () => {
    await Promise.all([first.stop(), second.stop()]);
    await owner.end();
    await database.drop();
    const figures = [...lags].map(([name, values]) => `${name} ${values.toSorted((a, b) => a - b).map((ms) => ms.toFixed(0)).join(' ')}`);
    process.stdout.write(`taken at one node, denied by the other after (ms): ${figures.join('; ')}\n`);
  });

  let memberRoleId: string | undefined;
  let grantId: string | undefined;

  /** The approver holds its Role. */
  const withRole = async (): Promise<void> => void (memberRoleId ??= await assign(admin, world));
  /** The person may ask for decisions; gives a session of it at the second node, opened at the first. */
  const withSession = async (): Promise<GraphqlCaller> => {
    grantId ??= await grant(admin, person.userId, 'authz:check');
    return at(second.url, await signInAt(first.url, person));
  };

  const rights: Readonly<Record<string, () => Promise<HeldRight>>> = {
    'a Role': async () => ({
      probe: () => decides(at(second.url, backend), question(world)),
      revoke: async () => {
        await admin.mutate('revokeMemberRole', { id: memberRoleId }, 'memberRole { status }');
        memberRoleId = undefined;
      },
      askAtLeast: (atLeast) => decides(at(second.url, backend), { ...question(world), atLeast }),
    }),
    'a session': async () => {
      const session = await withSession();
      const { mySessions } = await session.data<{ mySessions: { edges: { node: { id: string } }[] } }>('{ mySessions(first: 1) { edges { node { id } } } }');
      return {
        probe: () => decides(session, question(world)),
        revoke: () => admin.mutate('endSession', { id: mySessions.edges[0]?.node.id }, 'session { id }'),
        askAtLeast: (atLeast) => decides(session, { ...question(world), atLeast }),
      };
    },
    'an API key': async () => {
      const { apiKeyId, caller } = await createBackend(admin);
      const holder = at(second.url, caller);
      return {
        probe: () => decides(holder, question(world)),
        revoke: () => admin.mutate('revokeApiKey', { id: apiKeyId }, 'apiKey { status }'),
        askAtLeast: (atLeast) => decides(holder, { ...question(world), atLeast }),
      };
    },
    'an admin grant': async () => {
      const session = await withSession();
      return {
        probe: () => decides(session, question(world)),
        revoke: async () => {
          await admin.mutate('revokeAdminGrant', { id: grantId }, 'adminGrant { status }');
          grantId = undefined;
        },
        askAtLeast: (atLeast) => decides(session, { ...question(world), atLeast }),
      };
    },
    'an active User': async () => {
      await admin.tryMutate('restoreUser', { id: person.userId }, 'user { status }');
      const session = await withSession();
      return {
        probe: () => decides(session, question(world)),
        revoke: () => admin.mutate('disableUser', { id: person.userId }, 'user { status }'),
        askAtLeast: (atLeast) => decides(session, { ...question(world), atLeast }),
      };
    },
  };

  beforeEach(async () => {
    await admin.tryMutate('restoreUser', { id: person.userId }, 'user { status }');
  });

  it.each(Object.keys(rights))(`denies what depends on %s within ${MOST_MS} ms after it was taken at the other node`, async (name) => {
    const measured: number[] = [];
    lags.set(name, measured);
    for (let round = 0; round < ROUNDS; round++) {
      const { probe, revoke } = await hold(name);
      measured.push(await lagOf(probe, revoke));
    }
    expect(Math.max(...measured)).toBeLessThan(MOST_MS);
  });

  it.each(Object.keys(rights))('denies what depends on %s at once when asked with the revision, also when no wake-up comes', async (name) => {
    for (let round = 0; round < ROUNDS; round++) {
      const { probe, revoke, askAtLeast } = await hold(name);
      expect(await comesTrue(probe)).toBe(true);
      await loseWakeUps();
      await revoke();
      const revision = await revisionNow(backend);
      expect(await askAtLeast(revision)).toBe(false);
    }
  });

  it('still hears of a revocation when its wake-up is lost', async () => {
    const { probe, revoke } = await hold('an API key');
    const measured = await lagOf(probe, async () => {
      await loseWakeUps();
      await revoke();
    });
    lags.set('an API key, wake-up lost', [measured]);
    expect(measured).toBeLessThan(MOST_MS);
  });

  it(`ends a stream within ${MOST_MS} ms after its session was ended at the other node`, async () => {
    const measured: number[] = [];
    lags.set('a stream', measured);
    await grant(admin, person.userId, 'audit:read');
    const { last } = await readLog(admin);
    for (let round = 0; round < ROUNDS; round++) {
      const session = await signInAt(first.url, person);
      const stream = await subscribe<{ auditEvents: { type: string } }>(second.url, { authorization: session.headers['authorization'] as string }, 
        'subscription ($after: String) { auditEvents(after: $after) { type } }', { after: last.cursor });
      await stream.until(({ data }) => data?.auditEvents.type === 'audit.read');
      await admin.mutate('endAllSessions', { userId: person.userId }, 'endedCount');
      const taken = performance.now();
      const { at: ended, close } = await stream.ended;
      expect(close).toEqual({ code: 4401, reason: 'Unauthorized' });
      measured.push(Math.max(0, ended - taken));
      await stream.close();
    }
    expect(Math.max(...measured)).toBeLessThan(MOST_MS);
  });

  async function decides(caller: GraphqlCaller, input: object): Promise<boolean> {
    const { data, errors } = await caller.send<CheckAnswer>(CHECK, { input });
    if (errors === undefined) return data?.check?.decision === 'ALLOW';
    expect(['UNAUTHENTICATED', 'SESSION_EXPIRED', 'UNAUTHORIZED_FIELD_OR_TYPE', 'ADMIN_PERMISSION_REQUIRED']).toContain(errors[0]?.extensions.code);
    return false;
  }

  it('lets no node join with another master key', async () => {
    await expect(spawnServer({ ...environment, POLITY_MASTER_KEY: randomBytes(32).toString('base64') })).rejects.toThrow(/ended with 1:\nPolity does not start: The master key has the fingerprint/);
  });

  async function hold(name: string): Promise<HeldRight> {
    await withRole();
    return (rights[name] as () => Promise<HeldRight>)();
  }

  async function revisionNow(caller: GraphqlCaller): Promise<string> {
    const { check } = await caller.data<CheckAnswer>(CHECK, { input: question(world) });
    return check?.revision as string;
  }

  /** Cuts the connections on which the nodes listen: they learn of what comes now by looking themselves. */
  async function loseWakeUps(): Promise<void> {
    await owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'polity-listen' AND datname = current_database()");
  }

  /** What was given at one node holds at the other as soon as that has heard of it, at the latest by its next look at the revisions. */
  async function comesTrue(probe: Probe): Promise<boolean> {
    for (const end = performance.now() + MOST_MS; performance.now() < end; await sleep(5)) if (await probe()) return true;
    return false;
  }

  /** Milliseconds from the acknowledgement to the moment from which every question asked was denied. */
  async function lagOf(probe: Probe, revoke: () => Promise<unknown>): Promise<number> {
    expect(await comesTrue(probe)).toBe(true);
    let takenAt = Number.POSITIVE_INFINITY;
    let lastAllowed = 0;
    const polling = (async (): Promise<void> => {
      for (let denials = 0; denials < 5;) {
        const asked = performance.now();
        if (asked - takenAt > 2 * MOST_MS) return;
        const isAllowed = await probe();
        if (isAllowed) lastAllowed = asked;
        denials = isAllowed ? 0 : denials + 1;
      }
    })();
    await revoke();
    takenAt = performance.now();
    await polling;
    return Math.max(0, lastAllowed - takenAt);
  }
});
