/** Why a decision denies, with its one fixed sentence. A code, once released, keeps its meaning. */
export const DENY_REASONS = Object.freeze({
  // Who acts
  ACTOR_NOT_FOUND: 'The user, member, binding or Space of the actor does not exist.',
  ACTOR_USER_INACTIVE: 'The user of the actor is not active.',
  ACTOR_MEMBER_INACTIVE: 'The member of the actor is not active.',
  SPACE_INACTIVE: 'The Space is not active.',
  USER_MEMBER_REVOKED: 'The binding between user and member is not active.',
  USER_MEMBER_EXPIRED: 'The binding between user and member is past its end.',
  // What is asked for
  INVALID_RESOURCE_TYPE: 'The resource type is not registered.',
  RESOURCE_TYPE_INACTIVE: 'The resource type is not active.',
  INVALID_RESOURCE_ACTION: 'The action is not registered for the resource type.',
  RESOURCE_ACTION_INACTIVE: 'The action is not active.',
  RESOURCE_MAPPING_NOT_FOUND: 'The resource type has no mapping.',
  RESOURCE_MAPPING_INACTIVE: 'The mapping of the resource type is not active.',
  RESOURCE_NOT_FOUND: 'The resource does not exist as a resource of this type.',
  // Whether it belongs together and is in use
  CROSS_SPACE_VIOLATION: 'The actor, the resource and the grants do not all belong together in one Space.',
  RESOURCE_INACTIVE: 'The resource is archived or deleted.',
  TARGET_GROUP_INACTIVE: 'The group of the resource is not active.',
  // What is granted
  EXPLICIT_DENY: 'A role of the member forbids this action on the resource.',
  NO_MATCHING_PERMISSION: 'No active role of the member holds a permission for this action.',
  SCOPE_ANCHOR_MISSING: 'The role is assigned without the group that its permission needs as anchor.',
  SCOPE_ANCHOR_INACTIVE: 'The group at which the role is anchored is not active.',
  TARGET_GROUP_MISSING: 'The resource belongs to no group that exists, and the permission needs one.',
  SCOPE_OUT_OF_BOUNDS: 'The resource lies outside the scope of every matching permission.',
  CONDITION_NOT_MET: 'A permission covers the resource, but its condition is not met.',
  GLOBAL_SCOPE_DISABLED: 'Permissions of global scope never allow.',
  // What is known
  EVALUATORS_DISAGREE: 'Two evaluations of the question gave different answers; an alarm has been raised.',
});

/** One code of {@link DENY_REASONS}. */
export type DenyCode = keyof typeof DENY_REASONS;

/** The sentence of every allow. */
export const ALLOW_REASON = 'An active role of the member holds a permission that covers the resource.';
