import DataLoader from 'dataloader';
import type { CapabilityRegistration, SystemCapability } from '../../kernel/lifecycle/index.js';
import type { ServiceScope } from '../../kernel/services/index.js';
import { databaseRef, requestContextRef, type NodeSource } from '../shared/contracts/index.js';
import { mutationsRef } from '../shared/services/index.js';
import { ResourceActionEntity } from './entities/resource-action.js';
import { ResourceMappingEntity } from './entities/resource-mapping.js';
import { ResourceTypeEntity } from './entities/resource-type.js';
import { ResourceEntity } from './entities/resource.js';
import { resourceRegistryManifest } from './manifest.js';
import { ResourceActionResolver } from './resolvers/resource-action-resolver.js';
import { ResourceMappingResolver } from './resolvers/resource-mapping-resolver.js';
import { ResourceResolver } from './resolvers/resource-resolver.js';
import { ResourceTypeResolver } from './resolvers/resource-type-resolver.js';
import { registryLoadersRef, type RegistryLoaders } from './services/registry-loaders.js';
import { ResourceActions, resourceActionsRef } from './services/resource-actions.js';
import { ResourceMappings, resourceMappingsRef } from './services/resource-mappings.js';
import { ResourceTypes, resourceTypesRef } from './services/resource-types.js';
import { Resources, resourcesRef } from './services/resources.js';

/** Tables of this capability that the unit of work knows. */
export const resourceRegistryEntities = [ResourceTypeEntity, ResourceActionEntity, ResourceMappingEntity, ResourceEntity];

/** What this capability adds to the schema. */
export const resourceRegistryResolvers = [ResourceTypeResolver, ResourceActionResolver, ResourceMappingResolver, ResourceResolver] as const;

/** How `node(id:)` finds the objects of this capability. */
export const resourceRegistryNodes: readonly NodeSource[] = [
  { type: 'ResourceType', load: (context, ids) => context.services.get(resourceTypesRef).byIds(context, ids) },
  { type: 'ResourceAction', load: (context, ids) => context.services.get(resourceActionsRef).byIds(context, ids) },
  { type: 'ResourceMapping', load: (context, ids) => context.services.get(resourceMappingsRef).byIds(context, ids) },
  { type: 'Resource', load: (context, ids) => context.services.get(resourcesRef).byIds(context, ids) },
];

/** What can be protected: types, actions, mappings and Resources. */
export function createResourceRegistryCapability(): SystemCapability {
  return { manifest: resourceRegistryManifest, register };
}

function register(registration: CapabilityRegistration): void {
  const { permissions, auditEventTypes } = resourceRegistryManifest.provides;
  for (const { key } of permissions) registration.permission(key);
  for (const { key } of auditEventTypes) registration.auditEventType(key);
  registration.provide(resourceTypesRef, (scope) => new ResourceTypes(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(resourceActionsRef, (scope) => new ResourceActions(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(resourceMappingsRef, (scope) => new ResourceMappings(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(resourcesRef, (scope) => new Resources(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(registryLoadersRef, createLoaders);
  registration.graphql(resourceRegistryResolvers);
}

function createLoaders(scope: ServiceScope): RegistryLoaders {
  const context = scope.get(requestContextRef);
  return {
    typeByKey: new DataLoader((keys) => scope.get(resourceTypesRef).byKeys(context, keys)),
    mappingByType: new DataLoader((types) => scope.get(resourceMappingsRef).byTypes(context, types)),
  };
}
