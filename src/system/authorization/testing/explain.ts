import { deepStrictEqual } from 'node:assert/strict';
import { decide, type CheckedCandidate, type Decision, type Facts, type GrantFact, type Question } from '../engine/index.js';
import { APPROVE, CLOCK } from './finance-facts.js';

/** A decision with all of its candidates. */
export interface Explained extends Decision {
  readonly candidates: readonly CheckedCandidate[];
}

/** Decides with a recorder; the answer must be the same without one. */
export function explain(question: Question, facts: Facts, now = CLOCK): Explained {
  const candidates: CheckedCandidate[] = [];
  const decision = decide(question, facts, now, (candidate) => candidates.push(candidate));
  deepStrictEqual(decide(question, facts, now), decision);
  return { ...decision, candidates };
}

/** The grant of the Finance Reviewer cases with changes to its parts. */
export function grant(changes: { readonly [Key in keyof GrantFact]?: Partial<GrantFact[Key]> }): GrantFact {
  const { inherited, ...parts } = APPROVE;
  const changed = Object.entries(parts).map(([key, part]) => [key, { ...part, ...changes[key as keyof GrantFact] }]);
  return { ...(Object.fromEntries(changed) as GrantFact), inherited: (changes.inherited as GrantFact['inherited'] | undefined) ?? inherited };
}
