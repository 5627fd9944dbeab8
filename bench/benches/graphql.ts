import { assertSameAnswers } from '../graphql/compare-answers.js';
import { MATCHES, MERCURIUS, MERCURIUS_AUTH, POLITY, startPeers, type Contender } from '../graphql/contenders.js';
import { auditHttp } from '../graphql/http-audits.js';
import { HELD_KEY } from '../graphql/schema.js';
import { NESTED_LEVELS, SHAPES, type Shape } from '../graphql/shapes.js';
import { graphqlAt, startLoadClient, type LoadClient } from '../support/load-client.js';
import { loadText } from '../support/machine.js';
import { measureRound, medianOf, type Round } from '../support/measure.js';
import { at } from '../support/paths.js';
import { signIn } from '../support/polity.js';
import { figure, say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { openSetting } from '../support/setting.js';
import { median } from '../support/statistics.js';
import { makePerson } from '../support/world.js';

const CONNECTIONS = 32;

interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const FULL: Pace = { rounds: 5, seconds: 2, warmUpSeconds: 2 };
const QUICK: Pace = { rounds: 3, seconds: 0.7, warmUpSeconds: 1 };

/** The bars of design §12, turned into what our CPU may be of the other's. */
const MOST_MEAN = 1;
const MOST_EACH = 1 / 0.9;
const MOST_GUARDED = 1 / 2.5;
const MOST_DENIED = 2;
const MOST_PROTECTED = 1.2;

/** Open and guarded operations, with the same token checked and the same metrics counted on all sides. */
export const graphql: Bench = {
  name: 'graphql',
  title: 'GraphQL over HTTP, open and guarded, against mercurius+JIT, mercurius-auth, graphql-yoga and Apollo Server 5',
  run: () => compare(FULL),
  quick: () => compare(QUICK),
};

async function compare(pace: Pace): Promise<readonly Verdict[]> {
  const setting = await openSetting({
    settings: { POLITY_MAX_DEPTH: String(NESTED_LEVELS + 1) },
    program: ['--import', at('test/support/typescript-hooks.mjs'), at('bench/graphql/polity-server.ts')],
  });
  const client = startLoadClient();
  const running: { stop(): Promise<void> }[] = [client, setting];
  try {
    const person = await makePerson(setting.admin, 'reader');
    await setting.admin.make('createAdminGrant', 'adminGrant', { userId: person.userId, level: 'SPACE_ADMIN', spaceId: setting.world.spaceId, permissionKey: HELD_KEY });
    const caller = await signIn(setting.server.url, person);
    const started = await startPeers(caller);
    running.unshift(started);
    const contenders: readonly Contender[] = [{ name: POLITY, pid: setting.server.pid, caller }, ...started.peers];
    const results = await measureAll(pace, contenders, client, setting.cluster.postmaster);
    results.print();
    const audits = await auditHttp(caller);
    say(`  audits of GraphQL over HTTP in this configuration: ${audits.count - audits.failed.length} of ${audits.count}`, ...audits.failed.map((name) => `    failed: ${name}`));
    return [...results.verdicts(), { name: 'graphql: audits of GraphQL over HTTP that are not passed', measured: audits.failed.length, most: 0, unit: 'audits' }];
  } finally {
    for (const each of running) await each.stop();
  }
}

async function measureAll(pace: Pace, all: readonly Contender[], client: LoadClient, postmaster: number): Promise<Results> {
  const matches = MATCHES.map(([shape, names]) => ({ shape, contenders: all.filter(({ name }) => names.includes(name)) }));
  const job = ({ caller }: Contender, { query, contains }: Shape, seconds: number) => ({
    kind: 'load', target: graphqlAt(caller.url, caller.headers), bodies: [JSON.stringify({ query })], connections: CONNECTIONS, seconds, contains,
  }) as const;
  for (const { shape, contenders } of matches) await assertSameAnswers(shape, contenders);
  for (const { shape, contenders } of matches) for (const contender of contenders) await client.run(job(contender, shape, pace.warmUpSeconds));
  const results = new Results(pace);
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const { shape, contenders } of matches) {
      for (const contender of contenders) results.add(contender.name, shape, await measureRound(client, job(contender, shape, pace.seconds), contender.pid, postmaster));
    }
  }
  // What was compared at first were answers to operations that the servers had not seen before.
  for (const { shape, contenders } of matches) await assertSameAnswers(shape, contenders);
  return results;
}

/** The rounds of every shape and contender. */
class Results {
  private readonly rounds = new Map<Shape, Map<string, Round[]>>();
  private readonly pace: Pace;

  constructor(pace: Pace) {
    this.pace = pace;
  }

  add(contender: string, shape: Shape, round: Round): void {
    const byContender = this.rounds.get(shape) ?? new Map<string, Round[]>();
    this.rounds.set(shape, byContender);
    byContender.set(contender, [...(byContender.get(contender) ?? []), round]);
  }

  print(): void {
    const rows = [...this.rounds].flatMap(([shape, byContender]) => [...byContender].map(([name, rounds]) => {
      const { requestsPerSecond, serverCpu, databaseCpu, clientCpu, p50, p99 } = medianOf(rounds);
      return [`${shape.name}, ${name}`, requestsPerSecond, us(serverCpu), us(databaseCpu), us(clientCpu), p50, p99, this.againstPeer(shape, name)];
    }));
    sayTable([`median of ${this.pace.rounds} rounds, c=${CONNECTIONS}`, 'req/s', 'server CPU µs', 'database µs', 'client µs', 'p50 ms', 'p99 ms', 'polity against it'], rows);
    say(`  load average ${loadText()}`);
  }

  verdicts(): Verdict[] {
    const open = [SHAPES.hello, SHAPES.list, SHAPES.nested].map((shape) => ({ shape, ratio: this.ratio([POLITY, shape], [MERCURIUS, shape]) }));
    const atMost = (name: string, measured: number, most: number): Verdict => ({ name: `graphql: ${name}`, measured, most, unit: '×' });
    const own = (a: Shape, b: Shape): number => this.ratio([POLITY, a], [POLITY, b]);
    return [
      atMost('CPU against mercurius+JIT, geometric mean of (i) to (iii)', Math.cbrt(open.reduce((product, { ratio }) => product * ratio, 1)), MOST_MEAN),
      ...open.map(({ shape, ratio }) => atMost(`CPU against mercurius+JIT, ${shape.name}`, ratio, MOST_EACH)),
      atMost(`CPU against mercurius-auth, ${SHAPES.guardedList.name}`, this.ratio([POLITY, SHAPES.guardedList], [MERCURIUS_AUTH, SHAPES.guardedList]), MOST_GUARDED),
      atMost(`CPU of ${SHAPES.partlyDenied.name} against all allowed`, own(SHAPES.partlyDenied, SHAPES.guardedList), MOST_DENIED),
      atMost(`CPU of ${SHAPES.guardedWide.name} against open ones`, own(SHAPES.guardedWide, SHAPES.wide), MOST_PROTECTED),
    ];
  }

  private againstPeer(shape: Shape, name: string): string {
    return name === POLITY ? '' : figure(this.ratio([POLITY, shape], [name, shape]));
  }

  // Rounds of the same number ran one after the other: what else the machine did then weighed on both.
  private ratio(a: readonly [string, Shape], b: readonly [string, Shape]): number {
    const cpu = ([name, shape]: readonly [string, Shape]): readonly number[] => this.rounds.get(shape)?.get(name)?.map(({ serverCpu }) => serverCpu) ?? [];
    const others = cpu(b);
    return median(cpu(a).map((value, round) => value / (others[round] ?? Number.NaN)));
  }
}

function us(ms: number): string {
  return (ms * 1_000).toFixed(1);
}
