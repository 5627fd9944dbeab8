/** Status of anything that a decision reads; everything but `ACTIVE` denies. */
export type FactStatus = 'ACTIVE' | 'DISABLED' | 'REVOKED' | 'DELETING' | 'ARCHIVED' | 'DELETED';

/** How far a permission reaches; `GLOBAL` never allows. */
export type PermissionScope = 'SELF' | 'GROUP' | 'GROUP_TREE' | 'SPACE' | 'GLOBAL';

/** Whether a permission allows or denies; a denial wins over every allowance. */
export type PermissionEffect = 'ALLOW' | 'DENY';

/** JSON that conditions read and nothing else does; at most 16 KiB. */
export type ConditionProperties = Readonly<Record<string, unknown>>;

/** For whom the business system means a resource; scopes do not read it. */
export type ResourceVisibility = 'PRIVATE' | 'GROUP' | 'SPACE' | 'PUBLIC';

/** Who acts. An API key names all four ids; a person may leave them out and acts as the active Member of the session. */
export interface Actor {
  readonly userId?: string;
  readonly memberId?: string;
  readonly userMemberId?: string;
  readonly spaceId?: string;
  readonly properties?: ConditionProperties;
}

/** An actor whose facts come with the question (API keys only): nothing but the registry is then read from the database. */
export interface InlineActor extends Actor {
  readonly userEmail?: string;
  readonly userStatus?: FactStatus;
  readonly memberDisplayName?: string;
  readonly memberStatus?: FactStatus;
  readonly bindingStatus?: FactStatus;
  readonly relationType?: string;
  readonly spaceName?: string;
  readonly spaceStatus?: FactStatus;
}

/** A resource whose facts come with the question (API keys only), such as one that is about to be created. */
export interface InlineResource {
  readonly type?: string;
  readonly id?: string;
  readonly externalId?: string;
  readonly spaceId?: string;
  readonly groupId?: string;
  readonly groupPath?: string;
  readonly ownerMemberId?: string;
  readonly displayName?: string;
  readonly visibility?: ResourceVisibility;
  readonly status?: FactStatus;
  readonly metadata?: unknown;
  readonly properties?: ConditionProperties;
}

/** A grant that comes with the question (API keys only) and replaces those of the database. */
export interface InlineGrant {
  readonly roleId?: string;
  readonly roleKey?: string;
  readonly permissionId?: string;
  readonly resourceType: string;
  readonly action: string;
  readonly scope: PermissionScope;
  readonly effect?: PermissionEffect;
  /** CEL source; the grant counts where it is true. */
  readonly condition?: string;
  readonly spaceId?: string;
  readonly scopeAnchorGroupId?: string;
  readonly scopeAnchorGroupPath?: string;
}

/** May this actor do this action on this resource? */
export interface Question {
  readonly actor?: InlineActor;
  /** Key of a registered type; may be left to `resource.type`. */
  readonly resourceType?: string;
  /** May be left to `resource.id` or `resource.externalId`. */
  readonly resourceId?: string;
  readonly action: string;
  readonly actionProperties?: ConditionProperties;
  /** Surroundings of the request, such as the address of the user. */
  readonly context?: ConditionProperties;
  readonly resource?: InlineResource;
  readonly grants?: readonly InlineGrant[];
  /** Revision of an earlier answer, or of a change, that this answer must have seen. */
  readonly atLeast?: string;
}
