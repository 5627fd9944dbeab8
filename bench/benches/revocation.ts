import { createClient } from 'graphql-ws';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Api } from '../support/api.js';
import { loadText } from '../support/machine.js';
import { signIn, startServer } from '../support/polity.js';
import { say, sayTable, type Bench } from '../support/report.js';
import { openSetting, type Setting } from '../support/setting.js';
import { median, percentile } from '../support/statistics.js';
import { CHECK, makePerson, question, type Person } from '../support/world.js';

const RUNS = 50;
const STREAM_RUNS = 25;
const MOST_DENY_MS = 100;
const MOST_STREAM_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

interface Kind {
  readonly name: string;
  /** Makes a right that the second server has seen in use. */
  readonly open: () => Promise<{ readonly isAllowed: () => Promise<boolean>; readonly revoke: () => Promise<unknown> }>;
}

/** How long a right that was taken at one server is still good at another one, and how long a stream outlives its session. */
export const revocation: Bench = {
  name: 'revocation',
  title: 'two servers on one database: revoked at A, denied at B',
  async run() {
    const setting = await openSetting();
    try {
      const other = await startServer(setting.settings);
      try {
        return await measure(setting, other.url);
      } finally {
        await other.stop();
      }
    } finally {
      await setting.stop();
    }
  },
};

async function measure(setting: Setting, otherUrl: string) {
  const person = await makePerson(setting.admin, 'pat');
  await setting.admin.make('createAdminGrant', 'adminGrant', { userId: person.userId, level: 'INSTANCE_ADMIN', permissionKey: 'audit:read' });
  const denied: number[] = [];
  const rows: (string | number)[][] = [];
  for (const kind of kinds(setting, otherUrl, person)) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await untilDenied(kind));
    denied.push(...times);
    rows.push([kind.name, String(RUNS), median(times), percentile(times, 0.99), Math.max(...times)]);
  }
  const ended: number[] = [];
  for (let run = 0; run < STREAM_RUNS; run += 1) ended.push(await untilStreamEnds(setting, otherUrl, person));
  rows.push(['session: end of its stream', String(STREAM_RUNS), median(ended), percentile(ended, 0.99), Math.max(...ended)]);
  sayTable(['from the answer of the revoke at A', 'runs', 'median ms', 'p99 ms', 'longest ms'], rows);
  say(`  load average ${loadText()}`);
  return [
    { name: 'revocation: first deny at the other server, p99', measured: percentile(denied, 0.99), most: MOST_DENY_MS, unit: 'ms' },
    { name: 'revocation: end of a stream after its session, longest', measured: Math.max(...ended), most: MOST_STREAM_MS, unit: 'ms' },
  ];
}

function kinds({ server, admin, world }: Setting, otherUrl: string, person: Person): Kind[] {
  const key = new Api(otherUrl, { 'x-polity-api-key': world.apiKey });
  const decides = async (caller: Api): Promise<boolean> => (await caller.send<{ check: { decision: string } | null }>(CHECK, { input: question(world, 0) })).data?.check?.decision === 'ALLOW';
  return [
    {
      name: 'session',
      async open() {
        const session = await signIn(server.url, person);
        const id = await sessionOf(session);
        return { isAllowed: () => isSignedIn(session.at(otherUrl)), revoke: () => admin.make('endSession', 'session', { id }) };
      },
    },
    {
      name: 'API key',
      async open() {
        const { secret, apiKey } = await admin.mutate<{ secret: string; apiKey: { id: string } }>('createApiKey', { name: 'probe', level: 'SPACE', spaceId: world.spaceId, permissionKeys: ['authz:check'] }, 'secret apiKey { id }');
        const caller = new Api(otherUrl, { 'x-polity-api-key': secret });
        return { isAllowed: () => decides(caller), revoke: () => admin.make('revokeApiKey', 'apiKey', { id: apiKey.id }) };
      },
    },
    {
      name: 'admin grant',
      async open() {
        const id = await admin.make('createAdminGrant', 'adminGrant', { userId: person.userId, level: 'SPACE_ADMIN', spaceId: world.spaceId, permissionKey: 'members:read' });
        const session = (await signIn(server.url, person)).at(otherUrl);
        const lists = async (): Promise<boolean> => {
          const { data } = await session.send<{ members: object | null }>('query ($spaceId: ID!) { members(spaceId: $spaceId, first: 1) { edges { node { id } } } }', { spaceId: world.spaceId });
          return data?.members !== undefined && data.members !== null;
        };
        return { isAllowed: lists, revoke: () => admin.make('revokeAdminGrant', 'adminGrant', { id }) };
      },
    },
    {
      name: 'role of a Member',
      async open() {
        const { memberId } = world.actor;
        const held = await admin.data<{ memberRoles: { edges: { node: { id: string } }[] } }>('query ($memberId: ID!, $spaceId: ID!) { memberRoles(spaceId: $spaceId, memberId: $memberId, status: ACTIVE) { edges { node { id } } } }', { memberId, spaceId: world.spaceId });
        const id = held.memberRoles.edges[0]?.node.id ?? (await admin.make('createMemberRole', 'memberRole', { memberId, roleId: world.roleId, scopeAnchorGroupId: world.groupId }));
        return { isAllowed: () => decides(key), revoke: () => admin.make('revokeMemberRole', 'memberRole', { id }) };
      },
    },
  ];
}

/** Milliseconds from the answer of the revoke to the answer of the first denial; 0 when the denial was there before. */
async function untilDenied({ name, open }: Kind): Promise<number> {
  const { isAllowed, revoke } = await open();
  await until(isAllowed, `${name} is used`);
  const revoked = revoke().then(() => performance.now());
  let deniedAt: number | undefined;
  for (const deadline = performance.now() + LONGEST_WAIT_MS; deniedAt === undefined;) {
    if (!(await isAllowed())) deniedAt = performance.now();
    else if (performance.now() > deadline) throw new Error(`${name} is still good after ${LONGEST_WAIT_MS} ms`);
  }
  return Math.max(0, deniedAt - (await revoked));
}

async function untilStreamEnds({ server, admin }: Setting, otherUrl: string, person: Person): Promise<number> {
  const session = await signIn(server.url, person);
  const ended = Promise.withResolvers<number>();
  const begun = Promise.withResolvers<void>();
  const client = createClient({
    url: `${otherUrl.replace(/^http/, 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: session.headers['authorization'] }, retryAttempts: 0,
    on: { closed: () => ended.resolve(performance.now()) },
  });
  client.subscribe({ query: 'subscription { auditEvents { id } }' }, { next: () => begun.resolve(), error: () => ended.resolve(performance.now()), complete: () => ended.resolve(performance.now()) });
  // Any change makes an event that the stream shows; the first one may come before the stream stands.
  let streaming = false;
  void begun.promise.then(() => (streaming = true));
  for (const deadline = performance.now() + LONGEST_WAIT_MS; !streaming;) {
    if (performance.now() > deadline) throw new Error('the stream shows nothing');
    await admin.mutate('updateUser', { id: person.userId, displayName: `Pat ${performance.now()}` }, 'user { id }');
    await Promise.race([begun.promise, sleep(200)]);
  }
  await admin.make('endSession', 'session', { id: await sessionOf(session) });
  const revokedAt = performance.now();
  const endedAt = await Promise.race([ended.promise, sleep(LONGEST_WAIT_MS).then(() => Number.POSITIVE_INFINITY)]);
  await client.dispose();
  return Math.max(0, endedAt - revokedAt);
}

async function isSignedIn(caller: Api): Promise<boolean> {
  const { data } = await caller.send<{ me: object | null }>('{ me { sessionId } }');
  return data?.me !== undefined && data.me !== null;
}

async function sessionOf(session: Api): Promise<string> {
  const { me } = await session.data<{ me: { sessionId: string } }>('{ me { sessionId } }');
  return me.sessionId;
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + LONGEST_WAIT_MS; !(await holds());) if (performance.now() > deadline) throw new Error(`never: ${what}`);
}
