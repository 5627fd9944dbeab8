import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freshEnvironment, spawnServer, type ServerProcess } from '../support/server-process.js';

const PROGRAM = fileURLToPath(new URL('./support/subscriber-server.ts', import.meta.url));
const PATIENCE_MS = 60_000;

describe('outbox events on two server processes', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  let owner: Client;
  let servers: ServerProcess[] = [];

  const start = async (): Promise<ServerProcess> => {
    const server = await spawnServer(environment, PROGRAM);
    servers.push(server);
    return server;
  };
  const publish = async (...subjects: readonly string[]): Promise<void> => {
    for (const subject of subjects) {
      await owner.query(`
        INSERT INTO sys_kernel.outbox_event (id, type, space_id, subject_type, subject_id, payload, occurred_at)
        VALUES ('evt_' || $1, 'identity.space_deleted', '', 'Space', $1, '{}', now())`, [subject]);
    }
  };
  const numbered = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}_${String(n).padStart(2, '0')}`);
  const rowsOf = async (table: 'call' | 'effect', like: string): Promise<{ node: number; subject: string }[]> =>
    (await owner.query<{ node: number; subject: string }>(`SELECT node, subject FROM probe.${table} WHERE subject LIKE $1 ORDER BY n`, [`${like}%`])).rows;
  const subjectsOf = async (table: 'call' | 'effect', like: string): Promise<string[]> => (await rowsOf(table, like)).map(({ subject }) => subject);
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    for (const deadline = performance.now() + 20_000; !(await condition());) {
      if (performance.now() > deadline) throw new Error(`it did not come about: ${servers.map((server) => server.output()).join('\n')}`);
      await sleep(10);
    }
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(`
      CREATE SCHEMA probe;
      CREATE TABLE probe.call (n bigserial, node int, subject text);
      CREATE TABLE probe.effect (n bigserial, node int, subject text, place bigint);
      GRANT USAGE ON SCHEMA probe TO polity_app;
      GRANT ALL ON ALL TABLES IN SCHEMA probe TO polity_app;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA probe TO polity_app`);
    environment = freshEnvironment(database.appUrl, database.ownerUrl);
    await Promise.all([start(), start()]);
    for (const { url } of servers) await until(async () => (await fetch(`${url}/readyz`)).status === 200);
  }, PATIENCE_MS);

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await owner.end();
    await database.drop();
  }, PATIENCE_MS);

  it('are handled once each and in order while nothing goes wrong', async () => {
    const subjects = numbered('calm', 40);
    await publish(...subjects);
    await until(async () => (await rowsOf('effect', 'calm')).length === subjects.length);
    expect(await subjectsOf('effect', 'calm')).toEqual(subjects);
    expect(await subjectsOf('call', 'calm')).toEqual(subjects);
  }, PATIENCE_MS);

  it('come again when the handler throws, and what it did before is undone', async () => {
    await publish('throws_twice', 'throws_twice_behind');
    await until(async () => (await rowsOf('effect', 'throws_twice')).length === 2);
    expect(await subjectsOf('effect', 'throws_twice')).toEqual(['throws_twice', 'throws_twice_behind']);
    expect(await subjectsOf('call', 'throws_twice')).toEqual([...Array(3).fill('throws_twice'), ...Array(3).fill('throws_twice_behind')]);
  }, PATIENCE_MS);

  it('are taken over from a node that dies between the handler and the cursor', async () => {
    await publish('dies_once', ...numbered('dies_after', 10));
    await until(async () => (await rowsOf('effect', 'dies_after')).length === 10);
    const calls = await rowsOf('call', 'dies_once');
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ node }) => node)).size).toBe(2);
    expect(await rowsOf('effect', 'dies_')).toEqual([calls[1], ...numbered('dies_after', 10).map((subject) => ({ node: calls[1]?.node, subject }))]);
    const dead = servers.filter((server) => !server.running);
    expect(dead.map(({ pid }) => pid)).toEqual([calls[0]?.node]);
    servers = servers.filter((server) => server.running);
    await start();
  }, PATIENCE_MS);

  it('are lost, repeated in effect or reordered by no kill -9', async () => {
    const subjects = numbered('storm', 60);
    const publishing = publish(...subjects);
    for (let killed = 0; killed < 2; killed++) {
      await until(async () => (await rowsOf('effect', 'storm')).length >= 15 * (killed + 1));
      const last = (await rowsOf('effect', 'storm')).at(-1)?.node;
      const leader = servers.find(({ pid }) => pid === last);
      leader?.signal('SIGKILL');
      await leader?.ended;
      servers = servers.filter((server) => server.running);
      expect(servers).toHaveLength(1);
      await start();
    }
    await publishing;
    await until(async () => (await rowsOf('effect', 'storm')).length >= subjects.length);
    expect(await subjectsOf('effect', 'storm')).toEqual(subjects);
    const calls = await subjectsOf('call', 'storm');
    expect([...new Set(calls)]).toEqual(subjects);
    expect(calls).toEqual(calls.toSorted());
    const { rows } = await owner.query<{ place: string }>(`SELECT place FROM probe.effect WHERE subject LIKE 'storm%' ORDER BY n`);
    expect(rows.map(({ place }) => Number(place))).toEqual(rows.map(({ place }) => Number(place)).toSorted((a, b) => a - b));
  }, PATIENCE_MS);

  it('that keep failing make their subscriber degraded on every node, named, and are not skipped', async () => {
    await publish('poison', 'poisoned_behind');
    await until(async () => (await rowsOf('call', 'poison')).length > 0);
    // As after half a minute of failures.
    await until(async () => (await owner.query(`UPDATE sys_kernel.outbox_cursor SET attempts = 6, retry_at = now() + interval '1 second' WHERE failed_event = 'evt_poison'`)).rowCount === 1);
    for (const { url } of servers) {
      const capability = async (): Promise<{ state: string; reason?: string }> => {
        const answer = await fetch(`${url}/readyz`);
        expect(answer.status).toBe(200);
        const { capabilities } = (await answer.json()) as { capabilities: { id: string; state: string; reason?: string }[] };
        return capabilities.find(({ id }) => id === 'admin.control_plane') as { state: string };
      };
      await until(async () => (await capability()).state === 'degraded');
      expect((await capability()).reason).toContain('evt_poison (identity.space_deleted, place ');
      await until(async () => (await (await fetch(`${url}/metrics`)).text()).includes('polity_event_subscriptions_stuck 1'));
    }
    expect(await subjectsOf('effect', 'poison')).toEqual([]);
    expect(await subjectsOf('call', 'poisoned')).toEqual([]);
  }, PATIENCE_MS);
});
