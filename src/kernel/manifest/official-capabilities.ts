/**
 * The capabilities that make up the system, each with the one PostgreSQL schema that its migrations may touch.
 * Nothing outside this set can be loaded as a system capability.
 */
export const OFFICIAL_CAPABILITIES: ReadonlyMap<string, string> = new Map([
  ['audit.explainable', 'sys_audit'],
  ['identity.business', 'sys_identity'],
  ['resource.registry', 'sys_resource'],
  ['authorization.resource', 'sys_authz'],
  ['admin.control_plane', 'sys_admin'],
]);
