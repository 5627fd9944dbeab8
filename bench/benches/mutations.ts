import { graphqlAt, startLoadClient } from '../support/load-client.js';
import { measureRound, type Round } from '../support/measure.js';
import { say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { openSetting } from '../support/setting.js';
import { loadText } from '../support/machine.js';
import { median } from '../support/statistics.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = [1, 8];
const MOST_P95_MS = 100;

/** Changes over HTTP with guard, optimistic lock, audit event and revision, as an administrator makes them. */
export const mutations: Bench = {
  name: 'mutations',
  title: 'CRUD mutations over HTTP with authorization and audit on',
  async run() {
    const setting = await openSetting();
    const { cluster, server, admin, world } = setting;
    const client = startLoadClient();
    try {
      const { spaceId, groupId, otherRoleId } = world;
      const job = (connections: number, seconds: number) =>
        ({ kind: 'mutations', target: graphqlAt(server.url, admin.headers), connections, seconds, world: { spaceId, groupId, roleId: otherRoleId } }) as const;
      for (const connections of CONNECTIONS) await client.run(job(connections, 2));
      const rounds = new Map<number, Round[]>(CONNECTIONS.map((connections) => [connections, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const connections of CONNECTIONS) rounds.get(connections)?.push(await measureRound(client, job(connections, SECONDS), server.pid, cluster.postmaster));
      }
      return [...rounds].flatMap(([connections, measured]) => report(connections, measured));
    } finally {
      await client.stop();
      await setting.stop();
    }
  },
};

function report(connections: number, rounds: readonly Round[]): Verdict[] {
  const operations = Object.keys(rounds[0]?.latencies ?? {});
  const of = (operation: string, name: 'count' | 'p50' | 'p95' | 'p99'): number => median(rounds.map(({ latencies }) => latencies[operation]?.[name] ?? Number.NaN));
  const all = (read: (round: Round) => number): number => median(rounds.map(read));
  say(`  c=${connections}: ${all((round) => round.requestsPerSecond).toFixed(0)} mutations/s; CPU ms per mutation: server ${all((round) => round.serverCpu).toFixed(2)}, database ${all((round) => round.databaseCpu).toFixed(2)}, client ${all((round) => round.clientCpu).toFixed(2)}; load average ${loadText()}`);
  sayTable(['median of 5 rounds', 'a round', 'p50 ms', 'p95 ms', 'p99 ms'], operations.map((operation) => [`${operation} c=${connections}`, of(operation, 'count').toFixed(0), of(operation, 'p50'), of(operation, 'p95'), of(operation, 'p99')]));
  const worst = Math.max(...operations.map((operation) => of(operation, 'p95')));
  return [{ name: `mutations: worst P95 at c=${connections}`, measured: worst, most: MOST_P95_MS, unit: 'ms' }];
}
