import type { CapabilityRegistration, SystemCapability } from '../../kernel/lifecycle/index.js';
import type { ServiceScope } from '../../kernel/services/index.js';
import type { NodeSource } from '../shared/contracts/index.js';
import { AdminGrantEntity } from './entities/admin-grant.js';
import { ApiKeyEntity } from './entities/api-key.js';
import { adminManifest } from './manifest.js';
import { adminPolicies } from './policies.js';
import { registerServices, startServices, type RunningServices } from './register-services.js';
import { AdminGrantResolver } from './resolvers/admin-grant-resolver.js';
import { ApiKeyResolver } from './resolvers/api-key-resolver.js';
import { MeResolver } from './resolvers/me-resolver.js';
import { SetupResolver } from './resolvers/setup-resolver.js';
import { SystemResolver } from './resolvers/system-resolver.js';
import { apiKeysRef } from './services/api-keys/api-keys.js';
import { adminGrantsRef } from './services/grants/admin-grants.js';

export { TRUSTED_DOCUMENT_FACT, trustedDocumentsRef, type TrustedDocument, type TrustedDocuments } from './services/documents/trusted-documents.js';
export { demoSetupRef, type Demo, type DemoSetup, type RemovedDemo } from './services/setup/demo.js';
export { firstAdminsRef, type BootstrapInput, type FirstAdmin, type FirstAdmins } from './services/setup/first-admin.js';

/** Tables of this capability that the unit of work knows. */
export const adminEntities = [AdminGrantEntity, ApiKeyEntity];

/** What this capability adds to the schema. */
export const adminResolvers = [AdminGrantResolver, ApiKeyResolver, MeResolver, SystemResolver, SetupResolver] as const;

/** How `node(id:)` finds the objects of this capability. */
export const adminNodes: readonly NodeSource[] = [
  { type: 'AdminGrant', load: (context, ids) => context.services.get(adminGrantsRef).byIds(context, ids) },
  { type: 'ApiKey', load: (context, ids) => context.services.get(apiKeysRef).byIds(context, ids) },
];

/** The control plane: who may use it, with which credentials, and who is calling. */
export function createAdminCapability(): SystemCapability {
  let running: RunningServices | undefined;
  return {
    manifest: adminManifest,
    register(registration: CapabilityRegistration) {
      const { permissions, auditEventTypes } = adminManifest.provides;
      for (const { key } of permissions) registration.permission(key);
      for (const { key } of auditEventTypes) registration.auditEventType(key);
      for (const { name, expression } of adminPolicies) registration.policy(name, expression);
      registerServices(registration);
      registration.graphql(adminResolvers);
    },
    async start(services: ServiceScope) {
      running = startServices(services);
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
  };
}
