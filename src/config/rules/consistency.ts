import type { SettingValues } from '../settings.js';
import type { SettingsProblem } from '../settings-error.js';

type Check = (values: SettingValues) => SettingsProblem | undefined;

const headersBeforeRequest: Check = ({ http }) =>
  http.headersTimeoutMs > http.requestTimeoutMs
    ? { variable: 'POLITY_HEADERS_TIMEOUT_MS', message: 'must not exceed POLITY_REQUEST_TIMEOUT_MS' }
    : undefined;

const accessBeforeRefresh: Check = ({ identity }) =>
  identity.accessTokenTtlS > identity.refreshTokenTtlS
    ? { variable: 'POLITY_ACCESS_TOKEN_TTL_S', message: 'must not exceed POLITY_REFRESH_TOKEN_TTL_S' }
    : undefined;

const migrateNeedsDatabase: Check = ({ database }) =>
  database.migrateUrl !== undefined && database.url === undefined
    ? { variable: 'POLITY_MIGRATE_DATABASE_URL', message: 'has no effect without DATABASE_URL; set both' }
    : undefined;

const registrationNeedsToken: Check = ({ identity }) =>
  identity.registrationMode === 'token' && identity.registrationToken === undefined
    ? { variable: 'POLITY_REGISTRATION_TOKEN', message: 'is needed by POLITY_REGISTRATION_MODE=token' }
    : undefined;

const bootstrapNeedsToken: Check = ({ identity }) =>
  identity.registrationMode === 'bootstrap' && identity.bootstrapToken === undefined
    ? { variable: 'POLITY_BOOTSTRAP_TOKEN', message: 'is needed by POLITY_REGISTRATION_MODE=bootstrap' }
    : undefined;

const checks = [headersBeforeRequest, accessBeforeRefresh, migrateNeedsDatabase, registrationNeedsToken, bootstrapNeedsToken];

/** Settings that contradict each other, in any environment. */
export const checkConsistency = (values: SettingValues): SettingsProblem[] =>
  checks.map((check) => check(values)).filter((problem) => problem !== undefined);
