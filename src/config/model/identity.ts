import { optional, withDefault } from '../setting.js';
import { oidcIssuersText } from '../schemas/oidc-issuers.js';
import { oneOf } from '../schemas/one-of.js';
import { tokenText } from '../schemas/token.js';
import { wholeNumber } from '../schemas/whole-number.js';

const day = 86_400;

/** Sessions, passwords, registration and foreign identity providers. */
export const identitySettings = {
  accessTokenTtlS: withDefault(
    {
      variable: 'POLITY_ACCESS_TOKEN_TTL_S',
      schema: wholeNumber(30, 3600),
      description: 'Lifetime of an access token.',
      unit: 's',
    },
    900,
  ),
  refreshTokenTtlS: withDefault(
    {
      variable: 'POLITY_REFRESH_TOKEN_TTL_S',
      schema: wholeNumber(60, 365 * day),
      description: 'Lifetime of a refresh token.',
      unit: 's',
    },
    30 * day,
  ),
  sessionMaxAgeS: withDefault(
    {
      variable: 'POLITY_SESSION_MAX_AGE_S',
      schema: wholeNumber(60, 365 * day),
      description: 'Longest life of a session from its sign-in, however often it is refreshed.',
      unit: 's',
    },
    30 * day,
  ),
  sessionIdleS: withDefault(
    {
      variable: 'POLITY_SESSION_IDLE_S',
      schema: wholeNumber(60, 365 * day),
      description: 'A session ends when it has not been used for this long.',
      unit: 's',
    },
    7 * day,
  ),
  sessionMaxConcurrent: withDefault(
    {
      variable: 'POLITY_SESSION_MAX_CONCURRENT',
      schema: wholeNumber(1, 1000),
      description: 'Most open sessions of one user; one more sign-in ends the oldest.',
      unit: 'sessions',
    },
    20,
  ),
  passwordMinLength: withDefault(
    {
      variable: 'POLITY_PASSWORD_MIN_LENGTH',
      schema: wholeNumber(8, 128),
      description: 'Shortest password that is accepted.',
      unit: 'characters',
    },
    12,
  ),
  signInMaxFailures: withDefault(
    {
      variable: 'POLITY_SIGN_IN_MAX_FAILURES',
      schema: wholeNumber(1, 1000),
      description: 'Failed sign-ins of one name or address within the window that lock it.',
      unit: 'failures',
    },
    8,
  ),
  signInWindowS: withDefault(
    {
      variable: 'POLITY_SIGN_IN_WINDOW_S',
      schema: wholeNumber(1, day),
      description: 'Window in which failed sign-ins are counted.',
      unit: 's',
    },
    900,
  ),
  signInLockoutS: withDefault(
    {
      variable: 'POLITY_SIGN_IN_LOCKOUT_S',
      schema: wholeNumber(1, day),
      description: 'How long a locked name or address stays locked.',
      unit: 's',
    },
    900,
  ),
  registrationMode: withDefault(
    {
      variable: 'POLITY_REGISTRATION_MODE',
      schema: oneOf('off', 'bootstrap', 'token', 'public'),
      description:
        'Who may register: nobody (`off`), the first administrator with the bootstrap token (`bootstrap`), ' +
        'holders of the registration token (`token`), everybody, as a User without any right (`public`).',
    },
    'off',
  ),
  registrationToken: optional({
    variable: 'POLITY_REGISTRATION_TOKEN',
    schema: tokenText,
    description: 'Token that registration mode `token` asks for; at least 32 characters.',
    secret: true,
  }),
  bootstrapToken: optional({
    variable: 'POLITY_BOOTSTRAP_TOKEN',
    schema: tokenText,
    description: 'One-time token of registration mode `bootstrap`; at least 32 characters.',
    secret: true,
  }),
  oidcIssuers: withDefault(
    {
      variable: 'POLITY_OIDC_ISSUERS',
      schema: oidcIssuersText,
      description: 'Trusted OpenID Connect issuers: a JSON list of `{issuer, audience, algorithms, jwksUri}`.',
    },
    [],
  ),
};
