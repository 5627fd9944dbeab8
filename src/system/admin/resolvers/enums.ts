import { registerEnumType } from 'type-graphql';

export enum AdminGrantLevel {
  INSTANCE_SUPER_ADMIN = 'instance_super_admin',
  INSTANCE_ADMIN = 'instance_admin',
  SPACE_ADMIN = 'space_admin',
  GROUP_ADMIN = 'group_admin',
}
registerEnumType(AdminGrantLevel, {
  name: 'AdminGrantLevel',
  description: 'How far a right to use the control plane reaches.',
  valuesConfig: {
    INSTANCE_SUPER_ADMIN: { description: 'Every key everywhere; people only.' },
    INSTANCE_ADMIN: { description: 'The key everywhere.' },
    SPACE_ADMIN: { description: 'The key in one Space.' },
    GROUP_ADMIN: { description: 'The key in one group and all below it.' },
  },
});

export enum AdminGrantStatus {
  ACTIVE = 'active',
  REVOKED = 'revoked',
}
registerEnumType(AdminGrantStatus, {
  name: 'AdminGrantStatus',
  description: 'Whether a right holds.',
  valuesConfig: { ACTIVE: { description: 'Holds until it expires.' }, REVOKED: { description: 'Taken away, for good.' } },
});

export enum ApiKeyLevel {
  INSTANCE = 'instance',
  SPACE = 'space',
  GROUP = 'group',
}
registerEnumType(ApiKeyLevel, {
  name: 'ApiKeyLevel',
  description: 'How far an API key reaches.',
  valuesConfig: {
    INSTANCE: { description: 'Everywhere.' },
    SPACE: { description: 'One Space.' },
    GROUP: { description: 'One group and all below it.' },
  },
});

export enum ApiKeyStatus {
  ACTIVE = 'active',
  DISABLED = 'disabled',
  REVOKED = 'revoked',
}
registerEnumType(ApiKeyStatus, {
  name: 'ApiKeyStatus',
  description: 'Whether an API key is accepted.',
  valuesConfig: {
    ACTIVE: { description: 'Accepted until it expires.' },
    DISABLED: { description: 'Refused until it is restored.' },
    REVOKED: { description: 'Refused for good.' },
  },
});

export enum CredentialKind {
  SESSION = 'session',
  OIDC = 'oidc',
  API_KEY = 'api_key',
  SYSTEM = 'system',
}
registerEnumType(CredentialKind, {
  name: 'CredentialKind',
  description: 'What a caller proved itself with.',
  valuesConfig: {
    SESSION: { description: 'An access token of a session.' },
    OIDC: { description: 'A token of a trusted issuer.' },
    API_KEY: { description: 'An API key.' },
    SYSTEM: { description: 'The server itself.' },
  },
});

export enum CapabilityStateName {
  DISCOVERED = 'discovered',
  VALIDATED = 'validated',
  MIGRATED = 'migrated',
  REGISTERED = 'registered',
  STARTING = 'starting',
  READY = 'ready',
  DEGRADED = 'degraded',
  FAILED = 'failed',
  STOPPED = 'stopped',
}
registerEnumType(CapabilityStateName, {
  name: 'CapabilityState',
  description: 'Where a capability stands.',
  valuesConfig: {
    DISCOVERED: { description: 'Known.' },
    VALIDATED: { description: 'Its manifest is in order.' },
    MIGRATED: { description: 'Its tables are up to date.' },
    REGISTERED: { description: 'Its names are in force.' },
    STARTING: { description: 'Taking up work.' },
    READY: { description: 'Serves.' },
    DEGRADED: { description: 'Serves with a fault.' },
    FAILED: { description: 'Does not serve; see its error.' },
    STOPPED: { description: 'Has ended.' },
  },
});
