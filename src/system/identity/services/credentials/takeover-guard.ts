import { PolityError } from '../../../../kernel/errors/index.js';
import { isSuperAdmin, type CallerGrants, type RequestContext } from '../../../shared/contracts/index.js';
import type { MutationScope } from '../../../shared/services/index.js';

/**
 * Refuses to hand out a way into a User's account to those who hold less than that User: otherwise `users:manage` would be worth as
 * much as the right of any super admin.
 *
 * @throws PolityError `ADMIN_PERMISSION_REQUIRED`
 */
export async function requireRightsOf(scope: MutationScope, grants: CallerGrants, { caller, request }: RequestContext, userId: string): Promise<void> {
  if (isSuperAdmin(caller)) return;
  const held = await grants.read(scope.transaction, { kind: 'oidc', key: `oidc:${userId}`, userId, grants: [], revision: 0 }, request.now);
  for (const { level, permissionKey, spaceId, groupPath } of held) {
    if (level === 'instance_super_admin') throw new PolityError('ADMIN_PERMISSION_REQUIRED', 'Only a super admin can do this to a super admin.');
    scope.require(permissionKey, level === 'instance_admin' ? {} : { spaceId, ...(level === 'group_admin' ? { groupPath } : {}) });
  }
}
