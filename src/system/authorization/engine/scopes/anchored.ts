import type { GroupFact } from '../facts.js';
import { covered, uncovered, type Scope } from './scope.js';

/** A scope that compares the Group of the target with the anchor of the assignment; the anchor is looked at first. */
export function anchoredScope(name: string, rule: string, matches: (anchor: GroupFact, group: GroupFact) => boolean): Scope {
  const inside = covered(rule, 'The target is inside the anchor group.');
  const outside = uncovered(rule, 'The target is outside the anchor group.', 'SCOPE_OUT_OF_BOUNDS');
  const noAnchor = uncovered(rule, 'The assignment has no anchor group.', 'SCOPE_ANCHOR_MISSING');
  const inactiveAnchor = uncovered(rule, 'The anchor group is not active.', 'SCOPE_ANCHOR_INACTIVE');
  const noGroup = uncovered(rule, 'The target has no group.', 'TARGET_GROUP_MISSING');
  return {
    name,
    rule,
    checks: [inside, outside, noAnchor, inactiveAnchor, noGroup],
    check({ group }, anchor) {
      if (anchor === undefined) return noAnchor;
      if (anchor.status !== 'active') return inactiveAnchor;
      if (group === undefined) return noGroup;
      return matches(anchor, group) ? inside : outside;
    },
  };
}
