import type { Counted, StreamJob } from './messages.js';
import { Subscriber } from './subscriber.js';

// The subscribers: a process of its own, so that neither its CPU nor its memory is counted as the server's.

/** How many connect at the same time. */
const CONNECTING = 50;

const sets = new Map<string, Subscriber[]>();

async function run(job: StreamJob): Promise<Counted | undefined> {
  const set = sets.get(job.set) ?? [];
  switch (job.kind) {
    case 'open':
      sets.set(job.set, set);
      return open(set, job);
    case 'count':
      return count(set);
    case 'reset':
      return set.forEach((subscriber) => subscriber.reset()) as undefined;
    case 'pause':
      return set.slice(0, job.first).forEach((subscriber) => subscriber.pause()) as undefined;
    case 'resume':
      return set.slice(0, job.first).forEach((subscriber) => subscriber.resume()) as undefined;
    case 'close':
      for (const subscriber of set) subscriber.close();
      sets.delete(job.set);
      return undefined;
  }
}

// Those that are not open in time are left out: the one who asked sees how many there are.
async function open(set: Subscriber[], { url, query, subscribers, withinMs }: Extract<StreamJob, { kind: 'open' }>): Promise<Counted> {
  const until = performance.now() + withinMs;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let options = subscribers[next++]; options !== undefined && performance.now() < until; options = subscribers[next++]) set.push(await Subscriber.open(url, query, options));
  };
  await Promise.all(Array.from({ length: CONNECTING }, work));
  return count(set);
}

function count(set: readonly Subscriber[]): Counted {
  const closed: Record<number, number> = {};
  for (const { closedWith } of set) if (closedWith !== undefined) closed[closedWith] = (closed[closedWith] ?? 0) + 1;
  const { user, system } = process.cpuUsage();
  return {
    size: set.length,
    deliveries: set.reduce((sum, { deliveries }) => sum + deliveries, 0),
    least: set.reduce((least, { deliveries }) => Math.min(least, deliveries), Infinity),
    most: set.reduce((most, { deliveries }) => Math.max(most, deliveries), 0),
    wrong: set.reduce((sum, { wrong }) => sum + wrong, 0),
    closed,
    cpuMs: (user + system) / 1_000,
  };
}

process.on('message', (job: StreamJob) => {
  run(job).then(
    (result) => process.send?.({ result: result ?? null }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
