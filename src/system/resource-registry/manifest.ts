import type { CapabilityManifestInput } from '../../kernel/manifest/index.js';

/** What the resource registry declares. */
export const resourceRegistryManifest = {
  id: 'resource.registry',
  kind: 'system_capability',
  name: 'Resource registry',
  version: '0.1.0',
  requires: { kernel: '^0.1.0', capabilities: ['audit.explainable', 'identity.business'] },
  provides: {
    services: [
      { name: 'resource.types' }, { name: 'resource.actions' }, { name: 'resource.mappings' }, { name: 'resource.resources' }, { name: 'resource.loaders' },
    ],
    graphql: {
      queries: ['resourceTypes', 'resourceType', 'resourceActions', 'resourceAction', 'resourceMappings', 'resources', 'resource', 'resourceByExternalId'],
      mutations: [
        'createResourceType', 'updateResourceType', 'disableResourceType', 'restoreResourceType',
        'createResourceAction', 'updateResourceAction', 'disableResourceAction', 'restoreResourceAction',
        'setResourceMapping',
        'createResource', 'updateResource', 'archiveResource', 'restoreResource', 'deleteResource',
      ],
      subscriptions: [],
      types: ['ResourceType', 'ResourceAction', 'ResourceMapping', 'Resource'],
    },
    migrations: { namespace: 'sys_resource' },
    permissions: [
      { key: 'registry:read', description: 'Read resource types, actions and mappings (instance).' },
      { key: 'registry:manage', description: 'Change resource types, actions and mappings of the application (instance).' },
      { key: 'resources:read', description: 'Read Resources.' },
      { key: 'resources:manage', description: 'Create, change, move, archive and delete Resources.' },
    ],
    auditEventTypes: [
      { key: 'resource_type.created', description: 'A resource type was created.', risk: 'NORMAL' },
      { key: 'resource_type.updated', description: 'A resource type was changed.', risk: 'NORMAL' },
      { key: 'resource_type.disabled', description: 'A resource type was disabled.', risk: 'HIGH' },
      { key: 'resource_type.restored', description: 'A disabled resource type became active again.', risk: 'NORMAL' },
      { key: 'resource_action.created', description: 'An action of a resource type was created.', risk: 'NORMAL' },
      { key: 'resource_action.updated', description: 'An action of a resource type was changed.', risk: 'HIGH' },
      { key: 'resource_action.disabled', description: 'An action of a resource type was disabled.', risk: 'HIGH' },
      { key: 'resource_action.restored', description: 'A disabled action became active again.', risk: 'NORMAL' },
      { key: 'resource_mapping.set', description: 'The mapping of a resource type was created or changed.', risk: 'HIGH' },
      { key: 'resource.created', description: 'A Resource was created.', risk: 'LOW' },
      { key: 'resource.updated', description: 'A Resource was changed or moved.', risk: 'NORMAL' },
      { key: 'resource.archived', description: 'A Resource was archived.', risk: 'NORMAL' },
      { key: 'resource.restored', description: 'An archived or deleted Resource became active again.', risk: 'NORMAL' },
      { key: 'resource.deleted', description: 'A Resource was marked as deleted.', risk: 'HIGH' },
    ],
  },
  privileged: true,
  required: true,
  stability: 'preview',
} as const satisfies CapabilityManifestInput;
