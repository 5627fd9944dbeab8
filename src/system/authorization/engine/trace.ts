import type { FactRevision } from './facts.js';
import type { QuestionActor } from './question.js';

/** Where the facts of a decision came from. */
export type ContextMode = 'stored' | 'proposed_target' | 'inline';

/** An object of the trace. Of an object in another Space only the ids are shown, and only to who reaches that Space. */
type Shown<Fact> = { readonly [Key in keyof Fact]: Fact[Key] | null };

/** Who acted, as it was when the decision was made; null for what did not exist. */
export interface TraceActor {
  readonly user: Shown<{ id: string; email: string; status: string }> | null;
  readonly member: Shown<{ id: string; spaceId: string; displayName: string; status: string }> | null;
  readonly userMember: Shown<{
    id: string; userId: string; memberId: string; spaceId: string; relationType: string; status: string; isPrimary: boolean; expiresAt: Date;
  }> | null;
  readonly space: TraceSpace | null;
}

/** A Space in a trace. */
export type TraceSpace = Shown<{ id: string; name: string; status: string }>;

/** A Group in a trace. */
export type TraceGroup = Shown<{ id: string; spaceId: string; path: string; status: string }>;

/** What the action was about. */
export interface TraceTarget {
  readonly resource: Shown<{
    id: string; externalId: string; type: string; spaceId: string; groupId: string; groupPath: string; ownerMemberId: string;
    displayName: string; visibility: string; status: string; metadata: unknown;
  }> | null;
  readonly group: TraceGroup | null;
}

/** Snapshots of the registry. */
export interface TraceRegistry {
  readonly resourceType: { readonly id: string; readonly key: string; readonly status: string } | null;
  readonly action: { readonly id: string; readonly key: string; readonly riskLevel: string; readonly auditDefault: boolean; readonly status: string } | null;
  readonly mapping: { readonly id: string; readonly storageKind: string; readonly status: string } | null;
}

/** A Role on the way from the assignment to the permission. */
export interface TraceRole {
  readonly id: string;
  readonly key: string;
  readonly spaceId: string;
}

/** One candidate with the answers of its scope and its conditions. */
export interface TraceCandidate {
  readonly role: TraceRole;
  /** Roles from the assigned one, exclusive, to the one that holds the permission, inclusive. */
  readonly inheritedRoles: readonly TraceRole[];
  readonly permission: { readonly id: string; readonly resourceType: string; readonly action: string; readonly scope: string; readonly effect: 'allow' | 'deny' };
  readonly memberRoleId: string;
  readonly memberRoleSpaceId: string;
  readonly scopeAnchor: TraceGroup | null;
  readonly scopeCheck: { readonly covered: boolean; readonly rule: string; readonly reason: string; readonly denyCode: string | null };
  /** Null where no condition was evaluated: there is none, the scope does not cover, or the answer did not need it. */
  readonly conditionCheck: { readonly met: boolean; readonly failed: 'permission' | 'member_role' | null; readonly error: string | null } | null;
}

/** What the audit event of the decision says. */
export interface TraceAudit {
  /** Null for an allow that is counted and not recorded. */
  readonly auditEventId: string | null;
  readonly actorUserId: string;
  readonly actorMemberId: string;
  readonly actorUserMemberId: string;
  readonly spaceId: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly requestId: string | null;
}

/** The whole explanation of a decision: a snapshot that reads the same after the live rows have changed. */
export interface DecisionTrace {
  readonly traceVersion: '1.0';
  readonly traceId: string;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | null;
  readonly reason: string;
  readonly contextMode: ContextMode;
  readonly actor: TraceActor;
  readonly space: TraceSpace | null;
  readonly target: TraceTarget;
  readonly resourceRegistry: TraceRegistry;
  readonly matchedCandidates: readonly TraceCandidate[];
  readonly request: { readonly requestId: string | null; readonly ip: string | null; readonly userAgent: string | null };
  readonly audit: TraceAudit;
}

/** The parts of a trace that are no facts: names and personal data, shown to those with the right; absent = not shown. */
export interface TraceNames {
  readonly userEmail?: string;
  readonly memberDisplayName?: string;
  readonly spaceName?: string;
  readonly resourceDisplayName?: string;
  readonly resourceMetadata?: unknown;
}

/** What a trace says beside its facts. */
export interface TraceHeader {
  readonly traceId: string;
  readonly auditEventId: string | undefined;
  readonly decision: 'ALLOW' | 'DENY';
  readonly denyCode: string | undefined;
  readonly reason: string;
  readonly contextMode: ContextMode;
  readonly actor: QuestionActor;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly action: string;
  readonly request: { readonly id?: string; readonly ip?: string; readonly userAgent?: string };
  readonly revision: FactRevision;
}
