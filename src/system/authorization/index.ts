import type { CapabilityRegistration, SystemCapability } from '../../kernel/lifecycle/index.js';
import type { NodeSource } from '../shared/contracts/index.js';
import {
  AccessRequestEntity, AccessReviewEntity, AccessReviewItemEntity, MemberRoleEntity, PermissionEntity, RoleEntity, RoleInheritanceEntity, RolePermissionEntity,
  SeparationRuleEntity,
} from './entities/index.js';
import { authorizationManifest } from './manifest.js';
import { provideServices } from './provide-services.js';
import {
  AccessDiffResolver, AccessListResolver, AccessRequestResolver, AccessReviewItemResolver, AccessReviewResolver, DecisionResolver, MemberRoleResolver, PermissionResolver,
  RoleInheritanceResolver, RolePermissionResolver, RoleResolver, SeparationResolver,
  SimulationDecisionsResolver, SimulationResolver, SuggestionResolver,
} from './resolvers/index.js';
import { accessRequestQueriesRef } from './services/access-requests/access-request-queries.js';
import { accessReviewQueriesRef } from './services/access-reviews/access-review-queries.js';
import { AssignmentUseSchedule } from './services/access-reviews/assignment-use-schedule.js';
import { allowCountsRef, type AllowCounts } from './services/allow-counts.js';
import { authorizationMemoryRef, type AuthorizationMemory } from './services/authorization-memory.js';
import { memberRolesRef } from './services/member-roles.js';
import { permissionsRef } from './services/permissions.js';
import { roleInheritancesRef } from './services/role-inheritances.js';
import { rolePermissionsRef } from './services/role-permissions.js';
import { rolesRef } from './services/roles.js';
import { separationRulesRef } from './services/separation-rules.js';

export const authorizationEntities = [
  PermissionEntity, RoleEntity, RolePermissionEntity, RoleInheritanceEntity, MemberRoleEntity, SeparationRuleEntity, AccessRequestEntity,
  AccessReviewEntity, AccessReviewItemEntity,
] as const;

export const authorizationResolvers = [
  DecisionResolver, AccessListResolver, AccessDiffResolver, SimulationResolver, SimulationDecisionsResolver, SuggestionResolver, RoleResolver, PermissionResolver, RolePermissionResolver, MemberRoleResolver, RoleInheritanceResolver, SeparationResolver,
  AccessRequestResolver, AccessReviewResolver, AccessReviewItemResolver,
] as const;

/** How `node(id:)` finds the objects of authorization. */
export const authorizationNodes: readonly NodeSource[] = [
  { type: 'Role', load: (context, ids) => context.services.get(rolesRef).byIds(context, ids) },
  { type: 'Permission', load: (context, ids) => context.services.get(permissionsRef).byIds(context, ids) },
  { type: 'RolePermission', load: (context, ids) => context.services.get(rolePermissionsRef).byIds(context, ids) },
  { type: 'MemberRole', load: (context, ids) => context.services.get(memberRolesRef).byIds(context, ids) },
  { type: 'RoleInheritance', load: (context, ids) => context.services.get(roleInheritancesRef).byIds(context, ids) },
  { type: 'SeparationRule', load: (context, ids) => context.services.get(separationRulesRef).byIds(context, ids) },
  { type: 'AccessRequest', load: (context, ids) => context.services.get(accessRequestQueriesRef).byIds(context, ids) },
  { type: 'AccessReview', load: (context, ids) => context.services.get(accessReviewQueriesRef).byIds(context, ids) },
  { type: 'AccessReviewItem', load: (context, ids) => context.services.get(accessReviewQueriesRef).itemsByIds(context, ids) },
];

function register(registration: CapabilityRegistration): void {
  const { permissions, auditEventTypes } = authorizationManifest.provides;
  provideServices(registration);
  for (const { key } of permissions) registration.permission(key);
  for (const { key } of auditEventTypes) registration.auditEventType(key);
  registration.graphql(authorizationResolvers);
}

/** Decides who may do what on which resource, and keeps the Roles and Permissions that decide it. Made anew for each process. */
export function createAuthorizationCapability(): SystemCapability {
  let counts: AllowCounts | undefined;
  let memory: AuthorizationMemory | undefined;
  const uses = new AssignmentUseSchedule();
  return {
    manifest: authorizationManifest,
    register,
    async start(services) {
      counts = services.get(allowCountsRef);
      counts.start();
      memory = services.get(authorizationMemoryRef);
      memory.start();
      uses.start(services);
    },
    async stop() {
      await Promise.all([counts?.stop(), uses.stop(), memory?.stop()]);
      [counts, memory] = [undefined, undefined];
    },
  };
}
