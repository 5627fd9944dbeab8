import { isDeepStrictEqual } from 'node:util';
import { Api } from '../support/api.js';
import { graphqlAt, startLoadClient, type LoadClient } from '../support/load-client.js';
import { measureRound, medianOf, type Round } from '../support/measure.js';
import { startPeer } from '../support/peer.js';
import { signIn } from '../support/polity.js';
import { say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { openSetting, type Setting } from '../support/setting.js';
import { makePerson } from '../support/world.js';
import { loadText } from '../support/machine.js';

const LIST = `query Members($spaceId: ID!) {
  members(spaceId: $spaceId, first: 20) {
    totalCount
    edges { cursor node { id displayName memberType externalId status } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const ROUNDS = 5;
const SECONDS = 3;
const WARM_UP_SECONDS = 5;
/** The bar is judged at the middle one. */
const CONNECTIONS = [1, 16, 64];
const JUDGED = 16;
const MOST_RATIO = 3;

interface Contender {
  readonly name: string;
  readonly caller: Api;
  readonly pid: number;
}

/** A page of 20 Members: our server, with everything it checks, against Apollo Server and plain pg with a session map. */
export const list: Bench = {
  name: 'list',
  title: 'list of 20 members with authentication and authorization, against Apollo Server 5 and plain pg',
  async run() {
    const setting = await openSetting();
    const client = startLoadClient();
    try {
      return await compare(setting, client);
    } finally {
      await client.stop();
      await setting.stop();
    }
  },
};

async function compare({ cluster, server, admin, world }: Setting, client: LoadClient): Promise<Verdict[]> {
  const { spaceId } = world;
  const person = await makePerson(admin, 'reader');
  await admin.make('createAdminGrant', 'adminGrant', { userId: person.userId, level: 'SPACE_ADMIN', spaceId, permissionKey: 'members:read' });
  const reader = await signIn(server.url, person);
  const token = reader.headers['authorization']?.slice('Bearer '.length) ?? '';
  const settings = { DATABASE_URL: cluster.database.owner, TOKEN: token };
  const [tuned, defaults] = await Promise.all([startPeer('apollo-pg.ts', settings), startPeer('apollo-pg.ts', { ...settings, APOLLO_DEFAULTS: '1' })]);
  try {
    const contenders: Contender[] = [
      { name: 'polity', caller: reader, pid: server.pid },
      { name: 'apollo-pg', caller: reader.at(tuned.url), pid: tuned.pid },
      { name: 'apollo-pg, as it comes', caller: reader.at(defaults.url), pid: defaults.pid },
    ];
    await assertSameAnswer(contenders, spaceId);
    const rounds = await alternate(contenders, spaceId, client, cluster.postmaster);
    return report(contenders, rounds);
  } finally {
    await Promise.all([tuned.stop(), defaults.stop()]);
  }
}

async function assertSameAnswer(contenders: readonly Contender[], spaceId: string): Promise<void> {
  const [first, ...others] = await Promise.all(contenders.map(({ caller }) => caller.data(LIST, { spaceId })));
  for (const other of others) if (!isDeepStrictEqual(first, other)) throw new Error(`the answers differ: ${JSON.stringify(first)} and ${JSON.stringify(other)}`);
  const anonymous = await Promise.all(contenders.map(({ caller }) => new Api(caller.url).send<{ members: unknown }>(LIST, { spaceId })));
  if (anonymous.some(({ data }) => data?.members !== undefined && data.members !== null)) throw new Error('an answer without a token');
}

type Rounds = ReadonlyMap<string, readonly Round[]>;

async function alternate(contenders: readonly Contender[], spaceId: string, client: LoadClient, postmaster: number): Promise<Rounds> {
  const job = ({ caller }: Contender, connections: number, seconds: number) => ({
    kind: 'load', target: graphqlAt(caller.url, caller.headers), bodies: [JSON.stringify({ query: LIST, variables: { spaceId } })], connections, seconds,
    contains: '"endCursor"',
  }) as const;
  for (const contender of contenders) await client.run(job(contender, JUDGED, WARM_UP_SECONDS));
  const rounds = new Map<string, Round[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const connections of CONNECTIONS) {
      for (const contender of contenders) {
        const key = keyOf(contender, connections);
        const measured = await measureRound(client, job(contender, connections, SECONDS), contender.pid, postmaster);
        rounds.set(key, [...(rounds.get(key) ?? []), measured]);
      }
    }
  }
  return rounds;
}

function keyOf({ name }: Contender, connections: number): string {
  return `${name} c=${connections}`;
}

function report(contenders: readonly Contender[], rounds: Rounds): Verdict[] {
  const of = (name: string, connections: number) => medianOf(rounds.get(`${name} c=${connections}`) ?? []);
  sayTable(
    ['median of 5 rounds', 'req/s', 'server CPU ms', 'database CPU ms', 'client CPU ms', 'p50 ms', 'p95 ms', 'CPU vs apollo-pg'],
    CONNECTIONS.flatMap((connections) => contenders.map((contender) => {
      const { requestsPerSecond, serverCpu, databaseCpu, clientCpu, p50, p95 } = of(contender.name, connections);
      return [keyOf(contender, connections), requestsPerSecond, serverCpu.toFixed(3), databaseCpu.toFixed(3), clientCpu.toFixed(3), p50, p95, serverCpu / of('apollo-pg', connections).serverCpu];
    })),
  );
  const judged = rounds.get(`polity c=${JUDGED}`) ?? [];
  const peer = rounds.get(`apollo-pg c=${JUDGED}`) ?? [];
  say(`  ratio of each round at c=${JUDGED}: ${judged.map(({ serverCpu }, round) => (serverCpu / (peer[round]?.serverCpu ?? Number.NaN)).toFixed(2)).join(' ')}; load average ${loadText()}`);
  return [{ name: 'list: server CPU per request against apollo-pg', measured: of('polity', JUDGED).serverCpu / of('apollo-pg', JUDGED).serverCpu, most: MOST_RATIO, unit: '×' }];
}
