export { AccessRequestEntity, type AccessRequestRow } from './access-request.js';
export { MemberRoleEntity, type MemberRoleRow } from './member-role.js';
export { PermissionEntity, type PermissionRow } from './permission.js';
export { RoleEntity, type RoleRow } from './role.js';
export { RolePermissionEntity, type RolePermissionRow } from './role-permission.js';
export { RoleInheritanceEntity, type RoleInheritanceRow } from './role-inheritance.js';
export { SeparationRuleEntity, type SeparationRuleRow } from './separation-rule.js';
