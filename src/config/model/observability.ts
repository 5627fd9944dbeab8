import { optional, withDefault, withDerivedDefault } from '../setting.js';
import { booleanText } from '../schemas/boolean.js';
import { oneOf } from '../schemas/one-of.js';
import { tokenText } from '../schemas/token.js';

const metricsToken = 'POLITY_METRICS_TOKEN';

/** Logs and metrics. */
export const observabilitySettings = {
  logLevel: withDefault(
    {
      variable: 'POLITY_LOG_LEVEL',
      schema: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
      description: 'Least severe level that is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    },
    'info',
  ),
  logFormat: withDerivedDefault(
    {
      variable: 'POLITY_LOG_FORMAT',
      schema: oneOf('json', 'text'),
      description: 'Form of a log line: `json` for machines, `text` for people.',
    },
    {
      text: '`text` in development, else `json`',
      derive: ({ environment }): 'json' | 'text' => (environment === 'development' ? 'text' : 'json'),
    },
  ),
  metricsEnabled: withDerivedDefault(
    { variable: 'POLITY_METRICS_ENABLED', schema: booleanText, description: 'Whether `/metrics` is served.' },
    {
      text: 'on; in production on only with a metrics token',
      derive: ({ environment, has }) => environment !== 'production' || has(metricsToken),
    },
  ),
  metricsToken: optional({
    variable: metricsToken,
    schema: tokenText,
    description: 'Bearer token that `/metrics` asks for; at least 32 characters.',
    secret: true,
  }),
};
