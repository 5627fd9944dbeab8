import type { SystemCapability } from '../../kernel/lifecycle/index.js';
import type { NodeSource } from '../shared/contracts/index.js';
import { identityManifest } from './manifest.js';
import { registerServices } from './register-services.js';
import { ActorContextResolver } from './resolvers/actor-context-resolver.js';
import { credentialsResolvers } from './resolvers/credentials/index.js';
import { FactsResolver } from './resolvers/facts-resolver.js';
import { GroupResolver } from './resolvers/group-resolver.js';
import { MemberResolver } from './resolvers/member-resolver.js';
import { SpaceResolver } from './resolvers/space-resolver.js';
import { UserMemberResolver } from './resolvers/user-member-resolver.js';
import { UserResolver } from './resolvers/user-resolver.js';
import { CredentialHousekeepingSchedule, registerCredentials, sessionsRef } from './services/credentials/index.js';
import { groupQueriesRef } from './services/groups/index.js';
import { membersRef } from './services/members.js';
import { PurgeSchedule } from './services/purge/index.js';
import { spacesRef } from './services/spaces.js';
import { userMembersRef } from './services/user-members.js';
import { usersRef } from './services/users.js';

export { identityEntities } from './entities/index.js';

/** What this capability adds to the schema. */
export const identityResolvers = [
  UserResolver, SpaceResolver, GroupResolver, MemberResolver, UserMemberResolver, ActorContextResolver, FactsResolver,
  ...credentialsResolvers,
] as const;

/** How `node(id:)` finds the objects of this capability. */
export const identityNodes: readonly NodeSource[] = [
  { type: 'User', load: (context, ids) => context.services.get(usersRef).byIds(context, ids) },
  { type: 'Space', load: (context, ids) => context.services.get(spacesRef).byIds(context, ids) },
  { type: 'Group', load: (context, ids) => context.services.get(groupQueriesRef).byIds(context, ids) },
  { type: 'Member', load: (context, ids) => context.services.get(membersRef).byIds(context, ids) },
  { type: 'UserMember', load: (context, ids) => context.services.get(userMembersRef).byIds(context, ids) },
  { type: 'Session', load: (context, ids) => context.services.get(sessionsRef).byIds(context, ids) },
];

/** Users, Spaces, Groups, Members and their bindings; made anew for each process. */
export function createIdentityCapability(): SystemCapability {
  const purge = new PurgeSchedule();
  const housekeeping = new CredentialHousekeepingSchedule();
  return {
    manifest: identityManifest,
    register(registration) {
      const { permissions, auditEventTypes, events } = identityManifest.provides;
      for (const { key } of permissions) registration.permission(key);
      for (const { key } of auditEventTypes) registration.auditEventType(key);
      for (const eventType of events.publishes) registration.publishes(eventType);
      registerServices(registration);
      registerCredentials(registration);
      registration.graphql(identityResolvers);
    },
    async start(services) {
      purge.start(services);
      housekeeping.start(services);
    },
    async stop() {
      await Promise.all([purge.stop(), housekeeping.stop()]);
    },
  };
}
