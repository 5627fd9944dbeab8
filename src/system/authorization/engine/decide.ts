import { actorProblem } from './actor-state.js';
import { candidatesOf } from './candidates.js';
import { allows, checkCandidate, denies, isAllowance, type CheckedCandidate } from './check-candidate.js';
import { conditionEvaluator, type ConditionEvaluator } from './conditions.js';
import { ALLOW_REASON, DENY_REASONS, type DenyCode } from './deny-codes.js';
import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';
import { registryProblem } from './registry-state.js';
import { isOneSpace } from './same-space.js';
import { isTargetKnown, targetProblem } from './target-state.js';

/** The answer to one question. */
export interface Decision {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode?: DenyCode;
  readonly reason: string;
  /** The first denial that applies; else the first candidate that allows; else the one that gave the deny code. */
  readonly matched?: CheckedCandidate;
}

/** Told of every candidate while a decision is made: explain is the same code with one of these. */
export type DecisionRecorder = (candidate: CheckedCandidate) => void;

/**
 * Decides one question over its facts. Total: whatever is missing is a deny with its own code, never an error.
 *
 * Order of denies: actor state; registry; target missing; same Space; target state; a denial that applies; no candidate that could
 * allow; a condition that is not met; scope of the first candidate. After a registry failure there are no candidates. Conditions are
 * evaluated only where nothing before them denies, and without a recorder only as far as the answer needs.
 *
 * @param now - clock of the request in milliseconds since the epoch; every start and end is compared with it
 * @param evaluate - answers conditions; those of a past decision stand in for the evaluation
 */
export function decide(
  question: Question,
  facts: Facts,
  now: number,
  record?: DecisionRecorder,
  evaluate: ConditionEvaluator = conditionEvaluator(question, facts, now),
): Decision {
  const registry = registryProblem(facts.registry);
  const candidates = registry === undefined ? candidatesOf(question, facts, now) : [];
  const problem = actorProblem(question, facts, now) ?? registry ?? problemOfTarget(question, facts, candidates);
  const check = (grant: GrantFact): CheckedCandidate => checkCandidate(question, facts, grant, problem === undefined ? evaluate : undefined);
  if (record !== undefined) for (const grant of candidates) record(check(grant));
  return problem === undefined ? decideCandidates(candidates, check) : deny(problem);
}

function decideCandidates(candidates: readonly GrantFact[], check: (grant: GrantFact) => CheckedCandidate): Decision {
  for (const grant of candidates) {
    const denial = isAllowance(grant) ? undefined : check(grant);
    if (denial !== undefined && denies(denial)) return deny('EXPLICIT_DENY', denial);
  }
  let first: CheckedCandidate | undefined;
  let unmet: CheckedCandidate | undefined;
  for (const grant of candidates.filter(isAllowance)) {
    const candidate = check(grant);
    if (allows(candidate)) return { decision: 'ALLOW', reason: ALLOW_REASON, matched: candidate };
    first ??= candidate;
    if (candidate.scopeCheck.covered) unmet ??= candidate;
  }
  if (unmet !== undefined) return deny('CONDITION_NOT_MET', unmet);
  return first === undefined ? deny('NO_MATCHING_PERMISSION') : deny(first.scopeCheck.denyCode ?? 'SCOPE_OUT_OF_BOUNDS', first);
}

function problemOfTarget(question: Question, facts: Facts, candidates: readonly GrantFact[]): DenyCode | undefined {
  if (!isTargetKnown(question, facts)) return 'RESOURCE_NOT_FOUND';
  return isOneSpace(question, facts, candidates) ? targetProblem(facts) : 'CROSS_SPACE_VIOLATION';
}

function deny(denyCode: DenyCode, matched?: CheckedCandidate): Decision {
  const decision = { decision: 'DENY', denyCode, reason: DENY_REASONS[denyCode] } as const;
  return matched === undefined ? decision : { ...decision, matched };
}
