import { isLoopbackHost, isUnspecifiedHost } from '../loopback.js';
import type { Secret } from '../secret.js';
import type { SettingValues } from '../settings.js';
import type { SettingsProblem } from '../settings-error.js';
import { credentialWeakness, parseDatabaseAddress } from './database-credentials.js';
import { keyWeakness, tokenWeakness } from './weak-secret.js';

type Check = (values: SettingValues) => readonly SettingsProblem[];

const problem = (variable: string, message: string | undefined): SettingsProblem[] =>
  message === undefined ? [] : [{ variable, message }];

const checkAddress = (variable: string, address: Secret<string> | undefined): SettingsProblem[] =>
  address === undefined ? [] : problem(variable, credentialWeakness(parseDatabaseAddress(address.reveal())));

const database: Check = ({ database: { url, migrateUrl } }) => [
  ...problem('DATABASE_URL', url === undefined ? 'is needed in production; the embedded database is for development' : undefined),
  ...checkAddress('DATABASE_URL', url),
  ...checkAddress('POLITY_MIGRATE_DATABASE_URL', migrateUrl),
];

const masterKey: Check = ({ keys }) =>
  problem(
    'POLITY_MASTER_KEY',
    keys.masterKey === undefined ? 'is needed in production and never made there' : keyWeakness(keys.masterKey.reveal()),
  );

const publicUrl: Check = ({ http }) => {
  if (http.publicUrl === undefined) return problem('POLITY_PUBLIC_URL', 'is needed in production');
  const { hostname } = new URL(http.publicUrl);
  const local = isLoopbackHost(hostname) || isUnspecifiedHost(hostname);
  return problem('POLITY_PUBLIC_URL', local ? 'names only this machine; clients could not reach it' : undefined);
};

const trustedProxies: Check = ({ http }) => {
  const everybody = http.trustedProxies.some((range) => range.endsWith('/0'));
  return problem('POLITY_TRUSTED_PROXIES', everybody ? 'must not trust every address' : undefined);
};

const metrics: Check = ({ observability, http }) => {
  const open = observability.metricsEnabled && observability.metricsToken === undefined && !isLoopbackHost(http.host);
  return problem(
    'POLITY_METRICS_ENABLED',
    open ? 'would show metrics to the network without a token; set POLITY_METRICS_TOKEN or switch metrics off' : undefined,
  );
};

const tokens: Check = ({ identity, observability }) => {
  const owners = new Map<string, string>();
  const given: [string, Secret<string> | undefined][] = [
    ['POLITY_REGISTRATION_TOKEN', identity.registrationToken],
    ['POLITY_BOOTSTRAP_TOKEN', identity.bootstrapToken],
    ['POLITY_METRICS_TOKEN', observability.metricsToken],
  ];
  return given.flatMap(([variable, secret]) => {
    const text = secret?.reveal();
    if (text === undefined) return [];
    const owner = owners.get(text);
    owners.set(text, variable);
    return [
      ...problem(variable, tokenWeakness(text)),
      ...problem(variable, owner === undefined ? undefined : `must differ from ${owner}`),
    ];
  });
};

const checks = [database, masterKey, publicUrl, trustedProxies, metrics, tokens];

/** Weak settings that a production process refuses to start with. */
export const checkProduction = (values: SettingValues): SettingsProblem[] => checks.flatMap((check) => check(values));
