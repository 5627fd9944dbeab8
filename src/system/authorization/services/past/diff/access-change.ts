import { sha256 } from '../../../../../kernel/crypto/index.js';
import type { AccessEntry } from './access-entries.js';
import type { ChangeDirection, ChangeReason } from './change-reasons.js';

/**
 * What is in force at one of two moments and not at the other: an entry of a Member; or, of an entry that is in force at both, that a
 * User can act by it (`userMemberId`), or that it covers a Group (`groupId`).
 */
export interface AccessChange extends AccessEntry {
  readonly direction: ChangeDirection;
  readonly reasons: readonly ChangeReason[];
  readonly memberId: string;
  readonly userId?: string;
  readonly userMemberId?: string;
  readonly groupId?: string;
  /** What a decision about one Resource is about, and what it said at the moment when it denied. */
  readonly resourceId?: string;
  readonly denyCode?: string;
}

/** Where a change stands among those of its Member: by what it is about, and alike for whoever computes it. */
export function placeOf(change: AccessChange): string {
  const { resourceType, action, scope, effect, memberRoleId, rolePermissionId, userMemberId, groupId, direction, condition, assignmentCondition } = change;
  const conditions = condition === undefined && assignmentCondition === undefined ? '' : Buffer.from(sha256(Buffer.from(JSON.stringify([condition, assignmentCondition])))).toString('base64url');
  return JSON.stringify([resourceType, action, scope, effect, memberRoleId, rolePermissionId, userMemberId ?? '', groupId ?? '', direction, conditions]);
}

/** Changes in their order. */
export function inOrderOfPlace(changes: readonly AccessChange[]): (readonly [place: string, change: AccessChange])[] {
  return changes.map((change) => [placeOf(change), change] as const).sort(([left], [right]) => (left < right ? -1 : 1));
}
