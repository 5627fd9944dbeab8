import DataLoader from 'dataloader';
import { createServiceRef, type ServiceScope } from '../../../kernel/services/index.js';
import { requestContextRef } from '../../shared/contracts/index.js';
import type { PermissionRow } from '../entities/permission.js';
import type { RoleRow } from '../entities/role.js';
import type { SeparationRuleRow } from '../entities/separation-rule.js';
import { permissionsRef } from './permissions.js';
import { rolesRef } from './roles.js';
import { separationRulesRef } from './separation-rules.js';

/** Look-ups of one request, gathered into one statement each; what the caller may not read is undefined. */
export interface RoleLoaders {
  readonly roleById: DataLoader<string, RoleRow | undefined>;
  readonly permissionById: DataLoader<string, PermissionRow | undefined>;
  readonly separationRuleById: DataLoader<string, SeparationRuleRow | undefined>;
}

/** Makes the loaders of one request. */
export function createRoleLoaders(services: ServiceScope): RoleLoaders {
  const context = services.get(requestContextRef);
  return {
    roleById: new DataLoader((ids) => services.get(rolesRef).byIds(context, ids)),
    permissionById: new DataLoader((ids) => services.get(permissionsRef).byIds(context, ids)),
    separationRuleById: new DataLoader((ids) => services.get(separationRulesRef).byIds(context, ids)),
  };
}

/** The loaders of the request. */
export const roleLoadersRef = createServiceRef<RoleLoaders>({ id: 'authorization.role_loaders', scope: 'request' });
