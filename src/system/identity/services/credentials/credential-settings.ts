import type { OidcIssuer } from '../../../../config/index.js';
import type { Settings } from '../../../../config/index.js';

/** Settings of credentials, with every duration in milliseconds. */
export interface CredentialSettings {
  /** `iss` of our tokens. */
  readonly issuer: string;
  /** Address under which people reach this instance; links get a URL only with it. */
  readonly publicUrl?: string;
  readonly accessTokenTtlMs: number;
  readonly refreshTokenTtlMs: number;
  readonly sessionMaxAgeMs: number;
  readonly sessionIdleMs: number;
  readonly sessionMaxConcurrent: number;
  readonly passwordMinLength: number;
  readonly throttle: { readonly maxFailures: number; readonly windowMs: number; readonly lockoutMs: number };
  readonly registrationMode: 'off' | 'bootstrap' | 'token' | 'public';
  /** Token that the registration mode asks for; absent when it asks for none. */
  readonly registrationToken?: string;
  readonly oidcIssuers: readonly OidcIssuer[];
}

/** Reads what credentials need out of the settings of the process. */
export function credentialSettings({ http, identity }: Pick<Settings, 'http' | 'identity'>): CredentialSettings {
  const tokens = { token: identity.registrationToken, bootstrap: identity.bootstrapToken, off: undefined, public: undefined };
  return {
    issuer: http.publicUrl ?? `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`,
    publicUrl: http.publicUrl,
    accessTokenTtlMs: identity.accessTokenTtlS * 1000,
    refreshTokenTtlMs: identity.refreshTokenTtlS * 1000,
    sessionMaxAgeMs: identity.sessionMaxAgeS * 1000,
    sessionIdleMs: identity.sessionIdleS * 1000,
    sessionMaxConcurrent: identity.sessionMaxConcurrent,
    passwordMinLength: identity.passwordMinLength,
    throttle: { maxFailures: identity.signInMaxFailures, windowMs: identity.signInWindowS * 1000, lockoutMs: identity.signInLockoutS * 1000 },
    registrationMode: identity.registrationMode,
    registrationToken: secretText(tokens[identity.registrationMode]),
    oidcIssuers: identity.oidcIssuers,
  };
}

function secretText(secret: { reveal(): string } | undefined): string | undefined {
  return secret?.reveal();
}
