import { covered, uncovered, type Scope } from './scope.js';

const RULE = 'resource.space_id == actor.space_id';

const HERE = covered(RULE, 'The target is in the Space of the actor.');
const ELSEWHERE = uncovered(RULE, 'The target is not in the Space of the actor.', 'SCOPE_OUT_OF_BOUNDS');

/** Everything in the Space of the actor. */
export const spaceScope: Scope = {
  name: 'space',
  rule: RULE,
  checks: [HERE, ELSEWHERE],
  check: ({ resource, spaceId }) => (resource?.spaceId === spaceId ? HERE : ELSEWHERE),
};
