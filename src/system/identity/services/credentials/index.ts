export { credentialAuditEventTypes, credentialGraphql, credentialPermissions, credentialServices } from './declarations.js';
export { CredentialHousekeepingSchedule } from './housekeeping-schedule.js';
export { registerCredentials } from './register-credentials.js';
export { sessionsRef } from './sessions.js';
