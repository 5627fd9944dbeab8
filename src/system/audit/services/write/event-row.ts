import type { AuditRisk } from '../../../shared/contracts/index.js';

/** Sealed fields that can be found by equality. */
export const PERSONAL_FILTERS = ['ip', 'userAgent', 'identifier'] as const;

/** A field of {@link PERSONAL_FILTERS}. */
export type PersonalFilter = (typeof PERSONAL_FILTERS)[number];

/** Keyed hash of one sealed field. */
export interface PersonalHash {
  readonly field: PersonalFilter;
  readonly hash: Uint8Array;
  /** Whose key seals it: a User id, or `''`. */
  readonly subject: string;
}

/** An event ready to be stored: its body, and the columns that are an index of it. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly risk: AuditRisk;
  readonly spaceId: string;
  readonly groupId?: string;
  readonly occurredAt: string;
  readonly actorUserId?: string;
  readonly actorMemberId?: string;
  readonly actorUserMemberId?: string;
  readonly credentialId?: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly decision?: 'ALLOW' | 'DENY';
  readonly denyCode?: string;
  readonly assignmentId?: string;
  readonly traceId?: string;
  readonly requestId: string;
  /** Canonical JSON. */
  readonly body: Uint8Array;
  /** SHA-256 of the body. */
  readonly bodyHash: Uint8Array;
  readonly hashes: readonly PersonalHash[];
}
