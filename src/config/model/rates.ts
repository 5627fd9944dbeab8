import { withDefault } from '../setting.js';
import { wholeNumber } from '../schemas/whole-number.js';

const budget = wholeNumber(0, 1_000_000_000);
const unit = 'cost per minute';

/** How much may be asked for within a time. */
export const rateSettings = {
  callerBudget: withDefault(
    { variable: 'POLITY_RATE_CALLER', schema: budget, description: 'What one User or API key may spend on all nodes together, in estimated cost; see docs/rate-limits.md. 0 for no limit.', unit },
    1_000_000,
  ),
  spaceBudget: withDefault(
    { variable: 'POLITY_RATE_SPACE', schema: budget, description: 'What all who act in one Space may spend together on all nodes. 0 for no limit.', unit },
    5_000_000,
  ),
  anonymousBudget: withDefault(
    { variable: 'POLITY_RATE_ANONYMOUS', schema: budget, description: 'What callers without credentials may spend from one address, on each node. 0 for no limit.', unit },
    60_000,
  ),
  burstS: withDefault(
    { variable: 'POLITY_RATE_BURST_S', schema: wholeNumber(1, 3600), description: 'How many seconds of a budget may be spent at once.', unit: 's' },
    60,
  ),
};
