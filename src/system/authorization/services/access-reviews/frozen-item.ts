import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';

/** What a review froze of one assignment. */
export interface FrozenItem {
  readonly id: string;
  readonly memberRoleId: string;
  readonly memberId: string;
  readonly roleId: string;
  readonly roleKey: string;
  readonly scopeAnchorGroupId: string | null;
  readonly scopeAnchorPath: string | null;
  readonly since: Date;
  readonly endsAt: Date | null;
  readonly condition: string | null;
  readonly orphanReasons: readonly string[];
  readonly lastUsedAt: Date | null;
  readonly usesAreRecorded: boolean;
  readonly reviewerUserId: string | null;
  readonly reviewerMemberId: string | null;
}

/**
 * SHA-256, in hexadecimal digits, of the canonical JSON (RFC 8785) of the items in the order of their ids, each with the fields and
 * values that the API shows: whoever has read the items can compute it.
 */
export function itemsHash(items: readonly FrozenItem[]): string {
  const shown = [...items].sort((one, other) => (one.id < other.id ? -1 : 1)).map((item) => ({
    id: item.id,
    memberRoleId: item.memberRoleId,
    memberId: item.memberId,
    roleId: item.roleId,
    roleKey: item.roleKey,
    scopeAnchorGroupId: item.scopeAnchorGroupId,
    scopeAnchorPath: item.scopeAnchorPath,
    since: item.since.toISOString(),
    endsAt: item.endsAt?.toISOString() ?? null,
    condition: item.condition,
    orphanReasons: item.orphanReasons.map((reason) => reason.toUpperCase()),
    lastUsedAt: item.lastUsedAt?.toISOString() ?? null,
    usesAreRecorded: item.usesAreRecorded,
    reviewerUserId: item.reviewerUserId,
    reviewerMemberId: item.reviewerMemberId,
  }));
  return Buffer.from(sha256(canonicalJson(shown))).toString('hex');
}
