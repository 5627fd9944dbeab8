import { enumType, type EnumOf } from '../../shared/resolvers/index.js';

export const AdminGrantLevel = enumType('AdminGrantLevel', 'How far a right to use the control plane reaches.', {
  INSTANCE_SUPER_ADMIN: ['instance_super_admin', 'Every key everywhere; people only.'],
  INSTANCE_ADMIN: ['instance_admin', 'The key everywhere.'],
  SPACE_ADMIN: ['space_admin', 'The key in one Space.'],
  GROUP_ADMIN: ['group_admin', 'The key in one group and all below it.'],
});
export type AdminGrantLevel = EnumOf<typeof AdminGrantLevel>;

export const AdminGrantStatus = enumType('AdminGrantStatus', 'Whether a right holds.', {
  ACTIVE: ['active', 'Holds until it expires.'],
  REVOKED: ['revoked', 'Taken away, for good.'],
});
export type AdminGrantStatus = EnumOf<typeof AdminGrantStatus>;

export const ApiKeyLevel = enumType('ApiKeyLevel', 'How far an API key reaches.', {
  INSTANCE: ['instance', 'Everywhere.'],
  SPACE: ['space', 'One Space.'],
  GROUP: ['group', 'One group and all below it.'],
});
export type ApiKeyLevel = EnumOf<typeof ApiKeyLevel>;

export const ApiKeyStatus = enumType('ApiKeyStatus', 'Whether an API key is accepted.', {
  ACTIVE: ['active', 'Accepted until it expires.'],
  DISABLED: ['disabled', 'Refused until it is restored.'],
  REVOKED: ['revoked', 'Refused for good.'],
});
export type ApiKeyStatus = EnumOf<typeof ApiKeyStatus>;

export const CredentialKind = enumType('CredentialKind', 'What a caller proved itself with.', {
  SESSION: ['session', 'An access token of a session.'],
  OIDC: ['oidc', 'A token of a trusted issuer.'],
  API_KEY: ['api_key', 'An API key.'],
  SYSTEM: ['system', 'The server itself.'],
});
export type CredentialKind = EnumOf<typeof CredentialKind>;

export const CapabilityStateName = enumType('CapabilityState', 'Where a capability stands.', {
  DISCOVERED: ['discovered', 'Known.'],
  VALIDATED: ['validated', 'Its manifest is in order.'],
  MIGRATED: ['migrated', 'Its tables are up to date.'],
  REGISTERED: ['registered', 'Its names are in force.'],
  STARTING: ['starting', 'Taking up work.'],
  READY: ['ready', 'Serves.'],
  DEGRADED: ['degraded', 'Serves with a fault.'],
  FAILED: ['failed', 'Does not serve; see its error.'],
  STOPPED: ['stopped', 'Has ended.'],
});
export type CapabilityStateName = EnumOf<typeof CapabilityStateName>;
