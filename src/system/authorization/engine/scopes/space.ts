import { covered, uncovered, type Scope } from './scope.js';

const RULE = 'resource.space_id == actor.space_id';

/** Everything in the Space of the actor. */
export const spaceScope: Scope = {
  name: 'space',
  rule: RULE,
  check: ({ resource, spaceId }) =>
    resource?.spaceId === spaceId
      ? covered(RULE, 'The target is in the Space of the actor.')
      : uncovered(RULE, 'The target is not in the Space of the actor.', 'SCOPE_OUT_OF_BOUNDS'),
};
