import type { OperationDefinitionNode } from 'graphql';
import type { Logger, Metrics } from '../../observability/index.js';
import { PolityError } from '../../kernel/errors/index.js';
import { isSuperAdmin, type Caller, type RequestContext } from '../../system/shared/contracts/index.js';
import { Account } from './account.js';
import { AddressBuckets } from './address-buckets.js';
import type { BudgetStore } from './budget-store.js';
import { onlySignsIn } from './only-signs-in.js';
import { rateBudget, type RateBudget } from './rate-budget.js';
import { rateLimited, type RateScope } from './rate-refusal.js';
import { ShareDesk } from './share-desk.js';

/** A share that nobody has used for so long is dropped. */
const IDLE_MS = 60_000;
const LOG_EVERY_MS = 60_000;

/** Budgets as the settings have them: units per minute, 0 for none. */
export interface RateSettings {
  readonly callerBudget: number;
  readonly spaceBudget: number;
  readonly anonymousBudget: number;
  /** Seconds of a budget that may be spent at once. */
  readonly burstS: number;
}

/** What rate limits run on. */
export interface RateLimitOptions {
  readonly settings: RateSettings;
  readonly store: BudgetStore;
  readonly metrics: Pick<Metrics, 'countRateLimited'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly now: () => number;
}

/**
 * Holds callers and Spaces to what they may spend in a time, in estimated cost, over all nodes. Super admins are not held: who has to
 * bring an instance back must not depend on a budget.
 */
export class RateLimits {
  private readonly budgets: Readonly<Record<RateScope, RateBudget | undefined>>;
  private readonly accounts = new Map<string, Account>();
  private readonly spaces = new Map<string, Account>();
  private readonly addresses: AddressBuckets | undefined;
  private readonly desk: ShareDesk;
  private readonly loggedAt = new Map<string, number>();

  constructor(private readonly options: RateLimitOptions) {
    const { callerBudget, spaceBudget, anonymousBudget, burstS } = options.settings;
    this.budgets = { caller: rateBudget(callerBudget, burstS), space: rateBudget(spaceBudget, burstS), anonymous: rateBudget(anonymousBudget, burstS) };
    this.addresses = this.budgets.anonymous && new AddressBuckets(this.budgets.anonymous);
    this.desk = new ShareDesk(options.store);
  }

  /**
   * Spends the cost of what is about to run. Gives nothing when that is done, and a promise when the node has to ask for a share first.
   *
   * @param cost - estimated; nothing costs less than 1
   * @throws PolityError `RATE_LIMITED` with `details.retryAfterSeconds`; the promise also `SERVICE_UNAVAILABLE` while the database is away
   */
  admit({ caller, request }: Pick<RequestContext, 'caller' | 'request'>, cost: number, operation?: OperationDefinitionNode): Promise<void> | undefined {
    const units = Math.max(1, cost);
    if (caller.kind === 'anonymous') {
      if (this.addresses === undefined || (operation !== undefined && onlySignsIn(operation))) return undefined;
      const seconds = this.addresses.spend(request.ip, units, request.now);
      if (seconds !== undefined) throw this.refused('anonymous', 'anonymous', rateLimited('anonymous', seconds));
      return undefined;
    }
    if (caller.kind === 'system' || isSuperAdmin(caller)) return undefined;
    const own = this.accountOfCaller(caller);
    const space = this.accountOfSpace(caller);
    if (own?.holds(units) === false || space?.holds(units) === false) return this.take(own, space, units, caller);
    own?.spend(units, request.now);
    space?.spend(units, request.now);
    return undefined;
  }

  /** Drops shares that nobody uses. */
  forgetIdle(): void {
    const moment = this.options.now() - IDLE_MS;
    for (const accounts of [this.accounts, this.spaces]) for (const [key, account] of accounts) if (account.idleSince(moment)) accounts.delete(key);
    for (const [key, at] of this.loggedAt) if (at < moment) this.loggedAt.delete(key);
  }

  private async take(own: Account | undefined, space: Account | undefined, units: number, caller: Caller): Promise<void> {
    await own?.take(units).catch((error: unknown) => {
      throw this.refused('caller', callerKey(caller), error);
    });
    await space?.take(units).catch((error: unknown) => {
      own?.giveBack(units);
      throw this.refused('space', `space:${spaceOf(caller)}`, error);
    });
  }

  private accountOfCaller(caller: Caller): Account | undefined {
    // A User is known by its id alone; the keys of others have a colon in them.
    const id = caller.userId ?? callerKey(caller);
    return this.budgets.caller && (this.accounts.get(id) ?? this.open(this.accounts, id, callerKey(caller), 'caller', this.budgets.caller));
  }

  private accountOfSpace(caller: Caller): Account | undefined {
    const spaceId = this.budgets.space && spaceOf(caller);
    return spaceId === undefined || this.budgets.space === undefined ? undefined : this.spaces.get(spaceId) ?? this.open(this.spaces, spaceId, `space:${spaceId}`, 'space', this.budgets.space);
  }

  private open(accounts: Map<string, Account>, id: string, key: string, scope: RateScope, budget: RateBudget): Account {
    const account = new Account({ key, scope, budget, desk: this.desk, now: this.options.now });
    accounts.set(id, account);
    return account;
  }

  // One line in the log per minute says who it is; the metric counts them all.
  private refused(scope: RateScope, key: string, error: unknown): unknown {
    if (!(error instanceof PolityError) || error.code !== 'RATE_LIMITED') return error;
    const { metrics, logger, now } = this.options;
    metrics.countRateLimited(scope);
    if ((this.loggedAt.get(key) ?? -Infinity) + LOG_EVERY_MS > now()) return error;
    this.loggedAt.set(key, now());
    logger.warn('a rate limit refuses operations', { scope, key });
    return error;
  }
}

// A User by whichever session; keys of one Member together, for they act as one.
function callerKey({ userId, kind, actor, key }: Caller): string {
  if (userId !== undefined) return `user:${userId}`;
  return kind === 'api_key' && actor !== undefined ? `member:${actor.memberId}` : key;
}

// Where the caller acts; for a key that acts as nobody, the Space that it is for.
function spaceOf({ actor, kind, grants }: Caller): string | undefined {
  return actor?.spaceId ?? (kind === 'api_key' ? grants[0]?.spaceId : undefined);
}
