import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Api } from '../support/api.js';
import { graphqlAt, startLoadClient } from '../support/load-client.js';
import { loadText } from '../support/machine.js';
import { measureRound, type Round } from '../support/measure.js';
import { say, sayTable, type Bench } from '../support/report.js';
import { openSetting, type Setting } from '../support/setting.js';
import { median, percentile } from '../support/statistics.js';
import { CHECK, question } from '../support/world.js';

const IDLE_RUNS = 100;
const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 64;
const LONGEST_WAIT_MS = 30_000;

/** How long a durable event waits for its place in the log, and how many per second get theirs. */
export const sequencer: Bench = {
  name: 'sequencer',
  title: 'from the answer of a decision, which is durable then, to its place in the log (no bar yet)',
  async run() {
    const setting = await openSetting();
    const client = startLoadClient();
    const places = await Places.open(setting.cluster.database.owner);
    try {
      const { server, world, cluster } = setting;
      const idle: number[] = [];
      for (let run = 0; run < IDLE_RUNS; run += 1) {
        idle.push(await oneWait(setting, places, run));
        await sleep(Math.random() * 20);
      }
      const bodies = world.resourceIds.map((_, number) => JSON.stringify({ query: CHECK, variables: { input: question(world, number) } }));
      const job = { kind: 'load', target: graphqlAt(server.url, { 'x-polity-api-key': world.apiKey }), bodies, connections: CONNECTIONS, seconds: SECONDS, contains: '"decision":"ALLOW"' } as const;
      await client.run({ ...job, seconds: 3 });
      const rounds: (Round & { readonly sequencedPerSecond: number; readonly catchUpMs: number })[] = [];
      const busy: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        await places.caughtUp();
        const before = await places.next();
        const began = performance.now();
        let running = true;
        const probing = (async () => {
          while (running) busy.push(await oneWait(setting, places, busy.length));
        })();
        const measured = await measureRound(client, job, server.pid, cluster.postmaster);
        const ended = performance.now();
        running = false;
        await probing;
        await places.caughtUp();
        const now = performance.now();
        rounds.push({ ...measured, sequencedPerSecond: (((await places.next()) - before) / (now - began)) * 1_000, catchUpMs: now - ended });
      }
      sayTable(['commit to place', 'samples', 'median ms', 'p95 ms', 'p99 ms', 'longest ms'], [
        ['one decision at a time', ...spread(idle)],
        [`with ${CONNECTIONS} callers asking`, ...spread(busy)],
      ]);
      const of = (read: (round: (typeof rounds)[number]) => number): number => median(rounds.map(read));
      say(`  c=${CONNECTIONS}, median of ${ROUNDS} rounds: ${of((round) => round.requestsPerSecond).toFixed(0)} durable events/s, ${of((round) => round.sequencedPerSecond).toFixed(0)} sequenced events/s, caught up ${of((round) => round.catchUpMs).toFixed(0)} ms after the last answer`);
      say(`  CPU ms per event: server ${of((round) => round.serverCpu).toFixed(3)}, database ${of((round) => round.databaseCpu).toFixed(3)}, client ${of((round) => round.clientCpu).toFixed(3)}; load average ${loadText()}`);
      return [];
    } finally {
      await places.close();
      await client.stop();
      await setting.stop();
    }
  },
};

function spread(values: readonly number[]): (string | number)[] {
  return [String(values.length), median(values), percentile(values, 0.95), percentile(values, 0.99), Math.max(...values)];
}

async function oneWait({ server, world }: Setting, places: Places, number: number): Promise<number> {
  const caller = new Api(server.url, { 'x-polity-api-key': world.apiKey });
  const { check } = await caller.data<{ check: { auditEventId: string } }>(CHECK, { input: question(world, number) });
  const answered = performance.now();
  return Math.max(0, (await places.of(check.auditEventId)) - answered);
}

/** Watches the log from outside, on a connection of its own. */
class Places {
  private readonly client: pg.Client;
  private heard = Promise.withResolvers<number>();

  private constructor(client: pg.Client) {
    this.client = client;
    client.on('notification', () => {
      const now = performance.now();
      const { resolve } = this.heard;
      this.heard = Promise.withResolvers<number>();
      resolve(now);
    });
  }

  static async open(url: string): Promise<Places> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('LISTEN polity_audit');
    return new Places(client);
  }

  /** When the batch that placed an event was announced, on the clock of `performance.now()`; now when it was before the call. */
  async of(eventId: string): Promise<number> {
    let at = performance.now();
    for (const deadline = at + LONGEST_WAIT_MS; performance.now() < deadline;) {
      const next = this.heard.promise;
      const { rowCount } = await this.client.query({
        name: 'place',
        text: `SELECT 1 FROM sys_audit.event e JOIN sys_audit.batch b ON b.min_seq <= e.seq AND b.max_seq >= e.seq AND e.seq = ANY (b.seqs) WHERE e.id = $1`,
        values: [eventId],
      });
      if (rowCount === 1) return at;
      at = await Promise.race([next, sleep(1_000).then(() => performance.now())]);
    }
    throw new Error(`${eventId} has no place`);
  }

  /** Index that the next event gets. */
  async next(): Promise<number> {
    const { rows } = await this.client.query<{ next_index: string }>('SELECT next_index FROM sys_audit.head');
    return Number(rows[0]?.next_index);
  }

  /** Resolves when every event has its place; nothing may be written meanwhile. */
  async caughtUp(): Promise<void> {
    for (const deadline = performance.now() + LONGEST_WAIT_MS; performance.now() < deadline; await sleep(2)) {
      const { rows } = await this.client.query<{ done: boolean }>('SELECT (SELECT last_value FROM sys_audit.event_seq) <= (SELECT coalesce(max(max_seq), 0) FROM sys_audit.batch) AS done');
      if (rows[0]?.done === true) return;
    }
    throw new Error('the sequencer does not catch up');
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
