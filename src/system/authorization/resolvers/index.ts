export { AccessRequestResolver } from './access-request-resolver.js';
export { DecisionResolver } from './decision-resolver.js';
export { MemberRoleResolver } from './member-role-resolver.js';
export { PermissionResolver } from './permission-resolver.js';
export { RoleInheritanceResolver } from './role-inheritance-resolver.js';
export { RolePermissionResolver } from './role-permission-resolver.js';
export { RoleResolver } from './role-resolver.js';
export { SeparationResolver } from './separation-resolver.js';
