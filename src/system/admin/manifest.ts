import type { CapabilityManifestInput } from '../../kernel/manifest/index.js';
import { adminPolicies } from './policies.js';

/** What the control plane declares. */
export const adminManifest = {
  id: 'admin.control_plane',
  kind: 'system_capability',
  name: 'Control plane',
  version: '0.1.0',
  requires: { kernel: '^0.1.0', capabilities: ['audit.explainable', 'identity.business', 'authorization.resource'] },
  provides: {
    services: [
      { name: 'admin.authenticator' }, { name: 'admin.last_uses' }, { name: 'admin.caller_grants' }, { name: 'admin.grants' }, { name: 'admin.api_keys' }, { name: 'admin.me' },
      { name: 'admin.system_reports' }, { name: 'admin.key_rotation' }, { name: 'admin.first_admins' }, { name: 'admin.demo_setup' }, { name: 'admin.trusted_documents' },
    ],
    graphql: {
      queries: ['me', 'adminGrants', 'adminGrant', 'apiKeys', 'apiKey', 'capabilities', 'controlPlanePermissions'],
      mutations: [
        'createAdminGrant', 'revokeAdminGrant',
        'createApiKey', 'rotateApiKey', 'disableApiKey', 'restoreApiKey', 'revokeApiKey',
        'bootstrapSuperAdmin', 'rotateSigningKey', 'rotateReceiptKey', 'rotateReviewKey', 'rotateApiKeyHmacKey',
      ],
      subscriptions: [],
      types: ['AdminGrant', 'ApiKey', 'Me', 'Capability', 'ControlPlanePermission'],
    },
    migrations: { namespace: 'sys_admin' },
    permissions: [
      { key: 'admin_grants:read', description: 'Read rights to use the control plane.' },
      { key: 'admin_grants:manage', description: 'Give and take rights that the holder has itself.' },
      { key: 'api_keys:read', description: 'Read API keys, without their secrets.' },
      { key: 'api_keys:create', description: 'Make API keys within the own rights.' },
      { key: 'api_keys:manage', description: 'Rotate, disable and restore API keys; covers every other right over them.' },
      { key: 'api_keys:revoke', description: 'Revoke API keys.' },
      { key: 'instance:read', description: 'Read the state of the system.' },
      { key: 'graphql:trace', description: 'See in answers how each guarded field of an operation was decided.' },
      { key: 'keys:rotate', description: 'Rotate the keys of the instance; super admins only.' },
    ],
    policies: adminPolicies.map(({ name, description }) => ({ name, description })),
    auditEventTypes: [
      { key: 'admin_grant.created', description: 'A User got a right to use the control plane.', risk: 'HIGH' },
      { key: 'admin_grant.revoked', description: 'A right to use the control plane was taken away.', risk: 'HIGH' },
      { key: 'api_key.created', description: 'An API key was made.', risk: 'HIGH' },
      { key: 'api_key.rotated', description: 'An API key got a new secret.', risk: 'HIGH' },
      { key: 'api_key.disabled', description: 'An API key was disabled.', risk: 'NORMAL' },
      { key: 'api_key.restored', description: 'A disabled API key is accepted again.', risk: 'HIGH' },
      { key: 'api_key.revoked', description: 'An API key was revoked.', risk: 'NORMAL' },
      { key: 'admin.bootstrapped', description: 'The first super admin was made.', risk: 'CRITICAL' },
      { key: 'demo.created', description: 'The demo was made on a first start.', risk: 'HIGH' },
      { key: 'demo.removed', description: 'The demo was removed.', risk: 'HIGH' },
      { key: 'backup.created', description: 'A backup of the whole database was made.', risk: 'CRITICAL' },
      { key: 'backup.restored', description: 'This database was made from a backup.', risk: 'CRITICAL' },
      { key: 'documents.registered', description: 'Documents that clients may run were registered.', risk: 'HIGH' },
      { key: 'documents.removed', description: 'Registered documents were removed.', risk: 'HIGH' },
      { key: 'key.rotated', description: 'A key of the instance was rotated.', risk: 'CRITICAL' },
    ],
  },
  privileged: true,
  required: true,
  stability: 'preview',
} as const satisfies CapabilityManifestInput;
