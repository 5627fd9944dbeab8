import { readDecision, type Decision } from './decision.js';
import type { FactStatus, PermissionEffect, PermissionScope, ResourceVisibility } from './questions.js';

/** A fact of a trace: of an object in another Space, and without the right to names, all but the id is null. */
type Shown<Fact> = { readonly id: string } & { readonly [Field in keyof Fact]: Fact[Field] | null };

export type TraceSpace = Shown<{ name: string; status: FactStatus }>;
export type TraceGroup = Shown<{ spaceId: string; path: string; status: FactStatus }>;

/** Who acted; a part is null when it did not exist. */
export interface TraceActor {
  readonly user: Shown<{ email: string; status: FactStatus }> | null;
  readonly member: Shown<{ spaceId: string; displayName: string; status: FactStatus }> | null;
  readonly userMember: Shown<{
    userId: string; memberId: string; spaceId: string; relationType: string; status: FactStatus; isPrimary: boolean; expiresAt: string;
  }> | null;
  readonly space: TraceSpace | null;
}

/** What the action was about; a part is null when it did not exist. */
export interface TraceTarget {
  readonly resource: Shown<{
    externalId: string; type: string; spaceId: string; groupId: string; groupPath: string; ownerMemberId: string; displayName: string;
    visibility: ResourceVisibility; status: FactStatus; metadata: unknown;
  }> | null;
  readonly group: TraceGroup | null;
}

/** What the registry said; a part is null when it was not registered. */
export interface TraceRegistry {
  readonly resourceType: { readonly id: string; readonly key: string; readonly status: FactStatus } | null;
  readonly action: {
    readonly id: string; readonly key: string; readonly riskLevel: string; readonly auditDefault: boolean; readonly status: FactStatus;
  } | null;
  readonly mapping: { readonly id: string; readonly storageKind: string; readonly status: FactStatus } | null;
}

/** A role on the way from an assignment to a permission. */
export interface TraceRole {
  readonly id: string;
  readonly key: string;
  readonly spaceId: string;
}

/** An assigned role with a permission for the action, and whether its scope covers the target and its conditions are true. */
export interface TraceCandidate {
  readonly role: TraceRole;
  /** Roles from the assigned one to the one that holds the permission, without the first. */
  readonly inheritedRoles: readonly TraceRole[];
  readonly permission: {
    readonly id: string; readonly resourceType: string; readonly action: string; readonly scope: PermissionScope; readonly effect: PermissionEffect;
  };
  readonly memberRoleId: string;
  readonly memberRoleSpaceId: string;
  readonly scopeAnchor: TraceGroup | null;
  readonly scopeCheck: { readonly covered: boolean; readonly rule: string; readonly reason: string; readonly denyCode: string | null };
  /** Null when it has no condition, does not cover the target, or the answer did not need to look. */
  readonly conditionCheck: { readonly met: boolean; readonly failed: 'PERMISSION' | 'MEMBER_ROLE' | null; readonly error: string | null } | null;
}

/** A decision with everything that led to it: a snapshot that reads the same after the live objects have changed. */
export interface Explanation extends Decision {
  readonly traceVersion: string;
  readonly contextMode: 'STORED' | 'PROPOSED_TARGET' | 'INLINE';
  readonly actor: TraceActor;
  readonly space: TraceSpace | null;
  readonly target: TraceTarget;
  readonly resourceRegistry: TraceRegistry;
  /** Every candidate, covered or not. */
  readonly matchedCandidates: readonly TraceCandidate[];
  readonly request: { readonly requestId: string | null; readonly ip: string | null; readonly userAgent: string | null };
  readonly audit: {
    readonly auditEventId: string | null; readonly actorUserId: string; readonly actorMemberId: string; readonly actorUserMemberId: string;
    readonly spaceId: string; readonly action: string; readonly resourceType: string; readonly resourceId: string;
    readonly decision: 'ALLOW' | 'DENY'; readonly denyCode: string | null; readonly requestId: string | null;
  };
}

/** @throws PolityClientError `INVALID_RESPONSE` when the explanation holds no decision */
export function readExplanation(value: unknown, requestId: string): Explanation {
  const decision = readDecision(value, requestId);
  return Object.freeze({ ...(value as Explanation), ...decision });
}
