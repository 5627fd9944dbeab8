import type { CapabilityManifestInput } from '../../../../kernel/manifest/index.js';

type Provides = CapabilityManifestInput['provides'];

/** Services of credentials, for the manifest. */
export const credentialServices = [
  { name: 'identity.access_tokens' }, { name: 'identity.jwks' }, { name: 'identity.passwords' }, { name: 'identity.sign_in' },
  { name: 'identity.session_refresh' }, { name: 'identity.sessions' }, { name: 'identity.password_change' }, { name: 'identity.password_recovery' },
  { name: 'identity.one_time_links' }, { name: 'identity.invitations' }, { name: 'identity.registration' }, { name: 'identity.external_identities' },
  { name: 'identity.credential_housekeeping' },
] as const satisfies Provides['services'];

/** Root fields and types of credentials, for the manifest. */
export const credentialGraphql = {
  queries: ['mySessions', 'sessions', 'oneTimeLinks', 'externalIdentities'],
  mutations: [
    'signIn', 'refreshSession', 'signOut', 'endSession', 'endAllSessions', 'changePassword', 'register',
    'createRecoveryLink', 'createInvitation', 'revokeLink', 'redeemRecoveryLink', 'redeemInvitation',
    'linkExternalIdentity', 'unlinkExternalIdentity',
  ],
  types: ['Session', 'Account', 'OneTimeLink', 'ExternalIdentity'],
} as const satisfies Provides['graphql'];

/** Permission keys of credentials, for the manifest. */
export const credentialPermissions = [
  { key: 'sessions:read', description: 'Read the sessions of all Users (instance).' },
  { key: 'sessions:manage', description: 'End sessions of any User (instance).' },
] as const satisfies Provides['permissions'];

/** Audit event types of credentials, for the manifest. */
export const credentialAuditEventTypes = [
  { key: 'session.started', description: 'A User signed in.', risk: 'NORMAL' },
  { key: 'session.refreshed', description: 'A session got new tokens.', risk: 'LOW' },
  { key: 'session.refresh_reused', description: 'A used refresh token came back late or from elsewhere; its session was ended.', risk: 'CRITICAL' },
  { key: 'session.ended', description: 'A session was ended; the reason is in the details.', risk: 'NORMAL' },
  { key: 'session.sign_in_failed', description: 'A sign-in failed.', risk: 'HIGH' },
  { key: 'session.sign_in_locked', description: 'Too many failed sign-ins locked a name or an address for a while.', risk: 'HIGH' },
  { key: 'password.changed', description: 'A password was changed by its User or by a recovery link.', risk: 'HIGH' },
  { key: 'password.change_failed', description: 'A change of password named a wrong current password.', risk: 'HIGH' },
  { key: 'user.registered', description: 'A User was made by registration or by an invitation.', risk: 'HIGH' },
  { key: 'link.created', description: 'A recovery or invitation link was made.', risk: 'HIGH' },
  { key: 'link.redeemed', description: 'A recovery or invitation link was used.', risk: 'HIGH' },
  { key: 'link.revoked', description: 'A link that nobody had used was taken back.', risk: 'NORMAL' },
  { key: 'external_identity.linked', description: 'An identity of a trusted issuer was linked to a User.', risk: 'CRITICAL' },
  { key: 'external_identity.unlinked', description: 'An identity of a trusted issuer was taken from a User.', risk: 'HIGH' },
] as const satisfies Provides['auditEventTypes'];
