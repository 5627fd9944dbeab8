/** The one algorithm of receipts: Ed25519 signatures (RFC 8037). */
export const RECEIPT_ALGORITHM = 'EdDSA';

/** `typ` of receipts, so that no other signed text of the instance passes for one. */
export const RECEIPT_TYPE = 'decision-receipt+jwt';

/** Purpose of the keys of receipts, in the keyring and in the published key set. */
export const RECEIPT_PURPOSE = 'decision_receipt';

/** What a receipt says. Hashes are SHA-256 in hexadecimal digits. */
export interface ReceiptClaims {
  /** The instance: value of `iss` in its tokens. */
  readonly iss: string;
  /** When it was decided, in seconds since the epoch. */
  readonly iat: number;
  /** Trace id of the decision. */
  readonly jti: string;
  readonly decision: 'ALLOW' | 'DENY';
  /** Only of a deny. */
  readonly deny_code?: string;
  readonly question: ReceiptQuestion;
  /** The assignment that decided: the covering one of an allow, the one that gave its deny code to a deny. */
  readonly matched?: ReceiptMatch;
  /** Where the facts came from: stored, proposed_target or inline. */
  readonly context_mode: string;
  /** Hash of what conditions could read and is not stored, as the audit event has it; absent when nothing was said. */
  readonly input_sha256?: string;
  /** Hash of the canonical JSON (RFC 8785) of the facts that came with the request; absent of stored ones. */
  readonly facts_sha256?: string;
  /** Revision of the facts, as answers name it. */
  readonly revision: string;
  /** Event of the audit log; null for an allow that is counted, not recorded. */
  readonly audit_event_id: string | null;
  /** Hash of the rules in force for the type and the action in the Space; absent when the grants came with the request. */
  readonly model_sha256?: string;
}

/** Who, what and on which. Ids that stand for nothing are absent. */
export interface ReceiptQuestion {
  readonly user_id?: string;
  readonly member_id?: string;
  readonly user_member_id?: string;
  readonly space_id: string;
  /** A service Member acted by itself, without a User. */
  readonly acts_by_itself?: true;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly action: string;
}

/** Ids of an assignment and of the permission that it gave. */
export interface ReceiptMatch {
  readonly member_role_id: string;
  readonly role_id: string;
  readonly role_permission_id: string;
  readonly permission_id: string;
  readonly anchor_group_id?: string;
}
