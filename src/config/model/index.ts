import { databaseSettings } from './database.js';
import { governanceSettings } from './governance.js';
import { graphqlSettings } from './graphql.js';
import { httpSettings } from './http.js';
import { identitySettings } from './identity.js';
import { keySettings } from './keys.js';
import { observabilitySettings } from './observability.js';
import { rateSettings } from './rates.js';
import { runtimeSettings } from './runtime.js';
import { tracingSettings } from './tracing.js';

/** Every setting there is, by group. A variable that is not here is not read anywhere. */
export const settingsModel = {
  runtime: runtimeSettings,
  http: httpSettings,
  database: databaseSettings,
  keys: keySettings,
  identity: identitySettings,
  graphql: graphqlSettings,
  rates: rateSettings,
  governance: governanceSettings,
  observability: observabilitySettings,
  tracing: tracingSettings,
} as const;
