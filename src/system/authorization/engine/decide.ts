import { actorProblem } from './actor-state.js';
import { candidatesOf } from './candidates.js';
import { ALLOW_REASON, DENY_REASONS, type DenyCode } from './deny-codes.js';
import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';
import { registryProblem } from './registry-state.js';
import { isOneSpace } from './same-space.js';
import { checkScope, type ScopeCheck } from './scopes/index.js';
import { isTargetKnown, targetProblem } from './target-state.js';

/** Whether the conditions of a permission and of its assignment are true. */
export interface ConditionCheck {
  readonly met: boolean;
  /** Whose condition is not: the permission's is looked at first. */
  readonly failed?: 'permission' | 'member_role';
  /** Why that condition gave no answer; absent when it gave false. */
  readonly error?: string;
}

/** A candidate with the answer of its scope, and of its conditions where the scope covers and there are any. */
export interface CheckedCandidate {
  readonly grant: GrantFact;
  readonly scopeCheck: ScopeCheck;
  readonly conditionCheck?: ConditionCheck;
}

/** The answer to one question. */
export interface Decision {
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode?: DenyCode;
  readonly reason: string;
  /** The first candidate that covers the target (allow), or whose scope gave the deny code. */
  readonly matched?: CheckedCandidate;
}

/** Told of every candidate while a decision is made: explain is the same code with one of these. */
export type DecisionRecorder = (candidate: CheckedCandidate) => void;

/**
 * Decides one question over its facts. Total: whatever is missing is a deny with its own code, never an error. Any covered
 * candidate allows; nothing else does.
 *
 * Order of denies: actor state; registry; target missing; same Space; target state; no candidate; scope of the first candidate.
 * After a registry failure there are no candidates. Without a recorder, scopes are checked only as far as the answer needs.
 *
 * @param now - clock of the request in milliseconds since the epoch; every end date is compared with it
 */
export function decide(question: Question, facts: Facts, now: number, record?: DecisionRecorder): Decision {
  const registry = registryProblem(facts.registry);
  const candidates = registry === undefined ? candidatesOf(question, facts, now) : [];
  const check = (grant: GrantFact): CheckedCandidate => ({
    grant,
    scopeCheck: checkScope(
      grant.permission.scope,
      { memberId: question.actor.memberId, spaceId: question.actor.spaceId, resource: facts.resource, group: facts.group },
      grant.anchor,
    ),
  });
  if (record !== undefined) for (const grant of candidates) record(check(grant));

  const problem = actorProblem(question, facts, now) ?? registry ?? problemOfTarget(question, facts, candidates);
  if (problem !== undefined) return deny(problem);
  const [first] = candidates;
  if (first === undefined) return deny('NO_MATCHING_PERMISSION');
  for (const grant of candidates) {
    const matched = check(grant);
    if (matched.scopeCheck.covered) return { decision: 'ALLOW', reason: ALLOW_REASON, matched };
  }
  const matched = check(first);
  return { ...deny(matched.scopeCheck.denyCode ?? 'SCOPE_OUT_OF_BOUNDS'), matched };
}

function problemOfTarget(question: Question, facts: Facts, candidates: readonly GrantFact[]): DenyCode | undefined {
  if (!isTargetKnown(question, facts)) return 'RESOURCE_NOT_FOUND';
  return isOneSpace(question, facts, candidates) ? targetProblem(facts) : 'CROSS_SPACE_VIOLATION';
}

function deny(denyCode: DenyCode): Decision {
  return { decision: 'DENY', denyCode, reason: DENY_REASONS[denyCode] };
}
