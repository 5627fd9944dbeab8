import type { CapabilityManifestInput } from '../../kernel/manifest/index.js';

const event = (key: string, risk: 'LOW' | 'NORMAL' | 'HIGH' | 'CRITICAL', description: string) => ({ key, risk, description });

/** What authorization is and brings. */
export const authorizationManifest = {
  id: 'authorization.resource',
  kind: 'system_capability',
  name: 'Authorization',
  version: '0.1.0',
  requires: { kernel: '^0.1.0', capabilities: ['audit.explainable', 'identity.business', 'resource.registry'] },
  provides: {
    services: [
      'authorization.decisions', 'authorization.answers', 'authorization.facts', 'authorization.allow_counts', 'authorization.traces',
      'authorization.trace_reader', 'authorization.receipts', 'authorization.evaluations', 'authorization.trace_names', 'authorization.roles', 'authorization.permissions',
      'authorization.role_permissions', 'authorization.member_roles', 'authorization.role_loaders', 'authorization.access_requests',
      'authorization.access_request_decisions', 'authorization.access_request_queries',
    ].map((name) => ({ name })),
    migrations: { namespace: 'sys_authz' },
    graphql: {
      queries: [
        'check', 'checkMany', 'explain', 'decisionTrace', 'role', 'roles', 'permission', 'permissions', 'rolePermission', 'rolePermissions',
        'memberRole', 'memberRoles', 'accessRequest', 'accessRequests', 'myAccessRequests', 'requestableRoles',
      ],
      mutations: [
        'createRole', 'updateRole', 'disableRole', 'restoreRole', 'createPermission', 'updatePermission', 'disablePermission',
        'restorePermission', 'createRolePermission', 'revokeRolePermission', 'createMemberRole', 'revokeMemberRole',
        'requestAccess', 'approveAccessRequest', 'refuseAccessRequest', 'withdrawAccessRequest',
      ],
      types: [
        'Decision', 'DecisionTrace', 'Explanation', 'Role', 'Permission', 'RolePermission', 'MemberRole', 'DecisionOutcome', 'DenyCode',
        'ContextMode', 'PermissionScope', 'FactStatus', 'RightStatus', 'AssignmentStatus', 'AccessRequest', 'AccessRequestStatus', 'RequestableRole',
      ],
    },
    permissions: [
      { key: 'authz:check', description: 'Ask for decisions and explanations.' },
      { key: 'roles:read', description: 'Read Roles, their Permissions and their assignments.' },
      { key: 'roles:manage', description: 'Change Roles and assign them.' },
      { key: 'permissions:read', description: 'Read the catalogue of Permissions.' },
      { key: 'permissions:manage', description: 'Change the catalogue of Permissions; on the instance.' },
    ],
    auditEventTypes: [
      event('authorization.decision', 'NORMAL', 'A question about a business action was decided.'),
      event('authorization.allow_counts', 'LOW', 'Allows of an action that is counted, not recorded one by one.'),
      event('authorization.trace_read', 'LOW', 'The trace of a past decision was read.'),
      event('role.created', 'NORMAL', 'A Role was created.'),
      event('role.updated', 'NORMAL', 'A Role was changed.'),
      event('role.disabled', 'HIGH', 'A Role was disabled.'),
      event('role.restored', 'HIGH', 'A disabled Role counts again.'),
      event('permission.created', 'HIGH', 'A Permission was added to the catalogue.'),
      event('permission.updated', 'LOW', 'A Permission was described anew.'),
      event('permission.disabled', 'HIGH', 'A Permission was disabled.'),
      event('permission.restored', 'HIGH', 'A disabled Permission counts again.'),
      event('role_permission.created', 'HIGH', 'A Role was given a Permission.'),
      event('role_permission.revoked', 'HIGH', 'A Permission was taken from a Role.'),
      event('member_role.created', 'HIGH', 'A Role was assigned to a Member.'),
      event('member_role.revoked', 'HIGH', 'A Role was taken from a Member.'),
      event('access_request.created', 'NORMAL', 'Somebody asked for a Role.'),
      event('access_request.approved', 'HIGH', 'A request for a Role was approved, and the Role assigned.'),
      event('access_request.refused', 'NORMAL', 'A request for a Role was refused.'),
      event('access_request.withdrawn', 'LOW', 'A request for a Role was taken back by who made it.'),
    ],
  },
  privileged: true,
  required: true,
  stability: 'experimental',
} as const satisfies CapabilityManifestInput;
