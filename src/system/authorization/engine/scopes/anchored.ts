import type { GroupFact } from '../facts.js';
import { covered, uncovered, type Scope } from './scope.js';

/** A scope that compares the Group of the target with the anchor of the assignment; the anchor is looked at first. */
export function anchoredScope(name: string, rule: string, matches: (anchor: GroupFact, group: GroupFact) => boolean): Scope {
  return {
    name,
    rule,
    check({ group }, anchor) {
      if (anchor === undefined) return uncovered(rule, 'The assignment has no anchor group.', 'SCOPE_ANCHOR_MISSING');
      if (anchor.status !== 'active') return uncovered(rule, 'The anchor group is not active.', 'SCOPE_ANCHOR_INACTIVE');
      if (group === undefined) return uncovered(rule, 'The target has no group.', 'TARGET_GROUP_MISSING');
      return matches(anchor, group)
        ? covered(rule, 'The target is inside the anchor group.')
        : uncovered(rule, 'The target is outside the anchor group.', 'SCOPE_OUT_OF_BOUNDS');
    },
  };
}
