import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { startNode, type Child } from '../support/children.js';
import { scratchFolder } from '../support/cluster.js';
import { memoryOfFamily, residentOf } from '../support/cpu.js';
import { graphqlAt, startLoadClient, type LoadClient } from '../support/load-client.js';
import { loadText } from '../support/machine.js';
import { at } from '../support/paths.js';
import { SERVER_ARGUMENTS, SERVER_ENVIRONMENT, signIn } from '../support/polity.js';
import { say, sayTable, type Bench } from '../support/report.js';
import { median, percentile } from '../support/statistics.js';
import { CHECK } from '../support/world.js';

const RUNS = 12;
const LAUNCHER_RUNS = 5;
const MIXED_REQUESTS = 2_000;
const MOST_START_MS = 2_000;
const MOST_MIB = 200;
const LONGEST_START_MS = 60_000;

interface Demo {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  readonly resourceType: string;
  readonly action: string;
  readonly allowedResourceId: string;
}

/** How long until the built server on its own, existing database is ready, and how much memory it takes. */
export const start: Bench = {
  name: 'start',
  title: 'warm start on an existing embedded database to /readyz, and memory',
  async run() {
    const folder = scratchFolder();
    const client = startLoadClient();
    const settings = { HOST: '127.0.0.1', POLITY_LOG_LEVEL: 'warn', POLITY_DATA_DIR: folder.path };
    try {
      const first = await startTimed(SERVER_ARGUMENTS, { ...SERVER_ENVIRONMENT, ...settings });
      await first.server.stop();
      const times: number[] = [];
      const memory: { fresh: number; used: number; database: number }[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const { server, url, elapsedMs } = await startTimed(SERVER_ARGUMENTS, { ...SERVER_ENVIRONMENT, ...settings });
        times.push(elapsedMs);
        if (run < 3) memory.push(await weigh(server, url, folder.path, client));
        await server.stop();
      }
      const launched: number[] = [];
      for (let run = 0; run < LAUNCHER_RUNS; run += 1) {
        const { server, elapsedMs } = await startTimed([at('scripts/start.mjs')], settings);
        launched.push(elapsedMs);
        await server.stop();
      }
      const [startMs, used] = [median(times), median(memory.map((each) => each.used))];
      sayTable(['start to /readyz 200', 'runs', 'median ms', 'least ms', 'p95 ms'], [
        ['first start: makes the cluster, migrates, makes the demo', '1', first.elapsedMs, first.elapsedMs, first.elapsedMs],
        ['warm: the built server and its PostgreSQL', String(RUNS), startMs, Math.min(...times), percentile(times, 0.95)],
        ['warm: what npm start runs (looks for changes first)', String(LAUNCHER_RUNS), median(launched), Math.min(...launched), percentile(launched, 0.95)],
      ]);
      sayTable(['memory, median of 3 starts', 'MiB'], [
        ['server after start', median(memory.map(({ fresh }) => fresh))],
        [`server after ${MIXED_REQUESTS} mixed requests`, used],
        ['PostgreSQL, all processes', median(memory.map(({ database }) => database))],
      ]);
      say(`  load average ${loadText()}`);
      return [
        { name: 'start: warm start to ready', measured: startMs, most: MOST_START_MS, unit: 'ms' },
        { name: `start: memory of the server after ${MIXED_REQUESTS} requests`, measured: used, most: MOST_MIB, unit: 'MiB' },
      ];
    } finally {
      await client.stop();
      folder.remove();
    }
  },
};

async function startTimed(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<{ server: Child; url: string; elapsedMs: number }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const server = startNode(args, { ...settings, PORT: String(port) });
  let over = false;
  void server.ended.then(() => (over = true));
  while (!(await isReady(url))) {
    if (over || performance.now() - began > LONGEST_START_MS) throw new Error(`the server did not start:\n${server.output()}`);
    await sleep(5);
  }
  return { server, url, elapsedMs: performance.now() - began };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function weigh(server: Child, url: string, dataDir: string, client: LoadClient): Promise<{ fresh: number; used: number; database: number }> {
  const fresh = residentOf(server.pid);
  const demo = JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) as Demo;
  const { apiKey, userId, memberId, userMemberId, spaceId, resourceType, action, allowedResourceId } = demo;
  const admin = await signIn(url, demo);
  const check = JSON.stringify({ query: CHECK, variables: { input: { actor: { userId, memberId, userMemberId, spaceId }, resourceType, action, resourceId: allowedResourceId } } });
  const reads = [
    '{ me { credentialKind user { id email } permissions { key } } }',
    '{ capabilities { id state } }',
    '{ auditEvents(first: 20) { edges { node { id type action target { type id } } } pageInfo { hasNextPage } } }',
    `{ members(spaceId: "${spaceId}", first: 20) { totalCount edges { node { id displayName space { id name } } } } }`,
  ].map((query) => JSON.stringify({ query }));
  const changes = Array.from({ length: MIXED_REQUESTS / 8 }, (_, number) => JSON.stringify({ query: `mutation { updateMember(input: { id: "${memberId}", displayName: "Reviewer ${number}" }) { member { version } errors { code } } }` }));
  const byAdmin = changes.flatMap((change, number) => [reads[number % reads.length] ?? '', reads[(number + 1) % reads.length] ?? '', change]);
  // Three of eight requests are an administrator's reads and changes, five are checks of a backend.
  await client.run({ kind: 'load', target: graphqlAt(url, { 'x-polity-api-key': apiKey }), bodies: [check], connections: 4, requests: (MIXED_REQUESTS * 5) / 8, contains: '"decision":"ALLOW"' });
  await client.run({ kind: 'load', target: graphqlAt(url, admin.headers), bodies: byAdmin, connections: 4, requests: (MIXED_REQUESTS * 3) / 8, contains: '"data":{' });
  return { fresh, used: residentOf(server.pid), database: memoryOfFamily(postmasterOf(dataDir)) };
}

function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
}
