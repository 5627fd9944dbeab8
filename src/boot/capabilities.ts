import type { SystemCapability } from '../kernel/lifecycle/index.js';
import type { DatabaseOptions } from '../persistence/index.js';
import type { NodeSource } from '../system/shared/contracts/index.js';
import { adminEntities, adminNodes, adminResolvers, createAdminCapability } from '../system/admin/index.js';
import { auditNodes, auditResolvers, createAuditCapability } from '../system/audit/index.js';
import { authorizationEntities, authorizationNodes, authorizationResolvers, createAuthorizationCapability } from '../system/authorization/index.js';
import { createIdentityCapability, identityEntities, identityNodes, identityResolvers } from '../system/identity/index.js';
import { createResourceRegistryCapability, resourceRegistryEntities, resourceRegistryNodes, resourceRegistryResolvers } from '../system/resource-registry/index.js';

/** The five system capabilities, made anew for each process; the kernel finds their order. */
export function createCapabilities(): SystemCapability[] {
  return [createAuditCapability(), createIdentityCapability(), createResourceRegistryCapability(), createAuthorizationCapability(), createAdminCapability()];
}

/** Tables of all capabilities. */
export const builtInEntities: DatabaseOptions['entities'] = [...identityEntities, ...resourceRegistryEntities, ...authorizationEntities, ...adminEntities];

/** Resolver classes of all capabilities. */
export const builtInResolvers: readonly Function[] = [...auditResolvers, ...identityResolvers, ...resourceRegistryResolvers, ...authorizationResolvers, ...adminResolvers];

/** How `node(id:)` finds the objects of all capabilities. */
export const builtInNodes: readonly NodeSource[] = [...auditNodes, ...identityNodes, ...resourceRegistryNodes, ...authorizationNodes, ...adminNodes];
