import { covered, uncovered, type Scope } from './scope.js';

const RULE = 'resource.owner_member_id == actor.member_id';

const OWNED = covered(RULE, 'The member owns the target.');
const NOT_OWNED = uncovered(RULE, 'The member does not own the target.', 'SCOPE_OUT_OF_BOUNDS');

/** What the acting Member owns. */
export const selfScope: Scope = {
  name: 'self',
  rule: RULE,
  checks: [OWNED, NOT_OWNED],
  check: ({ resource, memberId }) => (resource?.ownerMemberId !== undefined && resource.ownerMemberId === memberId ? OWNED : NOT_OWNED),
};
