import type { DenyCode } from '../deny-codes.js';
import type { GroupFact, ResourceFact } from '../facts.js';

/** What a scope is checked against. */
export interface ScopeTarget {
  readonly memberId: string;
  readonly spaceId: string;
  readonly resource?: ResourceFact;
  readonly group?: GroupFact;
}

/** Whether one permission covers the target, and by which rule. */
export interface ScopeCheck {
  readonly covered: boolean;
  /** Formula for people. */
  readonly rule: string;
  readonly reason: string;
  readonly denyCode?: DenyCode;
}

/** One kind of scope. Pure: looks at the anchor and the target only. */
export interface Scope {
  readonly name: string;
  readonly rule: string;
  /** All that it can answer, one for being covered and one for each deny code. */
  readonly checks: readonly ScopeCheck[];
  check(target: ScopeTarget, anchor: GroupFact | undefined): ScopeCheck;
}

/** The answer that the scope covers the target. */
export function covered(rule: string, reason: string): ScopeCheck {
  return { covered: true, rule, reason };
}

/** The answer that it does not. */
export function uncovered(rule: string, reason: string, denyCode: DenyCode): ScopeCheck {
  return { covered: false, rule, reason, denyCode };
}
