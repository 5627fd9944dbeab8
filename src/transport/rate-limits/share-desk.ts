import type { BudgetStore, ShareGrant, ShareRequest } from './budget-store.js';

/** Longest that an operation waits for a share. */
const WAIT_MS = 2_000;

interface Waiting {
  /** Asked for when the statement leaves: what came meanwhile is in it. */
  readonly request: () => ShareRequest;
  readonly settle: (grant: ShareGrant) => void;
  readonly fail: (error: unknown) => void;
}

/** Asks for shares of one node: one statement at a time, with everything in it that came while the one before was under way. */
export class ShareDesk {
  private waiting: Waiting[] = [];
  private busy = false;

  constructor(
    private readonly store: BudgetStore,
    private readonly waitMs = WAIT_MS,
  ) {}

  /** @throws what the store throws, or an Error when it does not answer in time */
  ask(request: () => ShareRequest): Promise<ShareGrant> {
    const { promise, resolve, reject } = Promise.withResolvers<ShareGrant>();
    this.waiting.push({ request, settle: resolve, fail: reject });
    if (!this.busy) {
      this.busy = true;
      setImmediate(() => void this.serve());
    }
    return promise;
  }

  // Never rejects: each that waits hears of it.
  private async serve(): Promise<void> {
    while (this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      try {
        const requests = waiting.map(({ request }) => request());
        const grants = new Map((await this.inTime(requests)).map((grant) => [grant.key, grant]));
        for (const [index, { key }] of requests.entries()) waiting[index]?.settle(grants.get(key) ?? { key, granted: 0, available: 0 });
      } catch (error) {
        for (const { fail } of waiting) fail(error);
      }
    }
    this.busy = false;
  }

  private async inTime(requests: readonly ShareRequest[]): Promise<readonly ShareGrant[]> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('budgets were not read in time')), this.waitMs);
    timer.unref();
    try {
      return await Promise.race([this.store.take(requests), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
