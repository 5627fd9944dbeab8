import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf } from '../support/cpu.js';
import type { Audience } from './audience.js';
import { SUBSCRIPTION, type Contender } from './contenders.js';
import type { Counted, SubscriberOptions } from './messages.js';
import { SPACES } from './rights.js';
import { settledMemory } from './settled-memory.js';
import type { Subscribers } from './subscribers.js';

/** Events that are under way together; a multiple of the number of Spaces. */
const TOGETHER = 40;
const OPEN_WITHIN_MS = 60_000;
const FIRST_EVENT_WITHIN_MS = 30_000;
const PROBE_MS = 2_000;

/** What a server did not manage. */
export class NotManaged extends Error {}

/** How readers that stopped fared. */
export interface Stalled {
  readonly grownMib: number;
  readonly events: number;
  readonly closed: Readonly<Record<number, number>>;
  /** Events that open readers did not get after they went on reading. */
  readonly missing: number;
}

/** The subscribers of one contender: what they get, and what it takes. */
export class Run {
  readonly contender: Contender;
  /** CPU of the server for one delivery, in microseconds, of each round. */
  readonly cpuUs: number[] = [];
  /** Events that did not come, or came wrong. */
  lost = 0;
  private readonly audience: Audience;
  private readonly subscribers: Subscribers;
  private size = 0;

  constructor(contender: Contender, audience: Audience, subscribers: Subscribers) {
    this.contender = contender;
    this.audience = audience;
    this.subscribers = subscribers;
  }

  /**
   * Opens connections up to a number; gives the memory of the server after, and the price of each added one.
   *
   * @throws NotManaged when they are not open, or not all of them get events, in time
   */
  async grow(size: number): Promise<{ readonly mib: number; readonly kibPerConnection: number }> {
    const { name, pid, socketUrl } = this.contender;
    const { sessions } = this.audience;
    const before = await settledMemory(pid);
    const added = Array.from({ length: size - this.size }, (_, number) => sessions[(this.size + number) % sessions.length] as SubscriberOptions);
    const opened = await this.subscribers.run({ kind: 'open', set: name, url: socketUrl, query: SUBSCRIPTION, subscribers: added, withinMs: OPEN_WITHIN_MS });
    this.size = opened?.size ?? 0;
    if (this.size < size) throw new NotManaged(`${name}: only ${this.size} of ${size} connections are open after ${OPEN_WITHIN_MS / 1_000} s`);
    await this.firstEvents();
    const mib = await settledMemory(pid);
    return { mib, kibPerConnection: ((mib - before) / added.length) * 1024 };
  }

  /** Sends events for some time, and counts the CPU of the server until all of them have arrived. */
  async round(seconds: number): Promise<void> {
    const before = cpuOf(this.contender.pid);
    const { counted, events } = await this.exchange(seconds, this.size);
    this.cpuUs.push(((cpuOf(this.contender.pid) - before) / counted.deliveries) * 1_000);
    this.lost += (this.size * events) / 2 - counted.deliveries + counted.wrong;
  }

  /** Lets some readers stop for some time while events go on. */
  async stall(readers: number, seconds: number): Promise<Stalled> {
    const { name, pid } = this.contender;
    await this.subscribers.run({ kind: 'pause', set: name, first: readers });
    const before = await settledMemory(pid);
    const { events } = await this.exchange(seconds, this.size - readers);
    const grownMib = await settledMemory(pid) - before;
    await this.subscribers.run({ kind: 'resume', set: name, first: readers });
    const { deliveries, closed } = await this.subscribers.arrived(name, (this.size * events) / 2);
    const gone = Object.values(closed).reduce((sum, count) => sum + count, 0);
    return { grownMib, events, closed, missing: gone > 0 ? 0 : (this.size * events) / 2 - deliveries };
  }

  async close(): Promise<void> {
    await this.subscribers.run({ kind: 'close', set: this.contender.name });
  }

  private async exchange(seconds: number, readers: number): Promise<{ readonly counted: Counted; readonly events: number }> {
    const { name } = this.contender;
    await this.subscribers.run({ kind: 'reset', set: name });
    const until = performance.now() + seconds * 1_000;
    let events = 0;
    let counted: Counted;
    do {
      await this.contender.publish(TOGETHER);
      events += TOGETHER;
      counted = await this.subscribers.arrived(name, (readers * events) / 2);
    } while (performance.now() < until && counted.deliveries >= (readers * events) / 2);
    return { counted, events };
  }

  // A subscription is not acknowledged: it is there when its subscriber has got something.
  private async firstEvents(): Promise<void> {
    const { name } = this.contender;
    await this.subscribers.run({ kind: 'reset', set: name });
    const began = performance.now();
    for (let probed = -Infinity; (await this.subscribers.count(name)).least === 0; await sleep(100)) {
      if (performance.now() - began > FIRST_EVENT_WITHIN_MS) throw new NotManaged(`${name}: after ${FIRST_EVENT_WITHIN_MS / 1_000} s some of ${this.size} subscribers have had no event`);
      if (performance.now() - probed < PROBE_MS) continue;
      await this.contender.publish(SPACES);
      probed = performance.now();
    }
    for (let before = -1, now = 0; now !== before; [before, now] = [now, (await this.subscribers.count(name)).deliveries]) await sleep(1_000);
  }
}
