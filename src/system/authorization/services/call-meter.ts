import { CostMeter } from '../../../kernel/expressions/index.js';

/** Steps of all conditions of one call: seconds when each fails, fractions of one as a rule. */
const MOST_STEPS = 20_000_000;

/** A meter for all conditions that one call evaluates. */
export function callMeter(): CostMeter {
  return new CostMeter(MOST_STEPS);
}
