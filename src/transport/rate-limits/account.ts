import { PolityError } from '../../kernel/errors/index.js';
import type { ShareGrant, ShareRequest } from './budget-store.js';
import type { RateBudget } from './rate-budget.js';
import { budgetUnknown, rateLimited, type RateScope } from './rate-refusal.js';
import type { ShareDesk } from './share-desk.js';

/** Nobody is asked again sooner, however many are refused; later something may have been given back by time. */
const LONGEST_PAUSE_MS = 1_000;
const SHORTEST_PAUSE_MS = 50;
const MOST_ROUNDS = 16;

/** What an account runs on. */
export interface AccountOptions {
  readonly key: string;
  readonly scope: RateScope;
  readonly budget: RateBudget;
  readonly desk: ShareDesk;
  readonly now: () => number;
}

/** What was refused, and until when that is not asked again. */
interface Refusal {
  readonly least: number;
  readonly until: number;
  /** @param need - units that a request misses */
  readonly error: (need: number) => PolityError;
}

/** The share that one node holds of a budget. It is spent without asking anybody, and filled up before it runs dry. */
export class Account {
  private units = 0;
  private wanted = 0;
  private asking: Promise<void> | undefined;
  private refusal: Refusal | undefined;
  private usedAt: number;

  constructor(private readonly options: AccountOptions) {
    this.usedAt = options.now();
  }

  /** True when the share holds the units. An operation that costs more than a whole budget costs all of it. */
  holds(cost: number): boolean {
    return this.units >= Math.min(cost, this.options.budget.size);
  }

  /** Spends units that it holds. */
  spend(cost: number, now: number): void {
    const { size, share } = this.options.budget;
    this.units -= Math.min(cost, size);
    this.usedAt = now;
    if (this.units < share / 2 && this.asking === undefined && (this.refusal === undefined || this.refusal.until <= now)) void this.ask(1);
  }

  /**
   * Spends units, and asks for them where the share does not hold them.
   * @throws PolityError `RATE_LIMITED`, or `SERVICE_UNAVAILABLE` while nobody can say what is left
   */
  async take(cost: number): Promise<void> {
    const units = Math.min(cost, this.options.budget.size);
    this.wanted += units;
    try {
      for (let round = 0; round < MOST_ROUNDS && this.units < units; round++) {
        const missing = units - this.units;
        if (this.refusal !== undefined && this.refusal.until > this.options.now() && missing >= this.refusal.least) throw this.refusal.error(missing);
        await (this.asking ?? this.ask(missing));
      }
      if (this.units < units) throw rateLimited(this.options.scope, 1);
    } finally {
      this.wanted -= units;
    }
    this.spend(units, this.options.now());
  }

  /** Takes back what was spent for nothing. */
  giveBack(cost: number): void {
    this.units += Math.min(cost, this.options.budget.size);
  }

  /** True when nobody has needed it since a moment. */
  idleSince(moment: number): boolean {
    return this.usedAt < moment && this.asking === undefined && this.wanted === 0;
  }

  // Never rejects: what came of it is in `units` or `refusal`.
  private ask(least: number): Promise<void> {
    this.asking = this.options.desk.ask(() => this.request(least)).then((grant) => this.settle(least, grant), (error: unknown) => this.pause(0, LONGEST_PAUSE_MS, () => budgetUnknown(error))).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private request(least: number): ShareRequest {
    const { key, budget: { size, rate, share } } = this.options;
    return { key, size, rate, least, wanted: Math.max(least, Math.min(size, Math.ceil(this.wanted + share - this.units))) };
  }

  private settle(least: number, { granted, available }: ShareGrant): void {
    const { scope, budget: { rate } } = this.options;
    this.units += granted;
    if (granted > 0) this.refusal = undefined;
    else this.pause(least, ((least - available) / rate) * 1000, (need) => rateLimited(scope, (need - available) / rate));
  }

  private pause(least: number, ms: number, error: Refusal['error']): void {
    this.refusal = { least, until: this.options.now() + Math.min(Math.max(ms, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS), error };
  }
}
