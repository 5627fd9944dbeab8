import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { SharedExecution } from '../../graphql/index.js';
import type { EventFeed, IndexedEvent } from '../../system/shared/services/index.js';
import type { SharedResult } from '../operation-results.js';
import { Frame } from './frame.js';
import type { LaneMember } from './lane-member.js';

/**
 * Least time between two rounds of deliveries, in milliseconds: what comes meanwhile goes out together, by one write for each reader. An event
 * that comes alone does not wait.
 */
const PACE_MS = 20;

/** Subscriptions that get the same events. */
interface Group {
  readonly admits: (event: IndexedEvent) => boolean;
  readonly members: Set<LaneMember>;
}

/** What {@link SharedView} runs on. */
export interface SharedViewOptions {
  readonly feed: EventFeed<IndexedEvent>;
  readonly execution: SharedExecution;
  readonly finish: (result: ExecutionResult) => SharedResult;
  readonly countDeliveries: (count: number) => void;
  /** Called when nobody is left. */
  readonly onEmpty: () => void;
}

/**
 * Subscriptions that see events alike: each event that any of them gets is executed and serialised once. Those who get the same events are
 * a group, which decides once for all what it gets.
 */
export class SharedView {
  private readonly groups = new Map<string, Group>();
  private readonly waiting: (readonly IndexedEvent[])[] = [];
  private readonly stopListening: () => void;
  private working = false;
  private lastRound = -PACE_MS;

  constructor(private readonly options: SharedViewOptions) {
    this.stopListening = options.feed.listen((events) => {
      this.waiting.push(events);
      if (!this.working) void this.work();
    });
  }

  /** Groups of those who get the same events. */
  get size(): number {
    return this.groups.size;
  }

  /** Adds a subscription to those who get the same; gives the function that removes it. */
  join(member: LaneMember, name: string, admits: Group['admits']): () => void {
    const group = this.groups.get(name) ?? { admits, members: new Set() };
    this.groups.set(name, group);
    group.members.add(member);
    return () => {
      group.members.delete(member);
      if (group.members.size > 0) return;
      this.groups.delete(name);
      if (this.groups.size > 0) return;
      this.stopListening();
      this.options.onEmpty();
    };
  }

  // What comes meanwhile comes after.
  private async work(): Promise<void> {
    this.working = true;
    while (this.waiting.length > 0) {
      const pause = this.lastRound + PACE_MS - performance.now();
      if (pause > 0) await sleep(pause);
      const events = this.waiting.splice(0).flat();
      this.lastRound = performance.now();
      try {
        const answered = this.answer(events);
        this.handOut(events, answered.some((frame) => frame instanceof Promise) ? await Promise.all(answered.map(async (frame) => frame)) : (answered as Frame[]));
      } catch {
        // Each of them meets the same failure on its own, and is told.
        for (const { members } of this.groups.values()) for (const member of members) member.leave();
      }
    }
    this.working = false;
  }

  private answer(events: readonly IndexedEvent[]): (Frame | undefined | Promise<Frame>)[] {
    const { execution, finish } = this.options;
    const groups = [...this.groups.values()];
    return events.map((event) => {
      if (!groups.some(({ admits }) => admits(event))) return undefined;
      const result = execution.run({ event });
      return result instanceof Promise ? result.then((settled) => new Frame(event.index, finish(settled))) : new Frame(event.index, finish(result));
    });
  }

  private handOut(events: readonly IndexedEvent[], answers: readonly (Frame | undefined)[]): void {
    const last = events.at(-1)?.index;
    if (last === undefined) return;
    let delivered = 0;
    for (const { admits, members } of this.groups.values()) {
      const frames = answers.filter((frame, place): frame is Frame => frame !== undefined && admits(events[place] as IndexedEvent));
      for (const member of members) delivered += member.take(frames, last);
    }
    this.options.countDeliveries(delivered);
  }
}
