import { uncovered, type Scope } from './scope.js';

const RULE = 'global scope is never covered';

const DISABLED = uncovered(RULE, 'Global permissions never allow.', 'GLOBAL_SCOPE_DISABLED');

/** Reserved: no Member's right crosses Spaces. */
export const globalScope: Scope = {
  name: 'global',
  rule: RULE,
  checks: [DISABLED],
  check: () => DISABLED,
};
