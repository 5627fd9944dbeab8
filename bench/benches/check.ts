import { graphqlAt, startLoadClient } from '../support/load-client.js';
import { measureRound, medianOf, type Round } from '../support/measure.js';
import { say, sayTable, type Bench } from '../support/report.js';
import { openSetting } from '../support/setting.js';
import { loadText } from '../support/machine.js';
import { CHECK, question } from '../support/world.js';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = [1, 16, 64];

/** The question of a backend before a business action: an API key asks, the decision is durable in the audit log before it is answered. */
export const check: Bench = {
  name: 'check',
  title: 'check over HTTP with an API key, each decision durable before it is answered (no bar yet)',
  async run() {
    const setting = await openSetting();
    const { cluster, server, world } = setting;
    const client = startLoadClient();
    try {
      const bodies = world.resourceIds.map((_, number) => JSON.stringify({ query: CHECK, variables: { input: question(world, number) } }));
      const target = graphqlAt(server.url, { 'x-polity-api-key': world.apiKey });
      const job = (connections: number, seconds: number) => ({ kind: 'load', target, bodies, connections, seconds, contains: '"decision":"ALLOW"' }) as const;
      await client.run(job(16, 5));
      const rounds = new Map<number, Round[]>(CONNECTIONS.map((connections) => [connections, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const connections of CONNECTIONS) rounds.get(connections)?.push(await measureRound(client, job(connections, SECONDS), server.pid, cluster.postmaster));
      }
      sayTable(['median of 5 rounds', 'checks/s', 'server CPU ms', 'database CPU ms', 'client CPU ms', 'p50 ms', 'p95 ms', 'p99 ms'], [...rounds].map(([connections, measured]) => {
        const { requestsPerSecond, serverCpu, databaseCpu, clientCpu, p50, p95, p99 } = medianOf(measured);
        return [`c=${connections}`, requestsPerSecond, serverCpu.toFixed(3), databaseCpu.toFixed(3), clientCpu.toFixed(3), p50, p95, p99];
      }));
      say(`  load average ${loadText()}`);
      return [];
    } finally {
      await client.stop();
      await setting.stop();
    }
  },
};
