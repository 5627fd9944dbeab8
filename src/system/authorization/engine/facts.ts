/** A login account. */
export interface UserFact {
  readonly id: string;
  readonly status: string;
}

/** A tenant. */
export interface SpaceFact {
  readonly id: string;
  readonly status: string;
}

/** A business actor in one Space. */
export interface MemberFact {
  readonly id: string;
  readonly spaceId: string;
  readonly status: string;
}

/** The bridge that lets a User act as a Member. */
export interface UserMemberFact {
  readonly id: string;
  readonly userId: string;
  readonly memberId: string;
  readonly spaceId: string;
  readonly relationType: string;
  readonly status: string;
  readonly isPrimary: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** A Group with its path in the tree of its Space. */
export interface GroupFact {
  readonly id: string;
  readonly spaceId: string;
  readonly path: string;
  readonly status: string;
}

/** What an action would be done on. */
export interface ResourceFact {
  readonly id: string;
  readonly spaceId: string;
  readonly resourceType: string;
  readonly externalId?: string;
  readonly groupId?: string;
  readonly ownerMemberId?: string;
  readonly visibility?: string;
  readonly status: string;
  /** Free data of the resource: read by conditions only. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Registry entries of a question; each may be missing. */
export interface RegistryFacts {
  readonly resourceType?: { readonly id: string; readonly key: string; readonly status: string };
  readonly action?: { readonly id: string; readonly key: string; readonly riskLevel: string; readonly auditDefault: boolean; readonly status: string };
  readonly mapping?: { readonly id: string; readonly storageKind: string; readonly status: string };
}

/** A Role that is assigned to a Member, or that such a Role inherits. */
export interface RoleFact {
  readonly id: string;
  readonly key: string;
  readonly spaceId: string;
  readonly status: string;
}

/** That a Member has a Role. Moments are milliseconds since the epoch: it counts from its start and no longer at its end. */
export interface MemberRoleFact {
  readonly id: string;
  readonly memberId: string;
  readonly spaceId: string;
  readonly status: string;
  readonly startsAt?: number;
  readonly expiresAt?: number;
  /** CEL source; the assignment counts where it is true. */
  readonly condition?: string;
}

/** What a Role may do, or what it may not do whoever else allows it. */
export interface PermissionFact {
  readonly id: string;
  readonly resourceType: string;
  readonly action: string;
  readonly scope: string;
  readonly effect: 'allow' | 'deny';
  /** CEL source; the permission counts where it is true. */
  readonly condition?: string;
  readonly status: string;
}

/** One way by which the Member may hold the action: an assigned Role that has a Permission or inherits it. Not yet known to be in force. */
export interface GrantFact {
  readonly memberRole: MemberRoleFact;
  /** The Role that is assigned. */
  readonly role: RoleFact;
  /** Roles from the assigned one, exclusive, to the one that holds the Permission, inclusive; empty when the assigned one holds it itself. */
  readonly inherited: readonly RoleFact[];
  readonly rolePermission: { readonly id: string; readonly status: string };
  readonly permission: PermissionFact;
  /** Group at which the MemberRole is anchored. */
  readonly anchor?: GroupFact;
}

/** Position of the authorization data that a decision saw. */
export interface FactRevision {
  readonly space: number;
  readonly instance: number;
}

/** Everything one decision reads. What is undefined does not exist. */
export interface Facts {
  readonly revision: FactRevision;
  readonly user?: UserFact;
  readonly member?: MemberFact;
  readonly userMember?: UserMemberFact;
  readonly space?: SpaceFact;
  readonly registry: RegistryFacts;
  readonly resource?: ResourceFact;
  /** Group of the resource. */
  readonly group?: GroupFact;
  /** The resource came with the request and is not stored. */
  readonly isTargetInline: boolean;
  readonly grants: readonly GrantFact[];
}
