import type { SettingValues } from '../settings.js';
import type { SettingsProblem } from '../settings-error.js';
import { isRemote, parseDatabaseAddress } from './database-credentials.js';

type Check = (values: SettingValues) => SettingsProblem | undefined;

const warnIf = (condition: boolean, variable: string, message: string): SettingsProblem | undefined =>
  condition ? { variable, message } : undefined;

/** Worth saying in every environment. */
const always: readonly Check[] = [
  ({ identity }) =>
    warnIf(
      identity.registrationToken !== undefined && identity.registrationMode !== 'token',
      'POLITY_REGISTRATION_TOKEN',
      'is not used: POLITY_REGISTRATION_MODE is not token',
    ),
  ({ identity }) =>
    warnIf(
      identity.bootstrapToken !== undefined && identity.registrationMode !== 'bootstrap',
      'POLITY_BOOTSTRAP_TOKEN',
      'is not used: POLITY_REGISTRATION_MODE is not bootstrap; remove it',
    ),
];

const inProduction: readonly Check[] = [
  ({ graphql }) => warnIf(graphql.introspection, 'POLITY_INTROSPECTION', 'shows the schema to anonymous callers'),
  ({ graphql }) => warnIf(graphql.graphiql, 'POLITY_GRAPHIQL', 'serves a development page'),
  ({ http }) =>
    warnIf(http.publicUrl?.startsWith('http:') === true, 'POLITY_PUBLIC_URL', 'is not https: tokens travel unprotected'),
  ({ http }) =>
    warnIf(
      http.corsOrigins.some((origin) => origin.startsWith('http:')),
      'POLITY_CORS_ORIGINS',
      'allows an origin that is not https',
    ),
  ({ identity }) =>
    warnIf(identity.registrationMode === 'public', 'POLITY_REGISTRATION_MODE', 'lets everybody create a user without rights'),
  ({ identity }) =>
    warnIf(identity.registrationMode === 'bootstrap', 'POLITY_REGISTRATION_MODE', 'is bootstrap; switch it off after the first administrator'),
  ({ identity }) =>
    warnIf(identity.passwordMinLength < 12, 'POLITY_PASSWORD_MIN_LENGTH', 'accepts passwords shorter than 12 characters'),
  ({ database: { url } }) => {
    const address = url && parseDatabaseAddress(url.reveal());
    const open = address !== undefined && isRemote(address) && ['', 'disable', 'allow', 'prefer'].includes(address.sslMode);
    return warnIf(open, 'DATABASE_URL', 'reaches another machine without demanding TLS (sslmode=verify-full)');
  },
  ({ database: { url, migrateUrl } }) => {
    const same = url !== undefined && migrateUrl !== undefined &&
      parseDatabaseAddress(url.reveal()).user === parseDatabaseAddress(migrateUrl.reveal()).user;
    return warnIf(same, 'POLITY_MIGRATE_DATABASE_URL', 'uses the role of DATABASE_URL: the server owns what it must not change');
  },
];

/** What is allowed but deserves a second look. */
export const findWarnings = (values: SettingValues): SettingsProblem[] => {
  const production = values.runtime.environment === 'production';
  return [...always, ...(production ? inProduction : [])]
    .map((check) => check(values))
    .filter((warning) => warning !== undefined);
};
