import type { CapabilityRegistration } from '../../kernel/lifecycle/index.js';
import type { ServiceScope } from '../../kernel/services/index.js';
import {
  accessTokensRef, authenticatorRef, callerGrantsRef, databaseRef, kernelStatusRef, keyringRef, loggerRef, passwordsRef, revisionFeedRef, settingsRef,
} from '../shared/contracts/index.js';
import { mutationsRef } from '../shared/services/index.js';
import { ApiKeySecrets } from './services/api-keys/api-key-secrets.js';
import { ApiKeys, apiKeysRef } from './services/api-keys/api-keys.js';
import { AuthenticatorService } from './services/authentication/authenticator.js';
import { CallerGrantsService } from './services/authentication/caller-grants.js';
import type { SessionLimits } from './services/authentication/caller-reading.js';
import { LastUses, lastUsesRef } from './services/authentication/last-uses.js';
import { AdminGrants, adminGrantsRef } from './services/grants/admin-grants.js';
import { TrustedDocuments, trustedDocumentsRef } from './services/documents/trusted-documents.js';
import { KeyRotation, keyRotationRef } from './services/key-rotation.js';
import { MeService, meRef } from './services/me.js';
import { DemoSetup, demoSetupRef } from './services/setup/demo.js';
import { FirstAdmins, firstAdminsRef } from './services/setup/first-admin.js';
import { SystemReports, systemReportsRef } from './services/system-reports.js';

const LAST_USE_EVERY_MS = 60_000;
const FLUSH_EVERY_MS = 5_000;

/** What runs in the background while the capability is up. */
export interface RunningServices {
  stop(): Promise<void>;
}

/** Provides every service of the control plane. */
export function registerServices(registration: CapabilityRegistration): void {
  registration.provide(callerGrantsRef, (scope) => new CallerGrantsService(sessionLimits(scope)));
  registration.provide(lastUsesRef, createLastUses);
  registration.provide(authenticatorRef, createAuthenticator);
  registration.provide(adminGrantsRef, (scope) =>
    new AdminGrants(scope.get(databaseRef), scope.get(mutationsRef), scope.get(callerGrantsRef), scope.get(kernelStatusRef)));
  registration.provide(apiKeysRef, (scope) => new ApiKeys({
    database: scope.get(databaseRef),
    mutations: scope.get(mutationsRef),
    callerGrants: scope.get(callerGrantsRef),
    kernel: scope.get(kernelStatusRef),
    secrets: new ApiKeySecrets(scope.get(keyringRef)),
  }));
  registration.provide(meRef, (scope) => new MeService(scope.get(databaseRef), scope.get(kernelStatusRef)));
  registration.provide(systemReportsRef, (scope) => new SystemReports(scope.get(kernelStatusRef)));
  registration.provide(keyRotationRef, (scope) => new KeyRotation(scope.get(mutationsRef), scope.get(keyringRef), scope.get(callerGrantsRef)));
  registration.provide(trustedDocumentsRef, (scope) => new TrustedDocuments(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(firstAdminsRef, createFirstAdmins);
  registration.provide(demoSetupRef, createDemoSetup);
}

/** Follows the revision feed and writes times of last use. */
export function startServices(services: ServiceScope): RunningServices {
  const authenticator = services.get(authenticatorRef) as AuthenticatorService;
  const lastUses = services.get(lastUsesRef);
  authenticator.start();
  lastUses.start(FLUSH_EVERY_MS);
  return {
    async stop() {
      authenticator.stop();
      await lastUses.stop();
    },
  };
}

function createLastUses(scope: ServiceScope): LastUses {
  const logger = scope.get(loggerRef);
  return new LastUses({
    database: scope.get(databaseRef),
    // A session that ends by idle time must be seen as used well within it.
    everyMs: Math.min(LAST_USE_EVERY_MS, sessionLimits(scope).idleMs / 2),
    onError: (error) => logger.warn('times of last use could not be written', { error }),
  });
}

function createAuthenticator(scope: ServiceScope): AuthenticatorService {
  return new AuthenticatorService({
    database: scope.get(databaseRef),
    feed: scope.get(revisionFeedRef),
    accessTokens: () => scope.get(accessTokensRef),
    secrets: new ApiKeySecrets(scope.get(keyringRef)),
    limits: sessionLimits(scope),
    lastUses: scope.get(lastUsesRef),
  });
}

function createFirstAdmins(scope: ServiceScope): FirstAdmins {
  const { identity } = scope.get(settingsRef);
  return new FirstAdmins({
    database: scope.get(databaseRef),
    passwords: () => scope.get(passwordsRef),
    mutations: scope.get(mutationsRef),
    bootstrapToken: identity.registrationMode === 'bootstrap' ? identity.bootstrapToken?.reveal() : undefined,
    passwordMinLength: identity.passwordMinLength,
  });
}

function createDemoSetup(scope: ServiceScope): DemoSetup {
  const { governance, identity } = scope.get(settingsRef);
  return new DemoSetup({
    database: scope.get(databaseRef),
    mutations: scope.get(mutationsRef),
    secrets: new ApiKeySecrets(scope.get(keyringRef)),
    passwords: () => scope.get(passwordsRef),
    deletionWaitMs: governance.spaceDeletionWaitS * 1000,
    passwordMinLength: identity.passwordMinLength,
  });
}

function sessionLimits(scope: ServiceScope): SessionLimits {
  const { sessionMaxAgeS, sessionIdleS } = scope.get(settingsRef).identity;
  return { maxAgeMs: sessionMaxAgeS * 1000, idleMs: sessionIdleS * 1000 };
}
