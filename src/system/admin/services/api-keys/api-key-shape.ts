import { invalid } from '../../../../kernel/errors/index.js';
import type { KernelStatus } from '../../../shared/contracts/index.js';
import type { ApiKeyRow } from '../../entities/api-key.js';
import { assertFuture } from '../grants/grant-shape.js';
import { assertGrantableKey } from '../grants/permission-keys.js';

const MOST_KEYS = 100;
const MOST_OVERLAP_S = 30 * 86_400;

/** What a new key says of its reach. */
export interface ApiKeyShape {
  readonly level: ApiKeyRow['level'];
  readonly spaceId?: string | null;
  readonly groupId?: string | null;
  readonly memberId?: string | null;
  readonly expiresAt?: Date | null;
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** Checks that level, place and end fit together; @throws PolityError `VALIDATION_FAILED` naming the field. */
export function assertApiKeyShape({ level, spaceId, groupId, memberId, expiresAt }: ApiKeyShape, now: number): void {
  if (level === 'instance') {
    if (given(spaceId)) throw invalid(['input', 'spaceId'], 'A key of the instance names no Space.');
    if (given(memberId)) throw invalid(['input', 'memberId'], 'A key of the instance acts as no Member.');
  }
  if (level === 'space' && !given(spaceId)) throw invalid(['input', 'spaceId'], 'A key of a Space names it.');
  if (level === 'group' && !given(groupId)) throw invalid(['input', 'groupId'], 'A key of a group names it.');
  if (level !== 'group' && given(groupId)) throw invalid(['input', 'groupId'], 'Only a key of a group names one.');
  assertFuture(expiresAt, now);
}

/** Permission keys in lower case, each once; @throws PolityError `VALIDATION_FAILED` naming the one that is wrong. */
export function checkedPermissionKeys(keys: readonly string[], kernel: KernelStatus): string[] {
  if (keys.length === 0 || keys.length > MOST_KEYS) throw invalid(['input', 'permissionKeys'], `A key has 1 to ${MOST_KEYS} permission keys.`);
  const lower = keys.map((key) => key.trim().toLowerCase());
  lower.forEach((key, index) => assertGrantableKey(key, kernel, ['input', 'permissionKeys', index]));
  return [...new Set(lower)];
}

/** Overlap of a rotation in milliseconds; none when absent. */
export function overlapMs(seconds: number | null | undefined): number {
  const overlap = seconds ?? 0;
  if (overlap < 0 || overlap > MOST_OVERLAP_S) throw invalid(['input', 'overlapSeconds'], `An overlap has 0 to ${MOST_OVERLAP_S} seconds.`);
  return overlap * 1000;
}
