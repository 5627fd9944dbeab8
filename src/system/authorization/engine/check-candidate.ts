import type { ConditionEvaluator, ConditionOwner } from './conditions.js';
import type { Facts, GrantFact } from './facts.js';
import type { Question } from './question.js';
import { checkDenyScope, checkScope, type ScopeCheck } from './scopes/index.js';

/** Whether the conditions of a permission and of its assignment are true. */
export interface ConditionCheck {
  readonly met: boolean;
  /** Whose condition is not. */
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

/** Checks scope and conditions of one candidate. Without an evaluator conditions are left out. */
export function checkCandidate({ actor }: Question, { resource, group }: Facts, grant: GrantFact, evaluate: ConditionEvaluator | undefined): CheckedCandidate {
  const { permission, anchor } = grant;
  const target = { memberId: actor.memberId, spaceId: actor.spaceId, resource, group };
  const scopeCheck = isAllowance(grant) ? checkScope(permission.scope, target, anchor) : checkDenyScope(permission.scope, target, anchor);
  const conditionCheck = scopeCheck.covered && evaluate !== undefined ? checkConditions(grant, evaluate) : undefined;
  return conditionCheck === undefined ? { grant, scopeCheck } : { grant, scopeCheck, conditionCheck };
}

/** True for what may allow; everything else can only deny. */
export function isAllowance({ permission }: GrantFact): boolean {
  return permission.effect === 'allow';
}

/** Whether a covering allowance counts: its conditions are true. */
export function allows({ scopeCheck, conditionCheck }: CheckedCandidate): boolean {
  return scopeCheck.covered && conditionCheck?.met !== false;
}

/** Whether a denial counts: unless its scope or one of its conditions says for certain that it does not. */
export function denies({ scopeCheck, conditionCheck }: CheckedCandidate): boolean {
  return scopeCheck.covered && (conditionCheck?.met !== false || conditionCheck.error !== undefined);
}

// An allowance fails with its first condition that is not true. A denial fails with the first that is false; one without an answer
// is remembered, and counts when no other is false.
function checkConditions(grant: GrantFact, evaluate: ConditionEvaluator): ConditionCheck | undefined {
  let unanswered: ConditionCheck | undefined;
  let isEvaluated = false;
  for (const [failed, owner] of [['permission', grant.permission], ['member_role', grant.memberRole]] as const) {
    const outcome = hasCondition(owner) ? evaluate(owner) : undefined;
    if (outcome === undefined) continue;
    isEvaluated = true;
    if (outcome === true) continue;
    if (outcome === false) return { met: false, failed };
    unanswered ??= { met: false, failed, error: outcome.error };
    if (isAllowance(grant)) return unanswered;
  }
  return unanswered ?? (isEvaluated ? { met: true } : undefined);
}

function hasCondition(owner: { readonly id: string; readonly condition?: string }): owner is ConditionOwner {
  return owner.condition !== undefined;
}
