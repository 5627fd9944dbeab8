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

/** Ids of the assignment that decided, and of the permission that it gave. */
export interface ReceiptMatch {
  readonly member_role_id: string;
  readonly role_id: string;
  readonly role_permission_id: string;
  readonly permission_id: string;
  readonly anchor_group_id?: string;
}

/** What a receipt says: the claims that were signed, as they are. Hashes are SHA-256 in hexadecimal digits. */
export interface Receipt {
  /** The instance that decided. */
  readonly iss: string;
  /** When, in seconds since the epoch. */
  readonly iat: number;
  /** Trace id of the decision. */
  readonly jti: string;
  readonly decision: 'ALLOW' | 'DENY';
  readonly deny_code?: string;
  readonly question: ReceiptQuestion;
  readonly matched?: ReceiptMatch;
  readonly context_mode: string;
  readonly input_sha256?: string;
  readonly facts_sha256?: string;
  readonly revision: string;
  readonly audit_event_id: string | null;
  /** Hash of the rules in force. */
  readonly model_sha256?: string;
}

/** A JSON Web Key Set, such as that of `/.well-known/jwks.json`. */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** A text that is not a receipt of the instance whose keys it was held against. The message says why. */
export class ReceiptError extends Error {
  override readonly name: string = 'ReceiptError';
}
