import { covered, uncovered, type Scope } from './scope.js';

const RULE = 'resource.owner_member_id == actor.member_id';

/** What the acting Member owns. */
export const selfScope: Scope = {
  name: 'self',
  rule: RULE,
  check: ({ resource, memberId }) =>
    resource?.ownerMemberId !== undefined && resource.ownerMemberId === memberId
      ? covered(RULE, 'The member owns the target.')
      : uncovered(RULE, 'The member does not own the target.', 'SCOPE_OUT_OF_BOUNDS'),
};
