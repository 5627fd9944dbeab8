import { invalid } from '../../../../kernel/errors/index.js';
import type { GrantLevel } from '../../../shared/contracts/index.js';

/** What a new grant says of its reach. */
export interface GrantShape {
  readonly level: GrantLevel;
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly permissionKey: string;
  readonly expiresAt?: Date | null;
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** Checks that level, place, key and end fit together; @throws PolityError `VALIDATION_FAILED` naming the field. */
export function assertGrantShape({ level, spaceId, groupId, permissionKey, expiresAt }: GrantShape, now: number): void {
  if (level === 'instance_super_admin' || level === 'instance_admin') {
    if (given(spaceId)) throw invalid(['input', 'spaceId'], 'A right over the instance names no Space.');
    if (given(groupId)) throw invalid(['input', 'groupId'], 'A right over the instance names no group.');
  }
  if (level === 'space_admin') {
    if (!given(spaceId)) throw invalid(['input', 'spaceId'], 'A right over a Space names it.');
    if (given(groupId)) throw invalid(['input', 'groupId'], 'A right over a Space names no group.');
  }
  if (level === 'group_admin' && !given(groupId)) throw invalid(['input', 'groupId'], 'A right over a group names it.');
  if (level === 'instance_super_admin' && permissionKey !== '*') throw invalid(['input', 'permissionKey'], 'A super admin holds every key: *.');
  if (level === 'instance_super_admin' && given(expiresAt)) {
    throw invalid(['input', 'expiresAt'], 'The right of a super admin has no end; revoke it instead.');
  }
  assertFuture(expiresAt, now);
}

/** @throws PolityError `VALIDATION_FAILED` for a moment that has passed. */
export function assertFuture(expiresAt: Date | null | undefined, now: number): void {
  if (expiresAt !== undefined && expiresAt !== null && expiresAt.getTime() <= now) throw invalid(['input', 'expiresAt'], 'This moment has passed.');
}
