import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from '../database-errors.js';
import type { SqlTransactions } from '../statement-pool.js';
import { sequenceOnce } from './sequence-once.js';
import type { SequencedLog, UnsequencedRow } from './sequenced-log.js';

/** Longest time between two looks, whatever the wake-ups. */
const POLL_MS = 250;
/** A wake-up waits this long for others. */
const GATHER_MS = 5;
/** Wake-ups that follow each other bring about a batch this often at most: a batch costs the same for one row as for many. */
const PACE_MS = 50;
const MOST_ATTEMPTS = 20;

/** What {@link LogSequencer} runs on. */
export interface LogSequencerOptions<Row extends UnsequencedRow> {
  /** Not the pool of the callers' transactions, which may wait for a place in the log. */
  readonly database: SqlTransactions;
  readonly log: SequencedLog<Row>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Orders one log. Every node runs one: whoever locks the head row leads for one batch. Woken by {@link poke} after commits of this
 * node, and by the clock for those of others.
 */
export class LogSequencer<Row extends UnsequencedRow = UnsequencedRow> {
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private poked: NodeJS.Timeout | undefined;
  private behindSince: number | undefined;
  private lastBegan = Number.NEGATIVE_INFINITY;
  private stopped = true;

  constructor(private readonly options: LogSequencerOptions<Row>) {}

  start(): void {
    this.stopped = false;
    this.timer = setInterval(() => this.look(), POLL_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    clearTimeout(this.poked);
    this.poked = undefined;
    await (this.next ?? this.running)?.catch(() => undefined);
  }

  /** Says that this node committed something. */
  poke(): void {
    if (this.stopped || this.poked !== undefined) return;
    this.poked = setTimeout(() => {
      this.poked = undefined;
      this.look();
    }, Math.max(GATHER_MS, this.lastBegan + PACE_MS - performance.now()));
  }

  /** Resolves when all that was committed before the call has its place. */
  sequenced(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.catch(() => undefined).then(() => {
      this.next = undefined;
      return this.begin();
    });
    return this.next;
  }

  /** Calls back when this node wrote a batch. Gives the function that stops it. */
  onSequenced(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Milliseconds for which rows may have been waiting: 0 when the last look left nothing. */
  get lagMs(): number {
    return this.behindSince === undefined ? 0 : Math.max(0, this.options.now() - this.behindSince);
  }

  private look(): void {
    if (this.running === undefined) this.begin().catch((error: unknown) => this.options.onError(error));
    else if (this.next === undefined) this.sequenced().catch((error: unknown) => this.options.onError(error));
  }

  private begin(): Promise<void> {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    this.lastBegan = performance.now();
    this.behindSince ??= this.options.now();
    if ((await this.takeAll()) > 0) for (const listener of this.listeners) listener();
    this.behindSince = undefined;
  }

  private async takeAll(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await sequenceOnce(this.options.database, this.options.log);
      } catch (error) {
        if (attempt >= MOST_ATTEMPTS || !isRetryable(error)) throw error;
        await sleep(Math.random() * 5 * attempt);
      }
    }
  }
}
