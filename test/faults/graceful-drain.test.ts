import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import type { GraphqlAnswer, GraphqlCaller } from '../support/graphql-caller.js';
import { readLog } from '../support/read-log.js';
import { at, bootstrapAdmin, freshEnvironment, signInAt, spawnServer, type ServerProcess } from '../support/server-process.js';
import { subscribe } from '../support/subscription.js';

/** Ten times what ending takes on a slow machine. */
const MOST_MS = 5_000;
const UPDATE = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { member { displayName version } errors { code } } }';

interface Updated {
  readonly updateMember: { readonly member: { readonly displayName: string; readonly version: number } | null } | null;
}

describe('a server that is asked to end', () => {
  const figures: string[] = [];
  let database: TestDatabase;
  let environment: Record<string, string>;
  let owner: Client;
  /** Sees what others do while the owner is inside a transaction. */
  let watcher: Client;
  let admin: GraphqlCaller;
  let memberId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    environment = freshEnvironment(database.appUrl, database.ownerUrl);
    owner = new Client({ connectionString: database.ownerUrl });
    watcher = new Client({ connectionString: database.ownerUrl });
    await Promise.all([owner.connect(), watcher.connect()]);
    const server = await spawnServer(environment);
    admin = await bootstrapAdmin(server.url, environment);
    const { space } = await admin.mutate<{ space: { id: string } }>('createSpace', { name: 'Drain' }, 'space { id }');
    memberId = (await admin.mutate<{ member: { id: string } }>('createMember', { spaceId: space.id, displayName: 'Before' }, 'member { id }')).member.id;
    await server.stop();
  });

  afterAll(async () => {
    await Promise.all([owner.end(), watcher.end()]);
    await database.drop();
    process.stdout.write(`ended after (ms): ${figures.join('; ')}\n`);
  });

  it('takes nothing new, ends what runs and its streams, and ends with 0; a second signal changes nothing', async () => {
    const server = await spawnServer(environment);
    const caller = at(server.url, admin);
    const authorization = caller.headers['authorization'] as string;
    const stream = await subscribe(server.url, { authorization }, 'subscription { lifecycleEvents { type } }');
    const events = await fetch(`${server.url}/graphql/stream?query=${encodeURIComponent('subscription { lifecycleEvents { type } }')}`, { headers: { authorization, accept: 'text/event-stream' } });
    const running = await blockUpdate(caller, 'While ending');

    server.signal('SIGTERM');
    expect((await stream.ended).close).toEqual({ code: 1001, reason: 'Going away' });
    // Ended without a word: its reader comes again, to another node.
    expect(await events.text()).not.toContain('complete');
    await becomesUnreachable(server);
    server.signal('SIGINT');
    server.signal('SIGTERM');
    await sleep(200);
    expect(server.running).toBe(true);

    const released = performance.now();
    await owner.query('ROLLBACK');
    const { status, data } = await running();
    expect([status, data?.updateMember?.member?.displayName]).toEqual([200, 'While ending']);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    figures.push(`what ran ${Math.round(performance.now() - released)}`);
    expect(performance.now() - released).toBeLessThan(MOST_MS);
    expect(server.output()).not.toContain('"level":"error"');
    await stream.close();
  }, 60_000);

  it('has written what it answered', async () => {
    const server = await spawnServer(environment);
    const again = await signInAt(server.url);
    const { member } = await again.data<{ member: object }>('query ($id: ID!) { member(id: $id) { displayName version } }', { id: memberId });
    expect(member).toEqual({ displayName: 'While ending', version: 2 });
    const { events } = await readLog(again);
    expect(events.filter(({ type, targetId }) => type === 'member.updated' && targetId === memberId)).toHaveLength(1);
    await server.stop();
  }, 60_000);

  it('does not wait longer than its drain time, and does nothing that it could not answer', async () => {
    const drainMs = 500;
    const server = await spawnServer({ ...environment, POLITY_DRAIN_TIMEOUT_MS: String(drainMs) });
    const running = await blockUpdate(at(server.url, admin), 'Too late');
    const asked = performance.now();
    server.signal('SIGTERM');
    await expect(running()).rejects.toThrow(/fetch failed|terminated/);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    const took = performance.now() - asked;
    figures.push(`drain time of ${drainMs} and ${Math.round(took - drainMs)}`);
    expect(took).toBeGreaterThanOrEqual(drainMs);
    expect(took).toBeLessThan(drainMs + MOST_MS);
    await owner.query('ROLLBACK');
    await noOtherSession();
    const { rows } = await owner.query('SELECT display_name, version FROM sys_identity.members WHERE id = $1', [memberId]);
    expect(rows).toEqual([{ display_name: 'While ending', version: 2 }]);
  }, 60_000);

  it('ends at once when nothing runs', async () => {
    const server = await spawnServer(environment);
    await at(server.url, admin).send('{ spaces { totalCount } }');
    const asked = performance.now();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    figures.push(`nothing ran ${Math.round(performance.now() - asked)}`);
    expect(performance.now() - asked).toBeLessThan(MOST_MS);
  }, 60_000);

  /** Sends a change whose row somebody else holds, and waits until it waits. */
  async function blockUpdate(caller: GraphqlCaller, displayName: string): Promise<() => Promise<GraphqlAnswer<Updated>>> {
    await owner.query('BEGIN');
    await owner.query('SELECT 1 FROM sys_identity.members WHERE id = $1 FOR UPDATE', [memberId]);
    const answer = caller.send<Updated>(UPDATE, { input: { id: memberId, displayName } });
    answer.catch(() => undefined);
    for (let waiting = 0; waiting === 0; await sleep(5)) {
      const { rows } = await watcher.query<{ waiting: number }>("SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
      waiting = rows[0]?.waiting ?? 0;
    }
    return () => answer;
  }

  async function becomesUnreachable({ url }: ServerProcess): Promise<void> {
    while (await fetch(`${url}/livez`).then(() => true, () => false)) await sleep(5);
  }

  async function noOtherSession(): Promise<void> {
    for (let others = 1; others > 0; await sleep(5)) {
      const { rows } = await watcher.query<{ others: number }>("SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname = current_database() AND usename = 'polity_app'");
      others = rows[0]?.others ?? 0;
    }
  }
});
