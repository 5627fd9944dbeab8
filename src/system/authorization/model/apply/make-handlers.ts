import type { Database } from '../../../../persistence/index.js';
import type { RequestContext, SeparationOfDuty } from '../../../shared/contracts/index.js';
import type { Mutations } from '../../../shared/services/index.js';
import { MemberRoles } from '../../services/member-roles.js';
import { Permissions } from '../../services/permissions.js';
import { RoleInheritances } from '../../services/role-inheritances.js';
import { RolePermissions } from '../../services/role-permissions.js';
import { Roles } from '../../services/roles.js';
import { SeparationRules } from '../../services/separation-rules.js';
import { dataHandlers } from './data-handlers.js';
import type { Handlers } from './handlers.js';
import { instanceHandlers } from './instance-handlers.js';
import type { KnownIds } from './known-ids.js';
import type { MakeForeignServices } from './model-services.js';
import { roleHandlers } from './role-handlers.js';

/** Separation of duty is watched once, over all of an import. */
export const WATCHED_ELSEWHERE: SeparationOfDuty = { watch: async () => async () => undefined };

/** Makes the handlers of an import: the services of the API, over its mutations. */
export function makeHandlers(
  context: RequestContext, spaceId: string, ids: KnownIds, mutations: Mutations, { database, foreign }: { readonly database: Database; readonly foreign: MakeForeignServices },
): Handlers {
  const others = foreign(mutations);
  const roleServices = {
    roles: new Roles(database, mutations, WATCHED_ELSEWHERE),
    rolePermissions: new RolePermissions(database, mutations, WATCHED_ELSEWHERE),
    roleInheritances: new RoleInheritances(database, mutations, WATCHED_ELSEWHERE),
    separationRules: new SeparationRules(database, mutations),
  };
  return {
    ...instanceHandlers(context, others, new Permissions(database, mutations, WATCHED_ELSEWHERE), ids),
    ...roleHandlers(context, spaceId, roleServices, ids),
    ...dataHandlers(context, spaceId, others, new MemberRoles(database, mutations, WATCHED_ELSEWHERE), ids),
  };
}
