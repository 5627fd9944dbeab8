import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphqlCaller } from '../support/graphql-caller.js';
import { readLog, type LoggedEvent } from '../support/read-log.js';
import { at, scratchDataFolder, signInAt, spawnServer, type ServerProcess } from '../support/server-process.js';
import { AcknowledgedWrites, resend, startWriters, type DemoFile } from './support/crash-writers.js';
import { postmasterPid } from './support/postmaster.js';

/** `npm run test:soak` asks for more. */
const ROUNDS = Number(process.env['SOAK_ROUNDS'] ?? 3);
const PATIENCE_MS = 30_000 + ROUNDS * 15_000;

describe('a server that is killed while it writes to its embedded database', () => {
  const folder = scratchDataFolder();
  const writes = new AcknowledgedWrites();
  const events: LoggedEvent[] = [];
  const restarts: number[] = [];
  let read: Awaited<ReturnType<typeof readLog>>['last'] | undefined;
  let server: ServerProcess;
  let demo: DemoFile;
  let admin: GraphqlCaller;
  let spaceId: string;
  let round = 0;
  let revival = 0;

  const start = (): Promise<ServerProcess> => spawnServer({ NODE_ENV: 'development', POLITY_DATA_DIR: folder.path });

  beforeAll(async () => {
    server = await start();
    demo = JSON.parse(readFileSync(join(folder.path, 'demo.json'), 'utf8')) as DemoFile;
    admin = await signInAt(server.url, demo);
    spaceId = (await admin.mutate<{ space: { id: string } }>('createSpace', { name: 'Crash' }, 'space { id }')).space.id;
    for (const name of ['first', 'second']) {
      const { member } = await admin.mutate<{ member: { id: string; version: number } }>('createMember', { spaceId, displayName: name }, 'member { id version }');
      writes.updated.push({ ...member, name });
    }
  }, PATIENCE_MS);

  afterAll(async () => {
    await server.stop();
    folder.remove();
    const middle = restarts.toSorted((a, b) => a - b)[Math.floor(restarts.length / 2)];
    process.stdout.write(`kill -9: ${restarts.length} restarts, listening again after ${middle} ms (median), ${Math.max(...restarts)} ms (longest); ready after the postmaster was killed: ${revival} ms; ${events.length} events\n`);
  });

  it(`loses and repeats nothing that it acknowledged, ${ROUNDS} times`, async () => {
    for (let left = ROUNDS; left > 0; left--) expect(await crash(() => server.signal('SIGKILL'))).toBeGreaterThan(0);
  }, PATIENCE_MS);

  it('loses and repeats nothing when its postmaster is killed with it', async () => {
    const acknowledged = await crash(() => {
      process.kill(postmasterPid(folder.path), 'SIGKILL');
      server.signal('SIGKILL');
    });
    expect(acknowledged).toBeGreaterThan(0);
  }, PATIENCE_MS);

  it('loses and repeats nothing when only its postmaster is killed, and starts it again', async () => {
    const before = writes.count;
    const writing = startWriters(writes, admin, spaceId, demo, ++round);
    await Promise.race([writes.further(30), writing]);
    process.kill(postmasterPid(folder.path), 'SIGKILL');
    await writing;
    const began = performance.now();
    while ((await fetch(`${server.url}/readyz`)).status !== 200) await sleep(10);
    revival = Math.round(performance.now() - began);
    expect(writes.count - before).toBeGreaterThan(0);
    expect(server.running).toBe(true);
    await assertNothingLost();
  }, PATIENCE_MS);

  it('has one log in the end, from its first place to its last', async () => {
    const { events: all } = await readLog(admin);
    expect(all.slice(0, events.length)).toEqual(events);
  }, PATIENCE_MS);

  /** One round; gives the number of writes that were acknowledged in it and found afterwards. */
  async function crash(kill: () => void): Promise<number> {
    round++;
    const before = writes.count;
    const writing = startWriters(writes, admin, spaceId, demo, round);
    await Promise.race([writes.further(20 + (round * 37) % 60), writing]);
    // Not always in the moment of an answer.
    await sleep(Math.random() * 15);
    kill();
    await writing;
    const acknowledged = writes.count - before;
    expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });

    const began = performance.now();
    server = await start();
    restarts.push(Math.round(performance.now() - began));
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    admin = at(server.url, admin);
    await assertNothingLost();
    return acknowledged;
  }

  async function assertNothingLost(): Promise<void> {
    // What was sent and not answered may have happened. Sent again, it has happened once, and the next write works.
    for (const member of writes.created) if (member.id === undefined) await resend(admin, member);
    const log = await readLog(admin, read);
    read = log.last;
    events.push(...log.events);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

    const created = events.filter(({ type, spaceId: space }) => type === 'member.created' && space === spaceId).map(({ targetId }) => targetId);
    const known = [...writes.updated, ...writes.created].map(({ id }) => id);
    expect(created).toHaveLength(known.length);
    expect(new Set(created)).toEqual(new Set(known));
    expect(await membersOf(spaceId)).toEqual(new Map([...writes.created.map(({ id, input }) => [id, input.displayName] as const), ...(await namesOfUpdated())]));

    const decided = events.filter(({ type }) => type === 'authorization.decision').map(({ id }) => id);
    expect(decided).toEqual(expect.arrayContaining(writes.decisions));
  }

  /** Holds changed Members to what was acknowledged; a change that was not answered is there with its event, or not at all. */
  async function namesOfUpdated(): Promise<(readonly [string, string])[]> {
    return Promise.all(writes.updated.map(async (member) => {
      const { member: now } = await admin.data<{ member: { version: number; displayName: string } }>('query ($id: ID!) { member(id: $id) { version displayName } }', { id: member.id });
      const isPendingThere = member.pendingName !== undefined && now.version === member.version + 1;
      expect(now).toEqual(isPendingThere ? { version: member.version + 1, displayName: member.pendingName } : { version: member.version, displayName: member.name });
      expect(events.filter(({ type, targetId }) => type === 'member.updated' && targetId === member.id)).toHaveLength(now.version - 1);
      member.version = now.version;
      member.name = now.displayName;
      delete member.pendingName;
      return [member.id, now.displayName] as const;
    }));
  }

  async function membersOf(space: string): Promise<Map<string, string>> {
    const members = new Map<string, string>();
    for (let after: string | null = null; ;) {
      const { members: page }: MemberPage = await admin.data<MemberPage>(
        'query ($spaceId: ID!, $after: String) { members(spaceId: $spaceId, first: 200, after: $after) { edges { node { id displayName } } pageInfo { hasNextPage endCursor } } }',
        { spaceId: space, after });
      for (const { node } of page.edges) members.set(node.id, node.displayName);
      if (!page.pageInfo.hasNextPage) return members;
      after = page.pageInfo.endCursor;
    }
  }
});

interface MemberPage {
  readonly members: {
    readonly edges: readonly { readonly node: { readonly id: string; readonly displayName: string } }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
