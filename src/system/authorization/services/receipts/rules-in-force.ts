import { canonicalJson, sha256 } from '../../../../kernel/crypto/index.js';

/** A Permission, as far as it decides. */
export interface PermissionRule {
  readonly id: string;
  readonly scope: string;
  readonly effect: string;
  readonly condition: string | null;
}

/** Active rules of one Space, from which those of one type and action are taken. */
export interface SpaceRules {
  /** Permissions for the type and the action. */
  readonly permissions: readonly PermissionRule[];
  readonly roles: readonly { readonly id: string; readonly key: string }[];
  readonly rolePermissions: readonly { readonly id: string; readonly roleId: string; readonly permissionId: string }[];
  readonly roleInheritances: readonly { readonly id: string; readonly roleId: string; readonly inheritedRoleId: string }[];
}

/** Which rules a hash is about. */
export interface RulesPlace {
  readonly spaceId: string;
  readonly resourceType: string;
  readonly action: string;
}

/**
 * SHA-256, in hexadecimal digits, over the canonical JSON (RFC 8785) of the rules in force for a type and an action in a Space: the
 * Permissions that Roles of the Space have, those Roles, and the Roles that inherit them. Only what is active is there, each kind in
 * the order of its ids, so that whoever has an export of the Space can compute it. Who holds the Roles is not part of it.
 */
export function rulesHash(place: RulesPlace, all: SpaceRules): string {
  const active = new Map(all.roles.map((role) => [role.id, role]));
  const permissions = new Map(all.permissions.map((permission) => [permission.id, permission]));
  const rolePermissions = all.rolePermissions.filter(({ roleId, permissionId }) => active.has(roleId) && permissions.has(permissionId));
  const inheritances = all.roleInheritances.filter(({ roleId, inheritedRoleId }) => active.has(roleId) && active.has(inheritedRoleId));
  const holding = new Set(rolePermissions.map(({ roleId }) => roleId));
  for (let before = -1; before !== holding.size;) {
    before = holding.size;
    for (const { roleId, inheritedRoleId } of inheritances) if (holding.has(inheritedRoleId)) holding.add(roleId);
  }
  const granted = new Set(rolePermissions.map(({ permissionId }) => permissionId));
  const bytes = canonicalJson({
    version: 1,
    spaceId: place.spaceId,
    resourceType: place.resourceType,
    action: place.action,
    permissions: byId(all.permissions.filter(({ id }) => granted.has(id))).map(({ id, scope, effect, condition }) => ({ id, scope, effect, condition })),
    roles: byId(all.roles.filter(({ id }) => holding.has(id))).map(({ id, key }) => ({ id, key })),
    rolePermissions: byId(rolePermissions).map(({ id, roleId, permissionId }) => ({ id, roleId, permissionId })),
    roleInheritances: byId(inheritances.filter(({ inheritedRoleId }) => holding.has(inheritedRoleId)))
      .map(({ id, roleId, inheritedRoleId }) => ({ id, roleId, inheritedRoleId })),
  });
  return Buffer.from(sha256(bytes)).toString('hex');
}

// Byte order, as ids are compared everywhere; each id once.
function byId<Rule extends { readonly id: string }>(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [rule.id, rule])).values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
