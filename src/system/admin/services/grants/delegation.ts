import { PolityError } from '../../../../kernel/errors/index.js';
import { assertReach, isSuperAdmin, type Caller, type GrantLevel, type ReachTarget } from '../../../shared/contracts/index.js';

/** @throws PolityError `ADMIN_PERMISSION_REQUIRED` for API keys: rights of people are given and taken by people. */
export function assertPerson(caller: Caller): void {
  if (caller.kind === 'api_key') refuse('Admin grants are changed in sessions only, not with an API key.', 'admin_grants:manage');
}

/** Only super admins give or take rights over the whole instance. */
export function assertMayChangeLevel(caller: Caller, level: GrantLevel): void {
  if ((level === 'instance_super_admin' || level === 'instance_admin') && !isSuperAdmin(caller)) {
    refuse('Only a super admin changes rights over the instance.', '*');
  }
}

/**
 * A right can be handed on only by who holds it at that very place, and only with the right to hand on: `*` needs `*`, `domain:*`
 * needs the whole domain.
 *
 * @param handOn - `admin_grants:manage` or `api_keys:create`
 */
export function assertMayDelegate(caller: Caller, handOn: string, keys: readonly string[], target: ReachTarget, now: number): void {
  for (const key of [handOn, ...keys]) assertReach(caller, key, target, now);
}

function refuse(message: string, permission: string): never {
  throw new PolityError('ADMIN_PERMISSION_REQUIRED', message, { details: { permission } });
}
