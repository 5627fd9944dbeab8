import { makeAudience } from '../streams/audience.js';
import { ourContender, startGraphqlWs } from '../streams/contenders.js';
import { GROUPS } from '../streams/rights.js';
import { NotManaged, Run, type Stalled } from '../streams/run.js';
import { COLLECTABLE } from '../streams/settled-memory.js';
import { Subscribers } from '../streams/subscribers.js';
import { startLoadClient } from '../support/load-client.js';
import { loadText } from '../support/machine.js';
import { MAIN, startServer } from '../support/polity.js';
import { figure, say, sayTable, type Bench, type Verdict } from '../support/report.js';
import { openSetting } from '../support/setting.js';
import { median } from '../support/statistics.js';

/** Bars of design §12. */
const MOST_CPU = 1 / 10;
const MOST_KIB = 20;
/** What readers that stopped may add to the memory of the server while events go on, in MiB. */
const MOST_STALLED_MIB = 20;

interface Pace {
  readonly subscribers: number;
  /** Connections at the end. */
  readonly many: number;
  readonly stalled: number;
  readonly rounds: number;
  readonly seconds: number;
}

const FULL: Pace = { subscribers: 1_000, many: 10_000, stalled: 100, rounds: 3, seconds: 3 };
const QUICK: Pace = { subscribers: 200, many: 400, stalled: 20, rounds: 2, seconds: 1 };

/** Events to many subscribers: their price, their memory, and what becomes of readers that stop. */
export const streams: Bench = {
  name: 'streams',
  title: `subscribers in ${GROUPS} rights groups, each event for half of them, against one graphql-js execution for each over graphql-ws`,
  run: () => measure(FULL),
  quick: () => measure(QUICK),
};

/** What was measured of ours; what is absent the server did not manage. */
interface Findings {
  kibPerConnection?: number;
  stalled?: Stalled;
  many?: { readonly mib: number; readonly kibPerConnection: number };
}

async function measure(pace: Pace): Promise<readonly Verdict[]> {
  const setting = await openSetting({ program: [...COLLECTABLE, ...MAIN] });
  const running: { stop(): Promise<void> }[] = [setting];
  const start = <Running extends { stop(): Promise<void> }>(started: Running): Running => {
    running.unshift(started);
    return started;
  };
  try {
    const client = start(startLoadClient());
    const other = start(await startServer(setting.settings));
    const audience = await makeAudience(setting.admin);
    const subscribers = start(new Subscribers());
    const peer = new Run(start(await startGraphqlWs(audience)), audience, subscribers);
    const own = new Run(ourContender(setting.server, other, audience, client), audience, subscribers);
    const peerKib = await open(peer, pace);
    const findings: Findings = {};
    try {
      await measureOwn(own, peer, pace, findings);
    } catch (error) {
      if (!(error instanceof NotManaged)) throw error;
      say(`  NOT MANAGED: ${error.message}`);
      if (peer.cpuUs.length === 0) await peer.round(pace.seconds);
    }
    return report(pace, own, peer, peerKib, findings);
  } finally {
    for (const each of running) await each.stop();
  }
}

// What a process loads and compiles for its first connections is not the price of a connection.
async function open(run: Run, { subscribers }: Pace): Promise<number> {
  await run.grow(subscribers / 10);
  return (await run.grow(subscribers)).kibPerConnection;
}

async function measureOwn(own: Run, peer: Run, pace: Pace, findings: Findings): Promise<void> {
  findings.kibPerConnection = await open(own, pace);
  for (let round = 0; round < pace.rounds; round += 1) for (const run of [own, peer]) await run.round(pace.seconds);
  findings.stalled = await own.stall(pace.stalled, pace.seconds * 3);
  await peer.close();
  findings.many = await own.grow(pace.many);
}

function report(pace: Pace, own: Run, peer: Run, peerKib: number, { kibPerConnection = Number.NaN, stalled, many }: Findings): Verdict[] {
  sayTable([`${pace.subscribers} subscribers`, 'CPU µs per delivery', 'rounds', 'KiB per connection', 'lost or wrong'], [[own, kibPerConnection] as const, [peer, peerKib] as const].map(([run, kib]) =>
    [run.contender.name, run.cpuUs.length === 0 ? '-' : median(run.cpuUs), run.cpuUs.map(figure).join(' '), kib, String(run.lost)]));
  if (stalled !== undefined) {
    say(`  ${pace.stalled} readers that stopped for ${stalled.events} events: ${figure(stalled.grownMib)} MiB more, closed: ${JSON.stringify(stalled.closed)}, missing when they went on: ${stalled.missing}`);
  }
  if (many !== undefined) say(`  ${pace.many} connections: ${figure(many.mib)} MiB, ${figure(many.kibPerConnection)} KiB for each added one`);
  say(`  load average ${loadText()}`);
  const atMost = (name: string, measured: number | undefined, most: number, unit: string): Verdict => ({ name: `streams: ${name}`, measured: measured ?? Number.NaN, most, unit });
  return [
    atMost('CPU per delivery against one execution per subscriber', own.cpuUs.length === 0 ? undefined : median(own.cpuUs) / median(peer.cpuUs), MOST_CPU, '×'),
    atMost(`memory per connection, ${pace.subscribers}`, kibPerConnection, MOST_KIB, 'KiB'),
    atMost(`memory per connection, up to ${pace.many}`, many?.kibPerConnection, MOST_KIB, 'KiB'),
    atMost('events lost, out of order, or for somebody else', stalled === undefined ? undefined : own.lost + stalled.missing, 0, 'events'),
    atMost(`memory for ${pace.stalled} readers that stopped`, stalled?.grownMib, MOST_STALLED_MIB, 'MiB'),
  ];
}
