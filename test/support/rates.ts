import { RateLimits, type BudgetStore } from '../../src/transport/rate-limits/index.js';

/** Budgets that give whatever is asked for. */
export const generousBudgets: BudgetStore = { take: async (requests) => requests.map(({ key, wanted, size }) => ({ key, granted: wanted, available: size })) };

/** Rate limits that are switched off. */
export function unlimited(): RateLimits {
  return new RateLimits({
    settings: { callerBudget: 0, spaceBudget: 0, anonymousBudget: 0, burstS: 60 }, store: generousBudgets,
    metrics: { countRateLimited: () => undefined }, logger: { warn: () => undefined }, now: Date.now,
  });
}
