import type { DenyCode, Question } from '../../engine/index.js';
import type { AskedTarget } from '../world/policy-world.js';
import type { Place } from '../yaml/place.js';

/** A candidate that is expected: what it does not say may be anything. */
export interface ExpectedCandidate {
  readonly at: Place;
  readonly role: string;
  readonly permission: string;
  /** Path of the anchor; null for none. */
  readonly anchor?: string | null;
  readonly inherited?: readonly string[];
  readonly covered?: boolean;
  readonly code?: DenyCode;
  readonly condition?: 'met' | 'not_met' | 'no_answer' | 'none';
}

/** What a decision is expected to be: what it does not say may be anything. */
export interface ExpectedDecision {
  readonly at: Place;
  readonly decision: 'ALLOW' | 'DENY';
  readonly code?: DenyCode;
  /** What matched: the first denial that applies, the first candidate that allows, or the one that gave the deny code. */
  readonly role?: string;
  readonly permission?: string;
  readonly anchor?: string | null;
  readonly inherited?: readonly string[];
  /** Every candidate, each once, in any order. */
  readonly candidates?: readonly ExpectedCandidate[];
}

/** A set of names that is expected, neither more nor less. */
export interface ExpectedSet {
  readonly at: Place;
  readonly names: readonly string[];
}

/** A Member that is expected to exceed a rule. */
export interface ExpectedViolation {
  readonly rule: string;
  readonly member: string;
  readonly holds: readonly string[];
}

/** What a test asks, with what it expects. */
export type Asked =
  | { readonly kind: 'check'; readonly question: Question; readonly target: AskedTarget; readonly expect: ExpectedDecision }
  | { readonly kind: 'list_actors'; readonly question: Question; readonly target: AskedTarget; readonly actors: 'bindings' | 'services'; readonly expect: ExpectedSet }
  | { readonly kind: 'list_resources'; readonly question: Question; readonly expect: ExpectedSet }
  | { readonly kind: 'list_actions'; readonly question: Question; readonly target: AskedTarget; readonly expect: ExpectedSet }
  | { readonly kind: 'violations'; readonly member?: string; readonly rule?: string; readonly expect: { readonly at: Place; readonly violations: readonly ExpectedViolation[] } };

/** One test of a file. */
export interface PolicyTest {
  readonly name: string;
  readonly at: Place;
  /** Clock in milliseconds since the epoch. */
  readonly now: number;
  readonly asked: Asked;
}
