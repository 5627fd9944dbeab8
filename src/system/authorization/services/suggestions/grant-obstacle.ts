import { DENY_REASONS, type Decision, type DenyCode } from '../../engine/index.js';
import type { Shown } from './grant-candidates.js';

/** Denials that say only that nothing allows: a grant can. */
const GRANTABLE: ReadonlySet<DenyCode> = new Set<DenyCode>([
  'NO_MATCHING_PERMISSION', 'SCOPE_ANCHOR_MISSING', 'SCOPE_ANCHOR_INACTIVE', 'TARGET_GROUP_MISSING', 'SCOPE_OUT_OF_BOUNDS', 'GLOBAL_SCOPE_DISABLED',
]);

/** What stands in the way, against which no grant is suggested. Ids are there as far as the asker may read them. */
export interface GrantObstacle {
  readonly code: DenyCode;
  readonly reason: string;
  readonly memberRoleId: string | undefined;
  readonly roleId: string | undefined;
  readonly permissionId: string | undefined;
}

/** True for a denial that says only that nothing allows. */
export function isGrantable({ denyCode }: Decision): boolean {
  return denyCode !== undefined && GRANTABLE.has(denyCode);
}

/** What keeps a question from being allowed: an explicit denial, a condition, something that is inactive or absent. */
export function obstacleOf({ denyCode, matched }: Decision, shown: Shown): GrantObstacle | undefined {
  if (denyCode === undefined || GRANTABLE.has(denyCode)) return undefined;
  const grant = matched?.grant;
  const isShown = grant !== undefined && shown.assignment(grant.anchor?.id);
  return {
    code: denyCode,
    reason: DENY_REASONS[denyCode],
    memberRoleId: isShown ? grant.memberRole.id : undefined,
    roleId: isShown && shown.roles ? grant.role.id : undefined,
    permissionId: isShown && shown.roles ? grant.permission.id : undefined,
  };
}
