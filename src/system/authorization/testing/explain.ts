import { deepStrictEqual } from 'node:assert/strict';
import { decide, type CheckedCandidate, type Decision, type Facts, type GrantFact, type GroupFact, type Question } from '../engine/index.js';
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

/** Changes to the parts of a grant. */
export interface GrantChanges {
  readonly memberRole?: Partial<GrantFact['memberRole']>;
  readonly role?: Partial<GrantFact['role']>;
  readonly inherited?: GrantFact['inherited'];
  readonly rolePermission?: Partial<GrantFact['rolePermission']>;
  readonly permission?: Partial<GrantFact['permission']>;
  readonly anchor?: Partial<GroupFact>;
}

/** The grant of the Finance Reviewer cases with changes to its parts. */
export function grant(changes: GrantChanges): GrantFact {
  const { memberRole, role, inherited, rolePermission, permission, anchor } = APPROVE;
  return {
    memberRole: { ...memberRole, ...changes.memberRole },
    role: { ...role, ...changes.role },
    inherited: changes.inherited ?? inherited,
    rolePermission: { ...rolePermission, ...changes.rolePermission },
    permission: { ...permission, ...changes.permission },
    anchor: { ...(anchor as GroupFact), ...changes.anchor },
  };
}
