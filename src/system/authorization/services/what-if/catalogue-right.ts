import { PolityError } from '../../../../kernel/errors/index.js';
import { holdsSomewhere, type RequestContext } from '../../../shared/contracts/index.js';
import type { ChangeKind, ProposedChange } from './proposed-change.js';

/** Changes whose answer tells what a Permission of the catalogue says, or whether there is such a one. */
const OF_CATALOGUE: ReadonlySet<ChangeKind> = new Set<ChangeKind>(['createPermission', 'setPermissionStatus', 'createRolePermission']);

/** True when the caller may read the catalogue of Permissions: it belongs to no Space, so holding the key anywhere will do. */
export function mayReadCatalogue({ caller, request }: RequestContext): boolean {
  return ['permissions:read', 'permissions:manage'].some((key) => holdsSomewhere(caller, key, request.now));
}

/** @throws PolityError `ADMIN_PERMISSION_REQUIRED` for changes that tell of the catalogue, to who may not read it */
export function requireCatalogue(context: RequestContext, changes: readonly ProposedChange[]): void {
  if (!changes.some(({ kind }) => OF_CATALOGUE.has(kind)) || mayReadCatalogue(context)) return;
  const permission = 'permissions:read';
  throw new PolityError('ADMIN_PERMISSION_REQUIRED', `Proposing what a Permission of the catalogue would do needs the permission ${permission}.`, { details: { permission } });
}
