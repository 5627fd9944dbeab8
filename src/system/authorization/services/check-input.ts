import type { AsOfInput } from './past/as-of.js';

/** Who acts, as a caller names it. The first four are ids; properties are input of conditions; any of the others makes the actor an inline one. */
export interface ActorInput {
  readonly userId?: string | null;
  readonly memberId?: string | null;
  readonly userMemberId?: string | null;
  readonly spaceId?: string | null;
  readonly userEmail?: string | null;
  readonly userStatus?: string | null;
  readonly memberDisplayName?: string | null;
  readonly memberStatus?: string | null;
  readonly bindingStatus?: string | null;
  readonly relationType?: string | null;
  readonly spaceName?: string | null;
  readonly spaceStatus?: string | null;
  readonly properties?: unknown;
}

/** A resource, as a caller names it. Anything but type, id and properties makes it an inline one. */
export interface ResourceInput {
  readonly type?: string | null;
  readonly id?: string | null;
  readonly externalId?: string | null;
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly groupPath?: string | null;
  readonly ownerMemberId?: string | null;
  readonly displayName?: string | null;
  readonly visibility?: string | null;
  readonly status?: string | null;
  readonly metadata?: unknown;
  readonly properties?: unknown;
}

/** A grant that comes with the request. */
export interface GrantInput {
  readonly roleId?: string | null;
  readonly roleKey?: string | null;
  readonly permissionId?: string | null;
  readonly resourceType: string;
  readonly action: string;
  readonly scope?: string | null;
  /** `allow` when absent. */
  readonly effect?: string | null;
  /** CEL source. */
  readonly condition?: string | null;
  readonly spaceId?: string | null;
  readonly scopeAnchorGroupId?: string | null;
  readonly scopeAnchorGroupPath?: string | null;
}

/** One question with all that a caller may say about it. */
export interface CheckInput {
  readonly actor?: ActorInput | null;
  readonly resourceType?: string | null;
  readonly resourceId?: string | null;
  readonly resource?: ResourceInput | null;
  readonly grants?: readonly GrantInput[] | null;
  readonly action: string;
  /** Surroundings of the request and properties of the action: JSON objects, input of conditions. */
  readonly context?: unknown;
  readonly actionProperties?: unknown;
  /** Revision that the answer must have seen. */
  readonly atLeast?: string | null;
  /** Moment of the past that the answer is about. */
  readonly asOf?: AsOfInput | null;
}

const INLINE_ACTOR_FIELDS = ['userEmail', 'userStatus', 'memberDisplayName', 'memberStatus', 'bindingStatus', 'relationType', 'spaceName', 'spaceStatus'] as const;
const INLINE_RESOURCE_FIELDS = ['spaceId', 'externalId', 'groupId', 'groupPath', 'ownerMemberId', 'displayName', 'visibility', 'status', 'metadata'] as const;

/** Where the facts of a question come from, by which fields its input has. */
export function modeOf({ actor, resource, grants }: CheckInput): 'stored' | 'proposed_target' | 'inline' {
  if ((grants ?? []).length > 0 || hasAny(actor, INLINE_ACTOR_FIELDS)) return 'inline';
  return hasAny(resource, INLINE_RESOURCE_FIELDS) ? 'proposed_target' : 'stored';
}

function hasAny<Input extends object>(input: Input | null | undefined, fields: readonly (keyof Input)[]): boolean {
  return input !== undefined && input !== null && fields.some((field) => input[field] !== undefined && input[field] !== null);
}
