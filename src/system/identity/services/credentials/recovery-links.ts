import { sql } from '../../../../persistence/index.js';
import type { MutationScope } from '../../../shared/services/index.js';

/** Takes back the recovery links of a User that nobody has used: its password has just become another one. */
export async function revokeRecoveryLinks(scope: MutationScope, userId: string, now: number): Promise<void> {
  const revoked = await scope.transaction.query<{ id: string }>(sql`
    UPDATE sys_identity.one_time_links SET revoked_at = ${new Date(now)}
    WHERE purpose = 'recovery' AND user_id = ${userId} AND used_at IS NULL AND revoked_at IS NULL RETURNING id`);
  for (const { id } of revoked) {
    scope.audit({ type: 'link.revoked', spaceId: '', target: { type: 'OneTimeLink', id }, details: { purpose: 'recovery', userId, reason: 'password_changed' } });
  }
}
