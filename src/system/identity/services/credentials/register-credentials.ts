import type { CapabilityRegistration } from '../../../../kernel/lifecycle/index.js';
import type { ServiceScope } from '../../../../kernel/services/index.js';
import {
  accessTokensRef, auditLogRef, clockRef, databaseRef, jwksRef, keyringRef, passwordsRef, revisionFeedRef, settingsRef,
} from '../../../shared/contracts/index.js';
import { mutationsRef } from '../../../shared/services/index.js';
import { AccessTokenService } from './access-token-service.js';
import { credentialSettings } from './credential-settings.js';
import { ExternalIdentities, externalIdentitiesRef } from './external-identities.js';
import { CredentialHousekeeping, credentialHousekeepingRef } from './housekeeping.js';
import { Invitations, invitationsRef } from './invitations.js';
import { NativeTokens } from './native-tokens.js';
import { OidcTokens } from './oidc-tokens.js';
import { OneTimeLinks, oneTimeLinksRef } from './one-time-links.js';
import { PasswordChange, passwordChangeRef } from './password-change.js';
import { PasswordRecovery, passwordRecoveryRef } from './password-recovery.js';
import { PasswordStore } from './password-store.js';
import { Registration, registrationRef } from './registration.js';
import { SessionRefresh, sessionRefreshRef } from './session-refresh.js';
import { SessionTokenMaker } from './session-tokens.js';
import { Sessions, sessionsRef } from './sessions.js';
import { SignIn, signInRef } from './sign-in.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { TokenSigner } from './token-signer.js';

/** Provides the services of credentials. What others provide later in the boot order is asked for at the first use. */
export function registerCredentials(registration: Pick<CapabilityRegistration, 'provide'>): void {
  registration.provide(passwordsRef, (scope) => parts(scope).passwords);
  registration.provide(signInRef, (scope) => {
    const { database, mutations, audit, throttle, passwords, tokens, settings } = parts(scope);
    return new SignIn(database, mutations, audit, throttle, passwords, tokens, settings);
  });
  registration.provide(sessionRefreshRef, (scope) => {
    const { mutations, tokens, settings } = parts(scope);
    return new SessionRefresh(mutations, tokens, settings);
  });
  registration.provide(sessionsRef, (scope) => new Sessions(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(passwordChangeRef, (scope) => {
    const { database, mutations, audit, throttle, passwords } = parts(scope);
    return new PasswordChange(database, mutations, audit, throttle, passwords);
  });
  registration.provide(passwordRecoveryRef, (scope) => {
    const { database, mutations, passwords } = parts(scope);
    return new PasswordRecovery(database, mutations, passwords);
  });
  registration.provide(oneTimeLinksRef, (scope) => {
    const { database, mutations, settings } = parts(scope);
    return new OneTimeLinks(database, mutations, settings);
  });
  registration.provide(invitationsRef, (scope) => {
    const { database, mutations, passwords } = parts(scope);
    return new Invitations(database, mutations, passwords);
  });
  registration.provide(registrationRef, (scope) => {
    const { database, mutations, throttle, passwords, settings } = parts(scope);
    return new Registration(database, mutations, throttle, passwords, settings);
  });
  registration.provide(externalIdentitiesRef, (scope) => {
    const { database, mutations, settings } = parts(scope);
    return new ExternalIdentities(database, mutations, settings);
  });
  registration.provide(credentialHousekeepingRef, (scope) => {
    const { database, audit, throttle, settings } = parts(scope);
    return new CredentialHousekeeping(database, audit, throttle, settings, scope);
  });
  registration.provide(jwksRef, (scope) => nativeTokens(scope));
  registration.provide(accessTokensRef, (scope) =>
    new AccessTokenService(nativeTokens(scope), new OidcTokens(parts(scope).settings.oidcIssuers), scope.get(databaseRef), scope.get(revisionFeedRef)));
}

// None of these parts holds state, so that each service may have its own.
function parts(scope: ServiceScope) {
  const settings = credentialSettings(scope.get(settingsRef));
  const keyring = () => scope.get(keyringRef);
  const database = scope.get(databaseRef);
  return {
    settings,
    database,
    mutations: scope.get(mutationsRef),
    audit: () => scope.get(auditLogRef),
    passwords: new PasswordStore({ minLength: settings.passwordMinLength }),
    throttle: new SignInThrottle(database, keyring, settings.throttle),
    tokens: new SessionTokenMaker(new TokenSigner(keyring, settings.issuer), settings),
  };
}

function nativeTokens(scope: ServiceScope): NativeTokens {
  return new NativeTokens(() => scope.get(keyringRef), () => scope.get(clockRef).now(), credentialSettings(scope.get(settingsRef)));
}
