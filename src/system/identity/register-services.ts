import type { CapabilityRegistration } from '../../kernel/lifecycle/index.js';
import { auditLogRef, databaseRef, outboxRef, separationOfDutyRef, settingsRef } from '../shared/contracts/index.js';
import { mutationsRef } from '../shared/services/index.js';
import { ActorContexts, actorContextsRef } from './services/actor-contexts.js';
import { FactsExport, factsExportRef, FactsImport, factsImportRef } from './services/facts/index.js';
import { GroupQueries, groupQueriesRef, Groups, groupsRef } from './services/groups/index.js';
import { createIdentityLoaders, identityLoadersRef } from './services/loaders.js';
import { Members, membersRef } from './services/members.js';
import { SpacePurge, spacePurgeRef } from './services/purge/index.js';
import { Spaces, spacesRef } from './services/spaces.js';
import { UserMembers, userMembersRef } from './services/user-members.js';
import { Users, usersRef } from './services/users.js';

/** Provides the services of identity. */
export function registerServices(registration: Pick<CapabilityRegistration, 'provide'>): void {
  registration.provide(usersRef, (scope) => new Users(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(spacesRef, (scope) =>
    new Spaces(scope.get(databaseRef), scope.get(mutationsRef), scope.get(settingsRef).governance.spaceDeletionWaitS * 1000));
  registration.provide(groupsRef, (scope) => new Groups(scope.get(mutationsRef)));
  registration.provide(groupQueriesRef, (scope) => new GroupQueries(scope.get(databaseRef)));
  registration.provide(membersRef, (scope) => new Members(scope.get(databaseRef), scope.get(mutationsRef), () => scope.get(separationOfDutyRef)));
  registration.provide(userMembersRef, (scope) => new UserMembers(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(actorContextsRef, (scope) => new ActorContexts(scope.get(databaseRef), scope.get(mutationsRef)));
  registration.provide(spacePurgeRef, (scope) =>
    new SpacePurge(scope.get(databaseRef), () => scope.get(auditLogRef), () => scope.get(outboxRef)));
  registration.provide(factsImportRef, (scope) => new FactsImport(scope.get(mutationsRef)));
  registration.provide(factsExportRef, (scope) => new FactsExport(scope.get(databaseRef), scope.get(mutationsRef), () => scope.get(auditLogRef)));
  registration.provide(identityLoadersRef, createIdentityLoaders);
}
