import { newId } from '../../../../kernel/ids/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';
import type { RoleInheritances } from '../../services/role-inheritances.js';
import type { RolePermissions } from '../../services/role-permissions.js';
import type { Roles } from '../../services/roles.js';
import type { SeparationRules } from '../../services/separation-rules.js';
import { MODEL_IDS } from '../ids.js';
import { changedValue, switchTo, type Handlers } from './handlers.js';
import type { KnownIds } from './known-ids.js';

/** Services of Roles. */
export interface RoleServices {
  readonly roles: Roles;
  readonly rolePermissions: RolePermissions;
  readonly roleInheritances: RoleInheritances;
  readonly separationRules: SeparationRules;
}

/** Changes of Roles with what they hold, and of rules of separation. */
export function roleHandlers(
  context: RequestContext, spaceId: string, { roles, rolePermissions, roleInheritances, separationRules }: RoleServices, ids: KnownIds,
): Handlers<'role' | 'role_permission' | 'inheritance' | 'separation_rule'> {
  return {
    role: {
      async add({ key, name, description, requestable, status }) {
        const id = ids.newRole(key);
        await roles.create(context, { id, spaceId, key, name, description: description ?? null, requestable });
        if (status === 'disabled') await roles.disable(context, { id });
      },
      async change({ id }, { name, description, requestable, status }, changed) {
        if (changed.size > (changed.has('status') ? 1 : 0)) await roles.update(context, { id: id!, name, description: changedValue(changed, 'description', description), requestable });
        if (changed.has('status')) await switchTo(roles, context, id!, status);
      },
      remove: ({ id }) => roles.disable(context, { id: id! }),
    },
    role_permission: {
      add({ role, to }) {
        const [roleId, permissionId] = [ids.role(role.key), ids.permission(to.key)];
        return rolePermissions.create(context, { id: MODEL_IDS.rolePermission(roleId, permissionId), roleId, permissionId });
      },
      remove: ({ id }) => rolePermissions.revoke(context, { id: id! }),
    },
    inheritance: {
      add({ role, to }) {
        const [roleId, inheritedRoleId] = [ids.role(role.key), ids.role(to.key)];
        return roleInheritances.create(context, { id: MODEL_IDS.inheritance(roleId, inheritedRoleId), roleId, inheritedRoleId });
      },
      remove: ({ id }) => roleInheritances.revoke(context, { id: id! }),
    },
    separation_rule: {
      async add(rule) {
        const id = ids.newSeparation(rule, newId('sod'));
        await separationRules.create(context, { id, spaceId, name: rule.name, atMost: rule.atMost, ...itemsOf(rule) });
        if (rule.status === 'disabled') await separationRules.disable(context, { id });
      },
      async change({ id }, rule, changed) {
        if (changed.size > (changed.has('status') ? 1 : 0)) await separationRules.update(context, { id: id!, name: rule.name, atMost: rule.atMost, ...itemsOf(rule) });
        if (changed.has('status')) await switchTo(separationRules, context, id!, rule.status);
      },
      remove: ({ id }) => separationRules.disable(context, { id: id! }),
    },
  };

  function itemsOf(rule: { readonly roles: readonly { readonly name: string }[]; readonly permissions: readonly { readonly name: string }[] }): { roleIds: string[]; permissionIds: string[] } {
    return { roleIds: rule.roles.map(({ name }) => ids.role(name)), permissionIds: rule.permissions.map(({ name }) => ids.permission(name)) };
  }
}
