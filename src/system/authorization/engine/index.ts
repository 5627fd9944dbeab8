export { buildTrace } from './build-trace.js';
export { candidatesOf } from './candidates.js';
export { allows, checkCandidate, denies, isAllowance, type CheckedCandidate, type ConditionCheck } from './check-candidate.js';
export {
  assertCondition, CONDITION_DECLARATIONS, conditionEvaluator, conditionFault, type ConditionEvaluator, type ConditionOwner,
} from './conditions.js';
export { decide, type Decision, type DecisionRecorder } from './decide.js';
export { ALLOW_REASON, DENY_REASONS, type DenyCode } from './deny-codes.js';
export type * from './facts.js';
export type { ConditionInput, Question, QuestionActor } from './question.js';
export { checkDenyScope, checkScope, checkWith, SCOPE_NAMES, type Scope, type ScopeCheck, type ScopeTarget } from './scopes/index.js';
export type * from './trace.js';
export { visibleFacts } from './visible-facts.js';
